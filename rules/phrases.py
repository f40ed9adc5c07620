"""Findings in words: what decides, what is lacking, in the unit of the figure."""

from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Final

from rules.indicators import NO_RANK
from rules.ruleset import Criterion, RuleSet
from rules.verdict import Finding, Verdict

_OUTCOMES: Final = {
    "zh": {
        "met": "达标",
        "unmet": "未达标",
        "unknown": "资料不足",
        "manual": "待人工核",
        "not_applicable": "不适用",
    },
    "en": {
        "met": "met",
        "unmet": "not met",
        "unknown": "information missing",
        "manual": "needs a person's judgement",
        "not_applicable": "not applicable",
    },
}
_SIGNS: Final = {"at_least": "≥", "more_than": "＞", "at_most": "≤", "less_than": "＜"}
_UNITS: Final = {
    "zh": {
        "persons": "人",
        "count": "项",
        "days": "天",
        "years": "年",
        "rank": "名",
        "months": "个月",
        "points": "分",
    },
    "en": {
        "persons": "persons",
        "count": "",
        "days": "days",
        "years": "years",
        "rank": "",
        "months": "months",
        "points": "points",
    },
}
_CAUSES: Final = {
    "zh": {
        "unknown": "缺少数据",
        "not_applicable": "成立之前的年度，不适用",
        "zero": "分母为零，无从计算",
        "negative": "分母为负，不能直接计算",
        "short": "经营年限不足，无从计算",
    },
    "en": {
        "unknown": "figures are missing",
        "not_applicable": "a year before founding",
        "zero": "the denominator is zero",
        "negative": "the denominator is negative",
        "short": "too few years in operation",
    },
}
_HUNDREDTH_OF_PERCENT: Final = 10_000
YUAN_PER_WAN: Final = 10_000


def outcome(word: str, language: str = "zh") -> str:
    """An outcome in words."""
    return _OUTCOMES[language][word]


def explanation(rule_set: RuleSet, verdict: Verdict, language: str = "zh") -> list[str]:
    """The whole explanation, decisive findings first."""
    ordered = sorted(verdict.findings, key=lambda finding: not finding.decisive)
    return [sentence(rule_set, finding, language) for finding in ordered]


def sentence(rule_set: RuleSet, finding: Finding, language: str = "zh") -> str:
    """One finding as one sentence: name, value, what is asked, what is lacking, points."""
    criterion = next(c for c in rule_set.criteria if c.id == finding.id)
    comma, stop = ("，", "。") if language == "zh" else (", ", ".")
    parts = [criterion.name.in_language(language) + _value(criterion, finding, language)]
    if asked := _asked(criterion, finding, language):
        parts.append(asked)
    if finding.gap and finding.num != NO_RANK:
        lacking = "差" if criterion.edge in {"at_least", "more_than"} else "超出"
        if language == "en":
            lacking = "short by" if lacking == "差" else "over by"
        unit = _gap_unit(rule_set, criterion)
        parts.append(f"{lacking} {quantity(finding.gap, unit, language)}")
    if finding.points is not None:
        parts.append(points(finding.points, language))
    parts.append(_closing(rule_set, criterion, finding, language))
    return comma.join(part for part in parts if part) + stop


def _value(criterion: Criterion, finding: Finding, language: str) -> str:
    if finding.value is None or criterion.unit in {"bool", "choice", "date"}:
        return ""
    if criterion.unit == "rank" and finding.num == NO_RANK:
        return " 无名次" if language == "zh" else " no place"
    return " " + quantity(_yearly(finding, finding.value), criterion.unit, language)


