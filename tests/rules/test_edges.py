"""The golden cases that are missing: below, on and above every edge, ready to be signed."""

from datetime import date
from fractions import Fraction

import pytest
import yaml

from rules import cases, edges, probing
from rules.limits import limits_of
from tests.rules.language import INDICATORS, rule_set
from tests.rules.town import PACK, SOURCE, TITLE

FIRM = {
    "facts": {
        "registered_on": date(2015, 3, 1),
        "sales_revenue": {2023: "100元", 2024: "110元", 2025: "121元"},
        "employees_tech_sme": 7,
        "sci_tech_staff_tech_sme": 3,
    },
    "records": {"incident_safety": [], "award": [], "equity_round": []},
}


def clause(name, **said):
    return {"id": name, "name": f"条款{name}", "source": SOURCE, **said}


def pack(*criteria, cases=(), verdict=None, base=FIRM):
    law = {"id": "G-1", "since": date(2020, 1, 1), "criteria": list(criteria)}
    if verdict:
        law["verdict"] = verdict
    basic = {"name": "基准", "title": "good", "base": "b", "on": date(2026, 6, 15), "expect": {}}
    return {
        "pack.yaml": PACK,
        "titles/good.yaml": {**TITLE, "rule_sets": [law]},
        "cases/good.yaml": {"bases": {"b": base}, "cases": [basic, *cases]},
    }


def asked(town, *criteria, **said):
    """The missing cases, but for the days of the rule set."""
    files = pack(*criteria, **said)
    found = edges.missing(town(files)(), "town.good")
    return files, [entry for entry in found if not entry["name"].startswith("G-1")]


def signed(town, files, entries):
    """The library after an official put the entries into the case file."""
    told = yaml.safe_load(edges.as_yaml(entries))
    content = files["cases/good.yaml"]
    return town({**files, "cases/good.yaml": {**content, "cases": [*content["cases"], *told]}})()


def facts_of(entries, name):
    return [entry["facts"][name] for entry in entries]


def test_a_threshold_is_met_from_below_on_it_and_above(town):
    test = clause("a", compare={"value": "sales_revenue", "at_least": "121元"})
    files, found = asked(town, test, base={"facts": {**FIRM["facts"], "sales_revenue": "500元"}})

    assert [e["name"] for e in found] == [
        "a 条款a：略低于121元",
        "a 条款a：恰为121元",
        "a 条款a：略高于121元",
    ]
    assert facts_of(found, "sales_revenue") == [
        {2025: "120.99元"},
        {2025: "121元"},
        {2025: "121.01元"},
    ]
    assert [e["expect"] for e in found] == [
        {"outcome": "unmet", "a": "unmet"},
        {"outcome": "met", "a": "met"},
        {"outcome": "met", "a": "met"},
    ]
    library = signed(town, files, found)
    assert [
        miss for case in cases.load_cases(library, "town") for miss in cases.run(library, case)
    ] == []
    assert [e for e in edges.missing(library, "town.good") if not e["name"].startswith("G-1")] == []


def test_what_a_golden_case_holds_already_is_not_asked_again(town):
    test = clause("a", compare={"value": "sales_revenue", "at_least": "121元"})
    _, found = asked(town, test)

    assert [e["name"][-7:] for e in found] == ["略低于121元", "略高于121元"]


def test_a_ratio_is_met_exactly_with_another_denominator(town):
    share = {"ratio": ["rd_expense_tech_sme", "sales_revenue"]}
    score = {"of": share, "max": 2, "bands": [{"at_least": "30%", "points": 2}, {"points": 0}]}
    test = clause("s", score={**score, "if_undefined": {"points": 0}})
    base = {"facts": {**FIRM["facts"], "sales_revenue": "100.01元", "rd_expense_tech_sme": "9元"}}
    _, found = asked(town, test, verdict={"points": {"of": ["s"], "at_least": 1}}, base=base)

    exact = next(e for e in found if "恰为30%" in e["name"])
    spent, sales = (
        Fraction(exact["facts"][name][2025].removesuffix("元"))
        for name in ("rd_expense_tech_sme", "sales_revenue")
    )
    assert spent / sales == Fraction(3, 10)
    assert exact["expect"]["s"] == {"outcome": "met", "points": 2}


