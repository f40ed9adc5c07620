"""Instants are UTC and aware; legal days are dates in Asia/Shanghai."""

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


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
