"""The bureau's pages of flags, pools, verdicts, rules and batches."""

import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import select

from app.evaluation.domain import FlagKind, FlagState, Grade
from app.evaluation.models import ClauseCheck, Flag
from app.foundation.actor import Line, Role
from app.jobs.models import Job
from tests.app.evaluation.test_jobs import LATER, run
from tests.factories.accounts import AccountFactory, RoleGrantFactory
from tests.factories.enterprises import EnterpriseFactory, enrol, hold
from tests.factories.evaluation import SOUND, WAN, FlagFactory, cover, file_year, make_sound
from tests.factories.reference import CITY, XIANGDU, XINDU

pytestmark = pytest.mark.usefixtures("places")


@pytest.fixture
def judged(session):
    """A firm that meets 科小 and one that is one criterion short, both judged."""
    cover()
    sound = make_sound(EnterpriseFactory(name="邢台达标科技有限公司"), 2023, 2024, 2025)
    short = make_sound(EnterpriseFactory(name="邢台差一科技有限公司"), 2023, 2024)
    file_year(short, 2025, {**SOUND, "total_assets": 20_001 * WAN})
    run(session, titles=("national.tech_sme",))
    return sound, short


# --- Flags ----------------------------------------------------------------------------------------


def test_flags_are_listed_by_kind_with_what_they_say(client, session, sign_in, judged):
    sign_in(client, Role.CITY_REVIEWER)

    page = client.get("/flags").text

    assert "邢台达标科技有限公司" in page
    assert "应评未评" in page
    assert "没有符合条件的标记" in client.get("/flags?kind=reserve").text
    assert "没有符合条件的标记" in client.get("/flags?grade=short").text


def test_another_countys_flag_is_not_found_by_any_door(client, session, sign_in, judged):
    flag = session.scalars(select(Flag)).first()
    sign_in(client, Role.COUNTY_REVIEWER, XINDU)

    assert "邢台达标" not in client.get("/flags").text
    assert client.get(f"/flags/{flag.id}").status_code == 404
    assert "邢台达标" not in client.get("/flags/export.csv").text
    assert client.post(f"/flags/{flag.id}/closing", data={"reason": "x"}).status_code in {400, 404}
    assert client.get(f"/evaluations/{flag.enterprise_id}/national.tech_sme").status_code == 404
    assert "邢台达标" not in client.get("/pools/national.tech_sme").text
    assert "邢台达标" not in client.get("/pools/national.tech_sme/export.csv").text


def test_the_administrator_of_the_system_reads_no_flags(client, session, sign_in):
    sign_in(client, Role.ADMINISTRATOR)

    for path in ("/flags", "/pools", "/rules", "/evaluation/batches"):
        assert client.get(path).status_code == 403, path


def test_the_list_is_exported_as_it_is_filtered(client, session, sign_in):
    sign_in(client, Role.CITY_REVIEWER)
    FlagFactory(enterprise=EnterpriseFactory(name="=邢台公式科技有限公司"), grade=Grade.READY)
    FlagFactory(kind=FlagKind.RESERVE, subject="national.high_tech")

    text = client.get("/flags/export.csv?kind=eligible_not_held").get_data().decode("utf-8-sig")
    book = openpyxl.load_workbook(
        io.BytesIO(client.get("/flags/export.xlsx").get_data()), read_only=True
    )

    assert "'=邢台公式科技有限公司" in text
    assert "小升高后备" not in text
    assert len(list(book.active.rows)) == 3
    assert client.get("/flags/export.pdf").status_code == 404


def test_a_flag_is_seen_through_on_its_page(client, session, sign_in):
    account = sign_in(client, Role.CITY_REVIEWER)
    flag = FlagFactory()
    path = f"/flags/{flag.id}"

    assert client.submit(path, {"assignee": str(account.id)}, action="assignment").location == path
    assert client.submit(path, {"text": "已电话联系"}, action="note").location == path
    assert client.submit(path, {"reason": "企业已申报"}, action="closing").location == path

    page = client.get(path).text
    assert session.get(Flag, flag.id).state is FlagState.CLOSED
    assert "已电话联系" in page
    assert "企业已申报" in page
    assert client.submit(path, {"reason": "未通过"}, action="reopening").location == path


