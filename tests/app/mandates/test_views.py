"""Claiming, authorising and leaving as people do it in the browser."""

import io
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.accounts.domain import LOOKUPS_ALLOWED
from app.accounts.models import Account, Throttle
from app.foundation.actor import EnterpriseRole, Role
from app.mandates.domain import ClaimState
from app.mandates.models import Claim, Mandate
from tests.factories.accounts import AccountFactory, RoleGrantFactory
from tests.factories.base import NOON, TODAY
from tests.factories.enterprises import EnterpriseFactory, credit_code
from tests.factories.mandates import ClaimFactory, member
from tests.factories.reference import CITY, XIANGDU, XINDU

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture(autouse=True)
def _day(places):
    with time_machine.travel("2026-06-15T04:00:00Z", tick=False):
        yield


def claim(client, code, content=PDF, name="授权书.pdf"):
    return client.submit("/claims", {"code": code, "letter": (io.BytesIO(content), name)})


def enter_firm(client, sign_in, firm, role=EnterpriseRole.ADMIN):
    account, mandate = member(firm, role)
    sign_in(client, None, account=account)
    return account, mandate


def test_a_claim_says_the_same_whether_or_not_the_firm_exists_or_is_claimed(client, sign_in):
    known, taken = EnterpriseFactory(), EnterpriseFactory()
    member(taken)
    pages = []
    for code in (known.credit_code, taken.credit_code, credit_code(4321)):
        sign_in(client, None)
        answer = claim(client, code)
        assert (answer.status_code, answer.location) == (302, "/claims")
        page = client.get("/claims").text
        assert known.name not in page
        assert taken.name not in page
        pages.append([line.replace(code, "CODE") for line in page.splitlines()])
        pages[-1] = [line for line in pages[-1] if "/files/" not in line and "csrf" not in line]
        pages[-1] = [line for line in pages[-1] if "/claims/" not in line and "张" not in line]

    assert pages[0] == pages[1] == pages[2]


def test_nothing_of_a_firm_is_seen_while_its_claim_waits(client, sign_in):
    firm = EnterpriseFactory()
    sign_in(client, None)
    claim(client, firm.credit_code)

    for path in ("", "/members", "/profile/2026"):
        assert client.get(f"/my/enterprises/{firm.id}{path}").status_code in {403, 404}
    assert client.get(f"/enterprises/{firm.id}").status_code == 403
    assert client.get("/my").location == "/claims"


@pytest.mark.parametrize(
    ("code", "content", "name", "fault"),
    [
        ("911305", PDF, "授权书.pdf", "应为 18 位"),
        (credit_code(9), b"MZ", "授权书.pdf", "扩展名不符"),
        (credit_code(9), PDF, "授权书.exe", "只接受"),
        (credit_code(9), b"", "授权书.pdf", "空的"),
    ],
)
def test_what_is_wrong_with_a_claim_is_said_and_the_code_kept(client, sign_in, code, content, name, fault):  # fmt: skip # noqa: E501
    sign_in(client, None)

    answer = claim(client, code, content, name)

    assert answer.status_code == 422
    assert fault in answer.text
    assert f'value="{code}"' in answer.text


def test_a_claim_is_withdrawn_by_who_filed_it_alone(client, session, sign_in):
    account = AccountFactory()
    mine, foreign = ClaimFactory(account_id=account.id), ClaimFactory()
    sign_in(client, None, account=account)

    assert client.submit("/claims", action=f"/claims/{mine.id}/withdrawal").status_code == 302
    token = client.get("/claims").text.split('name="csrf_token" value="')[1].split('"')[0]
    path = f"/claims/{foreign.id}/withdrawal"
    assert client.post(path, data={"csrf_token": token}).status_code == 404
    states = dict(session.execute(select(Claim.id, Claim.state)).all())
    assert states == {mine.id: ClaimState.WITHDRAWN, foreign.id: ClaimState.PENDING}


def test_staff_are_told_that_claiming_is_not_theirs(client, sign_in):
    sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)

    answer = client.get("/claims")

    assert answer.status_code == 403
    assert "工作帐号不能代表企业" in answer.text


