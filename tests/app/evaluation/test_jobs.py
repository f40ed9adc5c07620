import json
from contextlib import contextmanager
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, update

from app.enterprises import service as enterprises
from app.enterprises.domain import Attribute, EventKind, OperatingStatus
from app.enterprises.models import Enterprise
from app.evaluation import jobs
from app.evaluation.domain import FlagAct, FlagKind, FlagState, Grade, Outcome
from app.evaluation.models import Evaluation, Flag, FlagEvent, RuleSetRecord
from app.evaluation.order import Order
from app.evaluation.service import payload_of
from app.foundation.actor import SYSTEM
from app.profiles.domain import IncidentKind
from tests.factories.base import NOON
from tests.factories.enterprises import EnterpriseFactory, enrol, hold
from tests.factories.evaluation import (
    LIBRARY,
    SOUND,
    WAN,
    assume,
    cover,
    file_year,
    incident,
    make_sound,
    people,
    right,
    say,
)
from tests.factories.reference import CITY, OTHER_COUNTY, XINDU

pytestmark = pytest.mark.usefixtures("places")
TECH, HIGH = "national.tech_sme", "national.high_tech"
DAY = date(2026, 6, 15)
LATER = datetime(2026, 7, 1, 4, tzinfo=UTC)


def stage(session, payload, division=CITY):
    """A job's run on the session of the test."""

    @contextmanager
    def same():
        yield session
        session.flush()

    working = SimpleNamespace(
        payload=payload,
        cursor="",
        done=0,
        tally={},
        said="",
        by=SYSTEM,
        job_id="job",
        division=division,
        library=LIBRARY,
        sessions=SimpleNamespace(read=same, begin=same),
    )

    def checkpoint(_, *, cursor, done, tally=None, message="", total=None):
        assert total is None or done <= total
        working.cursor, working.done, working.said = cursor, done, message
        working.tally = working.tally if tally is None else tally

    working.checkpoint = checkpoint
    return working


def run(session, on=DAY, for_year=2026, division=CITY, titles=(TECH, HIGH), **more):
    """One batch through the job's own handler, on the session of the test."""
    working = stage(session, payload_of(Order(division, on, for_year, titles, **more)), division)
    jobs.work(working)
    session.expire_all()
    return working.tally


def verdict(session, firm, title=TECH, for_year=2026):
    return session.scalar(
        select(Evaluation).where(
            Evaluation.enterprise_id == firm.id,
            Evaluation.title == title,
            Evaluation.for_year == for_year,
            Evaluation.superseded_at.is_(None),
        )
    )


def flags(session, firm, *states):
    wanted = states or (FlagState.OPEN, FlagState.ASSIGNED)
    rows = session.scalars(
        select(Flag).where(Flag.enterprise_id == firm.id, Flag.state.in_(wanted))
    )
    return {(flag.kind, flag.subject): flag for flag in rows}


@pytest.fixture
def sound(session):
    """A firm that meets 科小 on what it said itself, with complete registers."""
    cover()
    return make_sound(EnterpriseFactory(), 2023, 2024, 2025)


def test_a_batch_writes_verdict_law_and_grade(session, sound):
    tally = run(session)

    row = verdict(session, sound)
    assert (row.outcome, row.grade) == (Outcome.MET, Grade.READY)
    assert (row.points_lo, row.points_hi) == (10_000, 10_000)
    assert (row.base_year, row.is_preliminary, row.assumed_count) == (2025, False, 0)
    assert session.get(RuleSetRecord, row.fingerprint).title == TECH
    assert tally[f"{TECH}/outcome/met"] == 1
    assert tally["评价户数"] == 1


def test_a_second_batch_writes_nothing(session, sound):
    run(session)
    before = session.scalar(select(func.count()).select_from(FlagEvent))

    tally = run(session)

    assert tally["写入评价"] == 0
    assert session.scalar(select(func.count()).select_from(FlagEvent)) == before
    assert session.scalar(select(func.count()).select_from(Evaluation)) == 2


