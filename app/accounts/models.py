"""Accounts, their grants, their sessions, and the throttle on guessing."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.actor import Line, Role
from app.foundation.database import Base, Code, Hash, Identity, Name, unique_where
from app.foundation.identifiers import uuid7


class Account(Base):
    """One person who signs in. `division` is the place whose bureau the person works in."""

    __tablename__ = "account"
    __table_args__ = (Index("ix_account_division", "division"),)

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    username: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    division: Mapped[str] = mapped_column(ForeignKey("division.code"))
    password_hash: Mapped[Name]  # argon2id, parameters included
    password_set_at: Mapped[datetime]
    password_is_temporary: Mapped[bool]  # given by an administrator: no role acts until changed
    is_enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 the shape is SQLAlchemy's


class RoleGrant(Base):
    """A role held in a division and on a line over [since, until), unless revoked before.

    A trigger on both databases refuses roles that exclude each other (domain.excludes).
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("until IS NULL OR since < until", name="since_before_until"),
        CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by_name IS NULL)", name="revoked_is_by_someone"
        ),
        unique_where(
            "uq_role_grant_once",
            *("account_id", "role", "division", "line", "since"),
            where="revoked_at IS NULL",
        ),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[Role]
    division: Mapped[str] = mapped_column(ForeignKey("division.code"))
    line: Mapped[Line]
    since: Mapped[date]
    until: Mapped[date | None]
    granted_by_id: Mapped[UUID | None]  # None for the command line
    recorded_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]  # at once, whatever `until` says
    revoked_by_id: Mapped[UUID | None]
    revoked_by_name: Mapped[Name | None]


class SignInSession(Base):
    """One signed-in browser. Only the hash of its token is kept."""

    __tablename__ = "sign_in_session"
    __table_args__ = (Index("ix_sign_in_session_account_id", "account_id"),)

    token_hash: Mapped[Hash] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    address: Mapped[Code]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Throttle(Base):
    """Attempts within a window, counted by one atomic upsert."""

    __tablename__ = "throttle"

    key: Mapped[Name] = mapped_column(primary_key=True)
    window_started_at: Mapped[datetime]
    hit_count: Mapped[int]