def test_a_flag_is_not_closed_without_a_reason(client, session, sign_in):
    sign_in(client, Role.CITY_REVIEWER)
    flag = FlagFactory()

    answer = client.submit(f"/flags/{flag.id}", {"reason": ""}, action="closing")

    assert answer.status_code == 422
    assert "请写明理由" in answer.text
    assert session.get(Flag, flag.id).state is FlagState.OPEN


def test_a_stale_page_does_not_close_a_flag(client, session, sign_in):
    sign_in(client, Role.CITY_REVIEWER)
    flag = FlagFactory()

    answer = client.submit(
        f"/flags/{flag.id}", {"reason": "办结", "version": "0"}, action="closing"
    )

    assert answer.status_code == 409
    assert session.get(Flag, flag.id).state is FlagState.OPEN


def test_a_leader_looks_and_does_nothing(client, session, sign_in):
    flag = FlagFactory()
    sign_in(client, Role.LEADER)

    page = client.get(f"/flags/{flag.id}").text

    assert 'action="/flags/' not in page
    assert client.post(f"/flags/{flag.id}/closing").status_code in {400, 403}


def test_ticked_flags_are_given_to_an_officer_together(client, session, sign_in):
    sign_in(client, Role.CITY_REVIEWER)
    other = AccountFactory(name="李初审")
    RoleGrantFactory(account_id=other.id, role=Role.COUNTY_REVIEWER, division=XIANGDU)
    flags = [FlagFactory(), FlagFactory()]
    ticked = [str(flag.id) for flag in flags]

    answer = client.submit("/flags", {"flag": ticked, "assignee": str(other.id)}, action="/flags")

    assert answer.status_code == 302
    assert {session.get(Flag, flag.id).assignee_id for flag in flags} == {other.id}
    nothing = client.submit("/flags", {"flag": [], "assignee": ""}, action="/flags")
    assert nothing.status_code == 422
    assert "请先勾选" in nothing.text


# --- Verdicts and pools ---------------------------------------------------------------------------


def test_a_verdict_page_says_what_decides_with_the_gap_and_the_clause(
    client, session, sign_in, judged
):
    sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)
    _, short = judged

    page = client.get(f"/evaluations/{short.id}/national.tech_sme?on=2026-06-15&for_year=2026").text

    assert "起决定作用的" in page
    assert "资产总额不超过2亿元" in page
    assert "超出 1万元" in page
    assert "国科发政〔2017〕115号 第六条（二）" in page
    assert "已记录的结论" in page


def test_a_verdict_page_marks_what_is_preliminary(client, session, sign_in, judged):
    sign_in(client, Role.CITY_REVIEWER)
    sound, _ = judged

    page = client.get(f"/evaluations/{sound.id}/national.tech_sme?on=2025-12-31&for_year=2026").text

    assert "依据年度尚未结束" in page


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("on=2026-13-01", 422, "日期应写作"),
        ("for_year=26", 422, "申报年度应为四位年份"),
        ("on=2015-01-01&for_year=2015", 200, "没有适用的规则"),
    ],
)
def test_a_verdict_page_says_how_to_ask_rightly(client, session, sign_in, query, status, words):
    sign_in(client, Role.CITY_REVIEWER)
    firm = EnterpriseFactory()

    answer = client.get(f"/evaluations/{firm.id}/national.tech_sme?{query}")

    assert answer.status_code == status
    assert words in answer.text


def test_pools_count_by_grade_with_coverage_and_leave_holders_out(client, session, sign_in, judged):
    sign_in(client, Role.CITY_REVIEWER)
    sound, _ = judged
    EnterpriseFactory()
    run(session, titles=("national.tech_sme",))

    page = client.get("/pools?for_year=2026&title=national.tech_sme").text
    assert "2 / 3" in page  # 可评/在册
    assert "襄都区" in page
    listed = client.get("/pools/national.tech_sme?for_year=2026").text
    assert "邢台达标科技有限公司" in listed

    enrol(sound, 2026, at=LATER)

    assert "邢台达标" not in client.get("/pools/national.tech_sme?for_year=2026").text
    assert "邢台达标" in client.get("/pools/national.tech_sme?for_year=2026&held=all").text
    short = client.get("/pools/national.tech_sme?for_year=2026&grade=one_short").text
    assert "超出 1万元" in short