def test_a_next_day_batch_writes_only_the_verdict_that_changed(session, sound):
    other = make_sound(EnterpriseFactory(), 2023, 2024, 2025)
    run(session)
    incident(other, IncidentKind.ABNORMAL_LIST, date(2026, 6, 16))

    tally = run(session, on=date(2026, 6, 16))

    assert tally["写入评价"] == 1
    assert verdict(session, other).outcome is Outcome.UNMET
    assert verdict(session, other).on_day == date(2026, 6, 16)
    assert verdict(session, sound).on_day == DAY
    old = session.scalars(select(Evaluation).where(Evaluation.superseded_at.is_not(None))).all()
    assert [row.enterprise_id for row in old] == [other.id]


def test_an_age_that_grows_by_a_day_is_no_change(session, sound):
    young = EnterpriseFactory(registered_on=date(2025, 10, 1))
    file_year(young, 2025)
    run(session, titles=(HIGH,))
    assert verdict(session, young, HIGH).outcome is Outcome.UNMET  # not yet a year old

    assert run(session, on=date(2026, 6, 16), titles=(HIGH,))["写入评价"] == 0


def test_an_assumed_fact_lowers_the_grade_and_is_counted(session):
    cover()
    firm = EnterpriseFactory()
    file_year(firm, 2025)
    say(firm, "prohibited_product", value=False)
    right(firm)
    assume("resident_enterprise", value=True)

    run(session)

    row = verdict(session, firm)
    assert (row.outcome, row.grade, row.assumed_count) == (Outcome.MET, Grade.PLEDGE, 1)


def test_one_criterion_short_is_told_with_its_numbers(session, sound):
    big = EnterpriseFactory()
    make_sound(big, 2023, 2024)
    file_year(big, 2025, {**SOUND, "total_assets": 20_001 * WAN})

    run(session)

    row = verdict(session, big)
    assert (row.outcome, row.grade) == (Outcome.UNMET, Grade.ONE_SHORT)
    name, code, number, denominator, *_ = json.loads(row.findings)["decisive"][0]
    assert (name, code, number, denominator) == ("KX-02c", 0, 20_001 * WAN, 1)


def test_a_firm_without_figures_is_without_data(session):
    cover()
    firm = EnterpriseFactory()

    run(session)

    assert verdict(session, firm).grade is Grade.NO_DATA
    assert flags(session, firm) == {}


def test_those_who_left_leave_every_list(session, sound):
    run(session)
    assert flags(session, sound)
    enterprises.change_attribute(
        session,
        sound,
        Attribute.STATUS,
        OperatingStatus.DEREGISTERED.value,
        since=date(2026, 6, 1),
        reason="登记机关公告",
        by=SYSTEM,
        at=NOON,
    )

    run(session)

    assert verdict(session, sound) is None
    assert flags(session, sound) == {}
    assert flags(session, sound, FlagState.CLEARED)


def test_a_batch_of_a_county_leaves_the_others_alone(session, sound):
    elsewhere = make_sound(EnterpriseFactory(registered_division=XINDU), 2025)
    abroad = make_sound(EnterpriseFactory(registered_division=OTHER_COUNTY), 2025)

    run(session, division=XINDU)

    assert verdict(session, elsewhere) is not None
    assert verdict(session, sound) is None
    assert verdict(session, abroad) is None


def test_a_city_written_in_several_pages_is_the_same(session, sound, monkeypatch):
    monkeypatch.setattr("app.evaluation.order.PAGE", 2)
    firms = [make_sound(EnterpriseFactory(), 2025) for _ in range(4)]

    tally = run(session)

    assert tally["评价户数"] == 5
    assert all(verdict(session, firm) for firm in [sound, *firms])
    assert run(session)["写入评价"] == 0


# --- Flags ----------------------------------------------------------------------------------------


