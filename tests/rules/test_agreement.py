"""One source, two executables: the Python function and the Polars frame say the same."""

import random
from collections import defaultdict
from itertools import islice

import polars as pl
import pytest

from rules import folding
from rules.library import HERE, load
from rules.outcomes import CODES
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


@pytest.mark.parametrize("title", TITLES)
def test_rows_without_unknowns_come_out_as_one_by_one(library, title):
    """The program folded for complete rows says what the whole program says."""
    chance = random.Random(title)  # noqa: S311
    for rule_set, case, found in islice(seeds(library, title), 0, None, 9):
        moves = [moved(rule_set, found, chance) for _ in range(5)]
        firms = [{k: found[k] if v is None else v for k, v in move.items()} for move in moves]
        assert _differences(rule_set, case.moment, [found, *firms]) == []


def test_the_decision_alone_is_that_of_the_findings(library):
    for (rule_set, moment), firms in _firms(library, "national.high_tech").items():
        schema = {need.key: pl.Int64 for need in rule_set.needs}
        frame = pl.DataFrame(firms, schema=schema)
        alone = rule_set.frame(frame, moment, findings=False)

        assert alone.columns == ["outcome", "lo", "hi"]
        assert alone.equals(rule_set.frame(frame, moment).select(alone.columns))


def test_yes_or_no_columns_may_be_boolean(library):
    rule_set, case, found = next(seeds(library, "national.tech_sme"))
    plain = pl.DataFrame([found, {**found, "resident_enterprise": None}])
    boolean = plain.with_columns(pl.col("resident_enterprise").cast(pl.Boolean))

    assert rule_set.frame(boolean, case.moment).equals(rule_set.frame(plain, case.moment))


@pytest.fixture
def tech_sme(library):
    """科小 with a golden firm; nothing folded before stays, nor what a twin folds."""
    rule_set, case, found = next(seeds(library, "national.tech_sme"))
    rule_set._frames.clear()
    yield rule_set, case.moment, found
    rule_set._frames.clear()


def _twin(monkeypatch, name, wrong):
    honest = getattr(folding._Folder, name)
    monkeypatch.setattr(folding._Folder, name, lambda self, *args: wrong(honest, self, *args))


def test_a_frame_that_compares_the_other_way_is_caught(tech_sme, monkeypatch):
    rule_set, moment, found = tech_sme
    _twin(
        monkeypatch,
        "_compared",
        lambda honest, self, sign, *sides: honest(self, ">" if sign == ">=" else sign, *sides),
    )
    firm = {**found, "ip_class2_tech_sme": 4}

    assert _differences(rule_set, moment, [firm]) != []


def test_a_frame_that_takes_rows_for_complete_that_are_not_is_caught(tech_sme, monkeypatch):
    rule_set, moment, found = tech_sme
    firms = [found, {**found, "resident_enterprise": None}]
    assert _differences(rule_set, moment, firms) == []
    rule_set._frames.clear()
    _twin(
        monkeypatch,
        "_given",
        lambda honest, self, name, rows: folding.Form(
            honest(self, name, rows).value, folding.YES, honest(self, name, rows).cases
        ),
    )

    assert _differences(rule_set, moment, firms) != []
