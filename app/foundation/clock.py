"""Instants are UTC and aware; legal days are dates in Asia/Shanghai."""

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
FIRST_YEAR: Final = 1900  # years before and after are slips of the pen
LAST_YEAR: Final = 2100


def now() -> datetime:
    """The present instant. Called in faces and jobs only; below them it is an argument."""
    return datetime.now(UTC)


def legal_day(at: datetime) -> date:
    """The day in Asia/Shanghai that contains the instant `at`.

    >>> legal_day(datetime(2026, 3, 31, 16, 0, tzinfo=UTC))
    datetime.date(2026, 4, 1)
    """
    return at.astimezone(SHANGHAI).date()


def today() -> date:
    """The present legal day."""
    return legal_day(now())


def parse_day(text: str) -> date | None:
    """The legal day that an address names in ISO form; None for none, or one nobody can mean.

    >>> parse_day("2026-11-22")
    datetime.date(2026, 11, 22)
    >>> parse_day("9999-12-31")
    """
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None
