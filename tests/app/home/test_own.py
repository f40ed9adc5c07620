"""The home of people of an enterprise: what waits, until when, and nothing of other firms."""

from datetime import date

import pytest
import time_machine

from app.evaluation.writing import record_rule_sets
from app.foundation import canonical
from app.foundation.actor import Actor, ActsFor, EnterpriseRole
from app.notices.domain import NoticeKind
from app.profiles import drafting
from app.profiles.typed import Typed
from rules.indicators import Indicator
from tests.factories.accounts import AccountFactory
from tests.factories.base import NOON
from tests.factories.enterprises import EnterpriseFactory, hold
from tests.factories.evaluation import LIBRARY, file_year
from tests.factories.evaluation_rows import EvaluationFactory
from tests.factories.files import NoticeFactory
from tests.factories.mandates import member

INDICATORS: dict[str, Indicator] = dict(LIBRARY.indicators)


@pytest.fixture(autouse=True)
def _day(places):
    with time_machine.travel("2026-06-15T04:00:00Z", tick=False):
        yield


@pytest.fixture
def act(sign_in):
    """`act(client, firm, EnterpriseRole.FILLER)` signs in somebody who acts for the firm."""

    def enter(client, firm, *roles):
        account = AccountFactory()
        for role in roles or (EnterpriseRole.ADMIN,):
            member(firm, role, account)
        return sign_in(client, None, account=account)

    return enter


def test_the_front_page_is_the_firms_own_home(client, act):
    firm = EnterpriseFactory(name="我的企业有限公司")
    hold(firm, certificate="GR202413000001")
    act(client, firm)

    page = client.get("/")

    assert page.status_code == 200
    for word in ("我的企业有限公司", "企业管理员", "GR202413000001", "2025 年度数据尚未填报"):
        assert word in page.text
    assert "我的待办" not in page.text


def test_verdicts_are_named_and_open(client, session, act):
    firm = EnterpriseFactory()
    law = LIBRARY.rule_set("national.tech_sme", "年度评价", date(2026, 6, 15), 2026)
    record_rule_sets(session, [law], at=NOON)
    findings = canonical.dumps({"decisive": [], "outcomes": "3" * len(law.criteria)})
    EvaluationFactory(
        enterprise_id=firm.id,
        title="national.tech_sme",
        fingerprint=law.fingerprint,
        findings=findings,
    )
    act(client, firm)

    page = client.get("/")

    assert page.status_code == 200
    assert f"/evaluations/{firm.id}/national.tech_sme?for_year=" in page.text


def test_who_may_act_for_nobody_is_shown_how_to_claim(client, sign_in):
    sign_in(client, None)

    page = client.get("/")

    assert page.status_code == 200
    assert "您还没有可以代表的企业" in page.text
    assert 'href="/claims"' in page.text


def test_a_draft_waits_with_the_confirmation_it_lacks_first(client, session, act):
    firm = EnterpriseFactory()
    account = act(client, firm, EnterpriseRole.FINANCE, EnterpriseRole.FILLER)
    start(session, firm, account)

    page = client.get("/").text

    assert "2025 年度填报草稿" in page
    assert "请您确认" in page
    assert "尚未填报" not in page


def start(session, firm, account):
    by = Actor(
        id=account.id, name=account.name, mandates=(ActsFor(firm.id, EnterpriseRole.FILLER),)
    )
    return drafting.save_draft(
        session,
        firm,
        2025,
        Typed(figures={"sales_revenue": "1200"}),
        version=drafting.NEW,
        indicators=INDICATORS,
        by=by,
        at=NOON,
    )


def test_a_filed_year_asks_for_nothing(client, act):
    firm = EnterpriseFactory()
    file_year(firm, 2025, {"sales_revenue": 12_000_000_00})
    act(client, firm)

    assert "尚未填报" not in client.get("/").text


def test_unread_notices_are_among_what_waits(client, act):
    account = act(client, EnterpriseFactory())
    NoticeFactory(account_id=account.id, kind=NoticeKind.CASE, text="请补正研发费用。")
    NoticeFactory(account_id=account.id, text="读过的通知。", read_at=NOON)

    page = client.get("/").text

    assert "请补正研发费用。" in page
    assert "读过的通知。" not in page


def test_another_firm_is_not_there(client, act):
    mine, other = EnterpriseFactory(), EnterpriseFactory(name="别家的企业有限公司")
    act(client, mine)

    assert client.get(f"/my/enterprises/{mine.id}").status_code == 200
    assert client.get(f"/my/enterprises/{other.id}").status_code == 404
    assert client.get(f"/evaluations/{other.id}/national.tech_sme").status_code == 404


def test_who_acts_for_two_firms_may_change(client, act):
    first, second = EnterpriseFactory(name="甲一有限公司"), EnterpriseFactory(name="乙二有限公司")
    account = act(client, first)
    member(second, EnterpriseRole.AGENT, account, until=date(2027, 1, 1))

    page = client.get(f"/my/enterprises/{second.id}").text

    assert "乙二有限公司" in page
    assert "换一户企业" in page


def test_a_step_opens_the_firms_own_trace(client, act):
    firm = EnterpriseFactory()
    file_year(firm, 2025, {"sales_revenue": 12_000_000_00})
    act(client, firm)

    assert f"/evaluations/{firm.id}/national.tech_sme" in client.get("/").text
    assert client.get(f"/evaluations/{firm.id}/national.tech_sme").status_code == 200