def test_totals_of_points_and_steps_have_edges(town):
    score = clause("s", score={"per": "employees_tech_sme", "each": 10, "points": "0.5", "max": 2})
    total = clause("t", points={"of": ["s"], "at_least": 1})
    _, found = asked(town, score, total)

    names = [e["name"] for e in found]
    assert "s 条款s：恰为10" in names
    assert "s 条款s：恰为40" in names
    at = {e["name"]: e["expect"] for e in found}
    assert at["t 条款t：恰为1"] == {"outcome": "met", "t": {"outcome": "met", "points": 1}}


def test_points_that_an_expert_gives_stand_among_the_findings_of_the_application(town):
    score = clause("s", score={"given": "expert_score_ip", "max": 10})
    total = clause("t", points={"of": ["s"], "more_than": 5})
    _, found = asked(town, score, total, base={**FIRM, "case": {"expert_score_ip": 8}})

    assert [e["case"]["expert_score_ip"] for e in found] == ["4.99", 5, "5.01"]


def test_a_range_of_points_is_written_as_a_range(town):
    bands = [{"at_least": 7, "points": [8, 9]}, {"points": 0}]
    score = clause("s", score={"of": "employees_tech_sme", "max": 9, "bands": bands})
    _, found = asked(town, score, verdict={"points": {"of": ["s"], "at_least": 1}})

    assert found[-1]["expect"]["s"] == {"outcome": "met", "points": [8, 9]}


def test_size_classes_have_edges_of_their_own(town):
    bands = [{"up_to": "1000元", "is": "10%"}, {"below": "2000元", "is": "9%"}, {"is": "8%"}]
    share = {"value": {"ratio": ["rd_expense_tech_sme", "sales_revenue"]},
             "at_least": {"by": "sales_revenue", "bands": bands}}  # fmt: skip
    base = {"facts": {**FIRM["facts"], "rd_expense_tech_sme": "11元"}}
    _, found = asked(town, clause("a", compare=share, if_undefined="unmet"), base=base)

    by_size = [e["name"].removeprefix("a 条款a：销售收入") for e in found if "元" in e["name"]]
    assert by_size == [
        f"{word}{limit}" for limit in ("1000元", "2000元") for word in ("略低于", "恰为", "略高于")
    ]
    assert {e["name"].removeprefix("a 条款a：") for e in found if "%" in e["name"]} == {
        "略低于10%", "略高于10%", "恰为10%",
    }  # fmt: skip


def test_a_size_class_by_a_computed_value_is_left_to_people(town):
    bands = [{"up_to": "1000元", "is": 5}, {"is": 8}]
    by = {"sum": "sales_revenue", "years": 2}
    test = clause(
        "a", compare={"value": "employees_tech_sme", "at_least": {"by": by, "bands": bands}}
    )
    _, found = asked(town, test)

    assert {e["name"][6:] for e in found} <= {"略低于5", "恰为5", "略高于5"}


def test_compound_growth_is_met_as_a_power(town):
    growth = {"value": {"cagr": "sales_revenue", "periods": 2}, "at_least": "10%"}
    _, found = asked(town, clause("a", compare=growth, if_undefined="manual"))

    assert [e["facts"]["sales_revenue"][2025] for e in found] == ["120.99元", "121.01元"]
    assert [e["expect"]["a"] for e in found] == ["unmet", "met"]


def test_an_age_is_met_by_the_day_of_founding(town):
    test = clause("a", compare={"value": {"age": "registered_on", "unit": "days"}, "at_least": 365})
    _, found = asked(town, test)

    assert facts_of(found, "registered_on") == [
        date(2025, 6, 16), date(2025, 6, 15), date(2025, 6, 14),
    ]  # fmt: skip


def test_the_first_day_of_a_window_and_the_last_place_have_edges(town):
    none = clause("n", none={"register": "incident_safety", "window": {"days": 365},
                             "severity": ["", "重大"]})  # fmt: skip
    some = clause("p", some={"register": "award", "window": {"years": 5}, "level": ["national"],
                             "rank_at_most": 1})  # fmt: skip
    files, found = asked(town, none, some, verdict={"any": ["n", "p"]})

    rows = [row for e in found for rows in e["records"].values() for row in rows]
    assert rows[:3] == [{"on": date(2025, 6, day), "severity": "重大"} for day in (14, 15, 16)]
    assert [e["expect"]["n"] for e in found[:3]] == ["met", "unmet", "unmet"]
    assert [row.get("rank") for row in rows[3:]] == [1, 1, 1, 1, 2]
    library = signed(town, files, found)
    assert [e for e in edges.missing(library, "town.good") if not e["name"].startswith("G-1")] == []


