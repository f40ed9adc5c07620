"""The reviewers' pages: the queue, the case, the meeting, the batches."""

import io

import openpyxl
import pytest
from sqlalchemy import select

from app.foundation.actor import Line, Role
from app.foundation.clock import now
from app.reviews.domain import CaseStatus
from app.reviews.models import (
    CaseEvent,
    Decision,
    RecommendationBatch,
    RecommendationItem,
    ReviewCase,
)
from tests.app.files.test_service import PDF
from tests.app.reviews.test_batches import announce
from tests.factories.base import NOON
from tests.factories.reference import CITY, XIANGDU, XINDU
from tests.factories.reviews import (
    MEETING,
    OWN,
    UPPER,
    apply,
    at_approval,
    batch_of,
    decide,
    firm,
    officer,
    recommended,
    send,
)


def test_the_queue_opens_on_what_waits_for_the_reviewer(session, client, enter):
    mine, citys, elsewhere = (
        apply(),
        decide(apply(), by=officer()),
        apply(enterprise=firm(registered_division=XINDU)),
    )
    enter(Role.COUNTY_REVIEWER, XIANGDU)

    page = client.get("/desk/cases").text

    assert mine.enterprise.name in page
    assert citys.enterprise.name not in page
    assert elsewhere.enterprise.name not in page
    everything = client.get("/desk/cases?tab=all").text
    assert citys.enterprise.name in everything
    assert elsewhere.enterprise.name not in everything


def test_the_queue_knows_the_line_of_a_grant(session, client, sign_in, library):
    case = apply()
    sign_in(client, Role.COUNTY_REVIEWER, XIANGDU, line=Line.INDUSTRY)

    assert case.enterprise.name not in client.get("/desk/cases").text


def test_the_queue_is_filtered_and_exported_as_shown(session, client, enter):
    own, upper = apply(), apply(UPPER)
    enter(Role.COUNTY_REVIEWER, XIANGDU)

    page = client.get(f"/desk/cases?title={UPPER}").text
    file = client.get(f"/desk/cases/export.xlsx?title={UPPER}")

    assert upper.enterprise.name in page
    assert own.enterprise.name not in page
    rows = list(openpyxl.load_workbook(io.BytesIO(file.data)).active.values)
    assert [row[0] for row in rows[1:]] == [upper.enterprise.name]
    assert client.get("/desk/cases/export.csv?for_year=2020").text.count("\n") == 1


def test_an_overdue_case_says_so(session, client, enter):
    case = apply()
    case.due_on = NOON.date()
    enter(Role.COUNTY_REVIEWER, XIANGDU)

    assert "已逾期" in client.get("/desk/cases").text


def test_the_case_shows_material_trace_and_decision(session, client, enter):
    case = apply()
    enter(Role.COUNTY_REVIEWER, XIANGDU)

    page = client.get(f"/desk/cases/{case.id}").text

    for said in ("材料", "逐条对照", "审核意见", "办理记录", "尚未上传盖章申报书", "退回的栏目"):
        assert said in page
    assert 'data-key="a"' in page


def test_a_decision_is_taken_from_the_page_and_leads_to_the_next_case(session, client, enter):
    first, second = apply(), apply()
    enter(Role.COUNTY_REVIEWER, XIANGDU)

    answer = client.submit(
        f"/desk/cases/{first.id}", {"action": "pass", "reason": "材料齐全"}, action="decision"
    )

    assert answer.status_code == 302
    assert answer.location.endswith(f"/desk/cases/{second.id}")
    assert session.get(ReviewCase, first.id).stage == 1


def test_a_return_from_the_page_names_fields(session, client, enter):
    case = apply()
    enter(Role.COUNTY_REVIEWER, XIANGDU)
    page = f"/desk/cases/{case.id}"

    bare = client.submit(page, {"action": "return", "reason": "请核对"}, action="decision")
    assert bare.status_code == 422
    assert "须指明要补正的栏目" in bare.text
    assert "请核对" in bare.text

    sent = {"action": "return", "reason": "请核对", "item": "operating_revenue@2025"}
    assert client.submit(page, sent, action="decision").status_code == 302
    assert session.get(ReviewCase, case.id).status is CaseStatus.RETURNED


def test_a_stale_tab_gets_409_and_keeps_what_was_typed(session, client, enter):
    case = apply()
    enter(Role.COUNTY_REVIEWER, XIANGDU)
    stale = {"action": "reject", "reason": "我写了很久的理由", "version": str(case.version - 1)}

    answer = client.submit(f"/desk/cases/{case.id}", stale, action="decision")

    assert answer.status_code == 409
    assert "有了变化" in answer.text
    assert "我写了很久的理由" in answer.text
    assert session.scalars(select(Decision)).all() == []


def test_who_may_not_decide_sees_why_and_no_form(session, client, enter):
    case = apply()
    enter(Role.CITY_REVIEWER, CITY)

    page = client.get(f"/desk/cases/{case.id}").text

    assert "县区初审岗位办理" in page
    assert "data-decision" not in page


def test_a_case_of_another_county_does_not_exist(session, client, enter):
    case = apply()
    enter(Role.COUNTY_REVIEWER, XINDU)

    assert client.get(f"/desk/cases/{case.id}").status_code == 404


