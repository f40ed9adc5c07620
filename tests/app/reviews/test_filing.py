"""Applications: inside a window, on filed years, once; what they rest on is pinned."""

import json

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEvent
from app.evaluation.models import RuleSetRecord
from app.foundation.actor import EnterpriseRole, Role
from app.foundation.errors import NotFound
from app.notices.models import Notice
from app.profiles.domain import filing as new_filing
from app.profiles.models import ProfileLock, ProfileRevision
from app.profiles.service import file_revisions
from app.reviews import filing, letters, queries
from app.reviews.domain import CaseAction, CaseStatus
from app.reviews.errors import (
    AlreadyOpen,
    DecisionUnfit,
    IllegalTransition,
    NoProcedure,
    NothingFiled,
    NotYourCase,
    StaleCase,
    WindowClosed,
)
from app.reviews.models import ReviewCase
from app.reviews.service import Sent
from tests.factories.base import NOON
from tests.factories.evaluation import SOUND
from tests.factories.reference import XINDU
from tests.factories.reviews import (
    LAW,
    OWN,
    UPPER,
    apply,
    decide,
    firm,
    mandate,
    officer,
    shanghai,
)


def locks(session, case):
    found = select(ProfileLock).where(ProfileLock.case_id == case.id).order_by(ProfileLock.year)
    return session.scalars(found.execution_options(populate_existing=True)).all()


def test_an_application_pins_what_it_rests_on_and_locks_the_years(session):
    case = apply()

    pinned = json.loads(case.pinned)
    current = session.scalars(
        select(ProfileRevision).where(ProfileRevision.enterprise_id == case.enterprise_id)
    ).all()
    by_year = {str(row.year): row for row in current}
    assert pinned["base_year"] == 2025
    assert {year: entry["hash"] for year, entry in pinned["revisions"].items()} == {
        year: by_year[year].body_hash for year in pinned["revisions"]
    }
    assert session.get(RuleSetRecord, case.fingerprint).title == OWN
    assert json.loads(case.facts)["facts"]
    assert case.status is CaseStatus.OPEN
    assert case.window == "第一批 测〔2026〕1号"
    assert {lock.year for lock in locks(session, case)} == {int(y) for y in pinned["revisions"]}
    assert {lock.fields for lock in locks(session, case)} == {"[]"}


def test_an_application_is_told_to_the_trail_and_to_the_countys_reviewers(session):
    reviewer, elsewhere = officer(), officer(division=XINDU)

    case = apply()

    told = session.scalars(select(Notice.account_id)).all()
    assert reviewer.id in told
    assert elsewhere.id not in told
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "case.opened")).one()
    assert event.subject_id == str(case.id)
    assert json.loads(event.body)["facts_hash"] == case.facts_hash
    assert [each.what for each in queries.list_events(session, case)] == ["opened"]


@pytest.mark.parametrize(
    ("at", "taken"),
    [
        (shanghai(2026, 7, 31, 23, 59, 59), True),
        (shanghai(2026, 8, 1, 0, 0, 0), False),
        (shanghai(2026, 6, 1, 0, 0, 0), True),
        (shanghai(2026, 5, 31, 23, 59, 59), False),
    ],
)
def test_the_window_is_kept_to_the_second(session, at, taken):
    enterprise = firm()
    session.execute(  # what was filed is known at every instant tried
        ProfileRevision.__table__.update().values(recorded_at=shanghai(2026, 1, 1))
    )
    if taken:
        assert apply(enterprise=enterprise, at=at).id
        return
    with pytest.raises(WindowClosed) as refused:
        apply(enterprise=enterprise, at=at)
    said = (
        "第二批，2026年9月1日起，2026年10月15日 24:00 前"
        if at.month == 8
        else "第一批，2026年6月1日起"
    )
    assert said in refused.value.detail
    assert session.scalar(select(func.count()).select_from(ReviewCase)) == 0


def test_after_the_last_window_no_next_one_is_invented(session):
    with pytest.raises(WindowClosed, match="尚未见通知"):
        apply(at=shanghai(2026, 12, 1))


def test_a_notice_of_another_place_opens_no_window_here(session):
    elsewhere = firm(registered_division="130402")

    with pytest.raises(WindowClosed):
        apply(enterprise=elsewhere)


def test_a_year_that_is_not_filed_is_refused_with_the_remedy(session):
    with pytest.raises(NothingFiled, match="完成2025年度填报"):
        apply(enterprise=firm(years=(2023, 2024)))


def test_one_open_case_per_firm_title_and_year(session):
    case = apply()

    with pytest.raises(AlreadyOpen):
        apply(enterprise=case.enterprise)
    assert apply(UPPER, enterprise=case.enterprise).id != case.id


def test_the_index_refuses_whom_the_question_missed(session, monkeypatch):
    case = apply()
    real, asked = queries.find_open, []

    def blind_once(*given):
        asked.append(given)
        return real(*given) if len(asked) > 1 else None

    monkeypatch.setattr(queries, "find_open", blind_once)

    with pytest.raises(AlreadyOpen):
        apply(enterprise=case.enterprise)