def test_records_of_a_kind_that_must_be_qualified_are_made_so(town):
    asks = {"register": "ip_right", "window": {"years": 1}, "kinds": ["invention"], "related": True}
    base = {**FIRM, "records": {"ip_right": [{"on": date(2020, 1, 1)}, {"kind": "invention"}]}}
    none = {"register": "award", "window": {"years": 1}}
    now = {"register": "award", "window": "in_force"}
    _, found = asked(town, clause("p", some=asks), clause("q", none=none), clause("r", none=now),
                     base=base)  # fmt: skip

    assert found[0]["records"]["ip_right"] == [
        {"on": date(2025, 6, 14), "kind": "invention", "related": True}
    ]
    assert {e["name"][0] for e in found} == {"p"}


def test_a_fact_moves_only_within_what_it_can_be(town):
    base = {"facts": {**FIRM["facts"], "total_assets": "9元"}}
    _, found = asked(
        town, clause("a", compare={"value": "total_assets", "more_than": 0}), base=base
    )

    assert facts_of(found, "total_assets") == [{2025: "0元"}, {2025: "0.01元"}]


def test_an_edge_that_holds_here_and_there_is_left_to_people(town):
    bands = [{"up_to": "100元", "is": "50元"}, {"up_to": "1000元", "is": "70元"}, {"is": "50元"}]
    wanted = {"by": "sales_revenue", "bands": bands}
    rich = {"name": "大", "title": "good", "base": "b", "on": date(2026, 6, 15),
            "facts": {"sales_revenue": "5000元"}, "expect": {}}  # fmt: skip
    test = clause("a", compare={"value": "sales_revenue", "at_least": wanted})
    _, found = asked(town, test, cases=[rich])

    assert not [e for e in found if e["name"].endswith("于50元")]


def test_the_days_on_which_the_law_begins_are_asked(town):
    test = clause("a", is_true="resident_enterprise")
    young = {"name": "早", "title": "good", "base": "b", "on": date(2019, 6, 1),
             "expect": {"outcome": "no_rule"}}  # fmt: skip
    first = {**young, "name": "首日", "on": date(2020, 1, 2), "expect": {}}
    found = edges.missing(town(pack(test, cases=[young, first]))(), "town.good")

    assert [(e["on"], e["expect"]["outcome"]) for e in found] == [
        (date(2019, 12, 31), "no_rule"),
        (date(2020, 1, 1), "unknown"),
    ]


def test_an_edge_that_no_fact_reaches_is_left_to_people(town):
    amount = {"records": {"register": "equity_round", "window": "in_force"}, "measure": "count"}
    _, found = asked(town, clause("a", compare={"value": amount, "at_least": 2}))

    assert found == []


@pytest.mark.parametrize(
    ("unit", "number", "written"),
    [
        ("percent", 50_000, "5%"),
        ("CNY", -1, "-0.01元"),
        ("persons", 3, 3),
        ("date", 0, date(1970, 1, 1)),
    ],
)
def test_facts_are_written_as_the_case_file_reads_them(unit, number, written):
    entry = next(e for e in rule_set({"id": "c", "is_true": "resident"}).indicators.values()
                 if e.unit == unit and e.quantum != Fraction(1, 600))  # fmt: skip

    assert probing.written_as(entry, number) == written
    assert INDICATORS


def test_every_built_in_pack_can_be_asked(library):
    found = edges.missing(library, "national.tech_sme")

    limits = limits_of(library.rule_set("national.tech_sme", "新申报", date(2026, 6, 15)))
    assert len(limits) >= 20
    for entry in found:
        case = cases.read_case("national", bases(library), entry)
        assert cases.run(library, case) == []


def bases(library):
    return (
        next(iter(cases.load_cases(library, "national"))).bases
        | next(
            case
            for case in cases.load_cases(library, "national")
            if case.title == "national.tech_sme"
        ).bases
    )
