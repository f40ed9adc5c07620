"""Reference data: places, industries, technology fields, the working-day calendar."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base, Code, Name
from app.reference.domain import DivisionLevel

DivisionCode = String(12)


class Division(Base):
    """A place with its own bureau. The country is `0`; the code of a city is `130500`."""

    __tablename__ = "division"
    __table_args__ = (CheckConstraint("until IS NULL OR since < until", name="since_before_until"),)

    code: Mapped[str] = mapped_column(DivisionCode, primary_key=True)
    name: Mapped[Name]
    level: Mapped[DivisionLevel]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("division.code"))
    since: Mapped[date | None]  # None: since before the source's first edition
    until: Mapped[date | None]
    source: Mapped[Name]


class DivisionClosure(Base):
    """Every pair (place, place within it), itself included: visibility is one join.

    Not a prefix of the code: development zones and province-direct counties break prefixes.
    """

    __tablename__ = "division_closure"
    __table_args__ = (Index("ix_division_closure_descendant_code", "descendant_code"),)

    ancestor_code: Mapped[str] = mapped_column(ForeignKey("division.code"), primary_key=True)
    descendant_code: Mapped[str] = mapped_column(ForeignKey("division.code"), primary_key=True)
    depth: Mapped[int]


class DivisionAlias(Base):
    """A code or name once used for a place, with the days on which it was."""

    __tablename__ = "division_alias"

    alias: Mapped[Name] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("division.code"), primary_key=True)
    since: Mapped[date | None]
    until: Mapped[date | None]
    source: Mapped[Name]


class Industry(Base):
    """An entry of GB/T 4754-2017: section letter, or a code of 2, 3 or 4 digits."""

    __tablename__ = "industry"

    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[Name]
    level: Mapped[int]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"))
    section: Mapped[str] = mapped_column(String(1))


class HighTechField(Base):
    """An entry of 《国家重点支持的高新技术领域》 (32号 附件)."""

    __tablename__ = "high_tech_field"

    code: Mapped[Code] = mapped_column(primary_key=True)
    name: Mapped[Name]
    level: Mapped[int]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("high_tech_field.code"))


class CalendarDay(Base):
    """A day that differs from its weekday: a holiday, or a weekend made a working day."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    name: Mapped[Name]
    source: Mapped[Name]
