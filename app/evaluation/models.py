"""Rule sets as they were, verdicts, and flags with their history."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.evaluation.domain import ApplicationType, FlagAct, FlagKind, FlagState, Grade, Outcome
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


class RuleSetRecord(Base):
    """The resolved tree behind a fingerprint, so that any verdict can be replayed."""

    __tablename__ = "rule_set"

    fingerprint: Mapped[Hash] = mapped_column(primary_key=True)
    title: Mapped[Title]
    application_type: Mapped[ApplicationType]
    language: Mapped[Code]  # version of the rule language
    tree: Mapped[Document]
    recorded_at: Mapped[datetime]


class Evaluation(Base):
    """One verdict: a pure function of facts, rule set and day.

    A batch writes a row only when the outcome or the decisive findings changed; the row in
    force is the one not superseded. `findings` is canonical JSON of codes and numbers.
    """

    __tablename__ = "evaluation"
    __table_args__ = (
        unique_where(
            "uq_evaluation_current",
            "enterprise_id",
            "title",
            "application_type",
            "for_year",
            where="superseded_at IS NULL",
        ),
        CheckConstraint("points_lo IS NULL OR points_lo <= points_hi", name="points_are_ordered"),
        Index("ix_evaluation_title", "title", "for_year", "outcome"),
        Index(  # all that the counts of pools ask for
            "ix_evaluation_pool",
            "for_year",
            "title",
            "enterprise_id",
            "grade",
            "outcome",
            "on_day",
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    title: Mapped[Title]
    application_type: Mapped[ApplicationType]
    for_year: Mapped[int]  # 申报年度
    base_year: Mapped[int]  # 依据年度
    on_day: Mapped[date]
    fingerprint: Mapped[Hash] = mapped_column(ForeignKey("rule_set.fingerprint"))
    facts_hash: Mapped[Hash]
    outcome: Mapped[Outcome]
    grade: Mapped[Grade]
    points_lo: Mapped[int | None]  # hundredths of a point
    points_hi: Mapped[int | None]
    is_preliminary: Mapped[bool]  # 预评: the base year is not closed
    is_proxy: Mapped[bool]  # 预评（代用口径）
    assumed_count: Mapped[int]  # facts used that rest on an assumption
    findings: Mapped[Document]
    decisive_hash: Mapped[Hash]  # of outcome and decisive findings: what a batch compares
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Flag(Base):
    """Something about a firm that an officer should look at."""

    __tablename__ = "flag"
    __table_args__ = (
        UniqueConstraint("enterprise_id", "kind", "subject", "for_year"),
        CheckConstraint(
            "(state IN ('closed', 'cleared')) = (ended_at IS NOT NULL)", name="ended_is_dated"
        ),
        Index("ix_flag_kind", "kind", "for_year", "state"),
        Index("ix_flag_assignee_id", "assignee_id"),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    kind: Mapped[FlagKind]
    subject: Mapped[Title]  # the title or scheme it is about
    for_year: Mapped[int]
    state: Mapped[FlagState]
    grade: Mapped[Grade | None]
    detail: Mapped[Document]  # canonical JSON: missing criteria, gaps, last usable batch, amount
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    raised_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 the shape is SQLAlchemy's


class FlagEvent(Base):
    """One thing done to a flag, by a batch or by an officer. Appended."""

    __tablename__ = "flag_event"
    __table_args__ = (Index("ix_flag_event_flag_id", "flag_id", "at"),)

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flag.id"))
    act: Mapped[FlagAct]
    note: Mapped[Sentence]
    detail: Mapped[Document]  # the flag's detail after the act
    at: Mapped[datetime]
    by_id: Mapped[UUID | None]
    by_name: Mapped[Name]


class ClauseCheck(Base):
    """局核实: an officer read a clause in the official text and signs that the pack is right."""

    __tablename__ = "clause_check"
    __table_args__ = (UniqueConstraint("pack", "clause", "clause_hash"),)

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    pack: Mapped[Code]
    clause: Mapped[Title]  # id of the criterion, parameter or scheme
    clause_hash: Mapped[Hash]  # of the clause as checked: an edit needs a new check
    official_text: Mapped[Document]
    official_name: Mapped[Name]
    checked_on: Mapped[date]
    checked_by_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]


class TraceNote(Base):
    """A figure changed after its criterion was shown unmet: marked for the reviewer."""

    __tablename__ = "trace_note"
    __table_args__ = (Index("ix_trace_note_enterprise_id", "enterprise_id", "year"),)

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    year: Mapped[int]
    title: Mapped[Title]
    criterion: Mapped[Code]
    indicator: Mapped[Code]
    before: Mapped[Name]  # as typed
    after: Mapped[Name]
    noted_at: Mapped[datetime]
    noted_by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))


class TraceShown(Base):
    """What was typed when a criterion was first shown unmet; a later change becomes a note."""

    __tablename__ = "trace_shown"

    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[Title] = mapped_column(primary_key=True)
    criterion: Mapped[Code] = mapped_column(primary_key=True)
    indicator: Mapped[Code] = mapped_column(primary_key=True)
    text: Mapped[Name]  # as typed
    shown_at: Mapped[datetime]
