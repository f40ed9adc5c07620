"""Claims of enterprises and the mandates that follow."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.enterprises.models import Enterprise
from app.foundation.actor import EnterpriseRole
from app.foundation.database import Base, Identity, Sentence, unique_where
from app.foundation.identifiers import uuid7
from app.mandates.domain import ClaimState


class Claim(Base):
    """An account says it acts for a firm; the county checks the stamped 授权书.

    The firm is the one with the code, if there is any; it is pinned when the claim is confirmed.
    `division` keeps a claim of a code that the register does not hold.
    """

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('confirmed', 'refused', 'withdrawn')) = (decided_at IS NOT NULL)",
            name="decided_is_dated",
        ),
        CheckConstraint(
            "state <> 'confirmed' OR enterprise_id IS NOT NULL", name="confirmed_has_firm"
        ),
        unique_where(
            "uq_claim_one_pending", "account_id", "credit_code", where="state = 'pending'"
        ),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    credit_code: Mapped[str] = mapped_column(String(18))
    division: Mapped[str] = mapped_column(ForeignKey("division.code"))
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    letter_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    state: Mapped[ClaimState] = mapped_column(default=ClaimState.PENDING)
    claimed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[Sentence] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 the shape is SQLAlchemy's


class Mandate(Base):
    """An account may act for a firm in one role over [since, until). Ended is ended at once."""

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint("until IS NULL OR since < until", name="since_before_until"),
        unique_where(
            "uq_mandate_current", "account_id", "enterprise_id", "role", where="ended_at IS NULL"
        ),
        Index("ix_mandate_enterprise_id", "enterprise_id"),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    role: Mapped[EnterpriseRole]
    since: Mapped[date]
    until: Mapped[date | None]
    claim_id: Mapped[UUID | None] = mapped_column(ForeignKey("claim.id"))
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ending_reason: Mapped[Sentence] = mapped_column(default="")

    enterprise: Mapped[Enterprise] = relationship()
