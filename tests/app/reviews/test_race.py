"""Fifty reviewers decide one case at the same instant: one decides, the others are told who did."""

from collections import Counter
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from app.foundation.database import open_engine
from app.foundation.errors import Conflict
from app.reviews import moving, service
from app.reviews.domain import CaseAction
from app.reviews.errors import AlreadyDecided
from app.reviews.models import CaseEvent, Decision, ReviewCase
from tests.factories.base import NOON, held
from tests.factories.reviews import LAW, apply, officer

ROUNDS = 3


@pytest.fixture
def crowd(own_engine):
    """An engine with a connection for everybody, and how many there are.

    SQLite lets one writer in at a time and needs no crowd to show it.
    """
    many = 50 if own_engine.dialect.name == "postgresql" else 8
    url = own_engine.url.render_as_string(hide_password=False)
    engine = open_engine(url, pool_size=many, max_overflow=0)
    yield engine, many
    engine.dispose()


def prepare(engine, many):
    """One open case and many reviewers of its county, committed."""
    before = held.session
    with Session(engine, expire_on_commit=False) as session:
        held.session = session
        case = apply()
        reviewers = [officer() for _ in range(many)]
        session.commit()
    held.session = before
    return case, reviewers


def race(engine, case, reviewers):
    """What everybody came to, deciding together."""
    start, outcomes = Barrier(len(reviewers)), []

    def go(by):
        with Session(engine) as session:
            session.execute(text("SELECT 1"))  # connected before the start
            session.rollback()
            start.wait()
            try:
                service.decide(
                    session,
                    LAW,
                    case.id,
                    action=CaseAction.PASS,
                    reason="材料齐全",
                    version=case.version,
                    by=by,
                    at=NOON,
                )
                session.commit()
                outcomes.append("decided")
            except Conflict as refused:
                outcomes.append("409 " + type(refused).__name__)
            except Exception as error:  # noqa: BLE001 whatever it is, it is no clean refusal
                outcomes.append(f"500 {type(error).__name__}: {error}"[:300])

    threads = [Thread(target=go, args=(by,)) for by in reviewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def check(engine, case, outcomes, many):
    """One decided, the rest were refused with 409, and the rows say the same."""
    assert outcomes == {"decided": 1, f"409 {AlreadyDecided.__name__}": many - 1}
    with Session(engine) as session:
        mine = {"case_id": case.id}
        told = select(func.count()).select_from(CaseEvent).filter_by(**mine, what="passed")
        assert session.scalar(select(func.count()).select_from(Decision).filter_by(**mine)) == 1
        assert session.scalar(told) == 1
        now = session.get_one(ReviewCase, case.id)
        assert (now.stage, now.version) == (1, case.version + 1)


def test_exactly_one_of_many_decides(crowd):
    engine, many = crowd
    for _ in range(ROUNDS):
        case, reviewers = prepare(engine, many)

        check(engine, case, race(engine, case, reviewers), many)


def test_a_twin_that_reads_checks_and_writes_is_caught(crowd, monkeypatch):
    engine, many = crowd
    case, reviewers = prepare(engine, many)

    def unguarded(session, case, there, *_guards, **_more):
        session.execute(
            update(ReviewCase)
            .where(ReviewCase.id == case.id)
            .values(stage=there.stage, status=there.status, version=case.version + 1)
            .execution_options(synchronize_session=False)
        )
        session.refresh(case)

    monkeypatch.setattr(moving, "move", unguarded)
    if engine.dialect.name == "sqlite":  # Its writers begin IMMEDIATE: not even the twin can race.
        check(engine, case, race(engine, case, reviewers), many)
        return
    with engine.begin() as connection:
        for table, name in (
            ("decision", "uq_decision_case_id_stage_round"),
            ("case_event", "uq_case_event_case_id_seq"),
        ):
            connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    outcomes = race(engine, case, reviewers)

    assert outcomes["decided"] > 1
    with pytest.raises(AssertionError):
        check(engine, case, outcomes, many)
