"""Values: exact, three-valued, and silent about years before founding."""

import pytest

from rules.errors import PackError
from tests.rules.language import judge, outcome, rule_set


def at_least(value, wanted, **more):
    return {"compare": {"value": value, "at_least": wanted}, **more}


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("5000万元", "met"), ("49999999.99", "unmet"), ("50000000.01", "met"), (None, "unknown")],
)
def test_a_figure_compares_to_the_fen(amount, expected):
    assert outcome(at_least("sales", "5000万元"), facts={"sales": amount}) == expected


def test_a_ratio_on_its_edge_is_met_and_one_fen_less_is_not():
    test = at_least({"ratio": ["rd", "sales"]}, "5%", if_undefined="unmet")

    assert outcome(test, facts={"rd": "50000", "sales": "1000000"}) == "met"
    assert outcome(test, facts={"rd": "49999.99", "sales": "1000000"}) == "unmet"


@pytest.mark.parametrize("said", ["unmet", "met", "manual", "unknown", "not_applicable"])
def test_a_zero_denominator_gives_what_the_law_says(said):
    test = at_least({"ratio": ["rd", "sales"]}, "5%", if_undefined=said)

    assert outcome(test, facts={"rd": 1, "sales": 0}) == said


def test_causes_of_an_undefined_ratio_are_told_apart():
    test = at_least(
        {"ratio": ["rd", "equity"]},
        "5%",
        if_undefined={"zero": "unmet", "negative": "manual", "short": "unmet"},
    )

    assert outcome(test, facts={"rd": 1, "equity": 0}) == "unmet"
    assert outcome(test, facts={"rd": 1, "equity": -1}) == "manual"


def test_a_ratio_of_different_quanta_is_scaled():
    test = at_least({"ratio": ["staff_avg", "staff"]}, "10%", if_undefined="unmet")

    assert outcome(test, facts={"staff_avg": "10.00", "staff": 100}) == "met"
    assert outcome(test, facts={"staff_avg": "9.99", "staff": 100}) == "unmet"


def test_a_sum_leaves_out_years_before_founding_but_not_missing_ones():
    test = at_least({"sum": "sales", "years": 3}, 300)
    young = {"registered_on": "2025-05-01", "sales": {"2025": 300}}
    old = {"registered_on": "2015-05-01", "sales": {"2025": 300}}

    assert outcome(test, facts=young) == "met"
    assert outcome(test, facts=old) == "unknown"


def test_a_firm_founded_after_the_base_year_reaches_no_threshold_and_exceeds_none():
    new = {"registered_on": "2026-04-01"}
    most = {"compare": {"value": "sales", "at_most": 1}}

    assert outcome(at_least("sales", 1), facts=new) == "unmet"
    assert outcome(most, facts=new) == "not_applicable"
    by_hand = at_least("sales", 1, if_undefined={"not_applicable": "manual"})
    assert outcome(by_hand, facts=new) == "manual"
    assert outcome({**most, "if_undefined": {"not_applicable": "unmet"}}, facts=new) == "unmet"
    with pytest.raises(PackError, match="does not say an outcome for “not_applicable”"):
        rule_set({"id": "c", **most, "if_undefined": {"not_applicable": "perhaps"}})


def test_a_sum_of_years_that_all_lie_before_founding_reaches_nothing():
    test = at_least({"sum": "sales", "years": 2}, 1)

    assert outcome(test, facts={"registered_on": "2026-04-01"}) == "unmet"


def test_a_mean_divides_by_the_years_there_are():
    test = at_least({"mean": "sales", "years": 3}, 100)

    assert (
        outcome(test, facts={"registered_on": "2024-01-01", "sales": {"2024": 50, "2025": 150}})
        == "met"
    )
    assert (
        outcome(
            test,
            facts={"registered_on": "2010-01-01", "sales": {"2023": 0, "2024": 50, "2025": 150}},
        )
        == "unmet"
    )


