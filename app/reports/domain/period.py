"""Which days an edition is about."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from app.reports.domain.vocabulary import EditionKind, Moment

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period [since, until) with the cut-off day 截止日 inside it."""

    kind: EditionKind
    since: date
    until: date
    on: date

    @classmethod
    def of(cls, kind: EditionKind, on: date) -> Self:
        """The month or year that contains `on`; a special report covers the year up to `on`.

        >>> Period.of(EditionKind.MONTHLY, date(2022, 12, 31)).until
        datetime.date(2023, 1, 1)
        """
        if kind is EditionKind.MONTHLY:
            since = on.replace(day=1)
            until = (since + timedelta(days=31)).replace(day=1)
        elif kind is EditionKind.YEARLY:
            since, until = date(on.year, 1, 1), date(on.year + 1, 1, 1)
        else:
            since, until = date(on.year, 1, 1), on + _DAY
        return cls(kind, since, until, on)

    @property
    def year(self) -> int:
        """The year of the report, which is also the 申报年度 it looks at."""
        return self.since.year

    def days(self) -> dict[Moment, date]:
        """The days on which the stock is counted."""
        return {
            Moment.NOW: self.on,
            Moment.YEAR_START: date(self.year, 1, 1) - _DAY,
            Moment.PREVIOUS: self.since - _DAY,
            Moment.YEAR_AGO: a_year_before(self.on),
        }

    @property
    def name(self) -> str:
        """「2022年12月」, 「2022年」 or 「截至2022年6月30日」."""
        if self.kind is EditionKind.MONTHLY:
            return f"{self.since.year}年{self.since.month}月"
        if self.kind is EditionKind.YEARLY:
            return f"{self.since.year}年"
        return f"截至{self.on.year}年{self.on.month}月{self.on.day}日"


def a_year_before(day: date) -> date:
    """The same day of the year before; 29 February becomes the 28th.

    >>> a_year_before(date(2024, 2, 29))
    datetime.date(2023, 2, 28)
    """
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