def test_the_county_confirms_and_the_claimant_is_in(client, session, sign_in):
    firm, account = EnterpriseFactory(), AccountFactory(name="赵六")
    sign_in(client, None, account=account)
    claim(client, firm.credit_code)
    made = session.scalar(select(Claim))
    sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)

    queue, page = client.get("/desk/claims").text, client.get(f"/desk/claims/{made.id}").text
    assert firm.name in queue
    assert "赵六" in page
    letter = client.get(f"/desk/claims/{made.id}/letter")
    assert letter.data == PDF
    assert letter.headers["Content-Disposition"].startswith("attachment")
    assert letter.headers["X-Content-Type-Options"] == "nosniff"
    done = client.submit(f"/desk/claims/{made.id}", action="/confirmation")
    assert done.location == "/desk/claims"

    sign_in(client, None, account=account)
    assert client.get("/my").location == f"/my/enterprises/{firm.id}"
    assert firm.name in client.get(f"/my/enterprises/{firm.id}/members").text
    assert firm.name in client.get("/claims").text


def test_the_county_refuses_with_a_reason_that_the_claimant_reads(client, session, sign_in):
    made = ClaimFactory()
    sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)
    empty = client.submit(f"/desk/claims/{made.id}", {"reason": " "}, action="/refusal")
    assert empty.status_code == 422

    client.submit(f"/desk/claims/{made.id}", {"reason": "公章不清"}, action="/refusal")

    assert made.credit_code not in client.get("/desk/claims").text
    assert made.credit_code in client.get("/desk/claims?tab=decided").text
    assert "公章不清" in client.get(f"/desk/claims/{made.id}").text
    sign_in(client, None, account=session.get_one(Account, made.account_id))
    assert "公章不清" in client.get("/claims").text


def test_a_second_confirmation_from_another_tab_is_a_conflict(client, session, sign_in):
    made = ClaimFactory()
    sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)
    page = client.get(f"/desk/claims/{made.id}").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    sent = {"csrf_token": token, "version": made.version}
    path = f"/desk/claims/{made.id}/confirmation"

    answers = [client.post(path, data=sent).status_code for _ in range(2)]

    assert answers == [302, 409]
    assert session.scalar(select(func.count()).select_from(Mandate)) == 1


def test_who_claimed_is_offered_no_decision(client, session, sign_in):
    account = AccountFactory()
    made = ClaimFactory(account_id=account.id)
    sign_in(client, Role.CITY_REVIEWER, CITY, account=account)

    page = client.get(f"/desk/claims/{made.id}").text

    assert "不能由您核对" in page
    assert "/confirmation" not in page


def invite(client, firm, **data):
    sent = {"account": "existing", "role": "filler", "since": TODAY.isoformat(), **data}
    return client.submit(f"/my/enterprises/{firm.id}/members", sent)


def test_an_administrator_authorises_one_who_has_an_account(client, sign_in):
    firm, other = EnterpriseFactory(), AccountFactory(username="tianbao", name="孙八")
    enter_firm(client, sign_in, firm)

    assert invite(client, firm, username=" TianBao ").status_code == 302

    assert "孙八" in client.get(f"/my/enterprises/{firm.id}/members").text
    sign_in(client, None, account=other)
    assert client.get(f"/my/enterprises/{firm.id}/members").status_code == 200