def test_figures_of_other_years_and_sums_of_different_figures():
    assert (
        outcome(at_least({"figure": "sales", "year": -1}, 5), facts={"sales": {"2024": 5}}) == "met"
    )
    assert outcome(at_least({"add": ["sales", "rd"]}, 5), facts={"sales": 2, "rd": 3}) == "met"
    assert (
        outcome(at_least({"subtract": ["sales", "rd"]}, 5), facts={"sales": 7, "rd": 3}) == "unmet"
    )
    assert outcome(at_least({"greatest": ["sales", "rd"]}, 5), facts={"sales": 7, "rd": 3}) == "met"
    assert outcome(at_least({"least": ["sales", "rd"]}, 5), facts={"sales": 7, "rd": 3}) == "unmet"


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ((1000, 1350, "1822.5"), "met"),  # exactly 35 %
        ((1000, 1350, "1822.49"), "unmet"),
        ((0, 100, 135), "met"),  # the first year is zero: by the last two
        ((100, 0, 50), "unmet"),  # the second is zero
        ((-1, 100, 200), "manual"),
        ((100, -1, 200), "manual"),
        ((None, 100, 200), "unknown"),
    ],
)
def test_mean_growth_follows_the_guideline(figures, expected):
    test = at_least(
        {"mean_growth": "equity", "years": 3},
        "35%",
        if_undefined={"zero": "unmet", "negative": "manual", "short": "unmet"},
    )
    years = dict(zip(("2023", "2024", "2025"), figures, strict=True))

    assert outcome(test, facts={"registered_on": "2010-01-01", "equity": years}) == expected


def test_mean_growth_of_a_young_firm_uses_the_years_it_has():
    test = at_least(
        {"mean_growth": "sales"},
        "50%",
        if_undefined={"zero": "unmet", "negative": "manual", "short": "not_applicable"},
    )

    two = {"registered_on": "2024-01-01", "sales": {"2024": 100, "2025": 150}}
    one = {"registered_on": "2025-01-01", "sales": {"2025": 150}}
    assert outcome(test, facts=two) == "met"
    assert outcome(test, facts=one) == "not_applicable"


@pytest.mark.parametrize(
    ("base", "last", "expected"),
    [(1000, 1728, "met"), (1000, "1727.99", "unmet"), (0, 5, "unmet"), (None, 5, "unknown")],
)
def test_compound_growth_is_exact(base, last, expected):
    test = at_least({"cagr": "sales", "periods": 3}, "20%", if_undefined="unmet")

    assert (
        outcome(test, facts={"registered_on": "2010-01-01", "sales": {"2022": base, "2025": last}})
        == expected
    )


def test_compound_growth_from_a_negative_base_or_before_founding_is_undefined():
    test = at_least(
        {"cagr": "equity", "periods": 1},
        "0%",
        if_undefined={"zero": "unmet", "negative": "manual", "short": "unknown"},
    )

    assert outcome(test, facts={"equity": {"2024": -5, "2025": 5}}) == "manual"
    assert outcome(test, facts={"registered_on": "2025-01-01", "equity": {"2025": 5}}) == "unknown"


def test_age_in_days_and_in_full_years():
    assert (
        outcome(
            at_least({"age": "registered_on", "unit": "days"}, 365),
            facts={"registered_on": "2025-06-15"},
        )
        == "met"
    )
    assert (
        outcome(
            at_least({"age": "registered_on", "unit": "days"}, 365),
            facts={"registered_on": "2025-06-16"},
        )
        == "unmet"
    )
    assert (
        outcome(at_least({"age": "since", "unit": "years"}, 3), facts={"since": "2023-06-16"})
        == "unmet"
    )
    assert (
        outcome(
            at_least({"age": "since", "unit": "years", "to": "base_year_end"}, 3),
            facts={"since": "2023-01-01"},
        )
        == "met"
    )
    assert outcome(at_least({"age": "since", "unit": "years"}, 3)) == "unknown"


def test_records_are_counted_ranked_and_summed():
    rounds = [
        {"on": "2025-01-01", "amount_fen": 100_00},
        {"on": "2015-01-01", "amount_fen": 100_00},
    ]
    money = {"records": {"register": "equity_round", "window": {"years": 3}}, "measure": "amount"}
    best = {"records": {"register": "award", "window": {"years": 3}}, "measure": "best_rank"}

    assert outcome(at_least(money, 100), records={"equity_round": rounds}) == "met"
    assert outcome(at_least(money, 101), records={"equity_round": rounds}) == "unmet"
    assert (
        outcome(
            {"compare": {"value": best, "at_most": 3}},
            records={"award": [{"on": "2025-01-01", "rank": 3}]},
        )
        == "met"
    )
    assert outcome({"compare": {"value": best, "at_most": 3}}, records={"award": []}) == "unmet"


