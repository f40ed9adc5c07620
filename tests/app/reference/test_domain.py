"""Working days are counted as the law counts them, and only as far as the calendar reaches."""

from datetime import date

import pytest

from app.reference.domain import WorkingCalendar, bare_industry_code
from app.reference.errors import CalendarEnds
from app.reference.service import _built_in_calendar

CALENDAR = WorkingCalendar(
    {row["day"]: row["is_working"] for row in _built_in_calendar()},
    frozenset(row["day"].year for row in _built_in_calendar()),
)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param(date(2026, 11, 24), True, id="an ordinary Tuesday"),
        pytest.param(date(2026, 11, 22), False, id="an ordinary Sunday"),
        pytest.param(date(2026, 10, 1), False, id="a holiday on a Thursday"),
        pytest.param(date(2026, 10, 10), True, id="a Saturday made up for the holiday"),
    ],
)
def test_a_holiday_is_no_working_day_and_a_make_up_saturday_is_one(day, works):
    assert CALENDAR.is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        pytest.param(date(2026, 11, 24), 10, date(2026, 12, 8), id="ten days over two weekends"),
        pytest.param(date(2026, 9, 30), 1, date(2026, 10, 8), id="over the National Day week"),
        pytest.param(date(2026, 10, 9), 1, date(2026, 10, 10), id="onto a make-up Saturday"),
        pytest.param(date(2026, 11, 24), 0, date(2026, 11, 24), id="none, from a working day"),
        pytest.param(date(2026, 11, 22), 0, date(2026, 11, 23), id="none, from a Sunday"),
    ],
)
def test_a_period_starts_on_the_day_after_and_skips_what_is_closed(start, count, end):
    assert CALENDAR.add_working_days(start, count) == end


def test_the_days_between_count_the_first_and_not_the_last():
    counted = CALENDAR.working_days_between(date(2026, 11, 23), date(2026, 11, 30))

    assert counted == 5


def test_a_period_running_past_the_known_years_is_refused_and_names_the_year():
    with pytest.raises(CalendarEnds, match="2027"):
        CALENDAR.add_working_days(date(2026, 12, 25), 10)


def test_a_negative_period_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_working_days(date(2026, 11, 24), -1)


def test_the_section_letter_before_an_industry_code_is_dropped():
    assert [bare_industry_code(text) for text in ("C1830", "1830", " c13", "C")] == [
        "1830",
        "1830",
        "13",
        "C",
    ]
