"""Writing what a batch found, in portions fit for one short transaction each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.evaluation.batch import Plan
from app.evaluation.domain import ApplicationType, Grade, Outcome
from app.evaluation.models import Evaluation, RuleSetRecord
from app.evaluation.order import Order
from app.evaluation.sources import ID
from app.foundation.identifiers import uuid7
from rules.outcomes import WORDS
from rules.ruleset import LANGUAGE, RuleSet

STEP: Final = 5_000  # rows a transaction: half a second of SQLite's write lock


@dataclass(frozen=True, slots=True)
class Portion:
    """Verdicts to supersede and the verdicts that replace them."""

    outdated: Sequence[UUID]
    rows: Sequence[Mapping[str, Any]]


def portions(page: Plan, order: Order, *, at: datetime) -> Iterator[Portion]:
    """The page's verdicts to write. What is outdated goes with what replaces it."""
    rows = [row for part in page.changed for row in part.iter_rows(named=True)]
    for start in range(0, len(rows), STEP):
        some = rows[start : start + STEP]
        outdated = [UUID(hex=row["old_id"]) for row in some if row["old_id"]]
        yield Portion(outdated, [_row(row, order, at) for row in some])
    for start in range(0, len(page.gone), STEP):
        yield Portion(page.gone[start : start + STEP], ())


def _row(row: Mapping[str, Any], order: Order, at: datetime) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "enterprise_id": UUID(hex=row[ID]),
        "title": row["title"],
        "application_type": _TYPES[row["application_type"]],
        "for_year": order.for_year,
        "base_year": order.moment.base_year,
        "on_day": order.on,
        "fingerprint": row["fingerprint"],
        "facts_hash": row["facts_hash"],
        "outcome": _OUTCOMES[row["outcome"]],
        "grade": _GRADES[row["grade"]],
        "points_lo": row["lo"],
        "points_hi": row["hi"],
        "is_preliminary": order.is_preliminary,
        "is_proxy": row["is_proxy"],
        "assumed_count": row["assumed_count"],
        "findings": row["findings"],
        "decisive_hash": row["decisive_hash"],
        "recorded_at": at,
        "superseded_at": None,
    }


_TYPES: Final = {kind.value: kind for kind in ApplicationType}
_GRADES: Final = {grade.value: grade for grade in Grade}
_OUTCOMES: Final = [next(o for o in Outcome if o.value == word) for word in WORDS]


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
        connection.execute(insert(_EVALUATION), list(portion.rows))
    return len(portion.rows)
