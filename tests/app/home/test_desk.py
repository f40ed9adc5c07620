"""The front page, the page of one firm, the style page: who sees what, and that it is right."""

import re
from datetime import date
from uuid import uuid4

import pytest
import time_machine

from app.enterprises.domain import OperatingStatus
from app.evaluation.domain import ApplicationType, FlagKind, FlagState, Grade, Outcome
from app.evaluation.models import RuleSetRecord
from app.foundation.actor import SEES_ENTERPRISES, Role
from app.home.firm import shown
from app.reference.models import Industry
from app.web.law import law
from tests.factories.accounts import AccountFactory
from tests.factories.base import NOON
from tests.factories.enterprises import EnterpriseFactory, enrol, hold
from tests.factories.evaluation import LIBRARY, file_year
from tests.factories.evaluation_rows import EvaluationFactory, FlagFactory
from tests.factories.reference import OTHER_COUNTY, XINDU


@pytest.fixture(autouse=True)
def _day(places):
    with time_machine.travel("2026-06-15T04:00:00Z", tick=False):
        yield


def test_a_stranger_is_greeted_and_shown_the_door(client):
    page = client.get("/")

    assert page.status_code == 200
    assert "企业用户注册" in page.text
    assert "我的待办" not in page.text


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_front_page(client, sign_in, role):
    sign_in(client, role)

    page = client.get("/")

    assert page.status_code == 200
    assert ("我的待办" in page.text) == (role in SEES_ENTERPRISES)
    assert ("您的角色不查看企业" in page.text) == (role not in SEES_ENTERPRISES)


def test_an_account_without_a_grant_has_a_front_page_too(client, sign_in):
    sign_in(client, None)

    assert client.get("/").status_code == 200


def test_the_front_page_shows_ones_own_flags_and_what_ends(client, sign_in):
    me = AccountFactory()
    mine, other = EnterpriseFactory(name="我的企业"), EnterpriseFactory(name="别人的企业")
    hold(mine, since=date(2023, 8, 1), until=date(2026, 8, 1))
    for firm, account in ((mine, me), (other, AccountFactory())):
        FlagFactory(
            enterprise_id=firm.id,
            kind=FlagKind.EXPIRING,
            subject="national.high_tech",
            state=FlagState.ASSIGNED,
            assignee_id=account.id,
        )
    sign_in(client, Role.CITY_REVIEWER, account=me)

    page = client.get("/").text

    assert "我的企业" in page
    assert "2026年8月1日" in page
    assert "别人的企业" not in page


def judged_short_of(session, firm, criterion):
    """A verdict of 2026 that one criterion alone stands in the way of, by the law in force."""
    law_of_2026 = LIBRARY.rule_set("national.tech_sme", "年度评价", date(2026, 6, 15), 2026)
    ids = [each.id for each in law_of_2026.criteria]
    session.add(
        RuleSetRecord(
            fingerprint=law_of_2026.fingerprint,
            title="national.tech_sme",
            application_type=ApplicationType.YEARLY,
            language="1",
            tree=law_of_2026.tree,
            recorded_at=NOON,
        )
    )
    session.flush()
    codes = "".join("0" if each == criterion else "3" for each in ids)
    return EvaluationFactory(
        enterprise_id=firm.id,
        application_type=ApplicationType.YEARLY,
        fingerprint=law_of_2026.fingerprint,
        for_year=2026,
        on_day=date(2026, 6, 15),
        outcome=Outcome.UNMET,
        grade=Grade.ONE_SHORT,
        findings=f'{{"decisive":[["{criterion}",0,null,null,null,null,null]],"outcomes":"{codes}"}}',
    )


def test_a_step_that_is_near_says_what_is_missing_and_how_much_is_met(client, session, sign_in):
    firm = EnterpriseFactory()
    judged_short_of(session, firm, "KX-02b")
    sign_in(client)

    page = client.get(f"/enterprises/{firm.id}").text

    (name,) = [
        str(each.name)
        for each in LIBRARY.rule_set(
            "national.tech_sme", "年度评价", date(2026, 6, 15), 2026
        ).criteria
        if each.id == "KX-02b"
    ]
    assert f"差：{name}"[:12] in page
    assert re.search(r"已达 \d\d %", page)


