"""Figures by year, records by interval, and how complete each register is."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.foundation.actor import EnterpriseRole
from app.foundation.database import (
    Base,
    Code,
    Document,
    Hash,
    Identity,
    Name,
    Sentence,
    unique_where,
)
from app.foundation.identifiers import uuid7
from app.profiles.domain import (
    FigureStage,
    IncidentKind,
    IpKind,
    IpOrigin,
    Level,
    RevisionState,
    StatementScope,
)


class ProfileRevision(Base):
    """One year of figures as one immutable document; a correction is a new revision.

    `body` is canonical JSON: {"figures": {indicator: integer|bool|text}, "proxies":
    {indicator: the indicator whose figure stands in}}. Integers count the indicator's own
    quantum (分 for money), also where another 口径 stands in: its figure is then among the
    figures under both ids. An absent key is unknown; zero is typed as 0.
    """

    __tablename__ = "profile_revision"
    __table_args__ = (
        unique_where(
            "uq_profile_revision_current",
            "enterprise_id",
            "year",
            where="superseded_at IS NULL AND state <> 'draft'",
        ),
        CheckConstraint("(state = 'draft') = (filed_at IS NULL)", name="filed_is_dated"),
        Index("ix_profile_revision_year", "year", "enterprise_id"),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    year: Mapped[int]
    number: Mapped[int]  # 1, 2, 3 … per enterprise and year
    state: Mapped[RevisionState]
    stage: Mapped[FigureStage]
    scope: Mapped[StatementScope]
    body: Mapped[Document]
    body_hash: Mapped[Hash]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("source_document.id"))
    filed_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None]
    superseded_at: Mapped[datetime | None]


class FigureNote(Base):
    """What an officer noted on one figure: verified, or adjusted (核定数) with a reason."""

    __tablename__ = "figure_note"
    __table_args__ = (
        unique_where(
            "uq_figure_note_current", "revision_id", "indicator", where="superseded_at IS NULL"
        ),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    revision_id: Mapped[UUID] = mapped_column(ForeignKey("profile_revision.id"))
    indicator: Mapped[Code]
    verified_value: Mapped[Document]  # canonical JSON scalar; equals the filed one when confirmed
    reason: Mapped[Sentence]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None]
    superseded_at: Mapped[datetime | None]


class Recorded:
    """Columns of every record: whose, over which days, from where, known since when."""

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    since: Mapped[date]  # granted, listed, awarded, happened
    until: Mapped[date | None]  # expired, removed; None: still in force
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]

    @declared_attr
    def enterprise_id(cls) -> Mapped[UUID]:  # noqa: N805 a mixin's attribute is a class method
        """The enterprise the record is about."""
        return mapped_column(ForeignKey("enterprise.id"), index=True)

    @declared_attr
    def document_id(cls) -> Mapped[UUID | None]:  # noqa: N805
        """The paper or file it comes from."""
        return mapped_column(ForeignKey("source_document.id"))


class Incident(Recorded, Base):
    """An accident, an offence, or an entry in a negative list."""

    __tablename__ = "incident"
    __table_args__ = (
        unique_where(
            "uq_incident_natural", "enterprise_id", "kind", "since", where="superseded_at IS NULL"
        ),
    )

    kind: Mapped[IncidentKind]
    severity: Mapped[Code] = mapped_column(default="")  # 一般 较大 重大 特别重大, as given


class IpRight(Recorded, Base):
    """One intellectual property right owned by the enterprise."""

    __tablename__ = "ip_right"
    __table_args__ = (
        unique_where(
            "uq_ip_right_natural", "enterprise_id", "kind", "number", where="superseded_at IS NULL"
        ),
    )

    kind: Mapped[IpKind]
    number: Mapped[Code]
    name: Mapped[Name]
    applied_on: Mapped[date | None]
    origin: Mapped[IpOrigin]
    supports_main_product: Mapped[bool | None]  # None: not stated
    is_disputed: Mapped[bool] = mapped_column(default=False)
    used_in_event_id: Mapped[UUID | None] = mapped_column(ForeignKey("title_event.id"))


class Award(Recorded, Base):
    """A science and technology prize."""

    __tablename__ = "award"

    name: Mapped[Name]
    level: Mapped[Level]
    rank: Mapped[int | None]  # the enterprise's place among the winners


class RdPlatform(Recorded, Base):
    """A recognised research institution of the enterprise."""

    __tablename__ = "rd_platform"

    name: Mapped[Name]
    kind: Mapped[Code]
    level: Mapped[Level]


class Standard(Recorded, Base):
    """A standard in whose drafting the enterprise took part."""

    __tablename__ = "standard"

    name: Mapped[Name]
    level: Mapped[Code]  # international | national | industry
    rank: Mapped[int | None]  # place among the drafting units


class EquityRound(Recorded, Base):
    """Equity paid in by an investor."""

    __tablename__ = "equity_round"

    amount_fen: Mapped[int]
    investor: Mapped[Name]
    is_qualified: Mapped[bool | None]  # whether the investor counts as 合格机构投资者


class Statement(Recorded, Base):
    """An as-of fact that no register derives: a yes/no, a choice, a count without dates.

    `value` counts the indicator's quantum. A statement taken over from a file that gives no
    day is marked assumed, with the reason, and counted apart wherever it decides.
    """

    __tablename__ = "statement"
    __table_args__ = (
        unique_where(
            "uq_statement_current",
            "enterprise_id",
            "indicator",
            "since",
            where="superseded_at IS NULL",
        ),
    )

    indicator: Mapped[Code]
    value: Mapped[Document]  # canonical JSON scalar
    is_assumed: Mapped[bool] = mapped_column(default=False)
    proxy_of: Mapped[Code] = mapped_column(default="")  # the indicator that stands in; empty: own
    reason: Mapped[Sentence] = mapped_column(default="")


class Coverage(Base):
    """That a register is complete for a place over [since, until): then no record means none.

    `register` is the register's id in `app/profiles/domain.py`'s vocabularies or a title id.
    `is_assumed` marks a convenience of a data file, counted apart wherever it decides.
    """

    __tablename__ = "coverage"
    __table_args__ = (
        CheckConstraint("until IS NULL OR since < until", name="since_before_until"),
        unique_where(
            "uq_coverage_natural", "register", "division", "since", where="superseded_at IS NULL"
        ),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    register: Mapped[Name]
    division: Mapped[str] = mapped_column(ForeignKey("division.code"))
    since: Mapped[date]
    until: Mapped[date | None]  # None: kept up to date
    checked_on: Mapped[date | None]
    is_assumed: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[Sentence] = mapped_column(default="")
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("source_document.id"))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Assumption(Base):
    """A statement assumed for every enterprise of a place, because a file left it out."""

    __tablename__ = "assumption"
    __table_args__ = (
        unique_where(
            "uq_assumption_natural",
            "indicator",
            "division",
            "since",
            where="superseded_at IS NULL",
        ),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    indicator: Mapped[Code]
    value: Mapped[Document]  # canonical JSON scalar
    division: Mapped[str] = mapped_column(ForeignKey("division.code"))
    since: Mapped[date]
    until: Mapped[date | None]
    reason: Mapped[Sentence]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("source_document.id"))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class ProfileDraft(Base):
    """What is being typed for a year: kept as typed, on the server, until it is filed."""

    __tablename__ = "profile_draft"
    __table_args__ = (UniqueConstraint("enterprise_id", "year"),)

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    year: Mapped[int]
    raw: Mapped[Document]  # canonical JSON of texts: figures, reasons, unit, stage, scope
    raw_hash: Mapped[Hash]  # what a sign-off is given to
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 the shape is SQLAlchemy's


class ProfileContributor(Base):
    """Who helped to fill a year's profile: such a person does not review it."""

    __tablename__ = "profile_contributor"

    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    first_at: Mapped[datetime]


class SignOff(Base):
    """财务 or 法人 confirms a draft as it stood; once the draft changes it is void."""

    __tablename__ = "sign_off"
    __table_args__ = (UniqueConstraint("enterprise_id", "year", "role", "raw_hash"),)

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    year: Mapped[int]
    role: Mapped[EnterpriseRole]
    raw_hash: Mapped[Hash]
    signed_at: Mapped[datetime]
    signed_by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))


class ProfileLock(Base):
    """While a case is open its years are read-only, but for the fields sent back."""

    __tablename__ = "profile_lock"
    __table_args__ = (
        unique_where(
            "uq_profile_lock_current",
            "enterprise_id",
            "year",
            "case_id",
            where="released_at IS NULL",
        ),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    year: Mapped[int]
    case_id: Mapped[UUID]  # of the room above; no key points upward
    fields: Mapped[Document]  # canonical JSON: the fields that may be changed; [] for none
    locked_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
