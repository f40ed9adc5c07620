"""A sixth city is one folder of YAML: ladder, law, schemes, targets, calendar and procedure."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from rules import cases, lint
from rules.days import Moment
from rules.library import Library, load
from rules.outcomes import CODES
from tests.rules.conftest import PACKS

CITIES = Path(__file__).parents[1] / "packs"
NOON = Moment.of(date(2026, 6, 15))


@pytest.fixture(scope="module")
def newtown() -> Library:
    return load([PACKS, CITIES], ["newtown"])


def test_it_loads_without_a_fault_and_its_cases_hold(newtown):
    assert lint.faults(newtown) == []
    golden = list(cases.load_cases(newtown, "newtown"))
    assert len(golden) == 4
    assert [miss for case in golden for miss in cases.run(newtown, case)] == []


def test_it_has_its_ladder_schemes_targets_windows_and_procedure(newtown):
    ladder = newtown.ladder_of("990200")

    assert [step.title for step in ladder.steps][-1] == "newtown.star"
    assert [scheme.id for scheme in newtown.schemes] == ["newtown.star_award"]
    assert [target.id for target in newtown.targets] == ["XC-T1"]
    assert [w.number for w in newtown.windows if w.title == "newtown.star"]
    assert newtown.procedure_of("newtown.star").id == "newtown.star"


def test_its_firms_are_judged_one_by_one_and_as_a_frame(newtown):
    law = newtown.rule_set("newtown.star", "新申报", NOON.on)
    held, sales = "held(national.high_tech;0)", "sales_revenue@0"
    firms = [
        {"registered_on": 17_000, held: 1, sales: 3_000_000_000},
        {"registered_on": 17_000, held: 1, sales: 2_999_999_999},
        {"registered_on": 17_000, held: None, sales: 3_000_000_000},
    ]
    schema = {need.key: pl.Int64 for need in law.needs}
    frame = law.frame(pl.DataFrame(firms, schema=schema), NOON)

    alone = [CODES[law.judge(firm, NOON).outcome] for firm in firms]
    assert frame["outcome"].to_list() == alone == [3, 0, 1]
