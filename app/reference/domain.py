"""Vocabularies of the reference data, and working-day arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.foundation.labelled import Labelled
from app.reference.errors import CalendarEnds

COUNTRY: Final = "0"
SATURDAY: Final = 5  # date.weekday()


class DivisionLevel(Labelled):
    """What kind of place a division is."""

    COUNTRY = "country", "全国"
    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县级"
    ZONE = "zone", "功能区"  # development zones: statistical codes, not in GB/T 2260


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The days that differ from their weekday, and the years whose arrangement is known."""

    exceptions: Mapping[date, bool]  # True: a weekend made a working day; False: a holiday
    years: frozenset[int]

    def is_working_day(self, day: date) -> bool:
        """Whether offices are open on `day`.

        Raises:
            CalendarEnds: the arrangement of that year is not known.
        """
        if day.year not in self.years:
            raise CalendarEnds(day.year)
        known = self.exceptions.get(day)
        return day.weekday() < SATURDAY if known is None else known

    def add_working_days(self, day: date, count: int) -> date:
        """The day that is `count` working days after `day`, which itself is not counted.

        Days of a period are counted from the day after its first event (民法典第二百零一条).
        A `count` of 0 gives `day` itself if offices are open then, else the next day they are.

        Raises:
            CalendarEnds: the period runs into a year whose arrangement is not known.
            ValueError: `count` is negative.
        """
        if count < 0:
            raise ValueError("a period has no negative number of days")
        left = count
        if left == 0 and self.is_working_day(day):
            return day
        left = max(left, 1)
        while left:
            day += timedelta(days=1)
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie in [start, end).

        Raises:
            CalendarEnds: a year in between is not known.
        """
        days = (end - start).days
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(days))


def bare_industry_code(text: str) -> str:
    """The code as GB/T 4754 prints it, from what files carry: `C1830` and `1830` are one class.

    >>> bare_industry_code(" c1830 "), bare_industry_code("C"), bare_industry_code("18")
    ('1830', 'C', '18')
    """
    code = text.strip().upper()
    return code[1:] if len(code) > 1 and code[0].isalpha() else code