def test_the_page_of_a_firm_shows_where_it_stands(client, session, sign_in):
    firm = EnterpriseFactory(name="邢台示例机械有限公司")
    hold(firm, since=date(2024, 11, 1), until=date(2027, 11, 1), certificate="GR202413000001")
    enrol(firm, 2025)
    judged_short_of(session, firm, "KX-02b")
    FlagFactory(enterprise_id=firm.id, kind=FlagKind.RESERVE, subject="national.high_tech")
    file_year(firm, 2024)
    file_year(firm, 2025)
    sign_in(client, Role.COUNTY_REVIEWER, firm.managing_division)

    page = client.get(f"/enterprises/{firm.id}")

    assert page.status_code == 200
    assert "邢台示例机械有限公司的培育梯田" in page.text
    assert "GR202413000001 有效期至 2027年11月1日" in page.text
    assert "2025 年度曾入库，2026 年度未入库" in page.text
    assert "1,000.00" in page.text  # 万元 of sales in both years
    assert "小升高后备" in page.text


def test_a_firm_of_which_nothing_is_known_says_so(client, sign_in):
    firm = EnterpriseFactory()
    sign_in(client)

    page = client.get(f"/enterprises/{firm.id}").text

    for words in ("尚未评价", "没有标记", "还没有填报数据", "没有称号记录"):
        assert words in page


@pytest.mark.parametrize("division", [XINDU, OTHER_COUNTY])
def test_a_firm_of_another_place_does_not_exist(client, sign_in, division):
    firm = EnterpriseFactory(name="襄都企业")
    sign_in(client, Role.COUNTY_REVIEWER, division)

    page = client.get(f"/enterprises/{firm.id}")

    assert page.status_code == 404
    assert "襄都企业" not in page.text
    assert client.get(f"/enterprises/{uuid4()}").status_code == 404


def test_who_runs_the_system_reads_no_firms(client, sign_in):
    firm = EnterpriseFactory()
    sign_in(client, Role.ADMINISTRATOR)

    assert client.get(f"/enterprises/{firm.id}").status_code == 403


def test_the_style_page_is_for_who_is_signed_in(client, sign_in):
    assert client.get("/style").status_code == 302

    sign_in(client, Role.POLICY)

    assert "判定依据" in client.get("/style").text


def test_the_pages_can_be_read_in_english(client, sign_in):
    firm = EnterpriseFactory()
    sign_in(client)

    for path in ("/", f"/enterprises/{firm.id}", "/style"):
        assert client.get(f"{path}?lang=en").status_code == 200


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("sales_revenue", 123_456_789, "123.46"),
        ("sales_revenue", -50, "0.00"),
        ("sales_revenue", 0, "0.00"),
        ("employees_tech_sme", None, ""),
        ("resident_enterprise", True, "是"),
        ("resident_enterprise", False, "否"),
    ],
)
def test_a_figure_is_shown_in_the_unit_of_its_column(app, name, value, words):
    with app.test_request_context():
        assert shown(law().indicators[name], value) == words


def test_a_firm_no_longer_in_business_reaches_no_step_whatever_its_last_verdict(client, sign_in):
    firm = EnterpriseFactory(operating_status=OperatingStatus.DEREGISTERED)
    EvaluationFactory(enterprise_id=firm.id, outcome=Outcome.MET, grade=Grade.READY)
    sign_in(client, Role.CITY_REVIEWER)

    page = client.get(f"/enterprises/{firm.id}").text

    assert "已达标" not in page.partition('class="columns')[0]
    assert "企业已注销，不再评价" in page
    trace = client.get(f"/evaluations/{firm.id}/national.tech_sme?on=2026-06-15").text
    assert "不再经营的企业不进入批量评价和名单" in trace


def test_an_industry_is_told_by_name(client, session, sign_in):
    session.add(Industry(code="3011", name="水泥制造", level=4, section="C"))
    session.flush()
    firm = EnterpriseFactory(industry_code="3011")
    sign_in(client, Role.CITY_REVIEWER)

    assert "水泥制造（3011）" in client.get(f"/enterprises/{firm.id}").text
