"""The base of all factories: they flush and never commit, on the session of the test."""

from datetime import UTC, date, datetime
from typing import Final

import factory
from sqlalchemy.orm import Session

NOON: Final = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)  # noon in Shanghai
TODAY: Final = date(2026, 6, 15)


class _Held:
    session: Session | None = None


held = _Held()


def current_session() -> Session:
    """The session of the running test.

    Raises:
        RuntimeError: the test asked for no session.
    """
    if held.session is None:
        raise RuntimeError("no session: does the test take the `session` fixture?")
    return held.session


class Factory(factory.alchemy.SQLAlchemyModelFactory):
    """Base of all factories."""

    class Meta:
        abstract = True
        sqlalchemy_session_factory = current_session
        sqlalchemy_session_persistence = "flush"
