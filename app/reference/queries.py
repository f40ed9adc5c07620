"""Questions about places, industries, fields and the calendar."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from app.foundation.errors import NotFound
from app.reference.domain import DivisionLevel, WorkingCalendar
from app.reference.models import (
    CalendarDay,
    Division,
    DivisionAlias,
    DivisionClosure,
    HighTechField,
    Industry,
)

UNITS = (DivisionLevel.COUNTY, DivisionLevel.ZONE)


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of a tree of codes, its children in the order of their codes."""

    code: str
    name: str
    level: int
    children: tuple["Branch", ...] = ()


def within(divisions: Collection[str]) -> Select[str]:
    """Codes of the places at or below any of `divisions`: visibility in every room.

    Use as `Enterprise.managing_division.in_(within(actor.divisions))`. No division, no place.
    """
    return (
        select(DivisionClosure.descendant_code)
        .where(DivisionClosure.ancestor_code.in_(sorted(divisions)))
        .distinct()
    )


def covers(session: Session, divisions: Collection[str], code: str) -> bool:
    """Whether `code` is at or below one of `divisions`."""
    pair = select(DivisionClosure.depth).where(
        DivisionClosure.ancestor_code.in_(sorted(divisions)),
        DivisionClosure.descendant_code == code,
    )
    return session.scalar(pair.limit(1)) is not None


def list_below(
    session: Session, divisions: Collection[str], *, levels: Collection[DivisionLevel] = ()
) -> Sequence[Division]:
    """Places at or below `divisions`, by code; `levels` empty means every level."""
    statement = select(Division).where(Division.code.in_(within(divisions)))
    if levels:
        statement = statement.where(Division.level.in_(levels))
    return session.scalars(statement.order_by(Division.code)).all()


def list_children(session: Session, code: str) -> Sequence[Division]:
    """Places directly below `code`, counties before zones, by code."""
    children = select(Division).where(Division.parent_code == code)
    return session.scalars(children.order_by(Division.level, Division.code)).all()


def get_division(session: Session, code: str) -> Division:
    """The place with this code.

    Raises:
        NotFound: the code is not that of a place.
    """
    division = session.get(Division, code)
    if division is None:
        raise NotFound(f"区划代码 {code} 不在区划表中。")
    return division


def names(session: Session, codes: Collection[str] | None = None) -> dict[str, str]:
    """Name by code, of all places or of `codes`."""
    statement = select(Division.code, Division.name)
    if codes is not None:
        statement = statement.where(Division.code.in_(sorted(codes)))
    return dict(session.execute(statement).all())


def find_division(
    session: Session, text: str, *, on: date | None = None, below: str | None = None
) -> Division | None:
    """The one place that `text` means: its code, an alias in use on `on`, or its name.

    `below` limits the search to one place and what lies in it (many cities have a 桥西区).
    None when nothing matches, or more than one place does.
    """
    wanted = text.strip()
    area = within([below]) if below is not None else select(Division.code)
    direct = select(Division).where(
        or_(Division.code == wanted, Division.name == wanted), Division.code.in_(area)
    )
    found = session.scalars(direct.limit(2)).all()
    if not found:
        used = select(DivisionAlias.code).where(DivisionAlias.alias == wanted)
        if on is not None:
            used = used.where(_in_use(on))
        former = select(Division).where(Division.code.in_(used), Division.code.in_(area))
        found = session.scalars(former.limit(2)).all()
    return found[0] if len(found) == 1 else None


def _in_use(on: date) -> ColumnElement[bool]:
    return and_(
        or_(DivisionAlias.since.is_(None), DivisionAlias.since <= on),
        or_(DivisionAlias.until.is_(None), DivisionAlias.until > on),
    )


def division_codes(session: Session) -> dict[str, str]:
    """Present code by every code ever used, for reading whole files at once."""
    present = dict.fromkeys(session.scalars(select(Division.code)), "")
    former = session.execute(select(DivisionAlias.alias, DivisionAlias.code))
    return {code: code for code in present} | {
        alias: code for alias, code in former if alias.isdigit() and alias not in present
    }


def list_industries(session: Session) -> tuple[Branch, ...]:
    """The tree of GB/T 4754-2017: sections, divisions, groups, classes."""
    rows = session.execute(
        select(Industry.code, Industry.name, Industry.level, Industry.parent_code)
    )
    return _tree(rows.all())


def list_fields(session: Session) -> tuple[Branch, ...]:
    """The tree of the technology fields."""
    rows = session.execute(
        select(
            HighTechField.code, HighTechField.name, HighTechField.level, HighTechField.parent_code
        )
    )
    return _tree(rows.all())


def _tree(rows: Sequence[Row[str, str, int, str | None]]) -> tuple[Branch, ...]:
    below: dict[str | None, list[Branch]] = {}
    for code, name, level, parent in sorted(rows, key=lambda row: (-row[2], row[0])):
        children = tuple(below.pop(code, ()))
        below.setdefault(parent, []).append(Branch(code, name, level, children))
    return tuple(below.get(None, ()))


def industry_names(session: Session, level: int | None = None) -> Mapping[str, str]:
    """Name by code, of all industries or those of one level (1 section … 4 class)."""
    statement = select(Industry.code, Industry.name).order_by(Industry.code)
    if level is not None:
        statement = statement.where(Industry.level == level)
    return dict(session.execute(statement).all())


def working_calendar(session: Session) -> WorkingCalendar:
    """The working-day calendar as loaded."""
    days = session.execute(select(CalendarDay.day, CalendarDay.is_working))
    exceptions = dict(days.all())
    return WorkingCalendar(exceptions, frozenset(day.year for day in exceptions))


def list_calendar_days(session: Session, year: int) -> Sequence[CalendarDay]:
    """The days of a year that differ from their weekday, in order."""
    span = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    return session.scalars(select(CalendarDay).where(span).order_by(CalendarDay.day)).all()
