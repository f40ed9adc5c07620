"""Decisions: once, by the right person, on the case as it stands."""

from datetime import date

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DatabaseError

from app.audit.models import AuditEvent
from app.enterprises.models import TitleEpisode, TitleEvent
from app.foundation.actor import Line, Role
from app.foundation.errors import NotFound
from app.notices.models import Notice
from app.profiles.models import ProfileContributor, ProfileLock
from app.reviews import filing, moving, permissions, queries, service
from app.reviews.domain import CaseAction, CaseStatus, stages_of
from app.reviews.errors import (
    AlreadyDecided,
    DecisionUnfit,
    IllegalTransition,
    MakerNotChecker,
    NotYourCase,
    StaleCase,
)
from app.reviews.models import CaseEvent, Decision, ReviewCase
from app.reviews.service import Meeting, Row, Sent
from tests.factories.accounts import AccountFactory
from tests.factories.base import NOON
from tests.factories.enterprises import hold
from tests.factories.reference import CITY, XINDU
from tests.factories.reviews import (
    LAW,
    MEETING,
    OWN,
    UPPER,
    apply,
    approver,
    at_approval,
    city_reviewer,
    decide,
    firm,
    mandate,
    officer,
)


def count(session, model, **where):
    return session.scalar(select(func.count()).select_from(model).filter_by(**where))


def test_an_own_title_goes_from_the_county_to_the_meeting_and_into_the_register(session):
    case = at_approval()
    assert (case.stage, case.status) == (2, CaseStatus.OPEN)

    decide(case, by=approver(), meeting=MEETING)

    episode = session.scalars(select(TitleEpisode)).one()
    event = session.scalars(select(TitleEvent)).one()
    assert (episode.enterprise_id, episode.title) == (case.enterprise_id, OWN)
    assert (episode.since, episode.until) == (date(2026, 6, 15), date(2029, 6, 15))
    assert event.document.number == "邢科纪〔2026〕3号"
    assert (case.status, case.ended_at) == (CaseStatus.GRANTED, NOON)
    assert count(session, Decision, case_id=case.id) == 3
    assert [e.what for e in queries.list_events(session, case)] == [
        *("opened", "passed", "passed", "passed", "granted")
    ]
    assert session.scalars(select(ProfileLock.released_at)).all() == [NOON] * 3


def test_every_decision_is_in_the_trail_with_what_was_seen(session):
    case = apply()

    decide(case, by=(by := officer()))

    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "case.passed")).one()
    assert (event.actor_id, event.subject_id) == (by.id, str(case.id))
    for said in ("facts_hash", "fingerprint", '"stage":"city"', '"round":1', "decision"):
        assert said in event.body


def test_a_second_decision_of_a_stage_is_refused_by_name(session):
    case = apply()
    version = case.version
    first = officer()
    decide(case, by=first)

    with pytest.raises(AlreadyDecided, match=f"{first.name}已在这一环节作出决定：通过") as refused:
        decide(case, CaseAction.REJECT, by=officer(), version=version)

    assert refused.value.facts["version"] == case.version
    assert count(session, Decision) == 1


def test_a_page_older_than_the_case_decides_nothing(session):
    case = apply()

    with pytest.raises(StaleCase):
        decide(case, by=officer(), version=case.version - 1)
    assert count(session, Decision) == 0


def test_the_update_itself_refuses_a_case_that_moved_after_it_was_read(session, monkeypatch):
    case = apply()
    real = moving.move

    def meanwhile(session, case, *given, **more):
        session.execute(
            text("UPDATE review_case SET version = version + 1 WHERE id = :id").bindparams(
                id=case.id if session.get_bind().dialect.name == "postgresql" else case.id.hex
            )
        )
        real(session, case, *given, **more)

    monkeypatch.setattr(moving, "move", meanwhile)
    with pytest.raises(StaleCase):
        decide(case, by=officer())
    assert count(session, Decision) == 0


