"""Tests of the language and their combinations."""

import itertools

import pytest

from rules.errors import PackError
from tests.rules.language import judge, outcome, rule_set

YES, NO = {"is_true": "resident"}, {"is_false": "resident"}
ORDER_ALL = ("unmet", "unknown", "manual", "met")
ORDER_ANY = ("unmet", "manual", "unknown", "met")
WORDS = (*ORDER_ALL, "not_applicable")


def made(name, word):
    """A criterion that comes out as `word`."""
    undefined = {
        "compare": {"value": {"ratio": ["sales", "staff"]}, "at_least": 1},
        "if_undefined": word,
    }
    return {"id": name, **undefined}


ZERO = {"sales": 0, "staff": 0}


@pytest.mark.parametrize("words", list(itertools.product(WORDS, repeat=2)))
def test_all_and_any_follow_their_orders(words):
    criteria = [made("a", words[0]), made("b", words[1])]
    living = [word for word in words if word != "not_applicable"]
    least = min(living, key=ORDER_ALL.index, default="not_applicable")
    greatest = max(living, key=ORDER_ANY.index, default="not_applicable")

    assert judge(*criteria, verdict={"all": ["a", "b"]}, facts=ZERO).outcome == least
    assert judge(*criteria, verdict={"any": ["a", "b"]}, facts=ZERO).outcome == greatest


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("met", "met", "unmet"), "met"),
        (("met", "unmet", "unmet"), "unmet"),
        (("met", "unknown", "unmet"), "unknown"),
        (("met", "manual", "unmet"), "manual"),
        (("met", "manual", "unknown"), "unknown"),
    ],
)
def test_at_least_k(words, expected):
    criteria = [made(name, word) for name, word in zip("abc", words, strict=True)]

    assert (
        judge(*criteria, verdict={"at_least_k": {"k": 2, "of": list("abc")}}, facts=ZERO).outcome
        == expected
    )


@pytest.mark.parametrize(
    ("word", "expected"), [("met", "unmet"), ("unmet", "met"), ("unknown", "unknown")]
)
def test_not_turns_round_what_is_decided(word, expected):
    assert judge(made("a", word), verdict={"not": "a"}, facts=ZERO).outcome == expected


def test_yes_and_no():
    assert outcome(YES, facts={"resident": True}) == "met"
    assert outcome(YES, facts={"resident": False}) == "unmet"
    assert outcome(NO, facts={"resident": False}) == "met"
    assert outcome(NO) == "unknown"


def test_a_persons_finding_is_manual_until_given():
    assert outcome({"case": "ok"}) == "manual"
    assert outcome({"case": "ok"}, case={"ok": True}) == "met"
    assert outcome({"case": "ok"}, case={"ok": False}) == "unmet"
    assert outcome({"manual": "由人判断"}) == "manual"


def test_choices():
    test = {"one_of": {"of": "level", "in": ["a", "b"]}}

    assert outcome(test, facts={"level": "b"}) == "met"
    assert outcome(test, facts={"level": "c"}) == "unmet"
    assert outcome(test) == "unknown"


def test_titles_held():
    plain = {"held": ["x.one", "x.two"]}
    long = {"held": {"any": ["x.one"], "years": 2}}

    assert outcome(plain, titles=["x.two"]) == "met"
    assert outcome(plain, titles=[]) == "unmet"
    assert outcome(plain) == "unknown"
    assert outcome(long, records={"title": [{"title": "x.one", "since": "2024-06-15"}]}) == "met"
    assert outcome(long, records={"title": [{"title": "x.one", "since": "2024-06-16"}]}) == "unmet"


def test_records_in_a_window():
    none = {"none": {"register": "incident_safety", "window": {"days": 365}, "severity": ["重大"]}}
    some = {"some": {"register": "award", "window": {"years": 5}, "rank_at_most": 3}}

    assert outcome(none, records={"incident_safety": []}) == "met"
    assert (
        outcome(none, records={"incident_safety": [{"on": "2025-06-15", "severity": "重大"}]})
        == "unmet"
    )
    assert (
        outcome(none, records={"incident_safety": [{"on": "2025-06-14", "severity": "重大"}]})
        == "met"
    )
    assert (
        outcome(none, records={"incident_safety": [{"on": "2026-06-14", "severity": "一般"}]})
        == "met"
    )
    assert outcome(none) == "unknown"
    assert outcome(some, records={"award": [{"on": "2021-06-15", "rank": 3}]}) == "met"
    assert outcome(some, records={"award": [{"on": "2021-06-15", "rank": 4}]}) == "unmet"


def test_a_threshold_by_size_band_is_closed_above():
    test = {
        "compare": {
            "value": {"ratio": ["rd", "sales"]},
            "at_least": {
                "by": "sales",
                "bands": [{"up_to": 100, "is": "5%"}, {"below": 200, "is": "4%"}, {"is": "3%"}],
            },
        },
        "if_undefined": "unmet",
    }

    assert outcome(test, facts={"sales": 100, "rd": "4.99"}) == "unmet"
    assert outcome(test, facts={"sales": "100.01", "rd": "4.99"}) == "met"
    assert outcome(test, facts={"sales": 200, "rd": 6}) == "met"
    assert outcome(test, facts={"rd": 6}) == "unknown"


