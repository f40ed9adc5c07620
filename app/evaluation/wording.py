"""Verdicts in words for the faces: criterion lines, what a firm lacks, what the facts rest on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from app.enterprises.domain import EventKind
from app.evaluation.domain import FlagKind, Grade, Outcome
from app.evaluation.models import Flag, RuleSetRecord
from app.evaluation.service import Assessment
from app.foundation.money import format_wan
from app.web.criterion import CriterionLine
from app.web.i18n import is_chinese
from app.web.pages import day
from rules import phrases
from rules.days import from_days
from rules.library import Library
from rules.ruleset import Criterion, RuleSet
from rules.verdict import Finding

_GROUPS = frozenset({"all", "any", "not", "at_least_k"})
_SILENT_UNITS = frozenset({"bool", "choice", "date", ""})
_SIGNS = {"at_least": "≥", "more_than": "＞", "at_most": "≤", "less_than": "＜"}


def language() -> str:
    """The language of the page, as packs name it."""
    return "zh" if is_chinese() else "en"


def lines(assessment: Assessment) -> list[CriterionLine]:
    """Every finding of a trace as a line, in the order of the law."""
    by_id = {criterion.id: criterion for criterion in assessment.rule_set.criteria}
    return [_line(assessment, by_id[f.id], f) for f in assessment.verdict.findings]


def _line(assessment: Assessment, criterion: Criterion, finding: Finding) -> CriterionLine:
    rule_set = assessment.rule_set
    marks = _marks(assessment, finding)
    sentence = phrases.sentence(rule_set, finding, language())
    remedy = criterion.remedy.in_language(language()) if finding.outcome == "unmet" else ""
    reading = criterion.reading.in_language(language())
    return CriterionLine(
        id=criterion.id,
        outcome=finding.outcome,
        name=criterion.name.in_language(language()),
        sentence=f"{sentence}{marks}",
        value=_value(criterion, finding),
        required=_required(criterion, finding),
        points=_points(finding),
        measure=_measure(criterion, finding),
        bound=_bound(criterion, finding),
        clause=clause(criterion) + (" · " + reading if reading else ""),
        clause_href=url_for(
            "evaluation.rule",
            title=rule_set.title,
            on=assessment.moment.on.isoformat(),
            for_year=assessment.moment.for_year,
            application_type=assessment.application_type.value,
            _anchor=anchor(criterion.id),
        ),
        evidence=criterion.source.evidence,
        remedy=remedy,
        is_decisive=finding.decisive and criterion.kind not in _GROUPS,
    )


def anchor(criterion_id: str) -> str:
    """The fragment of a criterion on the page of its rule set."""
    return "k-" + criterion_id.replace(".", "-")


def clause(criterion: Criterion) -> str:
    """文号 and article of a criterion."""
    source = criterion.source
    return " ".join(part for part in (source.number or source.title, source.article) if part)


def _marks(assessment: Assessment, finding: Finding) -> str:
    """What of the facts used is assumed or of another 口径, by name."""
    said = ""
    assumed = [key for key in finding.shape.uses if key in assessment.assumed]
    proxies = [key for key in finding.shape.uses if key in assessment.proxies]
    if assumed:
        said += _("其中按约定推定：%(names)s。", names=_names(assessment, assumed))
    if proxies:
        said += _("其中代用口径：%(names)s。", names=_names(assessment, proxies))
    return said


def _names(assessment: Assessment, keys: Sequence[str]) -> str:
    names = [fact_name(assessment.rule_set, key) for key in keys]
    return "、".join(dict.fromkeys(names))


def fact_name(rule_set: RuleSet, key: str) -> str:
    """A fact in words: 销售收入（前1年）, 安全事故核查."""
    return phrases.fact_name(rule_set, key, language())


def _value(criterion: Criterion, finding: Finding) -> str:
    if finding.value is None or criterion.unit in _SILENT_UNITS or finding.shape.power:
        return ""
    return phrases.quantity(finding.value, criterion.unit, language())


def _required(criterion: Criterion, finding: Finding) -> str:
    is_points = criterion.kind == "points"
    is_silent = criterion.unit in _SILENT_UNITS or finding.shape.power > 0
    if finding.required is None or (is_silent and not is_points):
        return ""
    sign = _SIGNS[criterion.edge]
    if is_points:
        asked = (finding.req or 0) // finding.shape.common
        return f"{sign} {phrases.points((asked, asked), language())}"
    return f"{sign} {phrases.quantity(finding.required, criterion.unit, language())}"


def _points(finding: Finding) -> str:
    if finding.points is None:
        return ""
    low, high = (f"{part / 100:.2f}".rstrip("0").rstrip(".") for part in finding.points)
    return low if low == high else f"{low}—{high}"


def _measure(criterion: Criterion, finding: Finding) -> Fraction | None:
    if criterion.kind == "points" and finding.points:
        return Fraction(finding.points[0], 100)
    return None if criterion.unit in _SILENT_UNITS else finding.value


def _bound(criterion: Criterion, finding: Finding) -> Fraction | None:
    if criterion.kind == "points":
        return Fraction(finding.req or 0, 100 * finding.shape.common)
    return None if criterion.unit in _SILENT_UNITS else finding.required


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact a verdict rests on, with its marks."""

    key: str
    name: str
    value: str  # empty: unknown
    is_assumed: bool
    is_proxy: bool


