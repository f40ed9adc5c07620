"""Recording: numbered without gaps, chained, append-only on both databases."""

import threading

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.domain import GENESIS
from app.audit.models import AuditEvent
from app.audit.service import record
from app.foundation.actor import SYSTEM, Actor
from app.foundation.database import Sessions
from tests.factories.base import NOON


def say(session, action="account.created", division="130500", by=SYSTEM, **body):
    return record(
        session,
        action,
        subject_kind="account",
        subject_id="x",
        division=division,
        by=by,
        at=NOON,
        body=body,
    )


def test_events_are_numbered_from_one_in_each_division(session):
    first, second, other = say(session), say(session), say(session, division="130502")

    assert [first.seq, second.seq, other.seq] == [1, 2, 1]
    assert (first.prev, second.prev, other.prev) == (GENESIS, first.hash, GENESIS)


def test_what_was_recorded_verifies_after_reading_it_back(session):
    actor = Actor(id=None, name="王五", address="10.1.2.3")
    for number in range(5):
        say(session, by=actor, number=number, yes=True, nothing=None, word="梯田")
    session.expire_all()

    verdict = queries.verify_chain(session, "130500")

    assert (verdict.first_bad, verdict.head.seq) == (None, 5)


def test_an_edit_by_someone_who_switched_the_triggers_off_is_found(session):
    for _ in range(5):
        say(session)
    switch_off(session)
    session.execute(text("UPDATE audit_event SET actor_name = '别人' WHERE seq = 3"))
    session.expire_all()

    assert queries.verify_chain(session, "130500").first_bad == 3


def switch_off(session):
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DROP TRIGGER audit_event_no_update"))
    else:
        session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))


CHANGES = {
    "update": "UPDATE audit_event SET actor_name = 'x'",
    "delete": "DELETE FROM audit_event",
    "update of the key": "UPDATE audit_event SET seq = seq + 1000",
}
COLUMNS = (
    "id, chain, seq, prev, hash, format, at, actor_name, address, action, result, "
    "subject_kind, subject_id, body"
)
OTHERS = COLUMNS.replace("actor_name", "'x'")
REWRITE = f"SELECT {OTHERS} FROM audit_event"  # noqa: S608 a test's own constant
ONLY = {
    "sqlite": {
        "insert or replace": f"INSERT OR REPLACE INTO audit_event ({COLUMNS}) {REWRITE}",
        "upsert": f"INSERT INTO audit_event ({COLUMNS}) {REWRITE} WHERE true"
        " ON CONFLICT (id) DO UPDATE SET actor_name = 'x'",
    },
    "postgresql": {
        "truncate": "TRUNCATE audit_event",
        "truncate cascade": "TRUNCATE audit_event CASCADE",
        "upsert": f"INSERT INTO audit_event ({COLUMNS}) {REWRITE}"
        " ON CONFLICT (id) DO UPDATE SET actor_name = 'x'",
    },
}
WAYS = [*CHANGES, "insert or replace", "upsert", "truncate", "truncate cascade"]


@pytest.mark.parametrize("way", WAYS)
def test_the_database_refuses_every_way_of_changing_an_event(session, engine, way):
    statement = {**CHANGES, **ONLY[engine.dialect.name]}.get(way)
    if statement is None:
        assert way in {"truncate", "truncate cascade", "insert or replace"}
        return  # There is no such statement on this database.
    say(session)
    with pytest.raises(DBAPIError, match="audit event"), session.begin_nested():
        session.execute(text(statement))
    assert session.scalar(select(AuditEvent.actor_name)) == "系统"


@pytest.mark.parametrize("change", ["seq = seq + 2", "seq = seq", "prev = hash, seq = seq + 2"])
def test_the_database_refuses_an_event_that_does_not_follow(session, change):
    event = say(session)
    given = {c.name: getattr(event, c.key) for c in AuditEvent.__table__.columns}
    given.pop("id")
    given["seq"] += 2 if "+ 2" in change else 0
    if "prev" in change:
        given["prev"] = event.hash

    with pytest.raises(DBAPIError, match="must follow"), session.begin_nested():
        session.execute(insert(AuditEvent).values(**given))


def test_many_writers_leave_no_gap(own_engine):
    """The twin without the lock reads the same head twice; the unique number then refuses it."""
    sessions = Sessions(own_engine)
    failed = []

    def work():
        for _ in range(10):
            try:
                with sessions.begin() as session:
                    say(session)
            except Exception as error:  # noqa: BLE001 a thread must hand its failure over
                failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    with Session(own_engine) as session:
        assert session.scalar(select(func.max(AuditEvent.seq))) == 60
        assert queries.verify_chain(session, "130500").first_bad is None
