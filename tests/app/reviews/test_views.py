"""The firms' pages: where one may apply, the application, the case."""

import io

from sqlalchemy import select

from app.foundation.actor import Role
from app.foundation.clock import now, today
from app.reviews import service
from app.reviews.domain import CaseAction, CaseStatus
from app.reviews.models import ReviewCase
from app.reviews.service import Sent
from tests import markup
from tests.app.files.test_service import PDF
from tests.factories.reference import XIANGDU
from tests.factories.reviews import OWN, apply, decide, firm, officer


def this_year():
    return tuple(range(today().year - 3, today().year))


def file_application(client, enterprise, **more):
    said = {"application_type": "新申报", "pledge": "y", **more}
    return client.submit(f"/my/enterprises/{enterprise.id}/apply/{OWN}/{today().year}", said)


def test_one_sees_what_is_open_until_when_and_how_one_stands(session, client, enter, library):
    enterprise = firm(this_year())
    enter.firm(enterprise)

    page = client.get(f"/my/enterprises/{enterprise.id}/apply").text

    assert "瞪羚企业" in page
    assert "24:00 前" in page
    assert "核对并申报" in page
    assert "未达标" in page or "资料不足" in page


def test_an_application_is_filed_from_the_page_and_printed_and_stamped(session, client, enter):
    enterprise = firm(this_year())
    enter.firm(enterprise)

    answer = file_application(client, enterprise)

    case = session.scalars(select(ReviewCase)).one()
    assert answer.location.endswith(f"/my/cases/{case.id}")
    page = client.get(answer.location).text
    for said in ("县区初审", "市级复核", "市级审定", "尚未上传", "撤回申报"):
        assert said in page
    paper = client.get(f"/my/cases/{case.id}/paper").text
    assert "承诺" in paper
    assert enterprise.credit_code in paper
    sent = {"file": (io.BytesIO(PDF), "申报书.pdf")}
    assert client.submit(answer.location, sent, action="/paper").status_code == 302
    assert "申报书.pdf" in client.get(answer.location).text
    assert "瞪羚" in client.get("/my/cases").text


def test_without_the_pledge_nothing_is_filed(session, client, enter):
    enterprise = firm(this_year())
    enter.firm(enterprise)

    answer = file_application(client, enterprise, pledge="")

    assert answer.status_code == 422
    assert "请阅读并勾选承诺" in answer.text
    assert session.scalars(select(ReviewCase)).all() == []


def test_a_window_that_closed_meanwhile_is_told_with_the_next_one(session, client, enter, library):
    enterprise = firm(this_year())
    enter.firm(enterprise)
    path = f"/my/enterprises/{enterprise.id}/apply/{OWN}/{today().year}"
    [form] = [f for f in markup.forms(client.get(path).text) if f.method == "post" and not f.action]
    library.windows = tuple(w for w in library.windows if w.batch.zh == "第二批")

    answer = client.post(path, data={**form.fields, "application_type": "新申报", "pledge": "y"})

    assert answer.status_code == 409
    assert "现在不在申报期内" in answer.text
    assert "第二批" in answer.text
    assert session.scalars(select(ReviewCase)).all() == []
    shut = client.get(path).text
    assert "第二批" in shut
    assert 'name="pledge"' not in shut


def test_an_unfiled_year_is_told_on_the_page(session, client, enter):
    enterprise = firm(())
    enter.firm(enterprise)

    answer = file_application(client, enterprise)

    assert answer.status_code == 409
    assert "年度填报" in answer.text


def test_a_file_of_the_wrong_type_is_refused_by_name(session, client, enter):
    case = apply()
    enter.firm(case.enterprise)

    sent = {"file": (io.BytesIO(b"MZ not a paper"), "申报书.exe")}
    answer = client.submit(f"/my/cases/{case.id}", sent, action="/paper")

    assert answer.status_code == 422
    assert "申报书.exe" in answer.text


def test_a_returned_case_shows_its_fields_and_is_handed_in_again(session, client, enter):
    case = apply()
    items = [Sent("operating_revenue", 2025, "与审计报告不一致")]
    decide(case, CaseAction.RETURN, by=officer(), reason="请补正", items=items)
    enter.firm(case.enterprise)

    page = client.get(f"/my/cases/{case.id}").text
    assert "与审计报告不一致" in page
    client.submit(f"/my/cases/{case.id}", {"note": "已改"}, action="resubmission")

    found = session.get(ReviewCase, case.id)
    assert (found.status, found.round) == (CaseStatus.OPEN, 2)


def test_letters_and_withdrawal_from_the_page(session, client, enter):
    case = apply()
    enter.firm(case.enterprise)
    page = f"/my/cases/{case.id}"

    client.submit(page, {"text": "材料明天到"}, action="letters")
    assert "材料明天到" in client.get(page).text
    assert client.submit(page, {"reason": ""}, action="withdrawal").status_code == 422
    client.submit(page, {"reason": "数据有误"}, action="withdrawal")

    assert session.get(ReviewCase, case.id).status is CaseStatus.WITHDRAWN
    assert "withdrawal" not in client.get(page).text


def test_another_firms_case_does_not_exist(session, client, enter):
    case = apply()
    enter.firm(stranger := firm())

    assert client.get(f"/my/cases/{case.id}").status_code == 404
    assert client.get(f"/my/cases/{case.id}/paper").status_code == 404
    assert client.get(f"/my/enterprises/{case.enterprise_id}/apply").status_code == 404
    assert client.get(f"/my/enterprises/{stranger.id}/apply").status_code == 200
    assert client.get("/desk/cases").status_code == 403


def test_an_officer_has_no_page_of_a_firms_own(session, client, enter):
    case = apply()
    enter(Role.COUNTY_REVIEWER, XIANGDU)

    assert client.get(f"/my/cases/{case.id}").status_code == 403
    assert client.get(f"/my/cases/{case.id}/paper").status_code == 200


def test_a_case_that_moved_while_the_page_was_open_is_not_withdrawn(session, client, enter):
    case = apply()
    enter.firm(case.enterprise)
    seen = case.version
    service.decide(
        session,
        client.application.extensions["library"],
        case.id,
        action=CaseAction.PASS,
        reason="齐全",
        version=case.version,
        by=officer(),
        at=now(),
    )

    stale = {"reason": "撤", "version": str(seen)}
    answer = client.submit(f"/my/cases/{case.id}", stale, action="withdrawal")

    assert answer.status_code == 409