def test_an_administrator_makes_an_account_whose_password_is_shown_once(client, session, sign_in):
    firm = EnterpriseFactory()
    enter_firm(client, sign_in, firm)

    answer = invite(client, firm, account="new", username="daili1", name="周九", role="agent",
                    until=(TODAY + timedelta(days=30)).isoformat())  # fmt: skip

    assert answer.status_code == 200
    word = answer.text.split("<code>")[1].split("</code>")[0]
    assert word not in client.get(f"/my/enterprises/{firm.id}/members").text
    made = session.scalar(select(Account).where(Account.username == "daili1"))
    assert (made.division, made.password_is_temporary) == (firm.managing_division, True)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({"username": "nobody"}, "没有这个用户名"),
        ({"username": "known", "role": "agent"}, "代理机构的授权须有截止日"),
        ({"username": "staff"}, "工作帐号不能代表企业"),
        ({"username": "boss2", "role": "enterprise_admin"}, "Not a valid choice"),
        ({"account": "new", "username": "known", "name": "周九"}, "已被使用"),
        ({"account": "new", "username": "fresh"}, "请填写本人姓名"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said(client, session, sign_in, data, fault):
    firm = EnterpriseFactory()
    AccountFactory(username="known")
    RoleGrantFactory(account_id=AccountFactory(username="staff").id)
    enter_firm(client, sign_in, firm)

    answer = invite(client, firm, **data)

    assert answer.status_code == 422
    if fault != "Not a valid choice":
        assert fault in answer.text
    assert session.scalar(select(func.count()).select_from(Mandate)) == 1


def test_user_names_cannot_be_tried_out(client, session, sign_in):
    firm = EnterpriseFactory()
    account, _ = enter_firm(client, sign_in, firm)
    session.add(
        Throttle(key=f"lookup:{account.id}", window_started_at=NOON, hit_count=LOOKUPS_ALLOWED)
    )

    answer = invite(client, firm, username="nobody")

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 900


@pytest.mark.parametrize("role", [r for r in EnterpriseRole if r is not EnterpriseRole.ADMIN])
def test_others_of_the_firm_read_the_members_and_authorise_nobody(client, session, sign_in, role):
    firm = EnterpriseFactory()
    AccountFactory(username="known")
    enter_firm(client, sign_in, firm, role)
    page = client.get(f"/my/enterprises/{firm.id}/members")
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    sent = {"csrf_token": token, "account": "existing", "username": "known", "role": "filler"}

    answer = client.post(f"/my/enterprises/{firm.id}/members", data={**sent, "since": "2026-06-15"})

    assert page.status_code == 200
    assert 'name="username"' not in page.text
    assert answer.status_code == 422
    assert session.scalar(select(func.count()).select_from(Mandate)) == 1


def test_an_ended_mandate_is_shut_out_at_the_next_request(client, session, sign_in):
    firm = EnterpriseFactory()
    filler, held = member(firm, EnterpriseRole.FILLER)
    sign_in(client, None, account=filler)
    theirs = client.get_cookie("terrace").value
    path = f"/my/enterprises/{firm.id}/members"
    assert client.get(path).status_code == 200
    enter_firm(client, sign_in, firm)
    client.submit(f"{path}/{held.id}/ending")

    client.set_cookie("terrace", theirs)

    assert client.get(path).status_code == 403
    assert client.get("/my").location == "/claims"


def test_the_last_administrator_cannot_leave(client, session, sign_in):
    firm = EnterpriseFactory()
    _, held = enter_firm(client, sign_in, firm)

    answer = client.submit(f"/my/enterprises/{firm.id}/members/{held.id}/ending")

    assert answer.status_code == 409
    assert client.get(f"/my/enterprises/{firm.id}/members").status_code == 200


def test_the_county_sees_members_and_ends_a_mandate_with_a_reason(client, session, sign_in):
    firm = EnterpriseFactory()
    _, held = member(firm)
    path = f"/my/enterprises/{firm.id}/members"
    sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)
    page = client.get(path).text
    assert 'name="username"' not in page
    assert "您可以终止授权" in page

    assert client.submit(f"{path}/{held.id}/ending").status_code == 422
    assert client.submit(f"{path}/{held.id}/ending", {"reason": "冒用"}).status_code == 302

    assert "冒用" in client.get(path).text
    sign_in(client, Role.COUNTY_REVIEWER, XINDU)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("role", [Role.LEADER, Role.FINANCE])
def test_others_of_the_bureau_only_read_members(client, sign_in, role):
    firm = EnterpriseFactory()
    _, held = member(firm)
    sign_in(client, role, CITY)

    assert "/ending" not in client.get(f"/my/enterprises/{firm.id}/members").text
    assert client.get(f"/my/enterprises/{firm.id}/members/{held.id}/ending").status_code == 403


def test_with_several_firms_one_chooses(client, sign_in):
    first, second = EnterpriseFactory(name="甲企业"), EnterpriseFactory(name="乙企业")
    account, _ = member(first)
    member(second, EnterpriseRole.AGENT, account, until=TODAY + timedelta(days=9))
    sign_in(client, None, account=account)

    page = client.get("/my").text

    assert "甲企业" in page
    assert "乙企业" in page
    assert "切换企业" in page


def test_a_mandate_that_ran_out_yesterday_opens_nothing(client, sign_in):
    firm = EnterpriseFactory()
    account, _ = member(firm, EnterpriseRole.AGENT, until=TODAY)
    sign_in(client, None, account=account)

    assert client.get(f"/my/enterprises/{firm.id}/members").status_code == 403
