"""The packs themselves: cited, complete, and held by golden cases on both sides of every edge."""

import pytest

from rules import cases
from rules.library import load
from tests.rules.conftest import PACKS
from tests.rules.mutants import is_noticed, mutations, with_law

LIBRARY = load([PACKS], sorted(path.parent.name for path in PACKS.glob("*/pack.yaml")))
GOLDEN = [case for pack in LIBRARY.packs for case in cases.load_cases(LIBRARY, pack)]


@pytest.mark.parametrize("title", LIBRARY.titles)
def test_a_changed_edge_breaks_at_least_one_golden_case(title):
    golden = [case for case in GOLDEN if case.title == title]
    survivors = [
        what
        for place, rule_set in enumerate(LIBRARY.titles[title].rule_sets)
        for what, changed in mutations(rule_set)
        if not is_noticed(with_law(LIBRARY, title, place, changed), golden)
    ]

    assert survivors == []