def fact_lines(assessment: Assessment, library: Library) -> list[FactLine]:
    """The facts of the rule set's needs, in its order."""
    return [
        FactLine(
            need.key,
            fact_name(assessment.rule_set, need.key),
            fact_value(library, need.key, assessment.facts.get(need.key)),
            need.key in assessment.assumed,
            need.key in assessment.proxies,
        )
        for need in assessment.rule_set.needs
    ]


def fact_value(library: Library, key: str, value: int | None) -> str:
    """A fact as people read it; empty when unknown."""
    if value is None:
        return ""
    indicator = library.indicators.get(key.partition("@")[0])
    if key.startswith("held(") or (indicator and indicator.unit == "bool"):
        return str(_("是") if value else _("否"))
    if indicator is None:
        return str(value)
    if indicator.unit == "date":
        return from_days(value).isoformat()
    if indicator.unit == "choice":
        return list(indicator.choices.values())[value].in_language(language())
    return phrases.quantity(value * indicator.quantum, indicator.unit, language())


@dataclass(slots=True)
class Lacks:
    """Says what stored verdicts lack, one rule set compiled once."""

    records: Mapping[str, RuleSetRecord]
    _compiled: dict[str, RuleSet]

    def __init__(self, records: Mapping[str, RuleSetRecord]) -> None:
        self.records = records
        self._compiled = {}

    def sentences(self, fingerprint: str, document: str) -> list[str]:
        """The decisive findings of a stored verdict or flag that are not met, in words."""
        decisive = json.loads(document).get("decisive", [])
        rule_set = self._rule_set(fingerprint or json.loads(document).get("fingerprint", ""))
        if rule_set is None:
            return []
        leaves = _outermost(rule_set, [entry[0] for entry in decisive])
        return [self._say(rule_set, entry) for entry in decisive if entry[0] in leaves]

    def _say(self, rule_set: RuleSet, entry: Sequence[Any]) -> str:
        name, code, num, den, required, low, high = entry
        finding = rule_set.finding(name, code, num=num, den=den, req=required, lo=low, hi=high)
        return phrases.sentence(rule_set, finding, language()).rstrip("。.")

    def _rule_set(self, fingerprint: str) -> RuleSet | None:
        if fingerprint not in self._compiled and fingerprint in self.records:
            tree = json.loads(self.records[fingerprint].tree)
            self._compiled[fingerprint] = RuleSet(tree)
        return self._compiled.get(fingerprint)


def _outermost(rule_set: RuleSet, names: Sequence[str]) -> set[str]:
    """Of alternatives that all failed (an `any`), only the first way is told: it is the rule."""
    by_id = {criterion.id: criterion for criterion in rule_set.criteria}
    told: set[str] = set()

    def walk(kind: str, refers: Sequence[str]) -> None:
        for name in refers[:1] if kind == "any" else refers:
            if name in names:
                told.add(name)
            if by_id[name].kind in _GROUPS:
                walk(by_id[name].kind, by_id[name].refers)

    walk(rule_set.verdict_kind, rule_set.verdict_ids)
    return told


def flag_details(
    flags: Sequence[Flag], records: Mapping[str, RuleSetRecord]
) -> dict[UUID, list[str]]:
    """Per flag what its detail says, in sentences."""
    lacks = Lacks(records)
    return {flag.id: _flag_detail(flag, lacks) for flag in flags}


def _flag_detail(flag: Flag, lacks: Lacks) -> list[str]:
    detail = json.loads(flag.detail)
    if flag.kind is FlagKind.EXPIRING:
        return _expiring(detail)
    if flag.kind is FlagKind.SUBSIDY:
        return _subsidy(detail)
    said = lacks.sentences("", flag.detail)
    if detail.get("lead"):
        said.insert(0, _("线索：该称号尚未采用，标准仅供参考"))
    return said


def _expiring(detail: Mapping[str, Any]) -> list[str]:
    ends = date.fromisoformat(detail["until"])
    said = [_("有效期至 %(day)s", day=day(ends))]
    batch = detail["batch"]
    if batch is None:
        said.append(_("可用的末批：待通知"))
    else:
        closes = date.fromisoformat(batch["closes_on"])
        said.append(
            _(
                "可用的末批：%(batch)s，%(day)s 24:00 前（%(number)s）",
                batch=batch["batch"],
                day=day(closes),
                number=batch["number"] or _("文号待补"),
            )
        )
    return said


def _subsidy(detail: Mapping[str, Any]) -> list[str]:
    event = next(kind for kind in EventKind if kind.value == detail["event"])
    said = [f"{_(event.label)} {day(date.fromisoformat(detail['on']))}"]
    if detail["first"] == "unknown":
        said.append(_("是否首次认定：资料不足，待核"))
    if detail["verified"] and detail["amount_fen"] is not None:
        said.append(_("金额 %(amount)s 万元", amount=format_wan(detail["amount_fen"])))
    else:
        said.append(_("金额待核，不计入合计"))
    return said


@dataclass(frozen=True, slots=True)
class TitleResult:
    """What a batch found for one title."""

    id: str
    name: str
    outcomes: dict[Outcome, int]
    grades: dict[Grade, int]
    total: int


def batch_result(tally: Mapping[str, Any], library: Library) -> list[TitleResult]:
    """The tally of a batch by title, in the order of the packs."""
    results = []
    for name, title in library.titles.items():
        outcomes = {o: int(tally.get(f"{name}/outcome/{o.value}", 0)) for o in Outcome}
        grades = {g: int(tally.get(f"{name}/grade/{g.value}", 0)) for g in Grade}
        if total := sum(outcomes.values()):
            words = title.name.in_language(language())
            results.append(TitleResult(name, words, outcomes, grades, total))
    return results
