"""The enterprise's form: what is typed survives every refusal; what is filed was signed."""

import json
import re
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.evaluation.models import TraceNote, TraceShown
from app.foundation.actor import EnterpriseRole, Role
from app.notices.models import Notice
from app.profiles import drafts, locks
from app.profiles.models import ProfileDraft, ProfileRevision
from app.profiles.typed import Typed, of_values
from tests import markup
from tests.factories.accounts import AccountFactory
from tests.factories.base import NOON
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.evaluation import LIBRARY, SOUND, WAN, cover, file_year, make_sound
from tests.factories.mandates import MandateFactory

YEAR = 2025
pytestmark = pytest.mark.usefixtures("places")
JSON = {"Accept": "application/json"}


@pytest.fixture
def firm(session):
    cover()
    return make_sound(EnterpriseFactory(name="邢台轴承科技有限公司"), 2023, 2024)


@pytest.fixture
def enter(client, session, sign_in):
    """Sign in somebody who acts for a firm in some roles."""

    def act(firm, *roles):
        account = AccountFactory()
        for role in roles:
            MandateFactory(account_id=account.id, enterprise_id=firm.id, role=role)
        return sign_in(client, None, account=account)

    return act


def address(firm, rest="", year=YEAR):
    return f"/my/enterprises/{firm.id}/profiles/{year}{rest}"


def fields_of(page, action):
    return next(f for f in markup.forms(page) if f.method == "post" and f.action.endswith(action))


def draft_of(session, firm):
    return drafts.find_draft(session, firm.id, YEAR)


FILLER, FINANCE, LEGAL = EnterpriseRole.FILLER, EnterpriseRole.FINANCE, EnterpriseRole.LEGAL


def test_the_years_of_an_own_firm_are_listed_with_their_state(client, session, firm, enter):
    enter(firm, FILLER)

    page = client.get("/my/profiles").text

    assert "邢台轴承科技有限公司" in page
    assert page.count("开始填报") >= 2
    assert "已填报" in page


def test_the_form_shows_definition_source_statement_and_last_years_figure(client, firm, enter):
    enter(firm, FILLER)

    page = client.get(address(firm)).text

    row = page[page.index('id="row-sales_revenue"') :][:3000]
    assert "取自企业所得税年度纳税申报表" in row
    assert "1,000" in row
    assert 'name="employees_insured"' not in page
    assert "由上级或其他部门提供" in page
    assert "科技型中小企业" in page


def test_what_is_typed_comes_back_as_typed_with_words_beside_the_field(
    client, session, firm, enter
):
    enter(firm, FILLER)
    typed = {
        "sales_revenue": "一千多万",
        "rd_staff": "-3",
        "employees_year_end": "12.5",
        "segment_since": "2999-01-01",
        "sci_tech_staff_tech_sme": "120",
        "employees_tech_sme": "100",
    }

    client.submit(address(firm), typed)
    page = client.get(address(firm)).text

    for name, text in typed.items():
        assert re.search(rf'name="{name}" value="{text}"', page), name
    for words in ("不是金额", "不能是负数", "应为整数", "晚于今天", "120 人多于"):
        assert words in page
    assert 'href="#f-rd_staff"' in page


def test_the_clock_saves_and_says_when_and_what_is_amiss(client, session, firm, enter):
    enter(firm, FILLER)
    form = fields_of(client.get(address(firm)).text, f"/{YEAR}")

    answer = client.post(
        form.action, data={**form.fields, "sales_revenue": "3000", "rd_staff": "x"}, headers=JSON
    )

    assert answer.status_code == 200
    assert re.fullmatch(r"已保存 \d\d:\d\d:\d\d", answer.json["saved"])
    assert answer.json["version"] == draft_of(session, firm).version
    assert answer.json["jumps"] == ["sales_revenue"]
    assert {"rd_staff", "reason-sales_revenue"} == {f["field"] for f in answer.json["faults"]}


def test_a_stale_tab_gets_both_versions_and_may_choose(client, session, firm, enter):
    enter(firm, FILLER)
    client.submit(address(firm), {"sales_revenue": "11", "rd_staff": "7"})
    stale = fields_of(client.get(address(firm)).text, f"/{YEAR}")
    client.submit(address(firm), {"sales_revenue": "22"})

    answer = client.post(stale.action, data={**stale.fields, "sales_revenue": "33"})

    assert answer.status_code == 409
    assert 'value="33"' in answer.text
    assert 'value="22"' in answer.text
    assert Typed.loads(draft_of(session, firm).raw).figures["sales_revenue"] == "22"
    chosen = fields_of(answer.text, f"/{YEAR}")
    assert (
        client.post(chosen.action, data={**chosen.fields, "sales_revenue": "33"}).status_code == 302
    )
    kept = Typed.loads(draft_of(session, firm).raw).figures
    assert (kept["sales_revenue"], kept["rd_staff"]) == ("33", "7")


