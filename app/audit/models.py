"""Audit events: appended, chained, never edited (held by triggers on both databases)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base, Code, Document, Hash, Identity, Name
from app.foundation.identifiers import uuid7


class AuditEvent(Base):
    """One thing that was done, refused or read, with what a replay needs."""

    __tablename__ = "audit_event"
    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        Index("ix_audit_event_subject", "subject_kind", "subject_id"),
        Index("ix_audit_event_at", "at"),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    chain: Mapped[Code]  # the division whose chain this event belongs to
    seq: Mapped[int] = mapped_column(BigInteger)  # 1, 2, 3 … without gaps within a chain
    prev: Mapped[Hash]  # hash of the event before; 64 zeros for the first
    hash: Mapped[Hash]
    format: Mapped[Code]  # how `hash` was computed, e.g. sha256/1
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]  # None for the system itself
    actor_name: Mapped[Name]
    address: Mapped[Code]  # network address of the request; empty for jobs and commands
    action: Mapped[Code]  # noun.verb_past, e.g. list.imported
    result: Mapped[Code]  # ok | refused
    subject_kind: Mapped[Code]
    subject_id: Mapped[Code]
    body: Mapped[Document]  # canonical JSON of scalars: what changed, before and after
