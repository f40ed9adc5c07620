"""One source, two executables: the Python function and the Polars frame say the same."""

import random
from collections import defaultdict

import polars as pl
import pytest

from rules.library import HERE, load
from rules.outcomes import CODES
from rules.polars_code import _Writer
from tests.rules.firms import moved, seeds

PACKS = HERE / "packs"
EACH = 30  # firms made from every golden case
TITLES = sorted(load([PACKS], [p.parent.name for p in PACKS.glob("*/pack.yaml")]).titles)


def _firms(library, title):
    chance = random.Random(title)  # noqa: S311 a test wants the same firms every time
    groups = defaultdict(list)
    for rule_set, case, found in seeds(library, title):
        firms = [found, *(moved(rule_set, found, chance) for _ in range(EACH))]
        groups[rule_set, case.moment] += firms
    return groups


def _differences(rule_set, moment, firms):
    schema = {need.key: pl.Int64 for need in rule_set.needs}
    frame = rule_set.frame(pl.DataFrame(firms, schema=schema), moment, values=True).to_dicts()
    found = []
    for firm, row in zip(firms, frame, strict=True):
        verdict = rule_set.judge(firm, moment)
        said = [("outcome", CODES[verdict.outcome]), ("lo", verdict.points and verdict.points[0])]
        for finding in verdict.findings:
            said.append((finding.id, finding.code))
            said += [
                (f"{finding.id}.{part}", getattr(finding, part))
                for part in ("num", "den", "req", "lo", "hi")
                if f"{finding.id}.{part}" in row
            ]
        found += [(name, row[name], value) for name, value in said if row[name] != value]
        if rule_set.decide(firm, moment) != verdict.outcome:
            found.append(("decide", None, verdict.outcome))
    return found


@pytest.mark.parametrize("title", TITLES)
def test_the_function_and_the_frame_agree_on_boundary_firms(library, title):
    for (rule_set, moment), firms in _firms(library, title).items():
        assert _differences(rule_set, moment, firms) == []


def test_a_frame_that_compares_the_other_way_is_caught(library, monkeypatch):
    rule_set, case, found = next(seeds(library, "national.tech_sme"))
    honest = _Writer.test

    def twin(self, node):
        answer = honest(self, node)
        return ~answer if getattr(node, "sign", "") == ">=" else answer

    monkeypatch.setattr(_Writer, "test", twin)

    assert _differences(rule_set, case.moment, [found]) != []
