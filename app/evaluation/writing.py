"""Writing what a batch found, in portions fit for one short transaction each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast
from uuid import UUID

import polars as pl
from sqlalchemy import Connection, Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.evaluation.batch import Plan
from app.evaluation.domain import ApplicationType
from app.evaluation.models import Evaluation, RuleSetRecord
from app.evaluation.order import Order
from app.foundation.identifiers import uuid7
from rules.outcomes import WORDS
from rules.ruleset import LANGUAGE, RuleSet

STEP: Final = 5_000  # rows a transaction: half a second of SQLite's write lock


@dataclass(frozen=True, slots=True)
class Portion:
    """Verdicts to supersede and the verdicts that replace them."""

    outdated: Sequence[UUID]
    rows: Sequence[tuple[Any, ...]]  # in the order of _COLUMNS


def portions(page: Plan, order: Order, *, at: datetime) -> Iterator[Portion]:
    """The page's verdicts to write. What is outdated goes with what replaces it."""
    rows = pl.concat(page.changed) if page.changed else pl.DataFrame()
    for start in range(0, rows.height, STEP):
        some = rows.slice(start, STEP)
        outdated = [UUID(hex=old) for old in some["old_id"].drop_nulls()]
        yield Portion(outdated, _tuples(some, order, at))
    for start in range(0, len(page.gone), STEP):
        yield Portion(page.gone[start : start + STEP], ())


def _tuples(rows: pl.DataFrame, order: Order, at: datetime) -> list[tuple[Any, ...]]:
    """The rows in the order of `_COLUMNS`, as the drivers of both databases take them."""
    words = dict(enumerate(WORDS))
    told: dict[str, Any] = {
        "id": pl.Series([uuid7().hex for _ in range(rows.height)]),
        "for_year": pl.lit(order.for_year),
        "base_year": pl.lit(order.moment.base_year),
        "on_day": pl.lit(order.on.isoformat()),
        "outcome": pl.col("outcome").replace_strict(words, return_dtype=pl.String),
        "points_lo": pl.col("lo"),
        "points_hi": pl.col("hi"),
        "is_preliminary": pl.lit(value=order.is_preliminary),
        "recorded_at": pl.lit(at.astimezone(UTC).strftime(_INSTANT)),
    }
    columns = [told[name].alias(name) if name in told else pl.col(name) for name in _COLUMNS]
    return rows.select(columns).rows()


_COLUMNS: Final = (
    "id",
    "enterprise_id",
    "title",
    "application_type",
    "for_year",
    "base_year",
    "on_day",
    "fingerprint",
    "facts_hash",
    "outcome",
    "grade",
    "points_lo",
    "points_hi",
    "is_preliminary",
    "is_proxy",
    "assumed_count",
    "findings",
    "decisive_hash",
    "recorded_at",
)
_INSTANT: Final = "%Y-%m-%d %H:%M:%S.%f"
_EVALUATION: Final = cast("Table", Evaluation.__table__)
_RULE_SET: Final = cast("Table", RuleSetRecord.__table__)


def record_rule_sets(session: Session, rule_sets: Sequence[RuleSet], *, at: datetime) -> None:
    """Keep the resolved tree behind each fingerprint, once."""
    known = set(session.scalars(select(RuleSetRecord.fingerprint)))
    new = {each.fingerprint: _record(each, at) for each in rule_sets}
    missing = [row for fingerprint, row in new.items() if fingerprint not in known]
    if missing:
        session.connection().execute(insert(_RULE_SET), missing)


def _record(rule_set: RuleSet, at: datetime) -> dict[str, Any]:
    return {
        "fingerprint": rule_set.fingerprint,
        "title": rule_set.title,
        "application_type": ApplicationType(rule_set.application_type),
        "language": LANGUAGE,
        "tree": rule_set.tree,
        "recorded_at": at,
    }


def write(session: Session, portion: Portion, *, at: datetime) -> int:
    """Write one portion; returns how many verdicts are new."""
    connection = session.connection()
    if portion.outdated:
        supersede = (
            update(_EVALUATION)
            .where(_EVALUATION.c.id == bindparam("old"), _EVALUATION.c.superseded_at.is_(None))
            .values(superseded_at=at)
        )
        connection.execute(supersede, [{"old": old} for old in portion.outdated])
    if portion.rows:
        _insert(connection, portion.rows)
    return len(portion.rows)


def _insert(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Straight through the driver: a quarter of a million rows are bound three times as fast.

    Both databases read identifiers, days and instants from text; instants are in UTC, which the
    PostgreSQL session may not be, so the offset is written out there.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    mark = "?" if is_sqlite else "%s"
    marks = [mark] * len(_COLUMNS)
    if not is_sqlite:
        marks[-1] = "(%s || '+00')::timestamptz"
    statement = (
        f"INSERT INTO {_EVALUATION.name} ({', '.join(_COLUMNS)}) "  # noqa: S608 names of our own
        f"VALUES ({', '.join(marks)})"
    )
    connection.exec_driver_sql(statement, list(rows))
