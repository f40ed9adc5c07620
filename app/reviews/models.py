"""Cases, what happened to them, decisions, and recommendation batches."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.enterprises.models import Enterprise
from app.evaluation.domain import ApplicationType
from app.foundation.database import (
    Base,
    Code,
    Document,
    Hash,
    Identity,
    Name,
    Sentence,
    Title,
    unique_where,
)
from app.foundation.identifiers import uuid7
from app.reviews.domain import BatchState, CaseAction, CaseStatus


class RecommendationBatch(Base):
    """A county's 批次 to the city, or the city's 推荐 to the upper level: 汇总表 and 推荐函."""

    __tablename__ = "recommendation_batch"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (forwarded_at IS NULL)", name="forwarded_is_dated"),
        Index("ix_recommendation_batch_title", "title", "for_year", "division"),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    title: Mapped[Title]
    for_year: Mapped[int]
    name: Mapped[Name]  # e.g. 2026年第一批
    division: Mapped[str] = mapped_column(ForeignKey("division.code"))  # who forwards
    stage: Mapped[Code]  # the procedure's stage it leaves
    state: Mapped[BatchState] = mapped_column(default=BatchState.OPEN)
    number: Mapped[Name] = mapped_column(default="")  # 文号 of the 推荐函
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    forwarded_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 the shape is SQLAlchemy's


class ReviewCase(Base):
    """One application of one firm for one title and year, walking through its procedure.

    What it was opened on is pinned: the profile revisions, the facts document, the rule set.
    """

    __tablename__ = "review_case"
    __table_args__ = (
        unique_where(
            "uq_review_case_one_open",
            "enterprise_id",
            "title",
            "for_year",
            where="ended_at IS NULL",
        ),
        CheckConstraint(
            "(status IN ('granted', 'rejected', 'withdrawn', 'not_listed'))"
            " = (ended_at IS NOT NULL)",
            name="ended_is_dated",
        ),
        Index("ix_review_case_queue", "status", "role", "managing_division", "due_on"),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    managing_division: Mapped[str] = mapped_column(ForeignKey("division.code"))  # when opened
    title: Mapped[Title]
    application_type: Mapped[ApplicationType]
    for_year: Mapped[int]
    window: Mapped[Name]  # 批次 and 文号 of the notice it was filed under
    procedure: Mapped[Code]  # id and version of the procedure: own_title/1
    steps: Mapped[Document]  # the procedure's stages as they were when the case was opened
    stage: Mapped[int]  # place in the stages, from 0
    role: Mapped[Code]  # who acts at this stage: the queue is chosen by it
    due_on: Mapped[date | None]  # last working day for it; None while nobody here is to act
    round: Mapped[int] = mapped_column(default=1)  # grows with each resubmission
    status: Mapped[CaseStatus] = mapped_column(default=CaseStatus.OPEN)
    pinned: Mapped[Document]  # canonical JSON: revision ids and hashes by year
    facts: Mapped[Document]  # the facts document the verdict was made of
    facts_hash: Mapped[Hash]
    fingerprint: Mapped[Hash] = mapped_column(ForeignKey("rule_set.fingerprint"))
    outcome: Mapped[Code]  # of the evaluation at opening or last resubmission
    application_file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    enterprise: Mapped[Enterprise] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 the shape is SQLAlchemy's


class RecommendationItem(Base):
    """A case in a batch; in one round it leaves a stage with one batch only."""

    __tablename__ = "recommendation_item"
    __table_args__ = (UniqueConstraint("case_id", "stage", "round"),)

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("recommendation_batch.id"), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("review_case.id"), primary_key=True)
    stage: Mapped[int]
    round: Mapped[int]


class Decision(Base):
    """What one reviewer decided at one stage in one round. A trigger refuses every change."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("case_id", "stage", "round"),)

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("review_case.id"))
    stage: Mapped[int]
    round: Mapped[int]
    case_version: Mapped[int]  # of the case it was taken on: who comes second is told by whom
    action: Mapped[CaseAction]
    reason: Mapped[Sentence]
    meeting_on: Mapped[date | None]  # 审定会
    minutes_number: Mapped[Name] = mapped_column(default="")  # 纪要号
    facts_hash: Mapped[Hash]  # what the reviewer saw
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))


class ReturnItem(Base):
    """One field sent back for correction, with the reason; the others stay read-only."""

    __tablename__ = "return_item"

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("review_case.id"), index=True)
    round: Mapped[int]
    field: Mapped[Code]  # an indicator id, or a register
    year: Mapped[int | None]
    reason: Mapped[Sentence]


class CaseEvent(Base):
    """What happened to a case, in order: appended, never changed (trigger), its history."""

    __tablename__ = "case_event"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("review_case.id"))
    seq: Mapped[int]
    what: Mapped[Code]  # opened passed returned resubmitted rejected withdrawn granted message …
    text: Mapped[Sentence]
    at: Mapped[datetime]
    by_id: Mapped[UUID | None]
    by_name: Mapped[Name]
    by_enterprise: Mapped[bool]
