"""Long work as rows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base, Code, Document, Identity, Name, Sentence, unique_where
from app.foundation.identifiers import uuid7
from app.jobs.domain import JobState


class Job(Base):
    """One piece of long work: who asked, how far it is, what came of it."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("done_count >= 0", name="done_is_not_negative"),
        CheckConstraint(
            "(state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL)",
            name="ended_is_dated",
        ),
        unique_where("uq_job_one_active", "kind", "key", where="state IN ('waiting', 'running')"),
        Index("ix_job_state_created_at", "state", "created_at"),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[Code]  # noun.verb, e.g. evaluation.batch
    key: Mapped[Name]  # what it works on; one active job per kind and key
    payload: Mapped[Document]  # canonical JSON: the arguments
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    cursor: Mapped[Name] = mapped_column(default="")  # where to resume
    done_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int | None]
    tally: Mapped[Document] = mapped_column(default="{}")  # canonical JSON: what came of it
    message: Mapped[Sentence] = mapped_column(default="")  # one line for people, in Chinese
    division: Mapped[Code]  # whose work it is; who may see it follows from that
    created_by_id: Mapped[UUID | None]
    created_by_name: Mapped[Name]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]  # a runner that died is succeeded after this instant
    fence: Mapped[int] = mapped_column(default=0)  # grows with each claim; a stale runner stops
