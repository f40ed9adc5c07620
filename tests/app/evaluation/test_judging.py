"""Verdicts of frames: grades, marks and what is told, without a database."""

import json
from datetime import date

import polars as pl
import pytest

from app.evaluation.judging import judge
from rules.days import Moment
from rules.ruleset import RuleSet

MOMENT = Moment.of(date(2026, 6, 15), 2026)
INDICATORS = {
    name: {"name": name, "unit": "count", "period": "ASOF"} for name in ("a", "b", "c", "d")
} | {"registered_on": {"name": "成立", "unit": "date", "period": "ASOF"}}


def at_least_one(fact, **more):
    return {"compare": {"value": fact, "at_least": 1}, **more}


def law(*criteria, verdict=None):
    tree = {
        "id": "T",
        "title": "test.title",
        "application_type": "新申报",
        "criteria": list(criteria),
        "indicators": INDICATORS,
    }
    return RuleSet(tree | ({"verdict": verdict} if verdict else {}))


def judged(rule_set, moment=MOMENT, marks=None, **facts):
    columns = {need.key: [facts.get(need.key)] for need in rule_set.needs}
    frame = pl.DataFrame(
        {"enterprise_id": ["f"], **columns, **(marks or {})},
        schema_overrides=dict.fromkeys(columns, pl.Int64),
    )
    return judge(rule_set, frame, moment).rows.to_dicts()[0]


def told(row):
    return [entry[0] for entry in json.loads(row["findings"])["decisive"]]


TWO = law(at_least_one("a", id="A", name="甲"), at_least_one("b", id="B", name="乙"))


@pytest.mark.parametrize(
    ("facts", "grade", "names"),
    [
        ({"a": 1, "b": 1}, "ready", []),
        ({"a": 1, "b": 0}, "one_short", ["B"]),
        ({"a": 0, "b": 0}, "short", ["A", "B"]),
        ({"a": 0}, "short", ["A"]),  # nothing is met: not one short of anything
        ({"a": 1}, "no_data", ["B"]),
    ],
)
def test_the_grade_follows_from_what_decided(facts, grade, names):
    row = judged(TWO, **facts)

    assert (row["grade"], told(row)) == (grade, names)


def test_a_persons_judgement_alone_open_is_a_pledge_if_the_data_say_something():
    by_hand = {"id": "M", "name": "丙", "manual": "由专家判断"}

    assert judged(law(at_least_one("a", id="A"), by_hand), a=1)["grade"] == "pledge"
    assert judged(law(by_hand))["grade"] == "no_data"


def test_marks_count_only_where_they_decide():
    either = law(
        {"id": "X", "name": "其一", "any": [at_least_one("a", id="A"), at_least_one("b", id="B")]}
    )
    assumed = {"a~assumed": [True], "b~assumed": [True], "b~proxy": [True]}

    carried = judged(either, marks=assumed, a=1, b=1)
    other = judged(either, marks=assumed, a=0, b=1)

    assert (carried["assumed_count"], carried["is_proxy"], carried["grade"]) == (1, False, "pledge")
    assert (other["assumed_count"], other["is_proxy"]) == (1, True)


def test_a_combination_speaks_through_its_parts_or_itself_when_they_have_no_names():
    named = law({"id": "X", "name": "各项", "all": [at_least_one("a", id="A"), at_least_one("b")]})

    assert told(judged(named, a=0, b=1)) == ["A"]
    assert told(judged(named, a=1, b=0)) == ["X"]
    nameless = law({"id": "Y", "name": "任一", "any": [at_least_one("a"), at_least_one("b")]})
    assert told(judged(nameless, a=0, b=0)) == ["Y"]


def test_the_hash_moves_with_the_numbers_that_decide_and_not_with_the_others():
    def digest(**facts):
        return judged(TWO, **facts)["decisive_hash"]

    assert digest(a=1, b=-1) != digest(a=1, b=0)
    assert digest(a=1, b=0) == digest(a=7, b=0)
    assert digest(a=1, b=1) == digest(a=5, b=9)


def test_an_age_does_not_move_the_hash_from_day_to_day():
    old_enough = law(
        {
            "id": "G",
            "name": "满一年",
            "compare": {"value": {"age": "registered_on", "unit": "days"}, "at_least": 365},
        }
    )
    founded = (date(2026, 1, 1) - date(1970, 1, 1)).days

    today = judged(old_enough, registered_on=founded)
    tomorrow = judged(old_enough, Moment.of(date(2026, 6, 16), 2026), registered_on=founded)

    assert told(today) == ["G"]
    assert today["decisive_hash"] == tomorrow["decisive_hash"]


def test_a_preliminary_verdict_is_another_one():
    facts = {"a": 1, "b": 1}
    early = judged(TWO, Moment.of(date(2025, 12, 31), 2026), **facts)

    assert early["decisive_hash"] != judged(TWO, **facts)["decisive_hash"]
