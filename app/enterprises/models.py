"""Enterprises, what is known of them over time, and the register of titles."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.enterprises.domain import Attribute, DocumentKind, EventKind, OperatingStatus
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
from app.reference.models import Division


class SourceDocument(Base):
    """A paper or file that facts come from: 文号, 批次, or the hash of the file."""

    __tablename__ = "source_document"
    __table_args__ = (unique_where("uq_source_document_sha256", "sha256", where="sha256 <> ''"),)

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[DocumentKind]
    number: Mapped[Name] = mapped_column(default="")  # 文号
    batch: Mapped[Name] = mapped_column(default="")  # 批次
    title: Mapped[Name]
    issued_on: Mapped[date | None]
    file_name: Mapped[Name] = mapped_column(default="")
    sha256: Mapped[Hash] = mapped_column(default="")
    note: Mapped[Sentence] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None]


class Enterprise(Base):
    """One enterprise, for good: identity is the credit code; history never moves.

    The columns besides identity are the present state, kept for lists and search; the
    history is in `enterprise_attribute`, written by the same service function.
    """

    __tablename__ = "enterprise"
    __table_args__ = (
        # With the status at its end, counting a list reads the index alone.
        Index(
            "ix_enterprise_managing_division",
            "managing_division",
            "name_sort",
            "id",
            "operating_status",
        ),
        Index("ix_enterprise_name_sort", "name_sort", "id"),
        Index("ix_enterprise_registered_division", "registered_division"),
        Index("ix_enterprise_name_initials", "name_initials"),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    credit_code: Mapped[str] = mapped_column(String(18), unique=True)
    credit_code_override: Mapped[Sentence] = mapped_column(default="")  # why a bad check is right
    name: Mapped[Name]
    name_sort: Mapped[Name]  # pinyin without tones, lower case: the order of lists
    name_initials: Mapped[Name]  # pinyin initials, lower case: what people type
    registered_on: Mapped[date | None]
    registered_division: Mapped[str] = mapped_column(ForeignKey("division.code"))
    managing_division: Mapped[str] = mapped_column(ForeignKey("division.code"))  # 归口
    industry_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"))
    operating_status: Mapped[OperatingStatus] = mapped_column(default=OperatingStatus.ACTIVE)
    title_history_from: Mapped[date | None]  # the day from which all its titles are known
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    registered: Mapped[Division] = relationship(foreign_keys=[registered_division])
    managing: Mapped[Division] = relationship(foreign_keys=[managing_division])

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 the shape is SQLAlchemy's


class EnterpriseAttribute(Base):
    """One value of one attribute over [since, until), known from recorded_at on."""

    __tablename__ = "enterprise_attribute"
    __table_args__ = (
        CheckConstraint(
            "until IS NULL OR since IS NULL OR since < until", name="since_before_until"
        ),
        Index("ix_enterprise_attribute_enterprise_id", "enterprise_id", "attribute"),
        Index("ix_enterprise_attribute_value", "attribute", "value"),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    attribute: Mapped[Attribute]
    value: Mapped[Name]
    since: Mapped[date | None]  # None: since founding, or since nobody knows when
    until: Mapped[date | None]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("source_document.id"))


class TitleEvent(Base):
    """Something that happened to a title. Appended; a correction supersedes, never edits."""

    __tablename__ = "title_event"
    __table_args__ = (
        CheckConstraint("until IS NULL OR since < until", name="since_before_until"),
        unique_where(
            "uq_title_event_natural",
            "enterprise_id",
            "title",
            "kind",
            "on_day",
            where="superseded_at IS NULL",
        ),
        Index("ix_title_event_title_on_day", "title", "on_day"),
        Index("ix_title_event_document_id", "document_id"),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    title: Mapped[Title]
    kind: Mapped[EventKind]
    on_day: Mapped[date]
    since: Mapped[date | None]  # of the episode it opens, if it opens one
    until: Mapped[date | None]  # half-open; None with `since`: no printed end
    roll_year: Mapped[int | None]  # the year of a yearly roll (年度入库)
    certificate: Mapped[Name] = mapped_column(default="")
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("source_document.id"))
    note: Mapped[Sentence] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None]
    superseded_at: Mapped[datetime | None]

    document: Mapped[SourceDocument | None] = relationship()


class TitleEpisode(Base):
    """The projection of the events: who held which title over [since, until).

    Rows in force (superseded_at IS NULL) never overlap per enterprise × title: a trigger
    holds it on both databases.
    """

    __tablename__ = "title_episode"
    __table_args__ = (
        CheckConstraint("until IS NULL OR since < until", name="since_before_until"),
        Index("ix_title_episode_enterprise_id", "enterprise_id", "title", "since"),
        Index("ix_title_episode_title", "title", "since", "until"),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    title: Mapped[Title]
    since: Mapped[date]
    until: Mapped[date | None]
    roll_year: Mapped[int | None]
    opened_by_id: Mapped[UUID] = mapped_column(ForeignKey("title_event.id"))
    closed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("title_event.id"))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]

    opened_by: Mapped[TitleEvent] = relationship(foreign_keys=[opened_by_id])


class SavedView(Base):
    """A list's filters under a name, for one account."""

    __tablename__ = "saved_view"

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID]
    list_name: Mapped[Code]
    name: Mapped[Name]
    query: Mapped[Document]  # the URL's query string
