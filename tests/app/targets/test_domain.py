"""What a target asks, and how far the register is."""

from datetime import date
from fractions import Fraction

import pytest

from app.targets.domain import Standing, counting, least, progress, required
from rules.pack import Target
from rules.text import Text

HIGH, NATIONAL, PROVINCIAL = "national.high_tech", "national.tech_sme", "hebei.tech_sme"
ROLLS = frozenset({NATIONAL})
END = date(2022, 12, 31)


def target(**changes):
    given = {
        "id": "T-1", "pack": "p", "name": Text("目标"), "titles": (HIGH,), "kind": "stock",
        "comparator": "at_least", "value": Fraction(500), "upper": None, "unit": "家",
        "year": 2022, "baseline": None, "baseline_year": None, "territory": "130500",
        "phrase": "", "note": Text(""), **changes,
    }  # fmt: skip
    return Target(**given)


@pytest.mark.parametrize(
    ("comparator", "need"),
    [("at_least", 500), ("reach", 500), ("about", 500), ("range", 500), ("more_than", 501)],
)
def test_over_asks_one_more_than_at_least(comparator, need):
    assert least(target(comparator=comparator)) == need


def test_a_fraction_of_a_firm_needs_the_whole_firm():
    assert least(target(value=Fraction(1001, 2))) == 501


@pytest.mark.parametrize(
    ("counted", "on", "standing", "gap"),
    [
        (499, END, Standing.BEHIND, 1),
        (500, END, Standing.REACHED, 0),
        (499, date(2022, 12, 30), Standing.NOT_YET, 1),
        (None, END, Standing.TO_FILL, None),
    ],
)
def test_progress_stands_as_the_count_and_the_day_say(counted, on, standing, gap):
    found = progress(target(), counted, on)

    assert (found.standing, found.gap) == (standing, gap)


def test_completion_is_exact():
    assert progress(target(value=Fraction(3)), 1, END).completion == Fraction(1, 3)


def test_a_stock_is_counted_to_the_targets_day_and_not_beyond():
    assert counting(target(), date(2024, 5, 1), ROLLS).on == END
    assert counting(target(), date(2022, 5, 1), ROLLS).on == date(2022, 5, 1)


def test_a_net_target_counts_from_its_baseline_year_or_the_year_before():
    assert counting(target(kind="net"), END, ROLLS).base == date(2021, 12, 31)
    assert counting(target(kind="net", baseline_year=2020), END, ROLLS).base == date(2020, 12, 31)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"titles": ()}, "不是称号户数"),
        ({"kind": "ratio"}, "比重指标不能"),
        ({"kind": "rank"}, "位次指标不能"),
        ({"titles": (NATIONAL, PROVINCIAL)}, "不能相加"),
        ({"titles": (NATIONAL, HIGH)}, "年度入库数与存量不能相加"),
    ],
)
def test_what_titles_cannot_count_says_why(changes, why):
    assert why in counting(target(**changes), END, ROLLS)


def test_a_number_for_each_year_of_a_yearly_roll_is_that_years_roll():
    found = counting(target(kind="annual", titles=(NATIONAL,)), END, ROLLS)

    assert (found.kind.value, found.roll_year) == ("stock", 2022)
    assert "每年指标" in counting(target(kind="annual"), END, ROLLS)


def test_a_target_of_an_unknown_kind_is_to_be_filled_in():
    assert "curious" in counting(target(kind="curious"), END, ROLLS)


def test_requirements_are_written_as_the_plan_words_them():
    said = [
        required(target(comparator="more_than", value=Fraction(8000))),
        required(target(comparator="range", value=Fraction(5), upper=Fraction(10))),
        required(target(value=Fraction(12, 1000), unit="", kind="ratio")),
        required(target(value=None)),
    ]

    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in said] == [
        "> 8,000 家", "5–10 家", "≥ 1.2 %", "—",
    ]  # fmt: skip