def test_each_of_several_years_shows_the_latest_that_fails():
    test = {"id": "c", "compare": {"value": "rd", "at_least": 100, "each_of_years": 2}}

    last = judge(test, facts={"rd": {"2025": 99, "2024": 98}}).finding("c")
    before = judge(test, facts={"rd": {"2025": 100, "2024": 98}}).finding("c")
    fine = judge(test, facts={"rd": {"2025": 101, "2024": 100}}).finding("c")

    assert (last.outcome, last.value) == ("unmet", 99)
    assert (before.outcome, before.value) == ("unmet", 98)
    assert (fine.outcome, fine.value) == ("met", 101)


@pytest.mark.parametrize(
    ("resident", "sales", "expected"),
    [
        (False, 0, "not_applicable"),
        (True, 0, "unmet"),
        (True, 1, "met"),
        (None, 1, "met"),
        (None, 0, "unknown"),
    ],
)
def test_a_condition_can_switch_a_criterion_off(resident, sales, expected):
    test = {"compare": {"value": "sales", "at_least": 1}, "applies_when": YES}

    assert outcome(test, facts={"resident": resident, "sales": sales}) == expected


def test_inline_criteria_have_findings_of_their_own():
    law = {
        "id": "both",
        "all": [{"id": "one", **YES}, {"compare": {"value": "sales", "at_least": 1}}],
    }

    verdict = judge(law, facts={"resident": False, "sales": 1})

    assert [finding.id for finding in verdict.findings] == ["one", "both"]
    assert [finding.id for finding in verdict.decisive] == ["one", "both"]


def test_the_decisive_findings_of_an_any_are_the_one_that_carried_or_all_that_failed():
    law = [made("a", "unmet"), made("b", "met"), made("c", "met")]

    carried = judge(*law, verdict={"any": ["a", "b", "c"]}, facts=ZERO)
    failed = judge(made("a", "unmet"), made("b", "unmet"), verdict={"any": ["a", "b"]}, facts=ZERO)

    assert [finding.id for finding in carried.decisive] == ["b"]
    assert [finding.id for finding in failed.decisive] == ["a", "b"]


@pytest.mark.parametrize(
    ("criterion", "said"),
    [
        ({"id": "c"}, "exactly one test"),
        ({"id": "c", **YES, **NO}, "exactly one test"),
        ({"id": "c", "is_true": "sales"}, "not a yes/no fact"),
        ({"id": "c", "case": "sales"}, "not a yes/no fact"),
        ({"id": "c", "manual": ""}, "needs a reason"),
        ({"id": "c", "one_of": {"of": "level", "in": ["z"]}}, "no choice"),
        ({"id": "c", "all": []}, "at least one part"),
        ({"id": "c", "all": ["later"]}, "no criterion above"),
        ({"id": "c", "all": [5]}, "not a test"),
        ({"id": "c", "all": [{"some day": 1}]}, "unknown test"),
        ({"id": "c", "points": {"of": ["s"], "at_least": 1}}, "no score above"),
        ({"id": "c", "compare": {"value": "sales"}}, "takes one of"),
        ({"id": "c", "compare": {"value": "sales", "at_least": "much"}}, "not a quantity"),
        (
            {"id": "c", "compare": {"value": {"ratio": ["rd", "sales"]}, "at_least": 1}},
            "say if_undefined",
        ),
        (
            {
                "id": "c",
                "compare": {"value": {"ratio": ["rd", "sales"]}, "at_least": 1},
                "if_undefined": "maybe",
            },
            "does not say",
        ),
        ({"id": "c", "compare": {}}, "malformed"),
    ],
)
def test_a_criterion_that_is_none_is_refused_by_name(criterion, said):
    with pytest.raises(PackError, match=f"c: .*{said}"):
        rule_set(criterion)


def test_an_id_is_used_once_and_the_verdict_names_what_exists():
    with pytest.raises(PackError, match="used twice"):
        rule_set({"id": "c", **YES}, {"id": "c", **NO})
    with pytest.raises(PackError, match="used twice"):
        rule_set({"id": "c", **YES}, {"id": "c", "score": {"judged": [0, 8]}})
    with pytest.raises(PackError, match="used twice"):
        rule_set({"id": "c", **YES}, {"id": "d", "score": {"best_of": [{"id": "c", "judged": 1}]}})
    with pytest.raises(PackError, match="verdict"):
        rule_set({"id": "c", **YES}, verdict={"all": ["d"]})


@pytest.mark.parametrize(
    ("edge", "said", "expected"),
    [
        ("at_least", None, "unmet"),
        ("at_most", None, "not_applicable"),
        ("at_least", "manual", "manual"),
        ("at_most", "unmet", "unmet"),
    ],
)
def test_a_figure_before_founding_reaches_no_threshold(edge, said, expected):
    test = {"compare": {"value": "sales", edge: 1}}
    if said is not None:
        test["if_undefined"] = {"not_applicable": said}

    assert outcome(test, facts={"registered_on": "2026-03-01"}) == expected
    assert outcome(test, facts={"registered_on": "2020-03-01"}) == "unknown"


def test_if_undefined_takes_outcomes_only_for_years_before_founding_too():
    test = {"compare": {"value": "sales", "at_least": 1}, "if_undefined": {"not_applicable": "x"}}

    with pytest.raises(PackError, match="not_applicable"):
        rule_set({"id": "c", **test})