def test_the_finding_tells_value_requirement_and_gap_in_the_numerators_unit():
    test = at_least({"ratio": ["rd", "sales"]}, "5%", if_undefined="unmet")

    finding = judge({"id": "c", **test}, facts={"rd": "4万元", "sales": "100万元"}).finding("c")

    assert (str(finding.value), str(finding.required), str(finding.margin)) == (
        "1/25",
        "1/20",
        "-1/100",
    )
    assert finding.gap == 10_000  # 元
    assert finding.uses == ("sales@0", "rd@0")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("nothing", "unknown indicator"),
        ("motto", "kept for the dictionary"),
        (5, "not a value"),
        ({"product": ["sales", "rd"]}, "unknown value"),
        ({"add": ["sales", "staff"]}, "one unit"),
        ({"sum": "rights", "years": 2}, "not a yearly figure"),
        ({"age": "sales"}, "not a date"),
        ({"mean_growth": "sales", "years": 5}, "over 3 years"),
        ({"ratio": [{"cagr": "sales", "periods": 3}, "sales"]}, "part of a ratio"),
    ],
)
def test_a_value_that_is_none_is_refused_with_its_criterion(value, said):
    with pytest.raises(PackError, match=f"c: .*{said}"):
        rule_set({"id": "c", **at_least(value, 1, if_undefined="unmet")})


def test_a_product_beyond_128_bits_is_refused():
    steep = at_least({"cagr": "sales", "periods": 12}, "12.345%", if_undefined="unmet")

    with pytest.raises(PackError, match="128 bits"):
        rule_set({"id": "c", **steep})


STATED = {"ratio": ["rd", "sales"], "stated": "rd_share"}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"rd_share": "0.05"}, "met"),
        ({"rd_share": "4.9999%"}, "unmet"),
        ({"rd_share": "5%", "rd": 1, "sales": 100}, "met"),
        ({"rd_share": "0.04", "rd": 9, "sales": 100}, "unmet"),
        ({"rd_share": "5%", "rd": 1, "sales": 0}, "met"),
        ({"rd": 5, "sales": 100}, "met"),
        ({"rd": 1, "sales": 0}, "manual"),
        ({}, "unknown"),
    ],
)
def test_a_stated_rate_counts_as_stated_and_nobody_is_asked_for_it(facts, expected):
    verdict = judge({"id": "c", **at_least(STATED, "5%", if_undefined="manual")}, facts=facts)

    assert verdict.outcome == expected
    assert "rd_share@0" not in verdict.findings[0].missing


def test_a_stated_rate_is_of_the_year_asked():
    test = {"compare": {"value": STATED, "at_least": "5%", "each_of_years": 2}}
    test["if_undefined"] = "unmet"

    assert outcome(test, facts={"rd_share": {2025: "5%", 2024: "6%"}}) == "met"
    assert outcome(test, facts={"rd_share": {2025: "5%", 2024: "4%"}}) == "unmet"


def test_a_stated_mean_growth_may_be_negative():
    value = {"mean_growth": "sales", "years": 3, "stated": "rd_share"}

    assert outcome(at_least(value, "-5%", if_undefined="unmet"), facts={"rd_share": "-5%"}) == "met"
    assert outcome(at_least(value, 0, if_undefined="unmet"), facts={"rd_share": "-5%"}) == "unmet"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"cagr": "sales", "periods": 3, "stated": "rd_share"}, "stated stands beside"),
        ({"sum": "sales", "years": 2, "stated": "rd_share"}, "stated stands beside"),
        ({"ratio": ["rd", "sales"], "stated": "staff"}, "a stated rate is percent"),
    ],
)
def test_only_a_rate_may_be_stated(value, said):
    with pytest.raises(PackError, match=said):
        rule_set({"id": "c", **at_least(value, "5%", if_undefined="unmet")})
