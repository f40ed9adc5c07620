"""How an event enters the trail: in the transaction of what it tells of."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.domain import FORMAT, Entry, body_text, digest, stamp
from app.audit.models import AuditEvent
from app.foundation.actor import Actor


def record(
    session: Session,
    action: str,
    *,
    subject_kind: str,
    subject_id: object,
    division: str,
    by: Actor,
    at: datetime,
    result: str = "ok",
    body: Mapping[str, str | int | bool | None] | None = None,
) -> AuditEvent:
    """Append one event to the chain of `division`.

    `action` is noun.verb_past; `body` holds scalars only, never personal data in clear. The
    chain is locked until the transaction ends: a long one should record once, at its end, and
    one that records in several divisions should do so in the order of their codes.
    """
    _lock(session, division)
    last = queries.head(session, division)
    entry = Entry(
        chain=division,
        seq=last.seq + 1,
        prev=last.hash,
        at=stamp(at),
        actor_id=str(by.id or ""),
        actor_name=by.name,
        address=by.address,
        action=action,
        result=result,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        body=body_text(body),
    )
    event = AuditEvent(
        chain=entry.chain,
        seq=entry.seq,
        prev=entry.prev,
        hash=digest(entry),
        format=FORMAT,
        at=at,
        actor_id=by.id,
        actor_name=entry.actor_name,
        address=entry.address,
        action=entry.action,
        result=entry.result,
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        body=entry.body,
    )
    session.add(event)
    session.flush()  # The next event of this transaction must find this one as the head.
    return event


def _lock(session: Session, chain: str) -> None:
    """One writer per chain. SQLite needs none: its writers begin IMMEDIATE."""
    if session.get_bind().dialect.name == "postgresql":
        key = func.hashtextextended(f"audit:{chain}", 0)
        session.execute(select(func.pg_advisory_xact_lock(key)))