def test_only_who_files_for_the_firm_applies(session):
    enterprise = firm()

    for stranger in (mandate(firm()), officer(), mandate(enterprise, EnterpriseRole.FINANCE)):
        with pytest.raises(NotYourCase):
            apply(enterprise=enterprise, by=stranger)


def test_a_title_without_a_procedure_is_not_taken(session):
    with pytest.raises(NoProcedure):
        apply("national.little_giant")


def test_a_case_does_not_exist_for_strangers(session):
    case = apply()

    for stranger in (officer(division=XINDU), mandate(firm())):
        with pytest.raises(NotFound):
            queries.get_case(session, case.id, visible_to=stranger)
    assert queries.get_case(session, case.id, visible_to=mandate(case.enterprise)) is case


# --- Correction -----------------------------------------------------------------------------------

SENT = (Sent("sales_revenue", 2025, "与审计报告不一致"), Sent("ip_right", None, "缺证书"))


def send_back(case):
    return decide(case, CaseAction.RETURN, by=officer(), reason="请补正", items=SENT)


def test_a_return_unlocks_the_named_fields_only(session):
    case = send_back(apply())

    assert case.status is CaseStatus.RETURNED
    assert case.due_on is None
    opened = {lock.year: json.loads(lock.fields) for lock in locks(session, case)}
    assert opened[2025] == ["ip_right", "sales_revenue"]
    assert {tuple(fields) for year, fields in opened.items() if year != 2025} <= {("ip_right",)}
    assert {item.field for item in queries.list_returned(session, case)} == {
        "sales_revenue",
        "ip_right",
    }


def test_resubmitting_pins_the_correction_and_starts_a_new_round(session):
    enterprise = firm()
    by = mandate(enterprise)
    case = send_back(apply(enterprise=enterprise, by=by))
    facts = case.facts_hash
    corrected = new_filing(enterprise.id, 2025, {**SOUND, "operating_revenue": 7})
    file_revisions(session, [corrected], document_id=None, by=by, at=NOON)

    filing.resubmit(session, LAW, case.id, note="已改", version=case.version, by=by, at=NOON)

    pinned = json.loads(case.pinned)
    assert (case.round, case.stage, case.status) == (2, 0, CaseStatus.OPEN)
    assert pinned["revisions"]["2025"]["number"] == 2
    assert pinned["before"]["2025"]["number"] == 1
    assert case.facts_hash != facts
    assert {lock.fields for lock in locks(session, case)} == {"[]"}
    before = queries.revisions_before(session, case)[2025]
    assert before.number == 1


def test_a_stale_page_neither_resubmits_nor_withdraws(session):
    by = mandate(enterprise := firm())
    case = send_back(apply(enterprise=enterprise, by=by))

    with pytest.raises(StaleCase):
        filing.withdraw(
            session, LAW, case.id, reason="不报了", version=case.version + 7, by=by, at=NOON
        )


def test_withdrawing_ends_the_case_frees_the_years_and_allows_another(session):
    by = mandate(enterprise := firm())
    case = apply(enterprise=enterprise, by=by)

    filing.withdraw(session, LAW, case.id, reason="数据有误", version=case.version, by=by, at=NOON)

    assert case.status is CaseStatus.WITHDRAWN
    assert case.ended_at == NOON
    assert all(lock.released_at for lock in locks(session, case))
    assert apply(enterprise=enterprise, by=by).id != case.id
    with pytest.raises(IllegalTransition):
        filing.withdraw(session, LAW, case.id, reason="再撤", version=case.version, by=by, at=NOON)


def test_a_reviewer_does_not_withdraw_and_a_firm_gives_a_reason(session):
    by = mandate(enterprise := firm())
    case = apply(enterprise=enterprise, by=by)
    withdraw = {"session": session, "library": LAW, "case_id": case.id, "version": case.version}

    with pytest.raises(NotYourCase):
        filing.withdraw(**withdraw, reason="替企业撤", by=officer(), at=NOON)
    with pytest.raises(DecisionUnfit):
        filing.withdraw(**withdraw, reason=" ", by=by, at=NOON)


# --- Letters --------------------------------------------------------------------------------------


def test_letters_go_both_ways_and_are_part_of_the_history(session):
    by, reviewer = mandate(enterprise := firm()), officer()
    case = apply(enterprise=enterprise, by=by)

    letters.say(session, LAW, case, text="请补交审计报告", by=reviewer, at=NOON)
    letters.say(session, LAW, case, text="明天交", by=by, at=NOON)

    said = [(e.by_enterprise, e.text) for e in queries.list_events(session, case)][1:]
    assert said == [(False, "请补交审计报告"), (True, "明天交")]
    told = session.scalars(select(Notice).where(Notice.kind == "message")).all()
    assert {by.id, reviewer.id} <= {notice.account_id for notice in told}


def test_who_has_no_part_writes_no_letter(session):
    case = apply()

    with pytest.raises(NotYourCase):
        letters.say(session, LAW, case, text="?", by=officer(Role.AUDITOR), at=NOON)
    with pytest.raises(DecisionUnfit):
        letters.say(session, LAW, case, text=" ", by=officer(), at=NOON)
