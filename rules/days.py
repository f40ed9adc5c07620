"""Days as integers since 1970-01-01, and the windows the law counts in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Moment:
    """The day of an evaluation, its 申报年度, and the year whose figures decide."""

    on: date
    for_year: int
    base_year: int

    @classmethod
    def of(cls, on: date, for_year: int | None = None, base_year: int | None = None) -> "Moment":
        """Fill what is not given: 申报年度 is the day's year, the base year the one before."""
        year = on.year if for_year is None else for_year
        return cls(on, year, year - 1 if base_year is None else base_year)


def to_days(day: date) -> int:
    """Days from 1970-01-01 to `day`."""
    return (day - EPOCH).days


def from_days(days: int) -> date:
    """The day that many days after 1970-01-01."""
    return EPOCH + timedelta(days=days)


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 29 February becomes 28 February.

    >>> years_before(date(2024, 2, 29), 1)
    datetime.date(2023, 2, 28)
    """
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def full_years(since: date, until: date) -> int:
    """Whole years from `since` to `until`; the anniversary completes one."""
    passed = (until.month, until.day) >= (since.month, since.day)
    return until.year - since.year - (0 if passed else 1)


def window_of(window: Any, moment: Moment) -> tuple[date, date] | None:
    """First and last day of `window`, both included; None for `in_force`.

    Source of the kinds: 115号 (上一年及当年), 195号 (365 日), 63号 (近三年).
    """
    if window == "in_force":
        return None
    if isinstance(window, Mapping):
        if "days" in window:
            return moment.on - timedelta(days=int(window["days"])), moment.on
        if "years" in window:
            return years_before(moment.on, int(window["years"])), moment.on
        if "since_year" in window:
            return date(moment.for_year + int(window["since_year"]), 1, 1), moment.on
    raise ValueError(f"unknown window {window!r}")
