"""Loading packs: whatever is wrong is said with the file and the remedy."""

from datetime import date

import pytest

from rules import cases, lint
from rules.canonical import dumps
from rules.errors import PackError
from rules.phrases import explanation, quantity, sentence
from rules.quantities import literal
from rules.ruleset import RuleSet, restore
from rules.text import Text
from tests.rules.language import NOON, judge, rule_set
from tests.rules.town import PACK, SOURCE, TITLE


def test_a_dated_parameter_changes_the_law_and_its_fingerprint(town):
    library = town({"pack.yaml": PACK, "titles/good.yaml": TITLE})()

    before = library.rule_set("town.good", "新申报", date(2021, 12, 31))
    after = library.rule_set("town.good", "新申报", date(2022, 1, 1))
    same = library.rule_set("town.good", "新申报", date(2023, 5, 1))

    assert before.fingerprint != after.fingerprint
    assert after is same
    assert library.rule_set("town.good", "新申报", date(2030, 1, 1)) is None
    assert after.criteria[0].source.number == "〔2020〕1号"
    assert library.title("town.good").decided_by(date(2021, 1, 1)).level == "city"
    assert library.title("town.good").decided_by(date(2019, 1, 1)) is None
    assert not library.title("town.good").is_yearly


def test_a_stored_tree_replays_with_the_same_fingerprint(library):
    import json  # noqa: PLC0415

    law = library.rule_set("national.high_tech", "新申报", date(2026, 6, 1))

    assert RuleSet(json.loads(law.tree)).fingerprint == law.fingerprint


def test_prose_is_hashed_apart_from_the_law():
    plain = {"id": "c", "is_true": "resident"}

    assert (
        rule_set({**plain, "name": "甲"}).fingerprint
        == rule_set({**plain, "name": "乙"}).fingerprint
    )


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"pack.yaml": {**PACK, "extends": ["town"]}}, "circle"),
        ({"pack.yaml": {**PACK, "extends": ["atlantis"]}}, "no pack “atlantis”"),
        ({"pack.yaml": "a: [1"}, "not YAML"),
        ({"pack.yaml": {"pack": "town"}}, "pack.yaml: malformed"),
        (
            {"pack.yaml": {**PACK, "documents": {"d": {"title": "x", "evidence": "Z"}}}},
            "evidence “Z”",
        ),
        ({"pack.yaml": {**PACK, "documents": {"d": {"title": "x", "issued": "x"}}}}, "not a date"),
        (
            {"pack.yaml": PACK, "titles/good.yaml": {**TITLE, "kind": "top"}},
            "good.yaml: kind “top”",
        ),
        (
            {
                "pack.yaml": PACK,
                "titles/good.yaml": {**TITLE, "authority": [{"since": None, "level": "city"}]},
            },
            "needs `since`",
        ),
        (
            {
                "pack.yaml": PACK,
                "titles/good.yaml": TITLE,
                "ladder.yaml": {"steps": [{"title": "town.bad"}]},
            },
            "no title “town.bad”",
        ),
        (
            {
                "pack.yaml": PACK,
                "titles/good.yaml": TITLE,
                "ladder.yaml": {
                    "steps": [{"title": "town.good"}],
                    "edges": [{"from": "town.good", "to": "x"}],
                },
            },
            "leaves the ladder",
        ),
        (
            {
                "pack.yaml": PACK,
                "titles/good.yaml": TITLE,
                "ladder.yaml": {
                    "steps": [{"title": "town.good"}],
                    "edges": [{"from": "town.good", "to": "town.good"}],
                },
            },
            "circle",
        ),
        (
            {
                "pack.yaml": PACK,
                "titles/good.yaml": TITLE,
                "calendar.yaml": {
                    "windows": [{"title": "town.good", "year": 2026, "closes_on": None}]
                },
            },
            "closes_on",
        ),
        (
            {
                "pack.yaml": PACK,
                "titles/good.yaml": TITLE,
                "schemes.yaml": {
                    "schemes": [
                        {
                            "id": "s",
                            "name": "奖",
                            "title": "town.good",
                            "events": [],
                            "source": {"document": "d9"},
                        }
                    ]
                },
            },
            "unknown document “d9”",
        ),
    ],
)
def test_a_fault_of_a_pack_is_said_with_its_place(town, files, said):
    with pytest.raises(PackError, match=said):
        town(files)()


