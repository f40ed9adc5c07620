"""Two officers registering one firm at the same moment: one of them is told, kindly."""

import threading

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.enterprises import service
from app.enterprises.errors import CreditCodeTaken
from app.enterprises.models import Enterprise
from app.enterprises.service import Firm
from app.foundation.actor import SYSTEM
from tests.factories.base import NOON
from tests.factories.enterprises import credit_code
from tests.factories.reference import XIANGDU, places

FIRM = Firm(credit_code=credit_code(7), name="邢台力昌机械有限公司", registered_division=XIANGDU)


@pytest.fixture
def ready(own_engine):
    with Session(own_engine) as session:
        places(session)
        session.commit()
    return own_engine


def register_twice(engine):
    """Two transactions that both are open when they register; what each was told."""
    barrier, told = threading.Barrier(2, timeout=2), []

    def run():
        try:
            with Session(engine) as session, session.begin():
                service.register(session, FIRM, document_id=None, by=SYSTEM, at=NOON)
                try:
                    barrier.wait()  # Both get here only if nothing holds the second one back.
                except threading.BrokenBarrierError:
                    return
        except (CreditCodeTaken, DBAPIError) as refusal:
            told.append(refusal)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def registered(engine):
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(Enterprise))


def test_of_two_registering_one_code_at_once_one_is_told_it_is_taken(ready):
    told = register_twice(ready)

    assert registered(ready) == 1
    assert [type(refusal) for refusal in told] == [CreditCodeTaken]


def test_the_check_alone_would_let_both_in(ready):
    """The known-bad twin, on PostgreSQL; SQLite's second writer begins after the first ends."""
    if ready.dialect.name == "postgresql":
        with ready.begin() as connection:
            connection.execute(
                text("ALTER TABLE enterprise DROP CONSTRAINT uq_enterprise_credit_code")
            )

    register_twice(ready)

    assert registered(ready) == (2 if ready.dialect.name == "postgresql" else 1)