def test_a_pool_is_exported_with_what_each_firm_lacks(client, session, sign_in, judged):
    sign_in(client, Role.CITY_REVIEWER)

    text = client.get("/pools/national.tech_sme/export.csv?for_year=2026").get_data()

    lines = text.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert "超出 1万元" in next(line for line in lines if "差一" in line)


# --- Rules ----------------------------------------------------------------------------------------


def test_the_rules_of_a_day_are_shown_clause_by_clause(client, session, sign_in):
    sign_in(client, Role.LEADER)

    assert "科技型中小企业" in client.get("/rules").text
    page = client.get("/rules/national.tech_sme?on=2026-06-15").text
    assert "KX-05a" in page
    assert "登记局核实" not in page
    assert client.get("/rules/no.such").status_code == 404


def test_a_policy_officer_signs_a_clause(client, session, sign_in):
    sign_in(client, Role.POLICY)
    path = "/rules/national.tech_sme?on=2026-06-15&for_year=2026"
    fields = {
        "clause": "KX-06",
        "official_text": "查账征收并能准确归集研发费用",
        "official_name": "国科火字〔2022〕67号",
        "checked_on": "2026-06-15",
    }

    answer = client.submit(path, fields, action="checks")

    assert answer.status_code == 302
    assert session.scalars(select(ClauseCheck.clause)).all() == ["KX-06"]
    assert "国科火字〔2022〕67号，2026年6月15日" in client.get(path).text
    faulty = client.submit(
        path, {**fields, "clause": "KX-06-accounts", "official_text": ""}, action="checks"
    )
    assert faulty.status_code == 422
    assert "请抄录正式文本中的原文" in faulty.text


# --- Batches --------------------------------------------------------------------------------------


def test_a_batch_is_ordered_from_the_page_and_its_result_shown(client, session, sign_in):
    sign_in(client, Role.CITY_REVIEWER)
    order = {"division": CITY, "on": "2026-06-15", "for_year": "2026"}

    answer = client.submit("/evaluation/batches", order)

    job = session.scalars(select(Job).where(Job.kind == "evaluation.batch")).one()
    assert answer.location == f"/jobs/{job.id}"
    again = client.submit("/evaluation/batches", order)
    assert again.status_code == 422
    job.tally = '{"national.tech_sme/outcome/met":3,"national.tech_sme/grade/ready":3}'
    session.flush()
    page = client.get(f"/evaluation/batches/{job.id}").text
    assert "科技型中小企业" in page


def test_a_county_sees_batches_and_orders_none(client, session, sign_in):
    sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)

    page = client.get("/evaluation/batches").text

    assert "发起批量评价" not in page
    answer = client.post("/evaluation/batches", data={"division": CITY})
    assert answer.status_code in {400, 403, 422}
    assert session.scalars(select(Job)).all() == []


def test_money_lists_open_for_the_finance_bureau(client, session, sign_in):
    hold(EnterpriseFactory(), since=date(2026, 3, 1), until=date(2029, 3, 1))
    flag = FlagFactory(
        kind=FlagKind.SUBSIDY,
        subject="hebei.high_tech_award",
        grade=None,
        detail='{"amount_fen":null,"event":"first","first":"yes","on":"2026-03-01",'
        '"verified":false}',
    )
    sign_in(client, Role.FINANCE, CITY, line=Line.FINANCE)

    page = client.get(f"/flags/{flag.id}").text

    assert "金额待核，不计入合计" in page
    assert (
        client.submit(f"/flags/{flag.id}", {"text": "已列预算"}, action="note").status_code == 302
    )


def test_an_address_with_a_wrong_page_or_day_is_refused_not_failed(client, sign_in):
    sign_in(client, Role.CITY_REVIEWER)

    assert client.get("/pools/national.tech_sme?after=x").status_code == 404
    assert client.get("/pools?on=9999-12-31").status_code == 422
    assert client.get("/titles?on=9999-12-31").status_code == 200
    assert client.get("/titles/national.high_tech?on=9999-12-31").status_code == 200