def test_the_parts_of_a_pack_are_read(town):
    library = town(
        {
            "pack.yaml": PACK,
            "titles/good.yaml": TITLE,
            "ladder.yaml": {
                "steps": [{"title": "town.good"}],
                "umbrellas": [{"id": "u", "name": "合计", "titles": ["town.good"]}],
            },
            "schemes.yaml": {
                "schemes": [
                    {
                        "id": "s",
                        "name": "奖",
                        "title": "town.good",
                        "events": ["first"],
                        "amount": "10万元",
                        "source": SOURCE,
                    }
                ]
            },
            "targets.yaml": {
                "targets": [
                    {
                        "id": "T-1",
                        "name": "数量",
                        "titles": ["town.good"],
                        "kind": "stock",
                        "comparator": "at_least",
                        "value": 10,
                        "year": 2025,
                    }
                ]
            },
            "calendar.yaml": {
                "windows": [{"title": "town.good", "year": 2026, "closes_on": date(2026, 8, 31)}]
            },
        }
    )()

    assert library.ladder_of("110101").steps[0].rank == 2
    assert library.ladder_of("110102") is None
    assert library.schemes[0].amount_fen == 10_000_000
    assert library.targets[0].value == 10
    assert library.windows[0].territory == "110101"
    assert lint.faults(library) == []


def test_two_rule_sets_for_one_day_are_refused(town):
    twice = {**TITLE, "rule_sets": [TITLE["rule_sets"][0], {**TITLE["rule_sets"][0], "id": "G-2"}]}
    library = town({"pack.yaml": PACK, "titles/good.yaml": twice})()

    assert any("G-1、G-2 all claim" in fault for fault in lint.faults(library))


@pytest.mark.parametrize(
    ("criterion", "said"),
    [
        (
            {"id": "G-a", "name": "甲", "compare": {"value": "sales_revenue", "at_least": 1}},
            "G-a: no source",
        ),
        ({"id": "G-a", "source": SOURCE, "is_true": "resident_enterprise"}, "G-a: no name"),
        (
            {
                "id": "G-a",
                "name": "甲",
                "source": {"document": "d9"},
                "is_true": "resident_enterprise",
            },
            "unknown document",
        ),
        (
            {
                "id": "G-a",
                "name": "甲",
                "source": SOURCE,
                "compare": {"value": "sales_revenue", "at_least": {"from": {date(2025, 1, 1): 1}}},
            },
            "no value is in force",
        ),
        (
            {
                "id": "G-a",
                "name": "甲",
                "source": SOURCE,
                "score": {
                    "of": "sales_revenue",
                    "bands": [
                        {"at_least": 1, "points": 1},
                        {"at_least": 2, "points": 2},
                        {"points": 0},
                    ],
                },
            },
            "never reached",
        ),
        (
            {
                "id": "G-a",
                "name": "甲",
                "source": SOURCE,
                "score": {
                    "of": "sales_revenue",
                    "bands": [
                        {"at_least": 1, "points": 1},
                        {"at_most": 2, "points": 2},
                        {"points": 0},
                    ],
                },
            },
            "point both ways",
        ),
        (
            {
                "id": "G-a",
                "name": "甲",
                "source": SOURCE,
                "score": {
                    "of": "sales_revenue",
                    "bands": [
                        {"at_most": 1, "points": 1},
                        {"at_most": 2, "points": 2},
                        {"at_most": 3, "points": 0},
                    ],
                },
            },
            "must have no edge",
        ),
    ],
)
def test_the_lint_names_what_is_wrong(town, criterion, said):
    title = {
        **TITLE,
        "rule_sets": [{"id": "G-1", "since": date(2020, 1, 1), "criteria": [criterion]}],
    }
    library = town({"pack.yaml": PACK, "titles/good.yaml": title})()

    assert any(said in fault for fault in lint.faults(library))