def test_an_eligible_firm_without_the_title_is_flagged_and_cleared_once_enrolled(session, sound):
    run(session)
    flag = flags(session, sound)[FlagKind.ELIGIBLE_NOT_HELD, TECH]
    assert (flag.grade, flag.for_year) == (Grade.READY, 2026)

    enrol(sound, 2026, at=LATER)
    tally = run(session, on=date(2026, 7, 1))

    assert tally["消除标记"] == 1
    assert (FlagKind.ELIGIBLE_NOT_HELD, TECH) not in flags(session, sound)
    acts = session.scalars(
        select(FlagEvent.act).where(FlagEvent.flag_id == flag.id).order_by(FlagEvent.id)
    ).all()
    assert acts == [FlagAct.RAISED, FlagAct.CLEARED]


def test_a_high_tech_firm_within_the_limits_and_not_enrolled_is_flagged(session, sound):
    hold(sound)

    run(session)

    assert (FlagKind.HIGH_TECH_NOT_ENROLLED, TECH) in flags(session, sound)
    assert (FlagKind.ELIGIBLE_NOT_HELD, TECH) not in flags(session, sound)


def test_a_high_tech_firm_beyond_the_limits_is_not(session):
    cover()
    big = make_sound(EnterpriseFactory(), 2024)
    file_year(big, 2025, {**SOUND, "employees_tech_sme": people(501)})
    hold(big)

    run(session)

    assert (FlagKind.HIGH_TECH_NOT_ENROLLED, TECH) not in flags(session, big)


def test_last_years_number_not_renewed_is_flagged(session, sound):
    enrol(sound, 2025)

    run(session)

    assert (FlagKind.ENROLLED_LAST_YEAR, TECH) in flags(session, sound)


def test_a_tech_sme_near_the_high_tech_title_is_in_the_reserve(session, sound):
    enrol(sound, 2025)

    run(session)

    flag = flags(session, sound).get((FlagKind.RESERVE, HIGH))
    grade = verdict(session, sound, HIGH).grade
    assert (flag is not None) == (grade in {Grade.READY, Grade.PLEDGE, Grade.ONE_SHORT})


def test_a_keep_condition_lost_while_the_title_is_held_is_flagged_but_not_beforehand(session):
    cover()
    firm = make_sound(EnterpriseFactory(), 2024)
    file_year(firm, 2025, {**SOUND, "total_assets": 20_001 * WAN})
    file_year(firm, 2026, {**SOUND, "total_assets": 20_001 * WAN})
    enrol(firm, 2026, at=LATER)
    end = date(2026, 12, 31)

    run(session, on=end, for_year=2027)  # 预评: no loss flags
    assert flags(session, firm) == {}
    run(session, on=end)

    flag = flags(session, firm)[FlagKind.KEEP_LOST, TECH]
    assert "KX-02c" in flag.detail


def test_a_certificate_that_ends_next_year_is_flagged_with_its_year(session, sound):
    hold(sound, since=date(2024, 11, 1), until=date(2027, 11, 1))

    run(session)

    flag = flags(session, sound)[FlagKind.EXPIRING, HIGH]
    detail = json.loads(flag.detail)
    assert flag.for_year == 2027
    assert detail["until"] == "2027-11-01"
    assert detail["batch"] is None  # 待通知


def test_a_subsidy_is_flagged_without_an_amount_until_verified(session, sound):
    hold(sound, since=date(2026, 3, 1), until=date(2029, 3, 1), kind=EventKind.RECORDED)

    run(session)

    flag = flags(session, sound)[FlagKind.SUBSIDY, "hebei.high_tech_award"]
    detail = json.loads(flag.detail)
    assert detail["amount_fen"] is None
    assert detail["verified"] is False
    assert detail["first"] == "unknown"  # nobody knows its titles before 2026


def test_the_year_that_has_passed_is_cleared_by_the_next(session, sound):
    run(session, on=date(2025, 12, 31), for_year=2025)
    assert {flag.for_year for flag in flags(session, sound).values()} == {2025}

    run(session)

    assert {flag.for_year for flag in flags(session, sound).values()} == {2026}