def test_the_update_itself_refuses_who_became_a_maker_after_he_was_looked_at(session, monkeypatch):
    case, by = apply(), officer()
    real = moving.move

    def meanwhile(session, case, *given, **more):
        session.add(
            ProfileContributor(
                enterprise_id=case.enterprise_id, year=2025, account_id=by.id, first_at=NOON
            )
        )
        session.flush()
        real(session, case, *given, **more)

    monkeypatch.setattr(moving, "move", meanwhile)
    with pytest.raises(MakerNotChecker):
        decide(case, by=by)
    assert count(session, Decision) == 0


def test_the_unique_row_stands_behind_the_update(session, monkeypatch):
    case = apply()
    decide(case, by=officer())
    monkeypatch.setattr(moving, "move", lambda *_, **__: None)
    again = Decision(
        case_id=case.id,
        stage=0,
        round=1,
        case_version=1,
        action=CaseAction.PASS,
        reason="又一次",
        facts_hash=case.facts_hash,
        decided_at=NOON,
        decided_by_id=AccountFactory().id,
    )

    with pytest.raises(AlreadyDecided):
        service._keep(session, again)


# --- Who ------------------------------------------------------------------------------------------


def test_a_stage_is_for_its_role_its_line_and_its_place(session):
    case = apply()

    for stranger in (
        city_reviewer(),
        officer(Role.POLICY),
        officer(line=Line.INDUSTRY),
    ):
        with pytest.raises(NotYourCase):
            decide(case, by=stranger)
    with pytest.raises(NotFound):
        decide(case, by=officer(division=XINDU))
    assert decide(case, by=officer(division=CITY)).stage == 1


def part_opened(case, by):
    case.opened_by_id = by.id


def part_contributed(case, by):
    return ProfileContributor(
        enterprise_id=case.enterprise_id, year=2024, account_id=by.id, first_at=NOON
    )


@pytest.mark.parametrize("part", [part_opened, part_contributed])
def test_nobody_decides_what_he_had_a_part_in(session, part):
    case, by = apply(), officer()
    if row := part(case, by):
        session.add(row)
    session.flush()

    with pytest.raises(MakerNotChecker, match="请由其他有权限的同事办理"):
        decide(case, by=by)


def test_nobody_decides_two_stages_of_a_case(session):
    account = officer()
    case = apply()
    decide(case, by=account)
    city = city_reviewer()
    both = type(city)(id=account.id, name="身兼两职", grants=city.grants)

    with pytest.raises(MakerNotChecker, match="另一环节"):
        decide(case, by=both)
    assert decide(case, by=city).stage == 2


def test_the_same_reviewer_takes_up_his_stage_again_after_a_correction(session):
    firm_, county = firm(), officer()
    maker = mandate(firm_)
    case = apply(enterprise=firm_, by=maker)
    decide(case, by=county)
    decide(
        case,
        CaseAction.RETURN,
        by=city_reviewer(),
        items=[Sent("sales_revenue", 2025, "核对")],
    )
    filing.resubmit(session, LAW, case.id, note="", version=case.version, by=maker, at=NOON)

    assert (case.stage, case.round) == (0, 2)  # earlier approvals are void
    assert decide(case, by=county).stage == 1


def test_the_page_and_the_service_ask_one_predicate(session):
    case, county, city = apply(), officer(), city_reviewer()
    stages, standing = stages_of(case.steps), queries.standing_of(case)

    for who, expected in ((county, True), (city, False), (mandate(case.enterprise), False)):
        seat = queries.seat_of(session, LAW, case, who)
        assert permissions.may(CaseAction.PASS, stages, standing, seat) is expected
    firms = queries.seat_of(session, LAW, case, mandate(case.enterprise))
    assert permissions.may(CaseAction.WITHDRAW, stages, standing, firms)
    assert not permissions.may(CaseAction.RESUBMIT, stages, standing, firms)


# --- What -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", [CaseAction.PASS, CaseAction.REJECT])
def test_a_decision_has_a_reason(session, action):
    with pytest.raises(DecisionUnfit, match="请填写理由"):
        decide(apply(), action, by=officer(), reason="  ")
    with pytest.raises(DecisionUnfit, match="最多 1000 字"):
        decide(apply(), action, by=officer(), reason="长" * 1001)


