"""Flags as they stand against flags as they should stand: raised, changed, cleared, once each.

What an officer closed with a reason stays closed; what a batch cleared comes back when its cause
does. Only a batch clears, and only kinds it has looked at.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

import polars as pl
from sqlalchemy import Table, and_, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from app.evaluation.domain import FlagAct, FlagKind, FlagState, Grade
from app.evaluation.flagging import SCHEMA
from app.evaluation.models import Flag, FlagEvent
from app.evaluation.order import Order, within
from app.evaluation.sources import ID, Reading, key, plain
from app.foundation.actor import Actor
from app.foundation.identifiers import uuid7

STEP: Final = 5_000
_KEY: Final = (ID, "kind", "subject", "for_year")
_OPEN: Final = (FlagState.OPEN.value, FlagState.ASSIGNED.value)
_CAUSE_GONE: Final = "批量评价未再发现原因"
_NEW_YEAR: Final = "已进入新的申报年度"
_FLAG: Final = cast("Table", Flag.__table__)
_EVENT: Final = cast("Table", FlagEvent.__table__)


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows to write, as frames: new flags, flags to reopen or change, flags to clear."""

    raised: pl.DataFrame
    revived: pl.DataFrame
    changed: pl.DataFrame
    cleared: pl.DataFrame

    @property
    def tally(self) -> dict[str, int]:
        """How many flags were raised, changed and cleared."""
        return {
            "产生标记": self.raised.height + self.revived.height,
            "更新标记": self.changed.height,
            "消除标记": self.cleared.height,
        }


def compare(
    reading: Reading,
    order: Order,
    after: str,
    last: UUID,
    wanted: pl.DataFrame,
    subjects: Sequence[str],
) -> Changes:
    """What has to be done so that the page bears exactly `wanted`, of the `subjects` judged."""
    current = _current(reading, order, after, last, subjects)
    both = wanted.join(current, on=_KEY, how="left", maintain_order="left")
    is_new = pl.col("flag_id").is_null()
    is_open = pl.col("state").is_in(_OPEN)
    differs = ~pl.col("grade").eq_missing(pl.col("old_grade")) | (
        pl.col("detail") != pl.col("old_detail")
    )
    missing = current.join(wanted, on=_KEY, how="anti").filter(pl.col("state").is_in(_OPEN))
    older = pl.col("for_year") < order.for_year
    expiring = pl.col("kind") == FlagKind.EXPIRING.value
    note = pl.when(older & ~expiring).then(pl.lit(_NEW_YEAR)).otherwise(pl.lit(_CAUSE_GONE))
    return Changes(
        raised=both.filter(is_new).select(SCHEMA.keys()),
        revived=both.filter(pl.col("state") == FlagState.CLEARED.value),
        changed=both.filter(is_open & differs),
        cleared=missing.with_columns(note.alias("note")),
    )


def _current(
    reading: Reading, order: Order, after: str, last: UUID, subjects: Sequence[str]
) -> pl.DataFrame:
    """Flags of the page that this run answers for; a preliminary run only for its own kinds."""
    statement = select(
        key(Flag.id),
        key(Flag.enterprise_id),
        plain(Flag.kind),
        Flag.subject,
        Flag.for_year,
        plain(Flag.state),
        plain(Flag.grade),
        Flag.detail,
        key(Flag.assignee_id),
        Flag.version,
    ).where(Flag.enterprise_id.in_(within(order, after, last)), Flag.subject.in_(subjects))
    if order.is_preliminary:
        kinds = (FlagKind.RESERVE, FlagKind.CANDIDATE)
        statement = statement.where(Flag.kind.in_(kinds), Flag.for_year == order.for_year)
    else:
        # Older years are over, but money owed for them is not; ends of certificates are told by
        # their own year, which may lie ahead.
        statement = statement.where(
            or_(
                and_(Flag.for_year < order.for_year, Flag.kind != FlagKind.SUBSIDY),
                Flag.for_year == order.for_year,
                Flag.kind == FlagKind.EXPIRING,
            )
        )
    schema = {
        "flag_id": pl.String,
        ID: pl.String,
        "kind": pl.String,
        "subject": pl.String,
        "for_year": pl.Int64,
        "state": pl.String,
        "old_grade": pl.String,
        "old_detail": pl.String,
        "assignee": pl.String,
        "version": pl.Int64,
    }
    return reading.fetch(statement, schema)


def portions(changes: Changes) -> Iterator[tuple[FlagAct, list[dict[str, Any]]]]:
    """The changes in parts fit for one short transaction each."""
    parts = (
        (FlagAct.RAISED, changes.raised),
        (FlagAct.RAISED, changes.revived),
        (FlagAct.CHANGED, changes.changed),
        (FlagAct.CLEARED, changes.cleared),
    )
    for act, frame in parts:
        for start in range(0, frame.height, STEP):
            yield act, list(frame.slice(start, STEP).iter_rows(named=True))


def write(
    session: Session, act: FlagAct, rows: Sequence[Mapping[str, Any]], *, by: Actor, at: datetime
) -> None:
    """Write one portion with its history. A flag an officer changed meanwhile is left to him."""
    connection = session.connection()
    if act is FlagAct.RAISED and "flag_id" not in rows[0]:
        flags = [_new(row, at) for row in rows]
        connection.execute(insert(_FLAG), flags)
        pairs = list(zip([flag["id"] for flag in flags], rows, strict=True))
    else:
        connection.execute(_update(act), [_change(act, row, at) for row in rows])
        pairs = [(UUID(hex=row["flag_id"]), row) for row in rows]
    events = [_event(flag_id, act, row, by, at) for flag_id, row in pairs]
    connection.execute(insert(_EVENT), events)


def _new(row: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "enterprise_id": UUID(hex=row[ID]),
        "kind": _KINDS[row["kind"]],
        "subject": row["subject"],
        "for_year": row["for_year"],
        "state": FlagState.OPEN,
        "grade": _GRADES.get(row["grade"]),
        "detail": row["detail"],
        "assignee_id": None,
        "raised_at": at,
        "ended_at": None,
        "version": 1,
    }


def _update(act: FlagAct) -> Any:
    values: dict[str, Any] = {
        "version": _FLAG.c.version + 1,
        "state": bindparam("new_state"),
        "ended_at": bindparam("new_ended_at"),
    }
    if act is not FlagAct.CLEARED:
        values |= {"grade": bindparam("new_grade"), "detail": bindparam("new_detail")}
    same = (_FLAG.c.id == bindparam("flag"), _FLAG.c.version == bindparam("seen"))
    return update(_FLAG).where(*same).values(values)


def _change(act: FlagAct, row: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    change: dict[str, Any] = {"flag": UUID(hex=row["flag_id"]), "seen": row["version"]}
    if act is FlagAct.CLEARED:
        return change | {"new_state": FlagState.CLEARED, "new_ended_at": at}
    state = FlagState.ASSIGNED if row["assignee"] else FlagState.OPEN
    return change | {
        "new_state": state,
        "new_ended_at": None,
        "new_grade": _GRADES.get(row["grade"]),
        "new_detail": row["detail"],
    }


def _event(
    flag_id: UUID, act: FlagAct, row: Mapping[str, Any], by: Actor, at: datetime
) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "flag_id": flag_id,
        "act": act,
        "note": row.get("note") or "",
        "detail": row["detail"] if "detail" in row else row["old_detail"],
        "at": at,
        "by_id": by.id,
        "by_name": by.name,
    }


_KINDS: Final = {kind.value: kind for kind in FlagKind}
_GRADES: Final = {grade.value: grade for grade in Grade}
