"""Loading reference data: repeatable, nothing is ever deleted."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

from chinese_calendar import constants
from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from app.foundation.database import Base
from app.reference.domain import DivisionLevel
from app.reference.errors import ReferenceFault
from app.reference.models import (
    CalendarDay,
    Division,
    DivisionAlias,
    DivisionClosure,
    HighTechField,
    Industry,
)

NBS: Final = "国家统计局统计用区划代码（2023-06-30）"
STATE_COUNCIL: Final = "国务院办公厅节假日安排（chinesecalendar 汇编）"

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did to one table."""

    table: str
    added: int
    changed: int
    unchanged: int


def load_reference(session: Session, folders: Sequence[Path]) -> list[Loaded]:
    """Load every file of `folders` in their order, and the built-in calendar. Idempotent.

    A later folder adds to and corrects an earlier one. The closure of places is rebuilt.

    Raises:
        ReferenceFault: a row cannot be read; file, row and reason are named.
    """
    done = []
    for model, file_names, read in _FILES:
        rows = [
            read(row, fail)
            for folder in folders
            for name in file_names
            for row, fail in _rows(folder / name)
        ]
        done.append(_merge(session, model, [*_BUILT_IN.get(model, list)(), *rows]))
    _rebuild_closure(session)
    session.flush()
    return done


Fail = Callable[[str], ReferenceFault]


def _rows(path: Path) -> Iterable[tuple[dict[str, str], Fail]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            yield row, _fail_at(path.name, number)


def _fail_at(name: str, number: int) -> Fail:
    def fail(reason: str) -> ReferenceFault:
        return ReferenceFault(f"{name} 第 {number} 行：{reason}")

    return fail


def _division(row: dict[str, str], fail: Fail) -> Values:
    if row["level"] not in {level.value for level in DivisionLevel}:
        raise fail(f"级别“{row['level']}”不在词表中。")
    return {
        "code": row["code"],
        "name": row["name"],
        "level": DivisionLevel(row["level"]),
        "parent_code": row["parent"] or None,
        "since": _day(row.get("since"), fail),
        "until": _day(row.get("until"), fail),
        "source": row.get("source") or NBS,
    }


def _alias(row: dict[str, str], fail: Fail) -> Values:
    days = {"since": _day(row["since"], fail), "until": _day(row["until"], fail)}
    return {"alias": row["alias"], "code": row["code"], **days, "source": row["source"]}


def _industry(row: dict[str, str], _: Fail) -> Values:
    parent = row["parent"] or None
    return {
        "code": row["code"],
        "name": row["name"],
        "level": int(row["level"]),
        "parent_code": parent,
        "section": row["section"],
    }


def _field(row: dict[str, str], _: Fail) -> Values:
    parent = row["parent"] or None
    level = int(row["level"])
    return {"code": row["code"], "name": row["name"], "level": level, "parent_code": parent}


def _calendar_day(row: dict[str, str], fail: Fail) -> Values:
    day = _day(row["day"], fail)
    if day is None or row["is_working"] not in {"0", "1"}:
        raise fail("需要日期和 is_working（0 或 1）。")
    working = row["is_working"] == "1"
    return {"day": day, "is_working": working, "name": row["name"], "source": row["source"]}


def _day(text: str | None, fail: Fail) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise fail(f"“{text}”不是日期（应为 2026-01-31 的形式）。") from None


def _built_in_calendar() -> list[Values]:
    """Every day that differs from its weekday, of the years the library knows."""
    names = {holiday.value: holiday.chinese for holiday in constants.Holiday}
    days = [(constants.holidays, False, "{}"), (constants.workdays, True, "{}调休上班")]
    return [
        {
            "day": day,
            "is_working": is_working,
            "name": wording.format(names[english]),
            "source": STATE_COUNCIL,
        }
        for table, is_working, wording in days
        for day, english in sorted(table.items())
    ]


_FILES: Final[
    tuple[tuple[type[Base], tuple[str, ...], Callable[[dict[str, str], Fail], Values]], ...]
] = (
    (Division, ("divisions.csv",), _division),
    (DivisionAlias, ("placeholders.csv", "aliases.csv"), _alias),
    (Industry, ("industries.csv",), _industry),
    (HighTechField, ("fields.csv",), _field),
    (CalendarDay, ("calendar.csv",), _calendar_day),
)
_BUILT_IN: Final[dict[type[Base], Callable[[], list[Values]]]] = {CalendarDay: _built_in_calendar}


def _merge(session: Session, model: type[Base], rows: list[Values]) -> Loaded:
    """Add what is new and bring in line what differs, keyed by primary key; the last row wins."""
    table = cast("Table", model.__table__)
    keys = [column.name for column in table.primary_key]
    wanted = {tuple(row[key] for key in keys): row for row in rows}
    present = {
        tuple(row[key] for key in keys): dict(row)
        for row in session.execute(select(table)).mappings()
    }
    new = [row for key, row in wanted.items() if key not in present]
    changed = [row for key, row in wanted.items() if key in present and present[key] != row]
    if new:
        session.execute(insert(table), _parents_first(new))
    for row in changed:
        same = [table.c[key] == row[key] for key in keys]
        session.execute(update(table).where(*same).values(row))
    session.expire_all()
    return Loaded(table.name, len(new), len(changed), len(wanted) - len(new) - len(changed))


def _parents_first(rows: list[Values]) -> list[Values]:
    """Rows ordered so that a row's parent, if among them, comes before it."""
    if "parent_code" not in rows[0]:
        return rows
    parents = {row["code"]: row["parent_code"] for row in rows}

    def depth(code: str | None) -> int:
        return 0 if code not in parents else 1 + depth(parents[code])

    return sorted(rows, key=lambda row: depth(row["code"]))


def _rebuild_closure(session: Session) -> None:
    parents = {
        row.code: row.parent_code
        for row in session.execute(select(Division.code, Division.parent_code))
    }
    pairs = []
    for code in parents:
        depth, ancestor = 0, code
        while ancestor is not None:
            pairs.append({"ancestor_code": ancestor, "descendant_code": code, "depth": depth})
            depth, ancestor = depth + 1, parents[ancestor]
    known = session.execute(
        select(
            DivisionClosure.ancestor_code, DivisionClosure.descendant_code, DivisionClosure.depth
        )
    )
    if {tuple(row) for row in known} != {tuple(pair.values()) for pair in pairs}:
        session.execute(delete(DivisionClosure))
        session.execute(insert(DivisionClosure), pairs)
