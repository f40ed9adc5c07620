"""Notices: rows written with the business act, read by people on their pages."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base, Identity, Name, Sentence, unique_where
from app.foundation.identifiers import uuid7
from app.notices.domain import NoticeKind


class Notice(Base):
    """One notice to one account. `key` makes a repeated cause harmless."""

    __tablename__ = "notice"
    __table_args__ = (
        unique_where("uq_notice_key", "account_id", "key", where="key <> ''"),
        Index("ix_notice_account_id", "account_id", "created_at"),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[NoticeKind]
    key: Mapped[Name] = mapped_column(default="")
    text: Mapped[Sentence]
    link: Mapped[Sentence]  # a local path
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