def test_a_stale_clock_is_told_and_changes_nothing(client, session, firm, enter):
    enter(firm, FILLER)
    client.submit(address(firm), {"sales_revenue": "11"})
    form = fields_of(client.get(address(firm)).text, f"/{YEAR}")

    data = {**form.fields, "version": "77", "sales_revenue": "5"}
    answer = client.post(form.action, data=data, headers=JSON)

    assert answer.status_code == 409
    assert Typed.loads(draft_of(session, firm).raw).figures["sales_revenue"] == "11"


def test_a_tab_left_open_over_the_filing_shows_what_was_typed(client, session, firm, enter):
    enter(firm, FILLER)
    form = fields_of(client.get(address(firm)).text, f"/{YEAR}")
    file_year(firm, YEAR, SOUND)

    answer = client.post(form.action, data={**form.fields, "sales_revenue": "777"})

    assert answer.status_code == 409
    assert "777" in answer.text


def test_without_the_token_nothing_is_saved_and_nothing_typed_is_lost(client, session, firm, enter):
    enter(firm, FILLER)

    answer = client.post(address(firm), data={"sales_revenue": "123456"})

    assert answer.status_code == 422
    assert 'value="123456"' in answer.text
    assert draft_of(session, firm) is None


def test_another_unit_keeps_every_fen(client, session, firm, enter):
    enter(firm, FILLER)

    client.submit(address(firm), {"sales_revenue": "1,234.567891", "do": "to-yuan"})
    assert 'name="sales_revenue" value="12,345,678.91"' in client.get(address(firm)).text
    client.submit(address(firm), {"do": "to-wan"})

    assert Typed.loads(draft_of(session, firm).raw).figures["sales_revenue"] == "1,234.567891"


def test_the_whole_way_from_the_first_figure_to_the_filed_page(client, session, firm, enter):
    signer = enter(firm, FILLER, FINANCE, LEGAL)
    figures = {name: text for name, text in _sound().items() if name != "sales_revenue"}
    client.submit(address(firm), {**figures, "sales_revenue": "2,000"})
    review = client.get(address(firm, "/review")).text
    assert "请用一句话说明原因" in review
    assert (
        client.submit(address(firm, "/review"), action="signatures/enterprise_finance").status_code
        == 422
    )

    reason = {"reason-sales_revenue": "新产品上市"}
    client.submit(address(firm), reason)
    client.submit(address(firm, "/review"), action="signatures/enterprise_finance")
    client.submit(address(firm, "/review"), action="signatures/legal")
    unpledged = client.submit(address(firm, "/review"), action="/filing")
    assert unpledged.status_code == 422
    assert "请先勾选承诺" in unpledged.text
    answer = client.submit(address(firm, "/review"), {"pledge": "yes"}, action="/filing")

    assert answer.location.endswith(address(firm, "/filed"))
    page = client.get(answer.location).text
    assert "新产品上市" in page
    assert signer.name in page
    revision = session.scalars(select(ProfileRevision).where(ProfileRevision.year == YEAR)).one()
    assert json.loads(revision.body)["figures"]["sales_revenue"] == 2_000 * WAN
    assert client.get(address(firm)).location.endswith("/filed")
    client.submit(address(firm, "/filed"), action="/beginning")
    assert 'value="2,000"' in client.get(address(firm)).text
    assert "没有更改" in client.get(address(firm, "/review")).text
    client.submit(address(firm, "/review"), action="/removal")
    assert draft_of(session, firm) is None


def _sound():
    return dict(of_values(SOUND, LIBRARY.indicators).figures)


def test_filing_before_both_have_signed_is_told_on_the_page(client, session, firm, enter):
    enter(firm, FILLER, FINANCE)
    client.submit(address(firm), {"rd_staff": "3"})

    answer = client.submit(address(firm, "/review"), {"pledge": "yes"}, action="/filing")

    assert answer.status_code == 409
    assert "还缺财务、法人的确认" in answer.text
    assert draft_of(session, firm) is not None


