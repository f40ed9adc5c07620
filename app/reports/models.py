"""Editions: a report as it was issued, with its data and its files."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base, Document, Hash, Identity, Name
from app.foundation.identifiers import uuid7
from app.reports.domain.vocabulary import EditionKind


class Edition(Base):
    """One issue of one report. Never edited (a trigger holds it on both databases).

    Later knowledge makes the next number; equal data makes none.
    """

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("division", "kind", "period_since", "period_until", "number"),
        CheckConstraint("period_since < period_until", name="period_is_ordered"),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    division: Mapped[str] = mapped_column(ForeignKey("division.code"))
    kind: Mapped[EditionKind]
    period_since: Mapped[date]
    period_until: Mapped[date]  # half-open
    on_day: Mapped[date]  # 截止日
    known_at: Mapped[datetime]  # 数据截至
    for_year: Mapped[int]
    number: Mapped[int]  # 1, 2, 3 … per division, kind and period
    data: Mapped[Document]  # canonical JSON: every number and every annex row
    data_hash: Mapped[Hash]
    changes: Mapped[Document]  # canonical JSON: what differs from the edition before
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[UUID | None]
    issued_by_name: Mapped[Name]
    previous_id: Mapped[UUID | None] = mapped_column(ForeignKey("edition.id"))


class EditionFile(Base):
    """One file of an edition, kept as bytes so that it reprints to the byte."""

    __tablename__ = "edition_file"
    __table_args__ = (UniqueConstraint("edition_id", "name"),)

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id"))
    name: Mapped[Name]
    media_type: Mapped[Name]
    sha256: Mapped[Hash]
    content: Mapped[bytes] = mapped_column(LargeBinary)
