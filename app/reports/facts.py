"""Reads what an edition is computed from, by (on, known_at), on the caller's connection."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.enterprises import facts as register
from app.enterprises.domain import DocumentKind, OperatingStatus
from app.enterprises.facts import Area, Standing, key, known
from app.enterprises.models import SourceDocument, TitleEvent
from app.profiles.domain import IncidentKind
from app.profiles.models import Incident
from app.reference.models import DivisionClosure
from app.reports import judgements
from app.reports.domain.facts import (
    Facts,
    Firm,
    Goal,
    Holding,
    Place,
    Threat,
    TitleLine,
    Whereabouts,
)
from app.reports.domain.period import Period
from app.reports.domain.vocabulary import Moment, Risk
from app.targets import queries as targets
from app.targets.domain import percent, required
from rules.library import Library
from rules.pack import Ladder

_LISTS = {
    IncidentKind.ABNORMAL_LIST: Risk.ABNORMAL,
    IncidentKind.DISHONESTY_LIST: Risk.DISHONEST,
}


def collect(
    session: Session, library: Library, area: Area, period: Period, known_at: datetime
) -> Facts:
    """All facts of an edition of `area`: a few large reads and some small ones."""
    above = _upward(session, area.code)
    ladder = next(filter(None, map(library.ladder_of, above)), None)
    titles = ladder_titles(library, ladder)
    firms = register.register(session, area.code, known_at)
    stood = {moment: firms.on(day) for moment, day in period.days().items()}
    ids = [title.id for title in titles]
    holdings = tuple(
        Holding(
            h.enterprise, h.title, h.since, h.until, h.roll_year, h.opened_as, h.closed_as,
            h.certificate,
        )
        for h in register.episodes(session, area.code, ids, known_at)
    )  # fmt: skip
    kept = {holding.title for holding in holdings}
    titles = tuple(replace(title, is_kept=title.id in kept) for title in titles)
    reading = judgements.Reading(session, library, area.code, period, known_at)
    judged, rule_sets = reading.verdicts(ids)
    return Facts(
        division=Place(area.code, area.name),
        period=period,
        places=tuple(Place(code, name) for code, name in area.places),
        titles=titles,
        firms=_firms(area, firms.credit_codes, stood),
        where={moment: _whereabouts(area, standing) for moment, standing in stood.items()},
        holdings=holdings,
        verdicts=judged,
        threats=(*_listed(session, area, period, known_at, holdings), *reading.keep_lost()),
        batches=judgements.batches(library, above),
        claims=reading.claims(),
        clauses=reading.clauses(ids),
        goals=_goals(session, library, area, period, known_at),
        caveats=_caveats(session, area, known_at),
        umbrellas=_umbrellas(ladder),
        rule_sets=rule_sets,
        say=reading.say,
    )


def ladder_titles(library: Library, ladder: Ladder | None) -> tuple[TitleLine, ...]:
    """The titles of the ladder by rank, or every adopted title where there is no ladder."""
    if ladder is None:
        ids = [title.id for title in library.titles.values() if title.adopted]
    else:
        steps = sorted(ladder.steps, key=lambda step: (step.branch, step.rank))
        ids = list(dict.fromkeys(step.title for step in steps))
    found = [library.titles[title] for title in ids if title in library.titles]
    ranks = {step.title: step.rank for step in ladder.steps} if ladder else {}
    return tuple(
        TitleLine(
            t.id,
            t.name.zh,
            t.short.zh or t.name.zh,
            t.is_yearly,
            t.adopted,
            ranks.get(t.id, 0),
            end=t.end,
        )
        for t in found
    )


def _umbrellas(ladder: Ladder | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((u.name.zh, tuple(u.titles)) for u in ladder.umbrellas) if ladder else ()


def _upward(session: Session, division: str) -> list[str]:
    """The division and those above it, nearest first."""
    return list(
        session.scalars(
            select(DivisionClosure.ancestor_code)
            .where(DivisionClosure.descendant_code == division)
            .order_by(DivisionClosure.depth)
        )
    )


def _firms(
    area: Area, codes: Mapping[str, str], stood: Mapping[Moment, Mapping[str, Standing]]
) -> dict[str, Firm]:
    """Firms that were in the area on any of the days, named as on the cut-off day."""
    firms: dict[str, Firm] = {}
    for moment in Moment:  # the cut-off day first: its name is the one to print
        for firm, standing in stood[moment].items():
            here = standing.managing in area.place_of or standing.registered in area.place_of
            if here and firm not in firms:
                firms[firm] = Firm(standing.name, codes[firm])
    return firms


def _whereabouts(area: Area, stood: Mapping[str, Standing]) -> dict[str, Whereabouts]:
    """Where each firm was, as places of the report; few places make few different values."""
    known: dict[tuple[str | None, str | None, OperatingStatus, bool], Whereabouts] = {}
    found: dict[str, Whereabouts] = {}
    for firm, standing in stood.items():
        at = (standing.managing, standing.registered, standing.status, standing.is_founded)
        where = known.get(at)
        if where is None:
            where = known[at] = Whereabouts(
                area.place_of.get(standing.managing or ""),
                area.place_of.get(standing.registered or ""),
                standing.status.label if standing.is_founded else "尚未成立",
                is_active=standing.is_founded and standing.status in _IN_BUSINESS,
            )
        found[firm] = where
    return found


_IN_BUSINESS = (OperatingStatus.ACTIVE, OperatingStatus.SUSPENDED)


def _listed(
    session: Session, area: Area, period: Period, known_at: datetime, holdings: Sequence[Holding]
) -> list[Threat]:
    """Holders of a title that stand on a negative list on the cut-off day."""
    rows = session.execute(
        select(key(Incident.enterprise_id), Incident.kind, Incident.since).where(
            Incident.kind.in_(_LISTS),
            Incident.enterprise_id.in_(register.within(area.code, known_at)),
            known(Incident, known_at),
            Incident.since <= period.on,
            (Incident.until.is_(None)) | (Incident.until > period.on),
        )
    ).all()
    listed: dict[str, list[tuple[IncidentKind, date]]] = {}
    for firm, kind, since in rows:
        listed.setdefault(firm, []).append((kind, since))
    counts = [h for h in holdings if h.firm in listed and _counts(h, period)]
    return [
        Threat(h.firm, _LISTS[kind].value, h.title, f"自{since.isoformat()}起")
        for h in counts
        for kind, since in listed[h.firm]
    ]


def _caveats(session: Session, area: Area, known_at: datetime) -> tuple[str, ...]:
    """What the city files behind the area's titles leave unsaid, one caveat a line."""
    used = select(TitleEvent.document_id).where(
        TitleEvent.enterprise_id.in_(register.within(area.code, known_at)),
        known(TitleEvent, known_at),
    )
    notes = session.scalars(
        select(SourceDocument.note)
        .where(
            SourceDocument.kind == DocumentKind.CITY_FILE,
            SourceDocument.recorded_at <= known_at,
            SourceDocument.id.in_(used),
        )
        .order_by(SourceDocument.recorded_at, SourceDocument.id)
    )
    lines = (line.strip() for note in notes for line in note.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def _counts(holding: Holding, period: Period) -> bool:
    if holding.roll_year is not None:
        return holding.on_roll(period.year, period.on)
    return holding.covers(period.on)


def _goals(
    session: Session, library: Library, area: Area, period: Period, known_at: datetime
) -> tuple[Goal, ...]:
    """The targets of the report's year, or of the next year that has any, for this area."""
    here = {area.code, *(code for code, _ in area.places)}
    of_area = [t for t in library.targets if t.territory in here and t.year >= period.year]
    nearest = min((t.year for t in of_area), default=None)
    goals = []
    for target in (t for t in of_area if t.year == nearest):
        done = targets.measure(session, library, target, period.on, known_at)
        said = percent(done.completion) if done.completion is not None else f"需填报：{done.reason}"
        goals.append(
            Goal(
                target.id, target.phrase or target.name.zh, target.territory, target.year,
                target.titles, required(target), done.counted, said,
            )
        )  # fmt: skip
    return tuple(goals)