def test_those_who_sign_are_told_that_a_draft_waits(client, session, firm, enter):
    finance = MandateFactory(enterprise_id=firm.id, role=FINANCE)
    legal = MandateFactory(enterprise_id=firm.id, role=LEGAL)
    enter(firm, FILLER)
    client.submit(address(firm), {"rd_staff": "3"})

    client.submit(address(firm, "/review"), action="/request")
    told = session.scalars(select(Notice)).all()
    assert [(n.account_id, n.link) for n in told] == [
        (finance.account_id, address(firm, "/review"))
    ]

    enter(firm, FINANCE)
    client.submit(address(firm, "/review"), action="signatures/enterprise_finance")
    last = session.scalars(select(Notice).where(Notice.account_id == legal.account_id)).one()
    assert "等待法人确认" in last.text


# --- The trace ------------------------------------------------------------------------------------


def trace(client, firm, typed, **more):
    form = fields_of(client.get(address(firm)).text, f"/{YEAR}")
    return client.post(address(firm, "/trace"), data={**form.fields, **typed, **more})


def test_the_trace_follows_what_is_typed_and_saves_nothing(client, session, firm, enter):
    enter(firm, FILLER)

    met = trace(client, firm, _sound())
    unmet = trace(client, firm, {**_sound(), "total_assets": "20,001"})

    assert met.status_code == unmet.status_code == 200
    first = met.text[: met.text.index("</summary>")]
    assert "达标" in first.replace("未达标", "")
    assert "未达标" not in first
    assert "未达标" in unmet.text[: unmet.text.index("</summary>")]
    assert draft_of(session, firm) is None
    assert 'href="#f-' in trace(client, firm, {"rd_staff": "3"}).text


def test_what_changed_after_it_was_shown_unmet_is_noted_when_filed(client, session, firm, enter):
    enter(firm, FILLER, FINANCE, LEGAL)
    short = {**_sound(), "total_assets": "20,001", "reason-total_assets": "并购"}
    client.submit(address(firm), short)
    trace(client, firm, short, settled="yes")
    assert session.scalar(select(func.count()).select_from(TraceShown)) > 0

    client.submit(address(firm), {"total_assets": "19,999"})
    for role in ("enterprise_finance", "legal"):
        client.submit(address(firm, "/review"), action=f"signatures/{role}")
    client.submit(address(firm, "/review"), {"pledge": "yes"}, action="/filing")

    noted = session.scalars(select(TraceNote).where(TraceNote.title == "national.tech_sme")).all()
    assert [(n.indicator, n.before, n.after) for n in noted] == [
        ("total_assets", "200,010,000", "199,990,000")
    ]


# --- Who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rest", ["", "/review", "/filed"])
def test_another_firm_is_not_found(client, session, firm, enter, rest):
    enter(EnterpriseFactory(), FILLER)

    assert client.get(address(firm, rest)).status_code == 404


@pytest.mark.parametrize(
    "rest", ["", "/beginning", "/removal", "/request", "/signatures/legal", "/filing", "/trace"]
)
def test_nothing_of_another_firm_can_be_changed(client, session, firm, enter, rest):
    other = EnterpriseFactory()
    enter(other, FILLER, FINANCE, LEGAL)
    token = fields_of(client.get(address(other)).text, f"/{YEAR}").fields

    answer = client.post(address(firm, rest), data={**token, "rd_staff": "1", "pledge": "yes"})

    assert answer.status_code == 404
    assert session.scalars(select(ProfileDraft)).all() == []


def test_an_officer_has_no_door_to_drafts(client, firm, sign_in):
    sign_in(client, Role.CITY_REVIEWER)

    assert client.get(address(firm)).status_code == 403


def test_a_year_to_come_is_not_found(client, firm, enter):
    enter(firm, FILLER)

    assert client.get(address(firm, year=2999)).status_code == 404
    assert client.get(address(firm, year=1999)).status_code == 404


def test_the_legal_person_reads_and_cannot_type(client, session, firm, enter):
    enter(firm, LEGAL)
    form = fields_of(client.get(address(firm)).text, f"/{YEAR}")

    assert client.post(form.action, data={**form.fields, "rd_staff": "1"}).status_code == 403


def test_a_year_under_review_takes_only_what_was_sent_back(client, session, firm, enter):
    file_year(firm, YEAR, SOUND)
    locks.lock(session, firm.id, YEAR, uuid4(), ["total_assets"], at=NOON)
    enter(firm, FILLER)
    client.submit(address(firm, "/filed"), action="/beginning")
    page = client.get(address(firm)).text
    assert "审核中，不能更改" in page

    answer = client.submit(address(firm), {"sales_revenue": "9", "total_assets": "5"})
    assert answer.status_code == 409
    assert 'name="total_assets" value="5"' in answer.text
    assert "正在审核，不能更改" in answer.text
    assert client.submit(address(firm), {"total_assets": "5"}).status_code == 302
