"""A tiny law for one test: a few indicators, a few criteria, one firm."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rules import facts
from rules.days import Moment
from rules.ruleset import RuleSet
from rules.verdict import Verdict

NOON = Moment.of(date(2026, 6, 15))
INDICATORS: dict[str, Any] = {
    "registered_on": {"name": "成立日期", "unit": "date", "period": "ASOF"},
    "sales": {"name": "收入", "unit": "CNY", "period": "FY"},
    "assets": {"name": "资产", "unit": "CNY", "period": "FYE"},
    "debts": {"name": "负债", "unit": "CNY", "period": "FYE"},
    "equity": {
        "name": "净资产",
        "unit": "CNY",
        "period": "FYE",
        "signed": True,
        "formula": {"subtract": ["assets", "debts"]},
    },
    "rd": {"name": "研发费用", "unit": "CNY", "period": "FY"},
    "staff": {"name": "职工", "unit": "persons", "period": "FY"},
    "staff_avg": {"name": "月平均", "unit": "persons", "period": "FY", "quantum": "1/600"},
    "rights": {
        "name": "知识产权",
        "unit": "count",
        "period": "ASOF",
        "derive": {"register": "ip_right", "kinds": ["invention"], "window": "in_force"},
    },
    "award_rank": {
        "name": "最好名次",
        "unit": "rank",
        "period": "ASOF",
        "derive": {
            "register": "award",
            "window": {"years": 5},
            "level": ["national"],
            "measure": "best_rank",
        },
    },
    "platform": {
        "name": "平台级别",
        "unit": "choice",
        "period": "ASOF",
        "choices": {"national": "国家", "provincial": "省", "none": "无"},
        "derive": {"register": "rd_platform", "window": "in_force", "measure": "best_level"},
    },
    "level": {
        "name": "等级",
        "unit": "choice",
        "period": "ASOF",
        "choices": {"a": "甲", "b": "乙", "c": "丙"},
    },
    "resident": {"name": "居民企业", "unit": "bool", "period": "ASOF"},
    "since": {"name": "从事起始", "unit": "date", "period": "ASOF"},
    "expert": {"name": "专家分", "unit": "points", "period": "RND"},
    "ok": {"name": "专家结论", "unit": "bool", "period": "RND"},
    "rd_share": {"name": "研发占比", "unit": "percent", "period": "FY", "signed": True},
    "motto": {"name": "口号", "unit": "text", "period": "ASOF"},
}


def rule_set(*criteria: Mapping[str, Any], verdict: Any = None) -> RuleSet:
    tree = {
        "id": "T-1",
        "title": "test.title",
        "application_type": "新申报",
        "criteria": [dict(criterion) for criterion in criteria],
        "indicators": INDICATORS,
    }
    if verdict is not None:
        tree["verdict"] = verdict
    return RuleSet(tree)


def judge(
    *criteria: Mapping[str, Any], verdict: Any = None, moment: Moment = NOON, **document: Any
) -> Verdict:
    law = rule_set(*criteria, verdict=verdict)
    found = facts.read(law.needs, law.indicators, document, moment)
    return law.judge(found, moment)


def outcome(test: Mapping[str, Any], moment: Moment = NOON, **document: Any) -> str:
    return judge({"id": "c", **test}, moment=moment, **document).outcome


def points(
    score: Mapping[str, Any], moment: Moment = NOON, **document: Any
) -> tuple[int, int] | None:
    law = ({"id": "s", "score": score}, {"id": "t", "points": {"of": ["s"], "at_least": 0}})
    return judge(*law, moment=moment, **document).points
