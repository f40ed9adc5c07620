"""The register of titles: events are appended, episodes follow, and the database holds both."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from app.audit.models import AuditEvent
from app.enterprises import titles
from app.enterprises.domain import EventKind
from app.enterprises.errors import EventImpossible, NotYours
from app.enterprises.models import TitleEpisode, TitleEvent
from app.enterprises.titles import NewEvent, Recorded
from app.foundation.actor import SYSTEM, Actor, Grant, Line, Role
from app.foundation.errors import Forbidden, NotFound
from app.foundation.identifiers import uuid7
from tests.factories.base import NOON, held
from tests.factories.enterprises import EnterpriseFactory, enrol, hold
from tests.factories.reference import XIANGDU, XINDU

HIGH_TECH = "national.high_tech"
LATER = NOON + timedelta(days=1)
D = date


ISSUED = D(2023, 11, 1)


def certificate(enterprise, kind=EventKind.FIRST, since=ISSUED, **more):
    given = {"until": since.replace(year=since.year + 3), "on_day": since, "certificate": "GR1"}
    return NewEvent(
        enterprise_id=enterprise.id, title=HIGH_TECH, kind=kind, since=since, **{**given, **more}
    )


def record(session, *events, at=NOON, by=SYSTEM):
    return titles.record_events(session, events, by=by, at=at)


def in_force(session, enterprise):
    rows = session.scalars(
        select(TitleEpisode)
        .where(TitleEpisode.enterprise_id == enterprise.id, TitleEpisode.superseded_at.is_(None))
        .order_by(TitleEpisode.since)
    )
    return [(row.since, row.until) for row in rows]


def test_an_event_opens_an_episode_and_leaves_an_audit_event(session):
    firm = EnterpriseFactory()

    done = record(session, certificate(firm))

    assert done == Recorded(created=1)
    assert in_force(session, firm) == [(D(2023, 11, 1), D(2026, 11, 1))]
    told = session.scalars(select(AuditEvent)).one()
    assert (told.action, told.chain, told.subject_id) == (
        "title.recorded",
        XIANGDU,
        str(firm.id),
    )


def test_the_same_event_told_again_changes_nothing(session):
    firm = EnterpriseFactory()
    record(session, certificate(firm))

    again = record(session, certificate(firm), certificate(firm, certificate=""), at=LATER)

    assert again == Recorded(unchanged=1)
    assert session.scalars(select(TitleEpisode.recorded_at)).all() == [NOON]


def test_a_corrected_term_supersedes_and_what_was_known_stays_readable(session):
    firm = EnterpriseFactory()
    record(session, certificate(firm))

    done = record(session, certificate(firm, until=D(2026, 10, 1)), at=LATER)

    assert done == Recorded(corrected=1)
    assert in_force(session, firm) == [(D(2023, 11, 1), D(2026, 10, 1))]
    was = session.scalars(select(TitleEpisode).where(TitleEpisode.superseded_at.is_not(None))).one()
    assert (was.until, was.recorded_at, was.superseded_at) == (D(2026, 11, 1), NOON, LATER)


def kinds_in_force(session):
    statement = select(TitleEvent.kind).where(TitleEvent.superseded_at.is_(None))
    return session.scalars(statement).all()


@pytest.mark.parametrize("on_day", [ISSUED, D(2023, 12, 8)], ids=["same day", "announced later"])
def test_a_merely_recorded_opening_gives_way_to_what_it_was(session, on_day):
    firm = EnterpriseFactory()
    record(session, certificate(firm, EventKind.RECORDED))

    done = record(session, certificate(firm, EventKind.FIRST, on_day=on_day), at=LATER)

    assert done == Recorded(created=1)
    assert kinds_in_force(session) == [EventKind.FIRST]
    assert in_force(session, firm) == [(D(2023, 11, 1), D(2026, 11, 1))]


def test_what_an_opening_was_is_not_made_vague_again(session):
    firm = EnterpriseFactory()
    record(session, certificate(firm, EventKind.RENEWED))

    done = record(session, certificate(firm, EventKind.RECORDED), at=LATER)

    assert done == Recorded(unchanged=1)
    assert kinds_in_force(session) == [EventKind.RENEWED]


def test_a_vague_and_a_clear_telling_at_once_leave_the_clear_one(session):
    firm = EnterpriseFactory()

    done = record(
        session, certificate(firm, EventKind.RECORDED), certificate(firm, EventKind.FIRST)
    )

    assert done == Recorded(created=1, unchanged=1)
    assert kinds_in_force(session) == [EventKind.FIRST]


def test_a_renewal_leaves_the_first_episode_untouched_when_it_begins_at_its_end(session):
    firm = EnterpriseFactory()
    record(session, certificate(firm, since=D(2020, 11, 1)))

    record(session, certificate(firm, EventKind.RENEWED, D(2023, 11, 1)), at=LATER)

    rows = session.scalars(select(TitleEpisode).order_by(TitleEpisode.since)).all()
    assert [(row.recorded_at, row.superseded_at) for row in rows] == [(NOON, None), (LATER, None)]


@pytest.mark.parametrize(
    "kind",
    [EventKind.REVOKED, EventKind.MOVED_OUT, EventKind.LAPSED],
    ids=["revoked", "moved out", "lapsed"],
)
def test_a_closing_event_ends_the_title(session, kind):
    firm = EnterpriseFactory()
    record(session, certificate(firm))

    record(session, NewEvent(enterprise_id=firm.id, title=HIGH_TECH, kind=kind,
                             on_day=D(2025, 5, 1)))  # fmt: skip

    assert in_force(session, firm) == [(D(2023, 11, 1), D(2025, 5, 1))]


def test_a_withdrawn_event_takes_its_episode_with_it_and_only_once(session):
    firm = EnterpriseFactory()
    record(session, certificate(firm))
    event = session.scalars(select(TitleEvent)).one()

    titles.withdraw_event(session, event.id, reason="录入错误", by=SYSTEM, at=LATER)

    assert in_force(session, firm) == []
    with pytest.raises(NotFound):
        titles.withdraw_event(session, event.id, reason="再次", by=SYSTEM, at=LATER)


def test_two_titles_are_held_at_once(session):
    firm = EnterpriseFactory()

    hold(firm, HIGH_TECH)
    enrol(firm, 2025)

    assert len(in_force(session, firm)) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"on_day": D(2026, 6, 16)}, "on_day", id="an event of tomorrow"),
        pytest.param({"until": D(2023, 11, 1)}, "until", id="a term of no day"),
        pytest.param({"since": None, "until": D(2024, 1, 1)}, "until", id="an end alone"),
        pytest.param({"kind": EventKind.REVOKED}, "until", id="a revocation with an end"),
        pytest.param({"kind": EventKind.ENROLLED}, "roll_year", id="an enrolment of no year"),
        pytest.param(
            {"kind": EventKind.RENAMED, "roll_year": 2023}, "roll_year", id="a rename of a year"
        ),
    ],
)
def test_an_impossible_event_is_refused_with_its_field(session, changes, field):
    firm = EnterpriseFactory()
    given = {"kind": EventKind.FIRST, "on_day": D(2023, 11, 1), "since": D(2023, 11, 1)}
    given |= {"until": D(2026, 11, 1), **changes}

    with pytest.raises(EventImpossible) as refusal:
        record(session, NewEvent(enterprise_id=firm.id, title=HIGH_TECH, **given))

    assert refusal.value.faults[0].pointer == field


def officer(role, division):
    return Actor(uuid7(), "李审核", (Grant(role, division, Line.SCIENCE),))


def test_an_officer_records_in_his_own_county_only(session):
    own, foreign = EnterpriseFactory(), EnterpriseFactory(registered_division=XINDU)
    county = officer(Role.COUNTY_REVIEWER, XIANGDU)

    assert record(session, certificate(own), by=county) == Recorded(created=1)
    with pytest.raises(NotYours):
        record(session, certificate(own, since=D(2026, 1, 1)), certificate(foreign), by=county)


def test_a_reader_records_nothing(session):
    firm = EnterpriseFactory()

    with pytest.raises(Forbidden):
        record(session, certificate(firm), by=officer(Role.LEADER, XIANGDU))


# --- What the database holds ----------------------------------------------------------------------


def add_alone(session, row):
    with session.begin_nested():
        session.add(row)


def test_the_database_refuses_an_overlapping_episode(session):
    firm = EnterpriseFactory()
    record(session, certificate(firm))
    event = session.scalars(select(TitleEvent)).one()
    overlapping = TitleEpisode(
        enterprise_id=firm.id, title=HIGH_TECH, since=D(2026, 10, 31), until=None,
        roll_year=None, opened_by_id=event.id, recorded_at=NOON,
    )  # fmt: skip

    with pytest.raises(IntegrityError, match="overlap"):
        add_alone(session, overlapping)

    overlapping = TitleEpisode(
        enterprise_id=firm.id, title=HIGH_TECH, since=D(2026, 11, 1), until=None,
        roll_year=None, opened_by_id=event.id, recorded_at=NOON,
    )  # fmt: skip
    session.add(overlapping)  # The day after the last is free.
    session.flush()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE title_event SET note = 'x'",
        "UPDATE title_event SET on_day = '2020-01-01', superseded_at = '2026-06-15 04:00:00'",
        "DELETE FROM title_event",
        "UPDATE title_episode SET until = '2030-01-01'",
        "DELETE FROM title_episode",
        "UPDATE enterprise_attribute SET value = 'x'",
        "DELETE FROM enterprise_attribute",
    ],
)
def test_the_database_refuses_to_edit_or_delete_what_was_recorded(session, statement):
    record(session, certificate(EnterpriseFactory()))

    with pytest.raises(DBAPIError, match="appended to"), session.begin_nested():
        session.execute(text(statement))


def test_a_superseded_event_cannot_come_back(session):
    record(session, certificate(EnterpriseFactory()))
    session.execute(update(TitleEvent).values(superseded_at=LATER))

    with pytest.raises(DBAPIError, match="appended to"), session.begin_nested():
        session.execute(update(TitleEvent).values(superseded_at=None))


# --- Two officers at the same moment --------------------------------------------------------------

WITHOUT_LOCK = """
CREATE OR REPLACE FUNCTION title_episode_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.superseded_at IS NULL AND EXISTS (
        SELECT 1 FROM title_episode other
        WHERE other.enterprise_id = NEW.enterprise_id AND other.title = NEW.title
          AND other.superseded_at IS NULL AND other.id <> NEW.id
          AND (other.until IS NULL OR other.until > NEW.since)
          AND (NEW.until IS NULL OR other.since < NEW.until)
    ) THEN RAISE EXCEPTION 'overlap' USING ERRCODE = 'exclusion_violation'; END IF;
    RETURN NEW;
