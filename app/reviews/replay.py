"""What a case rests on, shown again: the verdict from its facts and law, and the figures."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from sqlalchemy.orm import Session

from app.evaluation.figures import ASSUMED, PROXY
from app.evaluation.service import Assessment
from app.foundation.clock import legal_day
from app.profiles.domain import REGISTERS
from app.reviews import queries
from app.reviews.filing import pinned_law
from app.reviews.models import ReviewCase
from rules.days import Moment
from rules.indicators import Indicator
from rules.library import Library
from rules.needs import Figure, Records
from rules.phrases import quantity
from rules.ruleset import RuleSet

_SAYS_ITSELF: Final = frozenset({"bool", "choice", "date", "text", "code"})


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one year, and what stood there before if that was another."""

    year: int
    text: str
    before: str | None  # None: as it was, or nothing earlier to compare with


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One indicator over the pinned years."""

    id: str
    name: str
    unit: str
    cells: tuple[Cell, ...]
    is_doubted: bool  # changed after its criterion had shown unmet

    @property
    def is_changed(self) -> bool:
        """Whether a year differs from what was looked at before."""
        return any(cell.before is not None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Returnable:
    """One field that can be sent back: an indicator of a year, or a register."""

    field: str
    year: int | None
    name: str

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.field}@{self.year or ''}"


def assess(session: Session, library: Library, case: ReviewCase) -> Assessment:
    """The verdict of the case from its own facts document and law, as it was then."""
    law = pinned_law(session, case)
    document: dict[str, Any] = json.loads(case.facts)
    values = document["facts"]
    on = legal_day(case.opened_at)
    moment = Moment.of(on, case.for_year, json.loads(case.pinned)["base_year"])
    return Assessment(
        enterprise_id=case.enterprise_id,
        title=library.titles[case.title],
        rule_set=law,
        application_type=case.application_type,
        moment=moment,
        verdict=law.judge(values, moment),
        facts=values,
        assumed=frozenset(document.get(ASSUMED[1:]) or ()),
        proxies=frozenset(document.get(PROXY[1:]) or ()),
        group_years=(),
        document=case.facts,
        document_hash=case.facts_hash,
    )


def figures(
    session: Session, library: Library, case: ReviewCase, law: RuleSet, language: str
) -> list[FigureRow]:
    """The figures of the pinned years: what changed first, then what the law asks for."""
    now = {y: _figures(r.body) for y, r in queries.pinned_revisions(session, case).items()}
    before = {y: _figures(r.body) for y, r in queries.revisions_before(session, case).items()}
    asked = [need.indicator for need in law.needs if isinstance(need, Figure)]
    filed = [name for year in sorted(now, reverse=True) for name in sorted(now[year])]
    gone = [name for figures in before.values() for name in sorted(figures)]
    doubted = {note.indicator for note in queries.trace_notes(session, case)}
    rows = [
        _row(library.indicators[name], now, before, language, is_doubted=name in doubted)
        for name in dict.fromkeys([*asked, *filed, *gone])
        if name in library.indicators
    ]
    shown = [row for row in rows if any(cell.text for cell in row.cells) or row.is_changed]
    return sorted(shown, key=lambda row: (not row.is_changed, not row.is_doubted))


def _figures(body: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body)["figures"]
    return found


def _row(
    indicator: Indicator,
    now: Mapping[int, Mapping[str, Any]],
    before: Mapping[int, Mapping[str, Any]],
    language: str,
    *,
    is_doubted: bool,
) -> FigureRow:
    cells = []
    for year in sorted(now, reverse=True):
        value = now[year].get(indicator.id)
        old = before[year].get(indicator.id) if year in before else value
        said = _said(indicator, old, language) or "—"
        cells.append(Cell(year, _said(indicator, value, language), said if old != value else None))
    name = indicator.name.in_language(language)
    return FigureRow(indicator.id, name, indicator.unit, tuple(cells), is_doubted)


def _said(indicator: Indicator, value: Any, language: str) -> str:
    if value is None:
        return ""
    if indicator.unit in _SAYS_ITSELF or isinstance(value, str):
        yes = {True: "是", False: "否"}
        return yes[value] if isinstance(value, bool) else str(value)
    return quantity(Fraction(value) * indicator.quantum, indicator.unit, language)


def returnables(
    library: Library, case: ReviewCase, law: RuleSet, language: str
) -> list[Returnable]:
    """What can be sent back: figures of the pinned years, newest first, and registers used."""
    kept = json.loads(case.pinned)
    years = sorted((int(year) for year in kept["revisions"]), reverse=True)
    asked = {
        (need.indicator, kept["base_year"] + need.year)
        for need in law.needs
        if isinstance(need, Figure)
    }
    names = dict.fromkeys(need.indicator for need in law.needs if isinstance(need, Figure))
    found = [
        Returnable(name, year, library.indicators[name].name.in_language(language))
        for year in years
        for name in names
        if (name, year) in asked and name in library.indicators
    ]
    registers = dict.fromkeys(n.register for n in law.needs if isinstance(n, Records))
    return found + [Returnable(r, None, REGISTERS[r]) for r in registers if r in REGISTERS]
