"""The register of titles: events are appended, episodes are their projection.

Everything works on any number of enterprises at once; one is a batch of one.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import RowMapping, Table, func, insert, select, update
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.enterprises.domain import CLOSING, OPENING, Episode, Event, EventKind, project
from app.enterprises.errors import EventImpossible, NotYours
from app.enterprises.models import Enterprise, TitleEpisode, TitleEvent
from app.enterprises.permissions import keeping_divisions, may_keep
from app.foundation.actor import Actor
from app.foundation.clock import legal_day
from app.foundation.errors import Forbidden, NotFound
from app.foundation.identifiers import uuid7
from app.reference.queries import within

BATCH: Final = 5_000  # enterprises a statement names at once; SQLite takes 32,766 values
_EVENTS: Final[Table] = TitleEvent.__table__  # type: ignore[assignment] # a Table at run time
_EPISODES: Final[Table] = TitleEpisode.__table__  # type: ignore[assignment] # likewise
_TOLD: Final = ("since", "until", "roll_year", "certificate")  # what a correction may change

Item = TypeVar("Item")
Key = tuple[UUID, str, EventKind, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """A title event as a source tells it. Use `domain.term` for since, until and roll_year.

    An opening event without `since` is noted and opens nothing (a review that changes no
    date). For a closing event `since` is the day of effect, if other than `on_day`.
    """

    enterprise_id: UUID
    title: str
    kind: EventKind
    on_day: date
    since: date | None = None
    until: date | None = None
    roll_year: int | None = None
    certificate: str = ""
    document_id: UUID | None = None
    note: str = ""

    @property
    def key(self) -> Key:
        """What makes it the same event however often it is told."""
        return (self.enterprise_id, self.title, self.kind, self.on_day)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of the events given."""

    created: int = 0
    corrected: int = 0
    unchanged: int = 0


def record_events(
    session: Session, events: Iterable[NewEvent], *, by: Actor, at: datetime
) -> Recorded:
    """Append events and project them. The same event told again changes nothing.

    An event known with another term or certificate number is superseded by the one given;
    an empty certificate number never replaces one. An opening that was merely RECORDED gives
    way to one of the same beginning that says what it was, and never takes its place.

    Raises:
        EventImpossible: an event lies ahead, or its term ends before it begins.
        Forbidden, NotYours: `by` does not keep the register, or not where a firm is managed.
    """
    told = {event.key: event for event in events}
    for event in told.values():
        _check(event, legal_day(at))
    given, touched = len(told), sorted({event.enterprise_id for event in told.values()})
    _take(session, touched, by)
    known = _known(session, touched, {event.title for event in told.values()})
    told = _without_vague(told.values(), known)
    new = [event for key, event in told.items() if key not in known]
    corrected = [
        (known[key]["id"], event)
        for key, event in told.items()
        if key in known and _differs(known[key], event)
    ]
    stale = [event_id for event_id, _ in corrected] + _outdone(new, known)
    _supersede(session, _EVENTS, stale, at)
    rows = [_row(event, by, at) for event in (*new, *(event for _, event in corrected))]
    if rows:
        session.execute(insert(_EVENTS), rows)
        changed = sorted({row["enterprise_id"] for row in rows})
        project_titles(session, changed, at=at)
        _tell(session, "title.recorded", changed, len(rows), by=by, at=at)
    session.expire_all()  # What the session held of episodes may be superseded now.
    return Recorded(len(new), len(corrected), given - len(new) - len(corrected))


def _without_vague(
    events: Iterable[NewEvent], known: Mapping[Key, RowMapping]
) -> dict[Key, NewEvent]:
    """The events but for a RECORDED whose beginning is known, or told, as something better."""
    told = list(events)
    named = {
        (row["enterprise_id"], row["title"], row["since"])
        for row in known.values()
        if row["kind"] in OPENING and row["kind"] is not EventKind.RECORDED
    }
    named |= {
        (event.enterprise_id, event.title, event.since)
        for event in told
        if event.kind in OPENING and event.kind is not EventKind.RECORDED
    }
    return {
        event.key: event
        for event in told
        if event.kind is not EventKind.RECORDED
        or (event.enterprise_id, event.title, event.since) not in named
    }


