"""Questions to the trail. What an auditor may read follows from the divisions granted."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

from app.audit.domain import GENESIS, Entry, Head, Verdict, stamp, verify
from app.audit.models import AuditEvent
from app.foundation.actor import Actor, Role
from app.foundation.clock import SHANGHAI
from app.foundation.errors import NotFound
from app.foundation.paging import PAGE_SIZE, Page
from app.foundation.places import below

_WALK: Final = 5_000  # events fetched at a time


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader of the trail looks for. Empty means any."""

    division: str = ""
    action: str = ""  # the beginning of an action, e.g. "account."
    result: str = ""
    actor: str = ""  # a part of the name
    subject: str = ""  # kind or identifier
    since: date | None = None
    until: date | None = None  # the last day, included


def head(session: Session, chain: str) -> Head:
    """The last event of a chain; number 0 when there is none yet."""
    last = session.execute(
        select(AuditEvent.seq, AuditEvent.hash)
        .where(AuditEvent.chain == chain)
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    ).first()
    return Head(chain, *last) if last else Head(chain, 0, GENESIS)


def heads(session: Session) -> list[Head]:
    """The heads of all chains, in the order of their divisions."""
    last = select(AuditEvent.chain, func.max(AuditEvent.seq)).group_by(AuditEvent.chain)
    found = session.execute(
        select(AuditEvent.chain, AuditEvent.seq, AuditEvent.hash)
        .where(tuple_(AuditEvent.chain, AuditEvent.seq).in_(last))
        .order_by(AuditEvent.chain)
    )
    return [Head(*row) for row in found]


def readable(session: Session, visible_to: Actor) -> list[Head]:
    """The heads of the chains an auditor may read."""
    allowed = _divisions(session, visible_to)
    return [each for each in heads(session) if each.chain in allowed]


def page(
    session: Session, wanted: Filter, *, visible_to: Actor, after: str = "", size: int = PAGE_SIZE
) -> Page[AuditEvent]:
    """Events, latest first. `after` is the cursor of the page before.

    Raises:
        NotFound: the cursor is not one of ours.
    """
    found = _narrowed(_events(session, visible_to), wanted)
    if after:
        at, identity = _read_cursor(after)
        found = found.where(tuple_(AuditEvent.at, AuditEvent.id) < tuple_(at, identity))
    rows = list(
        session.scalars(found.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(size + 1))
    )
    more = len(rows) > size
    rows = rows[:size]
    return Page(rows, f"{stamp(rows[-1].at)}~{rows[-1].id}" if more else None)


def stream(
    session: Session, wanted: Filter, *, visible_to: Actor, most: int
) -> Iterator[AuditEvent]:
    """Events as `page` gives them, at most `most`, read page by page."""
    after: str | None = ""
    while after is not None and most > 0:
        found = page(session, wanted, visible_to=visible_to, after=after, size=min(_WALK, most))
        yield from found.rows
        most -= len(found.rows)
        after = found.after
        session.expunge_all()  # An export must not keep what it has written.


def get_event(session: Session, event_id: UUID, *, visible_to: Actor) -> AuditEvent:
    """The event, or NotFound."""
    event = session.scalar(_events(session, visible_to).where(AuditEvent.id == event_id))
    if event is None:
        raise NotFound("没有这条审计记录，或您无权查看。")
    return event


def walk(session: Session, chain: str) -> Iterator[tuple[Entry, str]]:
    """Every event of a chain by its number, with the hash stored for it."""
    seq = 0
    while events := session.scalars(
        select(AuditEvent)
        .where(AuditEvent.chain == chain, AuditEvent.seq > seq)
        .order_by(AuditEvent.seq)
        .limit(_WALK)
    ).all():
        for event in events:
            yield entry_of(event), event.hash
            session.expunge(event)  # A chain of a million events must not stay in memory.
        seq = events[-1].seq


def entry_of(event: AuditEvent) -> Entry:
    """The event as the chain sees it."""
    return Entry(
        chain=event.chain,
        seq=event.seq,
        prev=event.prev,
        at=stamp(event.at),
        actor_id=str(event.actor_id or ""),
        actor_name=event.actor_name,
        address=event.address,
        action=event.action,
        result=event.result,
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        body=event.body,
        format=event.format,
    )


def body_of(event: AuditEvent) -> list[tuple[str, Any]]:
    """What the event says besides its columns, in the order of the names."""
    return sorted(json.loads(event.body).items())


def verify_chain(session: Session, chain: str, anchor: Head | None = None) -> Verdict:
    """Walk one chain and say where it first breaks, if it does."""
    return verify(chain, walk(session, chain), anchor)


def _events(session: Session, visible_to: Actor) -> Select[AuditEvent]:
    """Events the actor may read. Every query starts here."""
    return select(AuditEvent).where(AuditEvent.chain.in_(_divisions(session, visible_to)))


def _divisions(session: Session, visible_to: Actor) -> set[str]:
    granted = {grant.division for grant in visible_to.grants if grant.role is Role.AUDITOR}
    return granted | set(session.scalars(below(granted)))


def _narrowed(found: Select[Any], wanted: Filter) -> Select[Any]:
    if wanted.division:
        found = found.where(AuditEvent.chain == wanted.division)
    if wanted.action:
        found = found.where(AuditEvent.action.startswith(wanted.action, autoescape=True))
    if wanted.result:
        found = found.where(AuditEvent.result == wanted.result)
    if wanted.actor:
        found = found.where(AuditEvent.actor_name.contains(wanted.actor, autoescape=True))
    if wanted.subject:
        found = found.where(
            or_(AuditEvent.subject_kind == wanted.subject, AuditEvent.subject_id == wanted.subject)
        )
    if wanted.since:
        found = found.where(AuditEvent.at >= _midnight(wanted.since))
    if wanted.until:
        found = found.where(AuditEvent.at < _midnight(wanted.until + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    at, _, identity = cursor.partition("~")
    try:
        return datetime.fromisoformat(at), UUID(identity)
    except ValueError:
        raise NotFound("没有这一页，请从第一页重新查看。") from None
