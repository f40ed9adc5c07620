"""Documents of facts: what is not said is unknown, what is said is exact."""

from datetime import date

import pytest

from rules import facts
from rules.days import Moment
from rules.errors import FactError
from rules.indicators import NO_RANK, load_indicators
from rules.needs import AsOf, Figure, Held, Records
from tests.rules.language import INDICATORS, NOON

CATALOGUE = load_indicators(INDICATORS)
AWARDS = {"register": "award", "window": {"years": 5}, "level": ["national"], "rank_at_most": 3}
PLATFORMS = {"register": "rd_platform", "window": "in_force", "level": ["national", "provincial"]}
ABNORMAL = {"register": "abnormal_list", "window": "in_force"}


def one(need, **document):
    return facts.read([need], CATALOGUE, document, NOON)[need.key]


def test_a_figure_without_a_year_is_the_base_years():
    assert one(Figure("sales", 0), facts={"sales": "1.23"}) == 123
    assert one(Figure("sales", -1), facts={"sales": "1.23"}) is None
    assert one(Figure("sales", -1), facts={"sales": {2024: 5}}) == 500


def test_a_figure_that_is_not_filed_is_computed_where_the_catalogue_says_how():
    assert one(Figure("equity", 0), facts={"assets": 5, "debts": 7}) == -200
    assert one(Figure("equity", 0), facts={"assets": 5}) is None
    assert one(Figure("equity", 0), facts={"assets": 5, "debts": 7, "equity": 1}) == 100


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("resident", "是", 1),
        ("resident", 0, 0),
        ("resident", False, 0),
        ("resident", [], 0),
        ("registered_on", "1970-01-02", 1),
        ("registered_on", date(1970, 1, 3), 2),
        ("level", "b", 1),
        ("award_rank", "none", NO_RANK),
        ("award_rank", 2, 2),
        ("rights", ["x", "y"], 2),
        ("staff_avg", "20.33", 12198),
        ("expert", "25.5", 2550),
    ],
)
def test_values_are_read_in_their_units(name, raw, expected):
    need = Figure(name, 0) if CATALOGUE[name].is_yearly else AsOf(name)

    assert one(need, facts={name: raw}) == expected


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("sales", "很多", "not a quantity"),
        ("sales", "0.001", "digits below"),
        ("sales", -1, "outside"),
        ("sales", True, "cannot be"),
        ("resident", "也许", "neither true nor false"),
        ("level", "z", "none of"),
        ("registered_on", "昨天", "cannot read"),
        ("rights", -1, "outside"),
    ],
)
def test_a_value_that_cannot_be_read_names_the_indicator(name, raw, said):
    need = Figure(name, 0) if CATALOGUE[name].is_yearly else AsOf(name)

    with pytest.raises(FactError, match=f"{name}.*{said}"):
        one(need, facts={name: raw})


def test_strange_parts_facts_and_registers_are_refused_by_name():
    with pytest.raises(FactError, match="unknown part"):
        one(AsOf("resident"), fact={})
    with pytest.raises(FactError, match="salse"):
        one(AsOf("resident"), facts={"salse": 1})
    with pytest.raises(FactError, match="lottery"):
        one(AsOf("resident"), records={"lottery": []})
    with pytest.raises(FactError, match="not a list of records"):
        one(Records.of(ABNORMAL), records={"abnormal_list": "无"})


def test_records_give_derived_facts():
    rights = [
        {"kind": "invention", "since": "2020-01-01", "until": "2026-06-15"},
        {"kind": "invention", "since": "2020-01-01", "until": "2026-06-16"},
        {"kind": "software", "since": "2020-01-01"},
    ]

    assert one(AsOf("rights"), records={"ip_right": rights}) == 1
    assert one(AsOf("rights")) is None
    assert one(AsOf("rights"), facts={"rights": 7}, records={"ip_right": rights}) == 7
    assert (
        one(
            AsOf("award_rank"),
            records={"award": [{"on": "2024-01-01", "level": "national", "rank": 2}]},
        )
        == 2
    )
    assert one(AsOf("platform"), records={"rd_platform": [{"level": "provincial"}]}) == 1
    assert one(AsOf("platform"), records={"rd_platform": []}) == 2


