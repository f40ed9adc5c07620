"""Loads: what came in, row by row, and what was wrong with it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base, Code, Document, Hash, Identity, Name, Sentence, Title
from app.foundation.identifiers import uuid7
from app.intake.domain import IssueEffect, LoadKind, LoadState, RowMatch


class Load(Base):
    """One file, or folder of files, brought in by one person."""

    __tablename__ = "load"
    __table_args__ = (Index("ix_load_created_at", "created_at"),)

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[LoadKind]
    state: Mapped[LoadState]
    division: Mapped[Code]
    file_name: Mapped[Name]
    sha256: Mapped[Hash]
    stored_as: Mapped[Name]  # path below DATA_DIR
    settings: Mapped[Document]  # canonical JSON: header row, column mapping, manifest
    tally: Mapped[Document] = mapped_column(default="{}")
    title: Mapped[Title | None]  # of a list: the title it announces
    number: Mapped[Name] = mapped_column(default="")  # 文号
    batch: Mapped[Name] = mapped_column(default="")  # 批次
    issued_on: Mapped[date | None]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("source_document.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID | None]
    created_by_name: Mapped[Name]
    written_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 the shape is SQLAlchemy's


class LoadIssue(Base):
    """One fault of one row: where it is, what is wrong, what to do."""

    __tablename__ = "load_issue"
    __table_args__ = (Index("ix_load_issue_load_id", "load_id", "file", "line"),)

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    load_id: Mapped[UUID] = mapped_column(ForeignKey("load.id"))
    file: Mapped[Name]
    line: Mapped[int]  # as a person counts: the header is line 1
    column: Mapped[Name]
    value: Mapped[Name]
    effect: Mapped[IssueEffect]
    detail: Mapped[Sentence]


class ListRow(Base):
    """One row of an announced list, with the enterprise it was matched to."""

    __tablename__ = "list_row"
    __table_args__ = (UniqueConstraint("load_id", "line"),)

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    load_id: Mapped[UUID] = mapped_column(ForeignKey("load.id"))
    line: Mapped[int]
    name: Mapped[Name]
    credit_code: Mapped[Code] = mapped_column(default="")
    certificate: Mapped[Name] = mapped_column(default="")
    since: Mapped[date | None]
    until: Mapped[date | None]
    match: Mapped[RowMatch]
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    detail: Mapped[Sentence] = mapped_column(default="")


class ListMapping(Base):
    """Which column of a kind of list is what, saved for the next time."""

    __tablename__ = "list_mapping"

    header_hash: Mapped[Hash] = mapped_column(primary_key=True)  # of the header row's texts
    columns: Mapped[Document]
    used_at: Mapped[datetime]
