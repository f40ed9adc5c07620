"""Two officers confirm one list at the same instant: it is written once."""

from contextlib import suppress
from datetime import date
from threading import Barrier, BrokenBarrierError, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.enterprises import service as enterprises
from app.enterprises.domain import EventKind
from app.enterprises.models import TitleEvent
from app.enterprises.service import Firm, register
from app.foundation.actor import SYSTEM
from app.foundation.database import Sessions
from app.intake import lists
from app.intake.domain import Announcement, ListField
from app.intake.errors import NotReady
from app.intake.models import Load
from app.intake.workbooks import read_grid
from tests.factories.base import NOON
from tests.factories.enterprises import credit_code
from tests.factories.reference import CITY, XIANGDU, places


@pytest.fixture
def waiting(own_engine, library):
    """A list of one firm, matched and ready to be written, in a database of its own."""
    sessions = Sessions(own_engine)
    with sessions.begin() as session:
        places(session)
        firm = Firm(credit_code=credit_code(1), name="甲公司", registered_division=XIANGDU)
        register(session, firm, document_id=None, by=SYSTEM, at=NOON)
        said = Announcement(
            title="national.high_tech", kind=EventKind.FIRST, number="冀〔2026〕3号",
            batch="第一批", name="名单", issued_on=date(2026, 6, 1), division=CITY,
        )  # fmt: skip
        load = lists.receive_list(
            session, said, sha256="a" * 64, stored_as="intake/a.csv", file_name="a.csv",
            sheet=0, library=library, by=SYSTEM, at=NOON,
        )  # fmt: skip
        lists.match_rows(
            session, load, read_grid("企业名称\n甲公司".encode(), "a.csv"), header=0,
            columns={0: ListField.NAME}, library=library, by=SYSTEM, at=NOON,
        )  # fmt: skip
        return sessions, load.id


def confirm_twice(sessions, load_id, library, monkeypatch):
    """Both officers pass the check before either has written, if anything lets them."""
    meeting, ends = Barrier(2, timeout=3), []
    record = enterprises.record_document

    def met(*args, **named):
        with suppress(BrokenBarrierError):
            meeting.wait()
        return record(*args, **named)

    def confirm():
        try:
            with sessions.begin() as session:
                load = session.get_one(Load, load_id)
                lists.write_list(session, load, library=library, by=SYSTEM, at=NOON)
            ends.append("written")
        except (NotReady, SQLAlchemyError) as fault:
            ends.append(type(fault).__name__)

    monkeypatch.setattr(enterprises, "record_document", met)
    officers = [Thread(target=confirm) for _ in range(2)]
    for officer in officers:
        officer.start()
    for officer in officers:
        officer.join()
    return sorted(ends)


def test_of_two_who_confirm_one_writes_and_one_is_told(waiting, library, monkeypatch):
    sessions, load_id = waiting

    assert confirm_twice(sessions, load_id, library, monkeypatch) == ["NotReady", "written"]
    with sessions.read() as session:
        assert session.scalar(select(func.count()).select_from(TitleEvent)) == 1


def test_without_the_lock_the_second_would_end_in_a_fault(
    waiting, own_engine, library, monkeypatch
):
    """The twin of the test above: were the load not held, PostgreSQL would show it.

    SQLite's writers queue at BEGIN, so there even the twin comes out right.
    """
    monkeypatch.setattr(lists, "hold", lambda *_: None)

    ends = confirm_twice(*waiting, library, monkeypatch)

    is_right = ends == ["NotReady", "written"]
    assert is_right == (own_engine.dialect.name == "sqlite")