@pytest.mark.parametrize(
    "items",
    [
        [],
        [Sent("no_such_figure", 2025, "?")],
        [Sent("sales_revenue", 2019, "未用到的年度")],
        [Sent("sales_revenue", 2025, " ")],
    ],
)
def test_a_return_names_fields_of_the_file_each_with_its_reason(session, items):
    case = apply()

    with pytest.raises(DecisionUnfit):
        decide(case, CaseAction.RETURN, by=officer(), items=items)
    assert case.status is CaseStatus.OPEN


def test_no_decision_while_a_return_is_open(session):
    case = apply()
    decide(case, CaseAction.RETURN, by=officer(), items=[Sent("ip_right", None, "缺证书")])

    with pytest.raises(IllegalTransition, match="退回补正"):
        decide(case, by=officer())


def test_a_rejection_ends_the_case_and_tells_the_firm(session):
    maker = mandate(firm_ := firm())
    case = apply(enterprise=firm_, by=maker)

    decide(case, CaseAction.REJECT, by=officer(), reason="不符合第四条")

    assert case.ended_at == NOON
    told = session.scalars(select(Notice).where(Notice.account_id == maker.id)).all()
    assert any("不予通过" in notice.text for notice in told)
    assert count(session, TitleEvent) == 0


@pytest.mark.parametrize(
    "meeting", [None, Meeting(date(2026, 6, 15), " "), Meeting(date(2026, 6, 16), "纪1")]
)
def test_the_meeting_has_a_day_that_has_come_and_a_number(session, meeting):
    case = at_approval()

    with pytest.raises(DecisionUnfit):
        decide(case, by=approver(), meeting=meeting)
    assert count(session, TitleEvent) == 0


def test_who_held_the_title_before_has_it_renewed(session):
    enterprise = firm()
    hold(enterprise, OWN, date(2021, 6, 1), date(2024, 6, 1))

    decide(at_approval(enterprise=enterprise), by=approver(), meeting=MEETING)

    kinds = session.scalars(select(TitleEvent.kind).order_by(TitleEvent.on_day)).all()
    assert kinds == ["first", "renewed"]


def test_a_title_the_register_declines_is_not_granted_either(session, monkeypatch):
    case = at_approval()
    monkeypatch.setattr("app.enterprises.titles.may_keep", lambda _: False)

    savepoint = session.begin_nested()
    with pytest.raises(Exception, match="称号登记"):
        decide(case, by=approver(), meeting=MEETING)
    savepoint.rollback()

    assert session.scalar(select(ReviewCase.status)) is CaseStatus.OPEN
    assert count(session, Decision, stage=2) == 0


def test_a_meeting_decides_a_list_and_only_the_row_that_moved_is_refused(session):
    cases = [at_approval(enterprise=firm()) for _ in range(3)]
    by = approver()
    rows = [Row(case.id, case.version, CaseAction.PASS, "同意") for case in cases]
    rows[1] = Row(cases[1].id, cases[1].version - 1, CaseAction.PASS, "同意")
    rows[2] = Row(cases[2].id, cases[2].version, CaseAction.REJECT, "不同意")

    done = service.decide_list(session, LAW, rows, meeting=MEETING, by=by, at=NOON)

    refused = {each.case_id for each in done if each.refusal}
    assert refused == {cases[1].id}
    now = dict(session.execute(select(ReviewCase.id, ReviewCase.status)).all())
    assert [now[case.id] for case in cases] == ["granted", "open", "rejected"]
    assert count(session, TitleEvent) == 1
    assert set(session.scalars(select(Decision.minutes_number).where(Decision.stage == 2))) == {
        MEETING.number
    }


def test_an_upper_title_is_never_granted_by_a_decision(session):
    case = apply(UPPER)
    decide(case, by=officer())

    assert case.status is CaseStatus.PASSED
    with pytest.raises(IllegalTransition):
        decide(case, by=officer())
    assert count(session, TitleEvent) == 0


@pytest.mark.parametrize("model", [Decision, CaseEvent])
def test_the_database_refuses_to_change_what_was_decided_or_happened(session, model):
    decide(apply(), by=officer())

    for change in (
        delete(model),
        model.__table__.update().values({"reason" if model is Decision else "text": "改"}),
    ):
        with pytest.raises(DatabaseError, match="never changed"), session.begin_nested():
            session.execute(change)
