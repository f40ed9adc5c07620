"""An enterprise keeps its own ledgers; what others say of it, it reads."""

from datetime import date

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.foundation.actor import EnterpriseRole
from app.profiles.domain import IncidentKind
from app.profiles.models import Award, EquityRound, IpRight, RdPlatform, Standard
from tests.factories.accounts import AccountFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.mandates import member
from tests.factories.profiles import IncidentFactory, IpRightFactory

pytestmark = pytest.mark.usefixtures("places")
RIGHT = {
    "kind": "invention",
    "number": "ZL202010000001.1",
    "name": "一种轴承",
    "applied_on": "2020-01-02",
    "since": "2022-03-04",
    "origin": "own",
    "supports_main_product": "yes",
}
RECORDS = {
    "ip_right": (RIGHT, IpRight),
    "award": (
        {"name": "科技进步奖", "level": "national", "rank": "2", "since": "2024-01-01"},
        Award,
    ),
    "rd_platform": (
        {
            "name": "轴承研究院",
            "kind": "技术创新中心",
            "level": "provincial",
            "since": "2023-05-06",
        },
        RdPlatform,
    ),
    "standard": (
        {"name": "GB/T 1-2024", "level": "national", "rank": "1", "since": "2024-02-02"},
        Standard,
    ),
    "equity_round": (
        {
            "amount_fen": "500.5",
            "investor": "河北创投",
            "is_qualified": "yes",
            "since": "2025-01-01",
        },
        EquityRound,
    ),
}


@pytest.fixture
def firm(session):
    return EnterpriseFactory()


@pytest.fixture
def enter(client, sign_in):
    def act(firm, role=EnterpriseRole.FILLER):
        account = AccountFactory()
        member(firm, role, account)
        return sign_in(client, None, account=account)

    return act


def address(firm, rest=""):
    return f"/my/enterprises/{firm.id}/records{rest}"


@pytest.mark.parametrize("register", RECORDS)
def test_a_record_is_added_and_listed(client, session, firm, enter, register):
    values, kind = RECORDS[register]
    enter(firm)

    assert client.submit(address(firm, f"/{register}/new"), values).status_code == 302

    record = session.scalars(select(kind)).one()
    assert record.since == date.fromisoformat(values["since"])
    page = client.get(address(firm)).text
    assert values.get("name", values.get("investor")) in page
    event = session.scalars(select(AuditEvent)).one()
    assert event.action == "record.added"


def test_what_is_stored_is_what_was_said(client, session, firm, enter):
    enter(firm)
    client.submit(address(firm, "/equity_round/new"), RECORDS["equity_round"][0])
    client.submit(address(firm, "/ip_right/new"), RIGHT)

    equity = session.scalars(select(EquityRound)).one()
    right = session.scalars(select(IpRight)).one()
    assert (equity.amount_fen, equity.is_qualified) == (500_500_000, True)
    assert (right.supports_main_product, right.is_disputed, right.applied_on) == (
        True,
        False,
        date(2020, 1, 2),
    )


@pytest.mark.parametrize(
    ("register", "wrong", "words"),
    [
        ("ip_right", {"since": "2030-01-01"}, "晚于今天"),
        ("ip_right", {"until": "2022-03-04"}, "终止日期应晚于"),
        ("ip_right", {"kind": ""}, "请填写这一项"),
        ("award", {"rank": "0"}, "名次应为"),
        ("equity_round", {"amount_fen": "很多"}, "不是金额"),
        ("equity_round", {"amount_fen": "-1"}, "金额应大于 0"),
    ],
)
def test_a_wrong_entry_is_told_beside_its_field(
    client, session, firm, enter, register, wrong, words
):
    values, kind = RECORDS[register]
    enter(firm)

    answer = client.submit(address(firm, f"/{register}/new"), {**values, **wrong})

    assert answer.status_code == 422
    assert words in answer.text
    assert values.get("name", values.get("investor")) in answer.text
    assert session.scalars(select(kind)).all() == []


def test_one_right_is_registered_once(client, session, firm, enter):
    enter(firm)
    client.submit(address(firm, "/ip_right/new"), RIGHT)

    answer = client.submit(address(firm, "/ip_right/new"), RIGHT)

    assert answer.status_code == 422
    assert "已有同一类别、同一编号" in answer.text


def test_a_record_ends_and_its_history_stays(client, session, firm, enter):
    right = IpRightFactory(enterprise_id=firm.id)
    enter(firm)
    rest = f"/ip_right/{right.id}/ending"

    assert client.submit(address(firm, rest), {"until": "2020-01-01"}).status_code == 422
    client.submit(address(firm, rest), {"until": "2025-02-03"})

    old, new = session.scalars(select(IpRight).order_by(IpRight.recorded_at)).all()
    assert old.superseded_at is not None
    assert (new.until, new.number, new.superseded_at) == (date(2025, 2, 3), old.number, None)
    assert "已终止" in client.get(address(firm)).text
    assert client.get(address(firm, rest)).status_code == 404


def test_a_mistake_is_taken_back(client, session, firm, enter):
    right = IpRightFactory(enterprise_id=firm.id)
    enter(firm)

    client.submit(address(firm), action="/withdrawal")

    session.refresh(right)
    assert right.superseded_at is not None


def test_incidents_are_read_only_and_others_cannot_write(client, session, firm, enter):
    IncidentFactory(enterprise_id=firm.id, kind=IncidentKind.SAFETY, severity="较大")
    IpRightFactory(enterprise_id=firm.id)
    enter(firm, EnterpriseRole.LEGAL)

    page = client.get(address(firm)).text

    assert "较大" in page
    assert "/new" not in page
    assert client.submit(address(firm, "/ip_right/new"), RIGHT).status_code == 403
    assert client.get(address(firm, "/abnormal_list/new")).status_code == 404