CASE = {
    "name": "够",
    "title": "good",
    "on": date(2026, 1, 1),
    "facts": {"sales_revenue": 200},
    "expect": {"outcome": "met"},
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, None),
        ({"facts": {"sales_revenue": 199}}, "outcome: expected met, came out unmet"),
        ({"facts": {"sales_revenue": "x"}}, "not a quantity"),
        ({"expect": {"G-b": "met"}}, "no criterion G-b"),
        ({"expect": {"G-a": "unmet"}}, "G-a: expected unmet"),
        ({"expect": {"G-a": {"outcome": "unmet"}}}, "G-a: expected unmet"),
        ({"expect": {"points": 5}}, "points: expected"),
        ({"expect": {"decisive": ["G-a"]}}, None),
        ({"on": date(2031, 1, 1)}, "no rule set"),
        ({"on": date(2031, 1, 1), "expect": {"outcome": "no_rule"}}, None),
    ],
)
def test_a_golden_case_holds_or_says_what_differs(town, change, said):
    library = town(
        {
            "pack.yaml": PACK,
            "titles/good.yaml": TITLE,
            "cases/good.yaml": {"cases": [{**CASE, **change}]},
        }
    )()

    missed = [
        miss.what for case in cases.load_cases(library, "town") for miss in cases.run(library, case)
    ]

    assert missed == [] if said is None else said in missed[0]


def test_a_malformed_case_is_named(town):
    library = town(
        {
            "pack.yaml": PACK,
            "titles/good.yaml": TITLE,
            "cases/good.yaml": {"cases": [{**CASE, "hope": 1}]},
        }
    )()

    with pytest.raises(PackError, match="够: malformed"):
        list(cases.load_cases(library, "town"))


def test_an_indicator_that_lacks_a_part_is_refused():
    from rules.indicators import load_indicators  # noqa: PLC0415

    with pytest.raises(PackError, match="sales"):
        load_indicators({"sales": {"unit": "CNY"}})


def test_sentences_say_value_requirement_gap_and_remedy():
    ratio = {
        "id": "c",
        "name": "研发占比",
        "compare": {"value": {"ratio": ["rd", "sales"]}, "at_least": "5%"},
        "if_undefined": "unmet",
    }
    law = rule_set(ratio)

    def said(language="zh", **facts):
        return sentence(law, judge(ratio, facts=facts).finding("c"), language)

    assert said(rd="4.87万元", sales="100万元") == "研发占比 4.87%，要求 ≥ 5%，差 1,300元，未达标。"
    assert (
        said("en", rd="4.87万元", sales="100万元")
        == "研发占比 4.87%, required ≥ 5%, short by CNY 1,300, not met."
    )
    assert said(rd=1, sales=0) == "研发占比，要求 ≥ 5%，分母为零，无从计算。"
    assert said(sales=1) == "研发占比，要求 ≥ 5%，请补充：研发费用。"


def test_sentences_of_missing_registers_titles_and_other_years():
    law = (
        {"id": "a", "name": "甲", "held": ["x.y"]},
        {"id": "b", "name": "乙", "none": {"register": "incident_safety", "window": {"years": 1}}},
        {
            "id": "c",
            "name": "丙",
            "compare": {"value": {"figure": "sales", "year": -1}, "at_least": 1},
        },
        {"id": "d", "name": "丁", "reason": "由专家判断。", "case": "ok"},
        {"id": "e", "name": "戊", "manual": "由人判断"},
        {"id": "f", "name": "己", "score": {"judged": [0, 8]}},
        {"id": "g", "name": "庚", "points": {"of": ["f"], "at_least": 9}},
    )
    told = explanation(rule_set(*law), judge(*law))

    assert told[0].startswith("庚，要求 ≥ 9分，0—8分，未达标")
    assert [line for line in told if "请补充" in line] == [
        "甲，请补充：称号记录。",
        "乙，要求 ≤ 0项，请补充：安全事故核查。",
        "丙，要求 ≥ 1元，请补充：收入（前1年）。",
    ]
    assert "丁，由专家判断。" in told
    english = explanation(rule_set(*law), judge(*law), "en")
    assert any("record of titles" in line for line in english)
    assert any("sales" in line or "收入 (1 years before)" in line for line in english)


def test_quantities():
    assert literal("２亿元") == 200_000_000
    assert quantity(literal("-1.5"), "persons") == "-1.5人"
    assert quantity(literal(3), "count", "en") == "3"
    assert str(Text.of({"zh": "中", "en": "E"})) == "中"
    assert not Text.of(None)
    for bad in (None, True, "x"):
        with pytest.raises(ValueError, match="quantity"):
            literal(bad)
    with pytest.raises(TypeError, match="no float"):
        dumps({"a": [0.5]})


def test_a_rule_set_says_what_it_needs_and_how_it_combines():
    law = rule_set({"id": "c", "name": "甲", "is_true": "resident"})

    assert [need.key for need in law.needs] == ["registered_on", "resident"]
    assert (law.verdict_kind, law.verdict_ids) == ("all", ("c",))
    assert law.finding("c", 3, num=1, den=1).outcome == "met"
    assert law.judge({}, NOON).finding("c").missing == ("resident",)