def test_filters_of_derived_facts():
    entry = CATALOGUE["rights"]
    rows = [
        {"kind": "a", "disputed": True},
        {"kind": "a", "related": False},
        {"kind": "a", "used": True},
        {"kind": "a", "origin": "own"},
    ]

    def count(**query):
        return facts.derived({"register": "ip_right", **query}, entry, rows, NOON)

    assert [count(), count(undisputed=True), count(related=True), count(unused=True)] == [
        4,
        3,
        3,
        3,
    ]
    assert [count(origin=["own"]), count(measure="any"), count(measure="best_guess")] == [
        1,
        1,
        None,
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (False, 0),
        (True, 1),
        ([], 0),
        ("false", 0),
        (None, None),
        ([{"on": "2026-01-01"}], 1),
        ([{"on": "2025-01-01", "removed_on": "2026-06-15"}], 0),
    ],
)
def test_a_list_may_be_said_among_the_facts(said, expected):
    assert one(Records.of(ABNORMAL), facts={"abnormal_list": said}) == expected


def test_a_list_said_as_words_is_refused():
    with pytest.raises(FactError, match="neither true, false nor"):
        one(Records.of(ABNORMAL), facts={"abnormal_list": "好像没有"})


def test_a_derived_fact_given_directly_answers_the_register():
    assert one(Records.of(AWARDS), facts={"award_rank": 3}) == 1
    assert one(Records.of(AWARDS), facts={"award_rank": 4}) == 0
    assert one(Records.of(AWARDS), facts={"award_rank": "none"}) == 0
    assert one(Records.of(PLATFORMS), facts={"platform": "provincial"}) == 1
    assert one(Records.of(PLATFORMS), facts={"platform": "none"}) == 0
    assert one(Records.of({**AWARDS, "window": {"years": 3}}), facts={"award_rank": 3}) is None
    assert one(Records.of({**AWARDS, "level": ["provincial"]}), facts={"award_rank": 3}) is None
    assert one(Records.of({"register": "ip_right", "window": "in_force"}), facts={"rights": 2}) == 2
    assert one(Records.of(AWARDS), facts={"award_rank": None}) is None


def test_titles():
    need, long = Held(("x.one",)), Held(("x.one",), 2)

    assert one(need, titles=["x.one"]) == 1
    assert one(need, facts={"title_held": {"x.one": True}}) == 1
    assert one(need, facts={"title_held": {"x.one": False}}) == 0
    assert one(need, facts={"title_held": {"x.two": False}}) is None
    assert one(need) is None
    assert one(long, titles=["x.one"]) is None
    assert one(need, records={"title": [{"title": "x.one", "since": "2026-06-16"}]}) == 0
    assert (
        one(
            need,
            records={"title": [{"title": "x.one", "since": "2020-01-01", "until": "2026-06-15"}]},
        )
        == 0
    )
    assert one(long, records={"title": [{"title": "x.one"}]}) == 0


def test_windows_begin_with_the_day_itself():
    since_year = {"register": "incident_safety", "window": {"since_year": -1}}
    records = {
        "incident_safety": [{"on": "2025-01-01"}, {"on": "2024-12-31"}, {"on": "2026-06-16"}]
    }

    assert one(Records.of(since_year), records=records) == 1


@pytest.mark.parametrize(
    "raw",
    [
        {"register": "lottery", "window": "in_force"},
        {"register": "award", "window": "always"},
        {"register": "award", "window": {"weeks": 2}},
        {"register": "award", "window": "in_force", "colour": "red"},
    ],
)
def test_a_register_window_or_filter_that_does_not_exist_is_refused(raw):
    with pytest.raises(ValueError, match=r"no such|unknown window"):
        Records.of(raw)


def test_full_years_back_from_a_leap_day():
    window = facts.window_of({"years": 1}, Moment.of(date(2024, 2, 29)))

    assert window == (date(2023, 2, 28), date(2024, 2, 29))