def test_what_an_officer_closed_stays_closed_and_what_a_batch_cleared_comes_back(session, sound):
    run(session)
    flag = flags(session, sound)[FlagKind.ELIGIBLE_NOT_HELD, TECH]
    flag.state, flag.ended_at = FlagState.CLOSED, flag.raised_at
    session.flush()

    run(session)

    assert flags(session, sound, FlagState.CLOSED)[FlagKind.ELIGIBLE_NOT_HELD, TECH].id == flag.id
    session.execute(update(Flag).where(Flag.id == flag.id).values(state=FlagState.CLEARED))
    run(session)
    assert flags(session, sound)[FlagKind.ELIGIBLE_NOT_HELD, TECH].id == flag.id


def test_money_owed_for_last_year_stays_until_an_officer_closes_it(session, sound):
    hold(sound, since=date(2025, 11, 25), until=date(2028, 11, 25), kind=EventKind.FIRST)
    run(session, on=date(2025, 12, 31), for_year=2025)

    run(session)

    flag = flags(session, sound)[FlagKind.SUBSIDY, "hebei.high_tech_award"]
    assert (flag.for_year, flag.state) == (2025, FlagState.OPEN)


def test_money_is_not_flagged_before_the_scheme_or_for_those_who_left(session, sound):
    hold(sound, since=date(2025, 11, 25), until=date(2028, 11, 25), kind=EventKind.FIRST)
    session.execute(
        update(Enterprise)
        .where(Enterprise.id == sound.id)
        .values(registered_on=date(2026, 12, 1))  # not yet there on the day
    )

    run(session, on=date(2025, 12, 31), for_year=2025)

    assert flags(session, sound) == {}


def test_those_a_list_concerns_are_judged_anew_for_every_year(session, sound, monkeypatch):
    monkeypatch.setattr(jobs, "today", lambda: date(2026, 7, 1))
    other = make_sound(EnterpriseFactory(), 2024, 2025)
    run(session, on=date(2025, 12, 31), for_year=2025)
    run(session)
    enrol(sound, 2026, at=LATER)
    working = stage(session, {"enterprises": [str(sound.id)]})

    jobs.affected(working)

    session.expire_all()
    assert (FlagKind.ELIGIBLE_NOT_HELD, TECH) not in flags(session, sound)
    assert (FlagKind.ELIGIBLE_NOT_HELD, TECH) in flags(session, other)
    assert "1 户（2025、2026年度）" in working.said


def test_an_interrupted_page_is_judged_again_and_finds_the_rest(session, sound, monkeypatch):
    monkeypatch.setattr("app.evaluation.writing.STEP", 1)
    order = Order(CITY, DAY, 2026, (TECH, HIGH))
    broken = stage(session, payload_of(order))
    keep, calls = broken.checkpoint, []

    def stop_at_the_second(*given, **told):
        calls.append(told)
        if len(calls) == 2:
            raise InterruptedError
        keep(*given, **told)

    broken.checkpoint = stop_at_the_second
    with pytest.raises(InterruptedError):
        jobs.work(broken)

    assert broken.cursor == ""
    assert run(session)["评价户数"] == 1
    assert run(session)["写入评价"] == 0
    assert session.scalar(select(func.count()).select_from(Evaluation)) == 2


def test_a_batch_that_names_no_titles_judges_those_of_the_ladder_and_the_schemes(session, sound):
    tally = run(session, titles=())

    judged = {name.partition("/")[0] for name in tally if "/outcome/" in name}
    ladder = {step.title for each in LIBRARY.ladders.values() for step in each.steps}
    assert judged <= ladder | {scheme.title for scheme in LIBRARY.schemes}
    assert {TECH, HIGH, "hebei.leader"} <= judged
    assert "national.tech_innovative_sme" not in judged
