"""Our side: the national pack as it ships."""

from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl

from bench.contest.firms import COUNTS, Columns
from rules.days import Moment
from rules.library import load
from rules.ruleset import RuleSet

PACKS: Final = Path(__file__).resolve().parents[2] / "rules" / "packs"
MOMENT: Final = Moment.of(date(2026, 6, 15))
YEARS: Final = ("0", "-1", "-2")
KEYS: Final = {
    "tech_sme": {
        "resident_enterprise": "resident",
        "employees_tech_sme@0": "staff",
        "sci_tech_staff_tech_sme@0": "science",
        "sales_revenue@0": "sales",
        "total_assets@0": "assets",
        "prohibited_product": "prohibited",
        "rd_expense_tech_sme@0": "rd",
        "cost_and_expense_total@0": "cost",
        "ip_class1_tech_sme": "class1",
        "ip_class2_tech_sme": "class2",
        "held(national.high_tech;0)": "held",
    },
    "high_tech": {
        "registered_on": "days",
        "ip_supports_main_product": "rights",
        "core_tech_in_national_fields": "field",
        "sci_tech_staff_avg_high_tech@0": "science",
        "employees_avg_high_tech@0": "staff",
        "high_tech_product_revenue@0": "product",
        "total_income@0": "income",
        "nontaxable_income@0": "untaxed",
        "expert_score_ip": "expert_ip",
        "expert_score_transformation": "expert_results",
        "expert_score_rd_management": "expert_management",
        **{f"sales_revenue@{year}": f"s{-int(year)}" for year in YEARS},
        **{f"rd_expense_high_tech@{year}": f"r{-int(year)}" for year in YEARS},
        **{f"rd_expense_domestic@{year}": f"d{-int(year)}" for year in YEARS},
        **{f"net_assets@{year}": f"a{-int(year)}" for year in YEARS},
    },
}
REGISTERS: Final = {
    "incident_safety": "safety",
    "incident_quality": "quality",
    "incident_environment": "environment",
    "research_misconduct": "misconduct",
    "abnormal_list": "abnormal",
    "serious_dishonesty_list": "dishonest",
    "award": "award",
    "rd_platform": "platform",
    "standard": "standard",
}
OLD: Final = 15_000  # founded in 2011


def rule_set(workload: str) -> RuleSet:
    """The law of one workload on the day of the contest."""
    found = load([PACKS], ["national"]).rule_set(f"national.{workload}", "新申报", MOMENT.on)
    if found is None:
        raise SystemExit(f"national.{workload} has no rule set on {MOMENT.on}")
    return found


def named(workload: str, law: RuleSet) -> dict[str, str]:
    """Need -> column of the contest's firms; needs that decide nothing here have none."""
    found = {}
    for need in law.needs:
        register = need.key.removeprefix("records(").split(";")[0]
        name = KEYS[workload].get(need.key, REGISTERS.get(register, ""))
        if name in {*KEYS[workload].values(), *COUNTS[workload]}:
            found[need.key] = name
    return found


def frame(workload: str, law: RuleSet, firms: Columns) -> pl.DataFrame:
    """The firms under our names; what is not asked of them here is empty."""
    names, count = named(workload, law), len(firms["staff"])
    made: dict[str, Any] = {}
    for need in law.needs:
        if need.key in names:
            made[need.key] = pl.Series(firms[names[need.key]])
        elif need.key == "registered_on":
            made[need.key] = pl.repeat(OLD, count, dtype=pl.Int64, eager=True)
        else:
            made[need.key] = pl.repeat(None, count, dtype=pl.Int64, eager=True)
    return pl.DataFrame(made)
