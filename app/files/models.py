"""Uploaded files."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.files.domain import Purpose, ScanState
from app.foundation.database import Base, Hash, Identity, Name
from app.foundation.identifiers import uuid7


class StoredFile(Base):
    """One upload. The bytes lie below DATA_DIR by their hash; access is decided on this row."""

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("size > 0", name="is_not_empty"),
        Index("ix_stored_file_enterprise_id", "enterprise_id"),
    )

    id: Mapped[Identity] = mapped_column(primary_key=True, default=uuid7)
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    division: Mapped[str | None] = mapped_column(ForeignKey("division.code"))  # a bureau's own
    purpose: Mapped[Purpose]
    name: Mapped[Name]
    media_type: Mapped[Name]
    size: Mapped[int]  # bytes
    sha256: Mapped[Hash]
    scan: Mapped[ScanState]
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