def _yearly(finding: Finding, value: Fraction) -> Fraction:
    """Compound growth is kept as (1 + g)^n: g itself, rounded down to a hundredth of a percent."""
    periods = finding.shape.power
    if not periods:
        return value
    scaled = value * _HUNDREDTH_OF_PERCENT**periods
    root = _integer_root(scaled.numerator // scaled.denominator, periods)
    return Fraction(root, _HUNDREDTH_OF_PERCENT) - 1


def _integer_root(number: int, degree: int) -> int:
    """The greatest whole r with r^degree ≤ number; by bisection, exactly."""
    low, high = 0, 1 << (number.bit_length() // degree + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**degree <= number else (low, middle - 1)
    return low


def _asked(criterion: Criterion, finding: Finding, language: str) -> str:
    if finding.required is None:
        return ""
    wanted = _yearly(finding, finding.required)
    asked = f"{_SIGNS[criterion.edge]} {quantity(wanted, criterion.unit, language)}"
    return f"要求 {asked}" if language == "zh" else f"required {asked}"


def _closing(rule_set: RuleSet, criterion: Criterion, finding: Finding, language: str) -> str:
    if finding.outcome == "unknown" and finding.missing:
        names = [fact_name(rule_set, key, language) for key in finding.missing]
        joined = "、".join(dict.fromkeys(names))
        return f"请补充：{joined}" if language == "zh" else f"please supply: {joined}"
    if finding.outcome == "manual":
        why = criterion.reason.in_language(language) or criterion.reading.in_language(language)
        return why.rstrip("。.") or outcome("manual", language)
    if finding.value is None and finding.cause:
        return _CAUSES[language][finding.cause]
    return outcome(finding.outcome, language)


def fact_name(rule_set: RuleSet, key: str, language: str) -> str:
    """A fact in words: 销售收入（前1年）, 安全事故核查."""
    name, _, year = key.partition("@")
    if name in rule_set.indicators:
        label = rule_set.indicators[name].name.in_language(language)
        if not year or year == "0":
            return label
        back = -int(year)
        return f"{label}（前{back}年）" if language == "zh" else f"{label} ({back} years before)"
    if key.startswith("held("):
        return "称号记录" if language == "zh" else "record of titles"
    register = key.removeprefix("records(").split(";")[0]
    if register in rule_set.indicators:
        return rule_set.indicators[register].name.in_language(language)
    return _REGISTERS.get(register, register) if language == "zh" else register


_REGISTERS: Final = {
    "award": "科技奖励记录",
    "rd_platform": "研发机构记录",
    "standard": "标准制定记录",
    "equity_round": "股权融资记录",
    "ip_right": "知识产权记录",
    "abnormal_list": "经营异常名录核查",
    "serious_dishonesty_list": "严重违法失信名单核查",
    "incident_safety": "安全事故核查",
    "incident_quality": "质量事故核查",
    "incident_environment": "环境违法核查",
    "incident_network_data": "网络和数据安全事件核查",
    "research_misconduct": "科研失信核查",
    "tax_violation": "偷漏税核查",
    "finance_penalty": "财政或监管处罚核查",
}


def _gap_unit(rule_set: RuleSet, criterion: Criterion) -> str:
    """The unit of a ratio's numerator is the unit of the gap."""
    if criterion.unit != "ratio":
        return criterion.unit
    name = criterion.uses[-1].partition("@")[0] if criterion.uses else ""
    return rule_set.indicators[name].unit if name in rule_set.indicators else ""


def quantity(value: Fraction, unit: str, language: str = "zh") -> str:
    """A number with its unit as people write it; rounded towards zero, so that 4.999…% is not 5%.

    >>> quantity(Fraction(487, 10000), "ratio"), quantity(Fraction(175500), "CNY")
    ('4.87%', '17.55万元')
    """
    if unit in {"ratio", "growth", "percent"}:
        return f"{_decimal(value * 100, 2)}%"
    if unit == "CNY":
        if abs(value) >= YUAN_PER_WAN and language == "zh":
            return f"{_decimal(value / YUAN_PER_WAN, 6)}万元"
        return f"{_decimal(value, 2)}元" if language == "zh" else f"CNY {_decimal(value, 2)}"
    word = _UNITS[language].get(unit, "")
    shown = _decimal(value, 2)
    return f"{shown}{word}" if language == "zh" else f"{shown} {word}".strip()


def points(pair: tuple[int, int], language: str = "zh") -> str:
    """`20分` or `9—10分`."""
    low, high = (_decimal(Fraction(part, 100), 2) for part in pair)
    word = "分" if language == "zh" else " points"
    return f"{low}{word}" if low == high else f"{low}—{high}{word}"


def _decimal(value: Fraction, places: int) -> str:
    scaled = abs(value) * 10**places
    whole = Decimal(scaled.numerator // scaled.denominator).to_integral_value(ROUND_FLOOR)
    text = f"{whole.scaleb(-places):,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"-{text}" if value < 0 and text != "0" else text
