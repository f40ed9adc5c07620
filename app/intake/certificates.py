"""Turns certificates into title events, telling first from renewed by what is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.enterprises import titles
from app.enterprises.domain import OPENING, EventKind
from app.enterprises.models import TitleEvent
from app.foundation.actor import Actor
from app.intake.city import Certificate, City
from app.intake.manifest import Manifest
from app.profiles import service as profiles
from app.profiles.domain import Filed

CHUNK: Final = 4_000
Held = tuple[UUID, str, date]  # enterprise, title, first day


@dataclass(slots=True)
class Writing:
    """What the chunks of one import share."""

    manifest: Manifest
    city: City
    document_id: UUID | None
    by: Actor
    at: datetime
    ids: dict[str, UUID] = field(default_factory=dict)  # credit code -> enterprise


@dataclass(frozen=True, slots=True)
class _Known:
    """An event in force that opened an episode."""

    kind: EventKind
    on_day: date
    until: date | None
    certificate: str


@dataclass(slots=True)
class _History:
    """Since when each enterprise is known to have held each title, and by which events."""

    events: dict[Held, _Known] = field(default_factory=dict)
    first: dict[tuple[UUID, str], date] = field(default_factory=dict)

    def note(self, enterprise_id: UUID, title: str, since: date) -> None:
        """Note one first day."""
        key = (enterprise_id, title)
        self.first[key] = min(self.first.get(key, since), since)


def write(session: Session, writing: Writing, rows: Sequence[Certificate]) -> Filed:
    """Record the certificates as events; what is recorded already and equal is left alone."""
    history = _history(session, writing, rows)
    result = titles.record_events(
        session,
        [_event(writing, row, history) for row in rows],
        by=writing.by,
        at=writing.at,
    )
    return Filed(result.created, result.corrected, result.unchanged)


def compare(session: Session, writing: Writing) -> Filed:
    """What `write` would come to for the whole file, without writing."""
    rows = writing.city.certificates
    history = _history(session, writing, rows)
    new = corrected = 0
    for row in rows:
        enterprise_id = writing.ids.get(row.credit_code)
        known = (
            history.events.get((enterprise_id, row.kind.title, row.since))
            if enterprise_id is not None
            else None
        )
        if known is None:
            new += 1
        elif known.until != row.until or (row.number and row.number != known.certificate):
            corrected += 1
    return Filed(new, corrected, len(rows) - new - corrected)


def _event(writing: Writing, row: Certificate, history: _History) -> titles.NewEvent:
    enterprise_id = writing.ids[row.credit_code]
    known = history.events.get((enterprise_id, row.kind.title, row.since))
    return titles.NewEvent(
        enterprise_id=enterprise_id,
        title=row.kind.title,
        # What an announcement said of the same certificate is better than our inference.
        kind=known.kind if known else row.kind.event or _by_history(writing, row, history),
        on_day=known.on_day if known else row.since,
        since=row.since,
        until=row.until,
        roll_year=row.roll_year,
        certificate=row.number,
        document_id=writing.document_id,
        note=row.kind.note,
    )


def _by_history(writing: Writing, row: Certificate, history: _History) -> EventKind:
    """First, renewed, or, where the firm's early years are not on file, simply recorded."""
    if history.first[writing.ids[row.credit_code], row.kind.title] < row.since:
        return EventKind.RENEWED
    firm = writing.city.firms.get(row.credit_code)
    start = writing.manifest.history_from
    if firm and firm.registered_on and start and firm.registered_on >= start:
        return EventKind.FIRST
    return EventKind.RECORDED


def _history(session: Session, writing: Writing, rows: Sequence[Certificate]) -> _History:
    """What is on file and in the file about the enterprises of `rows`."""
    codes = {row.credit_code for row in rows}
    history = _History()
    for row in writing.city.certificates:
        if row.credit_code in codes and row.credit_code in writing.ids:
            history.note(writing.ids[row.credit_code], row.kind.title, row.since)
    known = sorted(writing.ids[code] for code in codes if code in writing.ids)
    for some in profiles.chunks(known, CHUNK):
        events = session.execute(
            select(
                TitleEvent.enterprise_id,
                TitleEvent.title,
                TitleEvent.since,
                TitleEvent.kind,
                TitleEvent.on_day,
                TitleEvent.until,
                TitleEvent.certificate,
            ).where(
                TitleEvent.enterprise_id.in_(some),
                TitleEvent.since.is_not(None),
                TitleEvent.kind.in_(OPENING),
                TitleEvent.superseded_at.is_(None),
            )
        )
        for enterprise_id, title, since, kind, on_day, until, certificate in events:
            if since is None:  # pragma: no cover  # the query asks for those that have one
                continue
            history.note(enterprise_id, title, since)
            history.events[enterprise_id, title, since] = _Known(kind, on_day, until, certificate)
    return history
