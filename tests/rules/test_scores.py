"""Scores are intervals: what the facts allow, and why it is not one number."""

import pytest

from rules.errors import PackError
from tests.rules.language import judge, points, rule_set

STAFF = {
    "of": "staff",
    "max": 20,
    "bands": [{"at_least": 30, "points": 20}, {"more_than": 10, "points": [3, 4]}, {"points": 0}],
}


@pytest.mark.parametrize(
    ("staff", "expected"), [(30, (2000, 2000)), (29, (300, 400)), (10, (0, 0)), (None, (0, 2000))]
)
def test_bands(staff, expected):
    assert points(STAFF, facts={"staff": staff}) == expected


def test_bands_downwards():
    score = {
        "of": "staff",
        "bands": [{"at_most": 5, "points": 10}, {"less_than": 8, "points": 5}, {"points": 0}],
    }

    assert [points(score, facts={"staff": staff})[0] for staff in (5, 6, 8)] == [1000, 500, 0]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"points": 3}, (300, 300)),
        ({"points": [1, 2]}, (100, 200)),
        ("manual", (0, 2000)),
        ("unknown", (0, 2000)),
        ("unusable", (0, 0)),
    ],
)
def test_an_undefined_value_scores_as_the_law_says(said, expected):
    score = {
        "of": {"ratio": ["rd", "sales"]},
        "max": 20,
        "bands": [{"at_least": "5%", "points": 20}, {"points": 0}],
        "if_undefined": said,
    }

    assert points(score, facts={"rd": 1, "sales": 0}) == expected


def test_a_year_before_founding_scores_nothing():
    assert points(STAFF, facts={"registered_on": "2026-03-01"}) == (0, 0)


def test_a_year_before_founding_is_judged_by_hand_where_the_law_says_so():
    said = {"zero": {"points": 0}, "negative": "manual", "short": "manual"}
    score = {
        "of": {"ratio": ["rd", "sales"]},
        "bands": [{"at_least": "5%", "points": 20}, {"points": 0}],
        "if_undefined": {**said, "not_applicable": "manual"},
    }

    assert points(score, facts={"registered_on": "2026-03-01"}) == (0, 2000)


def test_choices_score():
    score = {"of": "level", "by": {"a": 5, "b": 3}, "max": 5}

    assert [points(score, facts={"level": level}) for level in ("a", "b", "c", None)] == [
        (500, 500),
        (300, 300),
        (0, 0),
        (0, 500),
    ]


def test_points_per_step_are_capped():
    score = {"per": {"age": "since", "unit": "years"}, "each": 2, "points": 1, "max": 5}

    assert points(score, facts={"since": "2021-06-15"}) == (200, 200)
    assert points(score, facts={"since": "2000-01-01"}) == (500, 500)


def test_the_best_option_counts_even_when_the_other_is_unknown():
    score = {
        "best_of": [
            STAFF,
            {"of": "rights", "bands": [{"at_least": 1, "points": 20}, {"points": 0}]},
        ]
    }

    assert points(score, facts={"rights": 1}) == (2000, 2000)
    assert points(score, facts={"rights": 0}) == (0, 2000)


def test_sums_are_capped():
    score = {"max": 21, "sum_of": [STAFF, {"judged": [0, 8]}]}

    assert points(score, facts={"staff": 30}) == (2000, 2100)


def test_an_experts_points_replace_the_interval():
    score = {"given": "expert", "max": 30, "otherwise": STAFF}

    assert points(score, case={"expert": "25.5"}) == (2550, 2550)
    assert points(score, case={"expert": 40}) == (3000, 3000)
    assert points(score, facts={"staff": 20}) == (300, 400)
    assert points({"given": "expert", "max": 30}) == (0, 3000)


def test_points_for_a_test():
    score = {"when": {"is_true": "resident"}, "points": 3}

    assert [points(score, facts={"resident": value}) for value in (True, False, None)] == [
        (300, 300),
        (0, 0),
        (0, 300),
    ]


@pytest.mark.parametrize(
    ("facts", "wanted", "expected"),
    [
        ({"staff": 30}, 20, "met"),
        ({"staff": 5}, 20, "unmet"),
        ({}, 20, "unknown"),
        ({"staff": 20}, 4, "manual"),
        ({"staff": 20}, 3, "met"),
        ({"staff": 20}, 5, "unmet"),
    ],
)
def test_a_total_is_decided_as_soon_as_it_cannot_change(facts, wanted, expected):
    law = ({"id": "s", "score": STAFF}, {"id": "t", "points": {"of": ["s"], "at_least": wanted}})

    assert judge(*law, facts=facts).outcome == expected


def test_named_options_have_findings_and_lost_points_are_decisive():
    law = (
        {"id": "s", "score": {"best_of": [{"id": "one", **STAFF}, {"judged": 0}]}},
        {"id": "t", "points": {"of": ["s"], "at_least": 10}},
    )

    verdict = judge(*law, facts={"staff": 5})

    assert [(f.id, f.outcome) for f in verdict.findings] == [
        ("one", "unmet"),
        ("s", "unmet"),
        ("t", "unmet"),
    ]
    assert {finding.id for finding in verdict.decisive} == {"s", "t"}


@pytest.mark.parametrize(
    ("score", "said"),
    [
        ({"of": "staff", "bands": [{"at_least": 1, "points": 1}]}, "no edge"),
        ({"of": "staff", "bands": [{"points": 1}, {"points": 0}]}, "one edge"),
        (
            {"of": "staff", "bands": [{"at_least": 1, "points": "1/3"}, {"points": 0}]},
            "not a quantity",
        ),
        ({"of": "staff", "bands": [{"at_least": 1, "points": [4, 3]}, {"points": 0}]}, "in order"),
        ({"of": "level", "by": {"z": 1}}, "no choice"),
        ({"of": "staff", "by": {"a": 1}}, "no choice"),
        ({"per": "staff", "each": "0.5", "points": 1, "max": 5}, "whole"),
        (
            {
                "of": {"ratio": ["rd", "sales"]},
                "bands": [{"at_least": 1, "points": 1}, {"points": 0}],
            },
            "say if_undefined",
        ),
        (
            {
                "of": {"ratio": ["rd", "sales"]},
                "bands": [{"at_least": 1, "points": 1}, {"points": 0}],
                "if_undefined": {"zero": "manual"},
            },
            "does not say",
        ),
        (
            {
                "of": {"ratio": ["rd", "sales"]},
                "bands": [{"at_least": 1, "points": 1}, {"points": 0}],
                "if_undefined": "x",
            },
            "is none of",
        ),
        ({"given": "staff_avg", "max": 5}, "finer than"),
        ({"nothing": 1}, "unknown score"),
    ],
)
def test_a_score_that_is_none_is_refused_by_name(score, said):
    with pytest.raises(PackError, match=f"s: .*{said}"):
        rule_set({"id": "s", "score": score})