def _outdone(new: Iterable[NewEvent], known: Mapping[Key, RowMapping]) -> list[UUID]:
    """Ids of RECORDED events whose beginning a new event names as something better."""
    vague = {
        (row["enterprise_id"], row["title"], row["since"]): row["id"]
        for row in known.values()
        if row["kind"] is EventKind.RECORDED
    }
    named = {
        (event.enterprise_id, event.title, event.since)
        for event in new
        if event.kind in OPENING and event.kind is not EventKind.RECORDED
    }
    return [vague[key] for key in sorted(named & vague.keys())]


def withdraw_event(
    session: Session, event_id: UUID, *, reason: str, by: Actor, at: datetime
) -> None:
    """Take back an event that was recorded in error: it is superseded by nothing.

    Raises:
        NotFound: there is no such event in force.
        Forbidden, NotYours: as for `record_events`.
    """
    found = select(TitleEvent.enterprise_id).where(
        TitleEvent.id == event_id, TitleEvent.superseded_at.is_(None)
    )
    enterprise_id = session.scalar(found)
    if enterprise_id is not None:
        _take(session, [enterprise_id], by)
    if session.scalar(found) is None or enterprise_id is None:  # Another may have been faster.
        raise NotFound("没有这个称号事件，或它已被更正。")
    _supersede(session, _EVENTS, [event_id], at)
    project_titles(session, [enterprise_id], at=at)
    _tell(session, "title.withdrawn", [enterprise_id], 1, by=by, at=at, reason=reason)
    session.expire_all()


def project_titles(session: Session, enterprise_ids: Sequence[UUID], *, at: datetime) -> int:
    """Bring the episodes of enterprises in line with their events; how many rows it wrote.

    Repeatable: what is right already is left untouched.
    """
    written = 0
    for batch in _batches(sorted(enterprise_ids)):
        wanted = _wanted(session, batch)
        stale = []
        for row in session.execute(_in_force(_EPISODES, batch)).mappings():
            known = (row["enterprise_id"], row["title"], _episode(row))
            if known in wanted:
                wanted.remove(known)
            else:
                stale.append(row["id"])
        _supersede(session, _EPISODES, stale, at)  # first: in-force rows must never overlap
        rows = [
            _episode_row(enterprise_id, title, episode, at)
            for enterprise_id, title, episode in sorted(
                wanted, key=lambda w: (w[0], w[1], w[2].since)
            )
        ]
        if rows:
            session.execute(insert(_EPISODES), rows)
        written += len(stale) + len(rows)
    return written


def _check(event: NewEvent, today: date) -> None:
    if event.on_day > today:
        raise EventImpossible("on_day", f"事件日期 {event.on_day.isoformat()} 晚于今天。")
    if event.until is not None and (event.since is None or event.until <= event.since):
        raise EventImpossible("until", "有效期止须晚于有效期起。")
    if event.kind in CLOSING and event.until is not None:
        raise EventImpossible("until", f"“{event.kind.label}”没有有效期止。")
    if event.kind is EventKind.ENROLLED and (event.since is None or event.roll_year is None):
        raise EventImpossible("roll_year", "年度入库须有入库年度和起始日期。")
    if event.kind not in OPENING and event.roll_year is not None:
        raise EventImpossible("roll_year", f"“{event.kind.label}”不属于某一入库年度。")


def _take(session: Session, enterprise_ids: Sequence[UUID], by: Actor) -> None:
    """Lock the enterprises, in one order for all, and see that `by` keeps each of them.

    Without the lock two writers would each project without the other's event. SQLite has no
    row locks and needs none: its writers wait for each other at BEGIN.
    """
    if not may_keep(by):
        raise Forbidden("称号登记由县区初审、市级复核、审定或政策人员办理。")
    for batch in _batches(enterprise_ids):
        rows = select(Enterprise.id).where(Enterprise.id.in_(batch)).order_by(Enterprise.id)
        session.execute(rows.with_for_update(key_share=True))
        if by.id is None:
            continue
        inside = Enterprise.managing_division.in_(within(keeping_divisions(by)))
        outside = rows.where(~inside).limit(1)
        if session.scalar(outside) is not None:
            raise NotYours("其中有不在您辖区内的企业，未作任何登记。")


