"""The packs themselves: held by golden cases on both sides of every edge, cited, complete."""

import os

import pytest

from rules import cases
from rules.library import load
from tests.rules.conftest import PACKS
from tests.rules.mutants import is_noticed, mutations

LIBRARY = load([PACKS], sorted(path.parent.name for path in PACKS.glob("*/pack.yaml")))
GOLDEN = [case for pack in LIBRARY.packs for case in cases.load_cases(LIBRARY, pack)]
# Changes that no firm can notice: every item of 115号 gives even points, 科技人员 0 or at least 4;
# every item of 63号 附件1 gives a multiple of 5.
SAME_LAW = {
    "KX-05a: at_least 60 → 59",
    "KX-05b: more_than 0 → 1",
    "CX-total: at_least 60 → 59",
    "CX-innovation: at_least 20 → 19",
    "CX-grow: at_least 15 → 14",
    "CX-special: at_least 15 → 14",
}


# Every edge of every title takes a minute of processor time; without EVERY_EDGE (set by
# `make sure`) the longest titles are asked every third.
STRIDE = 1 if os.environ.get("EVERY_EDGE") else 3
LONG = 150


def asked(rule_sets):
    """(place, what, changed) of the changes to try."""
    changes = [
        (place, what, changed)
        for place, rule_set in enumerate(rule_sets)
        for what, changed in mutations(rule_set)
        if what not in SAME_LAW
    ]
    return changes[:: STRIDE if len(changes) > LONG else 1]


def golden_of(title, rule_set_id):
    """The cases that fall under one rule set of a title."""
    found = []
    for case in GOLDEN:
        on, year = case.moment.on, case.moment.for_year
        chosen = case.title == title and LIBRARY.rule_set(title, case.application_type, on, year)
        if chosen and chosen.id == rule_set_id:
            found.append(case)
    return found


@pytest.mark.parametrize("title", LIBRARY.titles)
def test_a_changed_edge_breaks_at_least_one_golden_case(title):
    golden = [case for case in GOLDEN if case.title == title]
    rule_sets = LIBRARY.titles[title].rule_sets
    golden = [golden_of(title, str(rule_set["id"])) for rule_set in rule_sets]
    survivors = [
        what
        for place, what, changed in asked(rule_sets)
        if not is_noticed(LIBRARY, title, place, changed, golden[place])
    ]

    assert survivors == []


def test_every_title_with_law_has_golden_cases():
    told = {case.title for case in GOLDEN}
    assert [
        title for title, law in LIBRARY.titles.items() if law.rule_sets and title not in told
    ] == []


def test_every_source_of_a_pack_carries_an_evidence_mark():
    unmarked = [
        f"{pack.id}.{paper.key}"
        for pack in LIBRARY.packs.values()
        for paper in pack.papers.values()
        if not paper.evidence
    ]
    assert unmarked == []


def test_reference_screens_are_leads_only():
    assert [t.id for t in LIBRARY.titles.values() if t.pack == "reference" and t.adopted] == []


def test_an_award_that_is_not_verified_says_so():
    for scheme in LIBRARY.schemes:
        if scheme.evidence != "V" or scheme.amount_fen is None:
            assert "待核" in scheme.note.zh, scheme.id


def test_the_targets_of_counties_add_up_to_the_city():
    yearly = {}
    for target in LIBRARY.targets:
        if target.pack == "demo" and target.titles and target.value is not None:
            key = (target.titles, target.kind, target.year)
            city = target.territory == LIBRARY.packs["demo"].division
            yearly.setdefault(key, {True: 0, False: 0})[city] += target.value
    assert all(sums[True] == sums[False] for sums in yearly.values() if sums[False])


def test_the_plan_of_xingtai_is_whole_and_literal():
    targets = {target.id: target for target in LIBRARY.targets if target.pack == "xingtai"}

    assert {f"XT-{n:02d}" for n in range(1, 18)} <= set(targets)
    assert (targets["XT-11"].comparator, targets["XT-11"].value) == ("more_than", 500)
    assert targets["XT-12"].titles == ("hebei.tech_sme",)
    assert "8000" in targets["XT-12"].note.zh


def test_the_research_institutions_of_jiyuan_add_up():
    targets = {target.id: target for target in LIBRARY.targets if target.pack == "jiyuan"}
    whole, provincial, municipal = (targets[f"JY-0{n}"] for n in (6, 7, 8))

    assert whole.value == 2 * whole.baseline
    assert whole.baseline + provincial.value + municipal.value == whole.value


@pytest.mark.parametrize("pack", ["hebi", "xingtai", "jiyuan", "yiyang", "xuchang"])
def test_every_city_of_the_plans_has_its_ladder_and_its_literal_targets(pack):
    targets = [target for target in LIBRARY.targets if target.pack == pack]

    assert LIBRARY.ladder_of(LIBRARY.packs[pack].division).pack == pack
    assert len(targets) >= 11
    assert [target.id for target in targets if not target.phrase and not target.note.zh] == []
    assert len({target.id for target in targets}) == len(targets)


def test_a_title_whose_numbers_were_not_found_never_decides_by_itself():
    for title in ("henan.gazelle", "henan.leader", "henan.eaglet", "henan.small_giant"):
        outcomes = {case.expect.get("outcome") for case in GOLDEN if case.title == title}
        assert "met" not in outcomes