END $$
"""


def register_firm(engine):
    """A firm that other threads can see, with an event that episodes may name."""
    with Session(engine, expire_on_commit=False) as session:
        held.session = session
        firm = EnterpriseFactory()
        event = TitleEvent(
            enterprise_id=firm.id, title=HIGH_TECH, kind=EventKind.RENAMED,
            on_day=D(2023, 1, 1), recorded_at=NOON,
        )  # fmt: skip
        session.add(event)
        session.commit()
        held.session = None
        return firm.id, event.id


def both_at_once(engine, work):
    """Run `work(session, number, barrier)` in two transactions that both are open at once."""
    barrier, failures = threading.Barrier(2, timeout=2), []

    def run(number):
        try:
            with Session(engine) as session, session.begin():
                work(session, number, barrier)
        except (DBAPIError, threading.BrokenBarrierError) as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def overlapping_rows(engine, firm_id):
    with Session(engine) as session:
        statement = select(TitleEpisode).where(
            TitleEpisode.enterprise_id == firm_id, TitleEpisode.superseded_at.is_(None)
        )
        return len(session.scalars(statement).all())


def insert_overlapping(firm_id, event_id):
    def work(session, number, barrier):
        row = TitleEpisode(
            enterprise_id=firm_id, title=HIGH_TECH, since=D(2023, 1 + number, 1), until=None,
            roll_year=None, opened_by_id=event_id, recorded_at=NOON,
        )  # fmt: skip
        session.add(row)
        session.flush()
        try:
            barrier.wait()  # Without the lock both have inserted by now, and neither sees.
        except threading.BrokenBarrierError:
            return  # With it the other one waits for this commit: what the test wants.

    return work


def test_of_two_overlapping_episodes_inserted_at_once_one_is_refused(own_engine):
    firm_id, event_id = register_firm(own_engine)

    both_at_once(own_engine, insert_overlapping(firm_id, event_id))

    assert overlapping_rows(own_engine, firm_id) == 1


def test_the_race_is_real_without_what_the_triggers_hold(own_engine):
    """The known-bad twin: if this no longer overlaps, the test above proves nothing.

    PostgreSQL keeps the trigger and loses its lock; SQLite, which has one writer at a time,
    must lose the trigger.
    """
    firm_id, event_id = register_firm(own_engine)
    with own_engine.begin() as connection:
        if own_engine.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER title_episode_apart_on_INSERT")
        else:
            connection.exec_driver_sql(WITHOUT_LOCK)

    both_at_once(own_engine, insert_overlapping(firm_id, event_id))

    assert overlapping_rows(own_engine, firm_id) == 2


def test_two_officers_recording_at_once_both_succeed_and_episodes_add_up(own_engine):
    firm_id, _ = register_firm(own_engine)

    def work(session, number, barrier):
        since = D(2020 + 3 * number, 11, 1)
        event = NewEvent(
            enterprise_id=firm_id, title=HIGH_TECH,
            kind=EventKind.RENEWED if number else EventKind.FIRST,
            on_day=since, since=since, until=D(2024 + 3 * number, 1, 1),
        )  # fmt: skip
        titles.record_events(session, [event], by=SYSTEM, at=NOON)

    failures = both_at_once(own_engine, work)

    assert failures == []
    with Session(own_engine) as session:
        statement = select(TitleEpisode).where(TitleEpisode.superseded_at.is_(None))
        found = sorted((row.since, row.until) for row in session.scalars(statement))
    assert found == [(D(2020, 11, 1), D(2023, 11, 1)), (D(2023, 11, 1), D(2027, 1, 1))]
