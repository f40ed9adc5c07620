"""The trace of a form before it is filed: every title of the ladder, judged in one reading.

What was shown unmet is remembered with what was typed; a figure that then changed is noted for
the reviewer when the form is filed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.enterprises.models import Enterprise
from app.evaluation import facts
from app.evaluation.domain import ApplicationType
from app.evaluation.judging import own_uses
from app.evaluation.models import TraceNote, TraceShown
from app.evaluation.order import application_type
from app.evaluation.service import Assessment, assessment
from app.foundation.actor import Actor
from app.foundation.clock import legal_day
from app.profiles.checking import filing_of
from app.profiles.domain import Scalar
from app.profiles.typed import (
    MoneyUnit,
    Typed,
    Unreadable,
    is_typed,
    read,
    read_all,
    write,
)
from rules.days import Moment, to_days
from rules.indicators import Indicator
from rules.library import Library
from rules.needs import AsOf, Need
from rules.outcomes import UNMET
from rules.pack import Title
from rules.ruleset import RuleSet

SHOWN: Final = 200  # characters of what was typed that a note keeps


@dataclass(frozen=True, slots=True)
class Traced:
    """One title of the ladder as the form stands; no assessment where no law applies."""

    title: Title
    assessment: Assessment | None


def trace(
    session: Session,
    library: Library,
    enterprise: Enterprise,
    year: int,
    typed: Typed,
    titles: Sequence[Title],
    *,
    at: datetime,
) -> list[Traced]:
    """Judge the form for 申报年度 `year` + 1, as it would be judged were it filed now.

    Reads once for all titles. What cannot be read of the form is unknown.
    """
    moment = Moment.of(legal_day(at), year + 1)
    laws = {title.id: _law(library, title, moment) for title in titles}
    needs = {need.key: need for law in laws.values() if law for need in law[1].needs}
    values, _ = read_all(typed, library.indicators)
    built = facts.frame(
        session,
        library.indicators,
        needs.values(),
        chosen=[enterprise.id],
        moment=moment,
        known_at=at,
        overlay={enterprise.id: _stated(values, needs.values(), library.indicators)},
        draft=filing_of(session, enterprise.id, year, typed, values, library.indicators),
    )
    found = []
    for title in titles:
        law = laws[title.id]
        judged = law and assessment(enterprise.id, title, law[1], law[0], moment, built)
        found.append(Traced(title, judged))
    return found


def _law(library: Library, title: Title, moment: Moment) -> tuple[ApplicationType, RuleSet] | None:
    kind = application_type(library, title, moment)
    law = kind and library.rule_set(title.id, kind.value, moment.on, moment.for_year)
    return (kind, law) if kind and law else None


def _stated(
    values: Mapping[str, Scalar], needs: Iterable[Need], indicators: Mapping[str, Indicator]
) -> dict[str, int | None]:
    """What the form states as of today; a field left blank says nothing and takes nothing away."""
    wanted = [need.indicator for need in needs if isinstance(need, AsOf)]
    return {name: _encoded(indicators[name], values[name]) for name in wanted if name in values}


def _encoded(indicator: Indicator, value: Scalar) -> int | None:
    if indicator.unit == "choice":
        return list(indicator.choices).index(str(value))
    if indicator.unit == "date":
        return to_days(date.fromisoformat(str(value)))
    return int(value) if not isinstance(value, str) else None


def unmet_figures(
    traced: Sequence[Traced], indicators: Mapping[str, Indicator]
) -> Iterator[tuple[str, str, str]]:
    """(title, criterion, indicator) of every criterion that is unmet by a figure of this form."""
    for each in traced:
        if each.assessment is None:
            continue
        law = each.assessment.rule_set
        own = own_uses(law)
        scores = {criterion.id for criterion in law.criteria if criterion.is_score}
        for found in each.assessment.verdict.findings:
            if found.code != UNMET or found.id in scores:
                continue
            for key in own[found.id]:
                name, _, offset = key.partition("@")
                if offset in {"", "0"} and name in indicators and is_typed(indicators[name]):
                    yield each.title.id, found.id, name


def remember(
    session: Session,
    library: Library,
    enterprise: Enterprise,
    year: int,
    typed: Typed,
    traced: Sequence[Traced],
    *,
    at: datetime,
) -> None:
    """Keep what was typed where a criterion is shown unmet; the first showing counts."""
    rows = session.execute(
        select(TraceShown.title, TraceShown.criterion, TraceShown.indicator).where(
            TraceShown.enterprise_id == enterprise.id, TraceShown.year == year
        )
    )
    known = {tuple(row) for row in rows}
    for title, criterion, indicator in dict.fromkeys(unmet_figures(traced, library.indicators)):
        text = typed.figures.get(indicator, "")
        if not text or (title, criterion, indicator) in known:
            continue
        session.add(
            TraceShown(
                enterprise_id=enterprise.id,
                year=year,
                title=title,
                criterion=criterion,
                indicator=indicator,
                text=_in_yuan(text, typed, library.indicators[indicator]),
                shown_at=at,
            )
        )
    session.flush()


def note_changes(
    session: Session,
    library: Library,
    enterprise: Enterprise,
    year: int,
    typed: Typed,
    *,
    by: Actor,
    at: datetime,
) -> list[TraceNote]:
    """Note the figures that are filed otherwise than they stood when shown unmet, and forget.

    What is no title or criterion of the law any more is noted all the same: the reviewer judges.
    """
    rows = session.scalars(
        select(TraceShown)
        .where(TraceShown.enterprise_id == enterprise.id, TraceShown.year == year)
        .order_by(TraceShown.shown_at, TraceShown.title, TraceShown.criterion)
    ).all()
    notes = []
    for row in rows:
        indicator = library.indicators.get(row.indicator)
        text = typed.figures.get(row.indicator, "")
        after = _in_yuan(text, typed, indicator) if indicator else text[:SHOWN]
        if after != row.text and by.id is not None:
            notes.append(
                TraceNote(
                    enterprise_id=enterprise.id,
                    year=year,
                    title=row.title,
                    criterion=row.criterion,
                    indicator=row.indicator,
                    before=row.text,
                    after=after,
                    noted_at=at,
                    noted_by_id=by.id,
                )
            )
    session.add_all(notes)
    session.execute(
        delete(TraceShown).where(TraceShown.enterprise_id == enterprise.id, TraceShown.year == year)
    )
    session.flush()
    return notes


def _in_yuan(text: str, typed: Typed, indicator: Indicator) -> str:
    """What was typed, with money said in 元, so that a change of unit is no change of figure."""
    try:
        value = read(indicator, text, typed.unit)
    except Unreadable:
        return text[:SHOWN]
    return "" if value is None else write(indicator, value, MoneyUnit.YUAN)[:SHOWN]


def list_notes(session: Session, enterprise: Enterprise, year: int) -> Sequence[TraceNote]:
    """The figures of a year that changed after their criterion was shown unmet, oldest first.

    For those who may see the enterprise: the caller has asked for it as visible to the actor.
    """
    return session.scalars(
        select(TraceNote)
        .where(TraceNote.enterprise_id == enterprise.id, TraceNote.year == year)
        .order_by(TraceNote.noted_at, TraceNote.id)
    ).all()