def test_a_letter_to_the_firm_is_in_the_history(session, client, enter):
    case = apply()
    enter(Role.COUNTY_REVIEWER, XIANGDU)

    client.submit(f"/desk/cases/{case.id}", {"text": "请补交审计报告"}, action="letters")

    assert "请补交审计报告" in client.get(f"/desk/cases/{case.id}").text


def test_the_meeting_decides_a_list_and_says_which_row_moved(session, client, enter):
    one, other = at_approval(), at_approval()
    enter(Role.CITY_APPROVER, CITY)
    page = client.get("/desk/meeting").text
    assert one.enterprise.name in page

    answer = client.submit(
        "/desk/meeting",
        {
            "meeting_on": now().date().isoformat(),
            "number": MEETING.number,
            "reason": "会议审议通过",
            f"action:{one.id}": "pass",
            f"action:{other.id}": "pass",
            f"version:{other.id}": str(other.version - 1),
        },
    )

    assert answer.status_code == 200
    assert "已记录 1 件" in answer.text
    assert "您的操作没有生效" in answer.text
    assert session.get(ReviewCase, one.id).status is CaseStatus.GRANTED
    assert session.get(ReviewCase, other.id).status is CaseStatus.OPEN


def test_a_meeting_without_a_number_or_a_choice_decides_nothing(session, client, enter):
    at_approval()
    enter(Role.CITY_APPROVER, CITY)

    said = {"meeting_on": "2026-06-15", "reason": "同意"}
    assert client.submit("/desk/meeting", said).status_code == 422
    assert client.submit("/desk/meeting", {**said, "number": "纪1"}).status_code == 422


def test_a_batch_goes_from_the_page_to_the_upper_level(session, client, enter):
    case = apply(UPPER)
    decide(case, by=officer())
    enter(Role.COUNTY_REVIEWER, XIANGDU)

    what = f"{UPPER}/{case.for_year}/county/{XIANGDU}"
    made = client.submit("/desk/recommendations", {"what": what, "name": "第一批"})
    assert made.status_code == 302
    page = made.location
    bare = client.submit(page, {"number": "函1"}, action="forwarding")
    assert bare.status_code == 422
    assert "请上传盖章推荐函" in bare.text

    letter = (io.BytesIO(PDF), "推荐函.pdf")
    sent = client.submit(page, {"number": "函1", "letter": letter}, action="forwarding")

    assert sent.status_code == 302
    batch = session.scalars(select(RecommendationBatch)).one()
    assert (batch.state, batch.number) == ("forwarded", "函1")
    assert session.get(ReviewCase, case.id).stage == 1
    sheet = client.get(f"{page}/sheet.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet.data)).active.values)
    assert rows[1][1:3] == (case.enterprise.name, case.enterprise.credit_code)


def test_results_are_filled_in_from_the_imported_list(session, client, enter):
    named, left_out = recommended(), recommended()
    announce(named.enterprise)
    enter(Role.CITY_REVIEWER, CITY)
    in_city = select(RecommendationItem.batch_id).where(RecommendationItem.stage == 1)
    batch = {
        case.id: session.scalar(in_city.where(RecommendationItem.case_id == case.id))
        for case in (named, left_out)
    }
    page = f"/desk/recommendations/{batch[named.id]}"

    assert client.submit(page, action="conclusion").status_code == 302
    assert session.get(ReviewCase, named.id).status is CaseStatus.GRANTED

    page = f"/desk/recommendations/{batch[left_out.id]}"
    reason = {"reason": "名单未列"}
    assert client.submit(page, reason, action="omissions").status_code == 422
    ticked = {**reason, "case": str(left_out.id)}
    assert client.submit(page, ticked, action="omissions").status_code == 302
    assert session.get(ReviewCase, left_out.id).status is CaseStatus.NOT_LISTED


def test_cases_are_taken_in_and_out_of_a_batch(session, client, enter):
    first, second = apply(UPPER), apply(UPPER)
    county = officer()
    decide(first, by=county)
    batch = batch_of(first, county)
    decide(second, by=county)
    enter(Role.COUNTY_REVIEWER, XIANGDU)
    page = f"/desk/recommendations/{batch.id}"

    client.submit(page, action="collection")
    assert second.enterprise.name in client.get(page).text
    client.submit(page, action=f"{first.id}/removal")
    assert first.enterprise.name not in client.get(page).text


def test_a_batch_that_left_is_shown_without_its_forms(session, client, enter):
    case = apply(UPPER)
    county = officer()
    decide(case, by=county)
    batch = batch_of(case, county)
    send(batch, county)
    enter(Role.LEADER, CITY)

    page = client.get(f"/desk/recommendations/{batch.id}").text

    assert "襄科函〔2026〕5号" in page
    assert "forwarding" not in page


@pytest.mark.parametrize("title", [OWN, UPPER])
def test_the_history_lists_every_event(session, client, enter, title):
    case = apply(title)
    enter(Role.AUDITOR, CITY)

    assert "提交申报" in client.get(f"/desk/cases/{case.id}").text
    assert session.scalars(select(CaseEvent)).all()
