"""Engines, types and units of work: what is promised of both databases."""

import threading
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from app.foundation.database import Sessions
from app.jobs.models import Job
from app.reference.models import CalendarDay
from tests.factories.base import NOON
from tests.factories.jobs import JobFactory

SHANGHAI = timezone(timedelta(hours=8))


def test_an_instant_comes_back_aware_and_in_utc(session):
    local = datetime(2026, 3, 31, 23, 59, 59, 123456, tzinfo=SHANGHAI)
    job = JobFactory(created_at=local)
    session.expire_all()

    assert job.created_at == local
    assert job.created_at.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused(session):
    with pytest.raises(StatementError, match="time zone"), session.begin_nested():
        JobFactory(created_at=datetime(2026, 1, 1))  # noqa: DTZ001 that is the point


def test_a_word_outside_its_vocabulary_is_refused_by_the_database(session):
    job = JobFactory()

    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text("UPDATE job SET state = 'nonsense' WHERE id = id"))
    assert job.key


def test_a_row_without_its_parent_is_refused(session):
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text("INSERT INTO division_closure VALUES ('nowhere', 'nowhere', 0)"),
        )


def test_a_unit_of_work_is_kept_whole_or_not_at_all(own_engine):
    sessions = Sessions(own_engine)

    def write(number):
        with sessions.begin() as session:
            session.add(CalendarDay(day=date(2026, 1, 1), is_working=True, name="", source=""))
            session.flush()
            session.add(CalendarDay(day=date(2026, 1, 2), is_working=True, name="", source=""))
            if number:
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write(1)
    with sessions.read() as session:
        nothing = session.scalars(select(CalendarDay)).all()
    write(0)
    with sessions.read() as session:
        assert (len(nothing), len(session.scalars(select(CalendarDay)).all())) == (0, 2)


def test_no_update_is_lost_between_threads(own_engine):
    """The twin begins deferred: it reads what another overwrites, or fails without waiting."""
    sessions = Sessions(own_engine)
    with sessions.begin() as session:
        session.add(
            Job(
                kind="test.count",
                key="x",
                payload="{}",
                division="0",
                created_by_name="",
                created_at=NOON,
            )
        )

    def work():
        for _ in range(15):
            with sessions.begin() as session:
                job = session.scalars(select(Job).with_for_update()).one()
                job.done_count += 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with sessions.read() as session:
        assert session.scalar(select(Job.done_count)) == 90


def test_sqlite_keeps_its_promises(own_engine):
    if own_engine.dialect.name != "sqlite":
        with own_engine.connect() as connection:
            assert connection.scalar(text("SHOW lock_timeout")) == "4s"
        return
    with own_engine.connect() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        held = [connection.scalar(text(f"PRAGMA {name}")) for name in pragmas]

    assert held == ["wal", 2, 1, 1]
