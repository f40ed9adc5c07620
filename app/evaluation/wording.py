"""Verdicts in words for the faces: criterion lines, what a firm lacks, what the facts rest on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.evaluation.domain import Grade, Outcome
from app.evaluation.service import Assessment
from app.web.criterion import CriterionLine
from app.web.i18n import is_chinese
from rules import phrases
from rules.days import from_days
from rules.library import Library
from rules.pack import Title
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
    spare = _spare(assessment)
    return [_line(assessment, by_id[f.id], f, spare) for f in assessment.verdict.findings]


def _spare(assessment: Assessment) -> frozenset[str]:
    """Ways that failed where another way sufficed: what of an `any` that is met is not met."""
    by_id = {criterion.id: criterion for criterion in assessment.rule_set.criteria}
    outcomes = {finding.id: finding.outcome for finding in assessment.verdict.findings}
    found: set[str] = set()

    def walk(names: Sequence[str], *, is_spare: bool) -> None:
        for name in names:
            if is_spare and outcomes[name] != "met":
                found.add(name)
            criterion = by_id[name]
            parts = () if criterion.kind == "points" else criterion.refers
            sufficed = criterion.kind == "any" and outcomes[name] == "met"
            walk(parts, is_spare=is_spare or sufficed)

    walk(assessment.rule_set.verdict_ids, is_spare=False)
    return frozenset(found)


def _line(
    assessment: Assessment, criterion: Criterion, finding: Finding, spare: frozenset[str]
) -> CriterionLine:
    rule_set = assessment.rule_set
    marks = _marks(assessment, finding)
    if criterion.id in spare:
        marks += _("另一途径已满足，本项不影响结论。")
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
    for title in in_order(library):
        name = title.id
        outcomes = {o: int(tally.get(f"{name}/outcome/{o.value}", 0)) for o in Outcome}
        grades = {g: int(tally.get(f"{name}/grade/{g.value}", 0)) for g in Grade}
        if total := sum(outcomes.values()):
            words = title.name.in_language(language())
            results.append(TitleResult(name, words, outcomes, grades, total))
    return results


def in_order(library: Library) -> list[Title]:
    """The titles as the ladders have them, those not in a ladder next, leads (线索) last."""
    steps = [step.title for ladder in library.ladders.values() for step in ladder.steps]
    places = {name: place for place, name in reversed(list(enumerate(steps)))}
    return sorted(
        library.titles.values(),
        key=lambda title: (not title.adopted, places.get(title.id, len(steps))),
    )