def _known(
    session: Session, enterprise_ids: Sequence[UUID], titles: Collection[str]
) -> dict[Key, RowMapping]:
    known = {}
    for batch in _batches(enterprise_ids):
        in_force = _in_force(_EVENTS, batch).where(_EVENTS.c.title.in_(sorted(titles)))
        for row in session.execute(in_force).mappings():
            known[row["enterprise_id"], row["title"], row["kind"], row["on_day"]] = row
    return known


def _differs(known: RowMapping, told: NewEvent) -> bool:
    for name in _TOLD:
        value = getattr(told, name)
        if name == "certificate" and not value:
            continue
        if known[name] != value:
            return True
    return False


def _in_force(table: Table, enterprise_ids: Collection[UUID]) -> Any:
    return select(table).where(
        table.c.enterprise_id.in_(enterprise_ids), table.c.superseded_at.is_(None)
    )


def _wanted(session: Session, enterprise_ids: Collection[UUID]) -> set[tuple[UUID, str, Episode]]:
    by_title: dict[tuple[UUID, str], list[Event]] = {}
    for row in session.execute(_in_force(_EVENTS, enterprise_ids)).mappings():
        event = Event(
            id=row["id"],
            kind=row["kind"],
            on_day=row["on_day"],
            since=row["since"],
            until=row["until"],
            roll_year=row["roll_year"],
        )
        by_title.setdefault((row["enterprise_id"], row["title"]), []).append(event)
    return {
        (enterprise_id, title, episode)
        for (enterprise_id, title), events in by_title.items()
        for episode in project(events)
    }


def _episode(row: RowMapping) -> Episode:
    return Episode(
        row["since"], row["until"], row["roll_year"], row["opened_by_id"], row["closed_by_id"]
    )


def _episode_row(enterprise_id: UUID, title: str, episode: Episode, at: datetime) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "enterprise_id": enterprise_id,
        "title": title,
        "since": episode.since,
        "until": episode.until,
        "roll_year": episode.roll_year,
        "opened_by_id": episode.opened_by,
        "closed_by_id": episode.closed_by,
        "recorded_at": at,
        "superseded_at": None,
    }


def _row(event: NewEvent, by: Actor, at: datetime) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "enterprise_id": event.enterprise_id,
        "title": event.title,
        "kind": event.kind,
        "on_day": event.on_day,
        "since": event.since,
        "until": event.until,
        "roll_year": event.roll_year,
        "certificate": event.certificate,
        "document_id": event.document_id,
        "note": event.note,
        "recorded_at": at,
        "recorded_by_id": by.id,
        "superseded_at": None,
    }


def _supersede(session: Session, table: Table, ids: Sequence[UUID], at: datetime) -> None:
    for batch in _batches(ids):
        session.execute(update(table).where(table.c.id.in_(batch)).values(superseded_at=at))


def _tell(
    session: Session,
    action: str,
    enterprise_ids: Sequence[UUID],
    count: int,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> None:
    """One audit event per managing division, in the order of codes so that chains queue alike."""
    divisions: dict[str, int] = {}
    for batch in _batches(enterprise_ids):
        counted = (
            select(Enterprise.managing_division, func.count())
            .where(Enterprise.id.in_(batch))
            .group_by(Enterprise.managing_division)
        )
        for division, firms in session.execute(counted):
            divisions[division] = divisions.get(division, 0) + firms
    one = len(enterprise_ids) == 1
    for division in sorted(divisions):
        body: dict[str, str | int | bool | None] = {
            "enterprises": divisions[division],
            "events_in_all": count,
            "reason": reason,
        }
        audit.record(
            session,
            action,
            subject_kind="enterprise" if one else "division",
            subject_id=enterprise_ids[0] if one else division,
            division=division,
            by=by,
            at=at,
            body=body,
        )


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