def test_compound_growth_is_said_as_a_yearly_rate_rounded_down():
    growth = {
        "id": "c",
        "name": "增长",
        "compare": {"value": {"cagr": "sales", "periods": 3}, "at_least": "20%"},
        "if_undefined": "unmet",
    }

    finding = judge(growth, facts={"sales": {"2022": 1000, "2025": "1727.99"}}).finding("c")

    assert sentence(rule_set(growth), finding) == "增长 19.99%，要求 ≥ 20%，未达标。"


def test_sentences_name_unknown_registers_in_english_and_unit_less_counts():
    law = (
        {"id": "a", "name": "甲", "some": {"register": "award", "window": "in_force"}},
        {"id": "b", "name": "乙", "compare": {"value": "sales", "at_most": 1}},
    )

    told = explanation(rule_set(*law), judge(*law, facts={"sales": 2}), "en")

    assert told == [
        "乙 CNY 2, required ≤ CNY 1, over by CNY 1, not met.",
        "甲, required ≥ 1, please supply: award.",
    ]


def test_the_check_command_reports_a_failing_case(town, capsys):
    from rules.__main__ import main  # noqa: PLC0415

    wrong = {**CASE, "expect": {"outcome": "unmet"}}
    town({"pack.yaml": PACK, "titles/good.yaml": TITLE, "cases/good.yaml": {"cases": [wrong]}})
    folder = str(next(iter(load_folder(town))))

    assert main(["--packs-dir", folder, "check", "town"]) == 1
    assert "够: outcome: expected unmet" in capsys.readouterr().err


def load_folder(town):
    library = town({})()
    yield library.folders["town"].parent


def test_a_series_without_a_value_on_any_day_is_a_fault(town):
    series = {"from": {date(2025, 1, 1): 1}}
    raw = {
        "id": "G-1",
        "since": date(2020, 1, 1),
        "until": date(2021, 1, 1),
        "criteria": [
            {
                "id": "a",
                "name": "甲",
                "source": SOURCE,
                "compare": {"value": "sales_revenue", "at_least": series},
            }
        ],
    }
    library = town({"pack.yaml": PACK, "titles/good.yaml": {**TITLE, "rule_sets": [raw]}})()

    assert any("no value is in force" in fault for fault in lint.faults(library))


def test_points_without_a_choice_of_more_are_their_own_maximum():
    law = (
        {"id": "a", "score": {"of": "level", "by": {"a": 5}}},
        {"id": "b", "score": {"when": {"is_true": "resident"}, "points": 3}},
        {"id": "c", "score": {"sum_of": [{"judged": 1}, {"judged": [0, 2]}]}},
    )

    total = {"id": "t", "points": {"of": ["a", "b", "c"], "at_least": 1}}

    assert [c.maximum for c in rule_set(*law, total).criteria] == [500, 300, 300, None]


def test_a_date_and_a_choice_have_no_number_in_their_sentence():
    law = {"id": "c", "name": "等级", "one_of": {"of": "level", "in": ["a"]}}

    assert sentence(rule_set(law), judge(law, facts={"level": "a"}).finding("c")) == "等级，达标。"


def test_a_list_that_is_an_indicator_is_named_by_it(library):
    law = library.rule_set("national.tech_sme", "新申报", date(2026, 6, 15))

    told = sentence(law, law.judge({}, NOON).finding("KX-04b-abnormal"))

    assert told.startswith("未列入经营异常名录")
    assert "请补充：" in told


def test_no_place_is_said_as_such_and_has_no_gap():
    law = {"id": "c", "name": "名次", "compare": {"value": "award_rank", "at_most": 3}}
    finding = judge(law, facts={"award_rank": "none"}).finding("c")

    assert sentence(rule_set(law), finding) == "名次 无名次，要求 ≤ 3名，未达标。"
    assert sentence(rule_set(law), finding, "en") == "名次 no place, required ≤ 3, not met."


def test_a_stored_tree_is_compiled_once_and_judges_as_it_did(library):
    law = library.rule_set("national.tech_sme", "新申报", date(2026, 6, 15))

    assert restore(law.tree) is restore(law.tree)
    assert restore(law.tree).fingerprint == law.fingerprint
