"""What the events of a page are about, by name: rooms above this one lend the names."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from flask import current_app, url_for
from sqlalchemy.orm import Session

from app.audit.models import AuditEvent
from app.foundation import places
from app.foundation.actor import Actor

# Names of things by their identifiers, of those that the actor may know of.
Namer = Callable[[Session, Collection[UUID], Actor], Mapping[UUID, str]]


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of thing that events are about: who knows its names, and the page it has."""

    names: Namer | None = None
    endpoint: str = ""  # called with `argument`
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """One thing by name; `url` is None where the reader has no page for it."""

    name: str
    url: str | None = None


def named(
    session: Session,
    events: Sequence[AuditEvent],
    *,
    visible_to: Actor,
    may_enter: Callable[[str], bool],
) -> dict[UUID, Named]:
    """Event -> its subject by name; what has none, or is not to be known, is left out."""
    found: dict[UUID, Named] = {}
    of_divisions = [event for event in events if event.subject_kind == "division"]
    known = places.names(session, {event.subject_id for event in of_divisions})
    for event in of_divisions:
        if event.subject_id in known:
            found[event.id] = Named(known[event.subject_id])
    for kind, subject in _subjects().items():
        of_kind = {event.id: _identity(event) for event in events if event.subject_kind == kind}
        wanted = {event: identity for event, identity in of_kind.items() if identity}
        names = _names(session, subject, set(wanted.values()), visible_to)
        linked = bool(subject.endpoint) and may_enter(subject.endpoint)
        for event_id, identity in wanted.items():
            if identity in names:
                part: dict[str, Any] = {subject.argument: identity}
                url = url_for(subject.endpoint, **part) if linked else None
                found[event_id] = Named(names[identity], url)
    return found


def _names(
    session: Session, subject: Subject, wanted: Collection[UUID], visible_to: Actor
) -> Mapping[UUID, str]:
    if not wanted:
        return {}
    if subject.names is None:
        return {identity: str(identity)[-12:] for identity in wanted}
    return subject.names(session, wanted, visible_to)


def _identity(event: AuditEvent) -> UUID | None:
    try:
        return UUID(event.subject_id)
    except ValueError:
        return None


def _subjects() -> Mapping[str, Subject]:
    return cast("Mapping[str, Subject]", current_app.extensions["audit_subjects"])
