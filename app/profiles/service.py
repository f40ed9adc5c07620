"""What can be done to figures and records. Nothing is overwritten: a correction supersedes.

Who may file for whom is decided by the room that calls (a list, a city file, an officer's
page); each caller writes its own audit event, one per business action.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import Table, insert, inspect, select, update
from sqlalchemy.orm import Session

from app.foundation import canonical
from app.foundation.actor import Actor
from app.foundation.identifiers import uuid7
from app.profiles.domain import REGISTERS, Filed, Filing, RevisionState, Scalar, figure_faults
from app.profiles.errors import FiguresUnfit, RecordSuperseded, RevisionVerified
from app.profiles.models import (
    Assumption,
    Coverage,
    Incident,
    IpRight,
    ProfileRevision,
    Recorded,
    Statement,
)
from rules.indicators import Indicator

CHUNK: Final = 2_000  # rows per statement: well below both databases' limit of parameters
NATURAL: Final[Mapping[type[Recorded], tuple[str, ...]]] = {
    Incident: ("enterprise_id", "kind", "since"),
    IpRight: ("enterprise_id", "kind", "number"),
    Statement: ("enterprise_id", "indicator", "since"),
}
Item = TypeVar("Item")
AnyRecord = TypeVar("AnyRecord", bound=Recorded)


def file_revision(
    session: Session,
    filing: Filing,
    *,
    indicators: Mapping[str, Indicator],
    document_id: UUID | None,
    by: Actor,
    at: datetime,
) -> ProfileRevision:
    """File one year; an equal filing changes nothing, another one supersedes what was there.

    Raises:
        FiguresUnfit: a figure has no indicator or lies beyond its bounds.
        RevisionVerified: an officer has verified the year.
    """
    figures = json.loads(filing.body)["figures"]
    if faults := figure_faults(indicators, figures):
        raise FiguresUnfit("有数据不能接受，请逐项核对。", faults=tuple(faults))
    filed = file_revisions(session, [filing], document_id=document_id, by=by, at=at)
    if filed.kept_count:
        raise RevisionVerified(
            f"{filing.year}年度数据已经核实，不能重新填报。如需更正，请联系核实人员核定。"
        )
    session.expire_all()  # The rows were written beside the session's identity map.
    return session.scalars(
        select(ProfileRevision).where(
            ProfileRevision.enterprise_id == filing.enterprise_id,
            ProfileRevision.year == filing.year,
            ProfileRevision.superseded_at.is_(None),
            ProfileRevision.state != RevisionState.DRAFT,
        )
    ).one()


def file_revisions(
    session: Session,
    filings: Sequence[Filing],
    *,
    document_id: UUID | None,
    by: Actor,
    at: datetime,
) -> Filed:
    """File many years of many enterprises at once; at most one filing per enterprise and year.

    Idempotent: what equals the revision in force is counted and not written. A verified
    revision is kept. The figures were checked by the caller.
    """
    total = Filed()
    for chunk in chunks(filings, CHUNK):
        total += _file_chunk(session, chunk, document_id=document_id, by=by, at=at)
    return total


def compare_filings(session: Session, filings: Sequence[Filing]) -> Filed:
    """What `file_revisions` would come to, without writing."""
    total = Filed()
    for chunk in chunks(filings, CHUNK):
        history = _history(session, chunk)
        total += _sort_out(chunk, history)[0]
    return total


def _file_chunk(
    session: Session, chunk: Sequence[Filing], *, document_id: UUID | None, by: Actor, at: datetime
) -> Filed:
    history = _history(session, chunk)
    filed, wanted, superseded = _sort_out(chunk, history)
    if superseded:
        session.execute(
            update(ProfileRevision)
            .where(ProfileRevision.id.in_(superseded))
            .values(superseded_at=at)
            .execution_options(synchronize_session=False)
        )
    rows = [
        {
            "id": uuid7(),
            "enterprise_id": filing.enterprise_id,
            "year": filing.year,
            "number": number,
            "state": RevisionState.FILED,
            "stage": filing.stage,
            "scope": filing.scope,
            "body": filing.body,
            "body_hash": filing.body_hash,
            "document_id": document_id,
            "filed_at": at,
            "recorded_at": at,
            "recorded_by_id": by.id,
            "superseded_at": None,
        }
        for filing, number in wanted
    ]
    if rows:
        session.execute(insert(_table(ProfileRevision)), rows)
    return filed


def _history(session: Session, chunk: Sequence[Filing]) -> dict[tuple[UUID, int], list[Any]]:
    """Every revision there is of the years about to be filed, by enterprise and year."""
    rows = session.execute(
        select(
            ProfileRevision.id,
            ProfileRevision.enterprise_id,
            ProfileRevision.year,
            ProfileRevision.number,
            ProfileRevision.state,
            ProfileRevision.stage,
            ProfileRevision.scope,
            ProfileRevision.body_hash,
            ProfileRevision.superseded_at,
        ).where(
            ProfileRevision.enterprise_id.in_({filing.enterprise_id for filing in chunk}),
            ProfileRevision.year.in_({filing.year for filing in chunk}),
        )
    )
    found: dict[tuple[UUID, int], list[Any]] = {}
    for row in rows:
        found.setdefault((row.enterprise_id, row.year), []).append(row)
    return found


def _sort_out(
    chunk: Sequence[Filing], history: Mapping[tuple[UUID, int], list[Any]]
) -> tuple[Filed, list[tuple[Filing, int]], list[UUID]]:
    """The tally, the filings to write with their numbers, the revisions they supersede."""
    new = corrected = same = kept = 0
    wanted: list[tuple[Filing, int]] = []
    superseded: list[UUID] = []
    for filing in chunk:
        rows = history.get((filing.enterprise_id, filing.year), [])
        number = max((row.number for row in rows), default=0) + 1
        current = next(
            (r for r in rows if r.superseded_at is None and r.state != RevisionState.DRAFT), None
        )
        if current is None:
            new += 1
        elif _equal(filing, current):
            same += 1
            continue
        elif current.state == RevisionState.VERIFIED:
            kept += 1
            continue
        else:
            corrected += 1
            superseded.append(current.id)
        wanted.append((filing, number))
    return Filed(new, corrected, same, kept), wanted, superseded


def _equal(filing: Filing, current: Any) -> bool:
    return (filing.body_hash, filing.stage, filing.scope) == (
        current.body_hash,
        current.stage,
        current.scope,
    )


def add_record(session: Session, record: AnyRecord, *, at: datetime) -> AnyRecord:
    """Add one record to its register, known from `at` on."""
    record.recorded_at, record.superseded_at = at, None
    session.add(record)
    session.flush()  # A record twice under one natural key must speak before the view answers.
    return record


def supersede_record(
    session: Session, record: Recorded, *, replacement: AnyRecord | None = None, at: datetime
) -> AnyRecord | None:
    """Withdraw a record that proved wrong, or put the right one in its place.

    Raises:
        RecordSuperseded: somebody has corrected it already.
    """
    if record.superseded_at is not None:
        raise RecordSuperseded("这条记录已被更正，请刷新后核对最新内容。")
    record.superseded_at = at
    session.flush()
    return add_record(session, replacement, at=at) if replacement is not None else None


def record_all(
    session: Session,
    kind: type[Recorded],
    rows: Sequence[Mapping[str, Any]],
    *,
    document_id: UUID | None,
    at: datetime,
) -> Filed:
    """Add many records of a kind that has a natural key. Equal ones are not written again.

    A row equal in its natural key but not in the rest supersedes the one in force. Each row
    gives every column of its own and `since`, `until`, `enterprise_id`.
    """
    total = Filed()
    for chunk in chunks(rows, CHUNK):
        new, corrected, same, wanted, superseded = _sort_out_records(session, kind, chunk)
        if superseded:
            session.execute(
                update(kind)
                .where(kind.id.in_(superseded))
                .values(superseded_at=at)
                .execution_options(synchronize_session=False)
            )
        common = {"document_id": document_id, "recorded_at": at, "superseded_at": None}
        if wanted:
            session.execute(
                insert(_table(kind)), [{**row, **common, "id": uuid7()} for row in wanted]
            )
        total += Filed(new, corrected, same)
    return total


def compare_records(
    session: Session, kind: type[Recorded], rows: Sequence[Mapping[str, Any]]
) -> Filed:
    """What `record_all` would come to, without writing."""
    total = Filed()
    for chunk in chunks(rows, CHUNK):
        new, corrected, same, _, _ = _sort_out_records(session, kind, chunk)
        total += Filed(new, corrected, same)
    return total


def _sort_out_records(
    session: Session, kind: type[Recorded], chunk: Sequence[Mapping[str, Any]]
) -> tuple[int, int, int, list[Mapping[str, Any]], list[UUID]]:
    natural = NATURAL[kind]
    table = _table(kind)
    there = {
        tuple(row[name] for name in natural): row
        for row in session.execute(
            select(table).where(
                table.c.enterprise_id.in_({row["enterprise_id"] for row in chunk}),
                table.c.superseded_at.is_(None),
            )
        ).mappings()
    }
    new = corrected = same = 0
    wanted: list[Mapping[str, Any]] = []
    superseded: list[UUID] = []
    for row in chunk:
        current = there.get(tuple(row[name] for name in natural))
        if current is None:
            new += 1
        elif all(current[name] == value for name, value in row.items()):
            same += 1
            continue
        else:
            corrected += 1
            superseded.append(current["id"])
        wanted.append(row)
    return new, corrected, same, wanted, superseded


def cover(
    session: Session,
    register: str,
    division: str,
    *,
    since: date,
    until: date | None,
    checked_on: date | None,
    is_assumed: bool,
    reason: str,
    document_id: UUID | None,
    at: datetime,
) -> bool:
    """Say that a register (or a title's list) is complete for a place. False: said already.

    Raises:
        FiguresUnfit: there is no such register.
    """
    if register not in REGISTERS and "." not in register:
        raise FiguresUnfit(f"没有“{register}”这个登记簿。可用的有：{'、'.join(REGISTERS)}。")
    wanted = {
        "until": until,
        "checked_on": checked_on,
        "is_assumed": is_assumed,
        "reason": reason,
    }
    key = {"register": register, "division": division, "since": since}
    return _place_row(session, Coverage, key, wanted, document_id=document_id, at=at)


def assume(
    session: Session,
    indicator: str,
    value: Scalar,
    division: str,
    *,
    since: date,
    until: date | None,
    reason: str,
    document_id: UUID | None,
    at: datetime,
) -> bool:
    """Assume a statement for every enterprise of a place. False: assumed already."""
    key = {"indicator": indicator, "division": division, "since": since}
    wanted = {"value": canonical.dumps(value), "until": until, "reason": reason}
    return _place_row(session, Assumption, key, wanted, document_id=document_id, at=at)


def _place_row(
    session: Session,
    model: type[Coverage | Assumption],
    key: Mapping[str, Any],
    wanted: Mapping[str, Any],
    *,
    document_id: UUID | None,
    at: datetime,
) -> bool:
    """Write a row about a place unless an equal one is in force; another one is superseded."""
    table = _table(model)
    current = session.scalars(
        select(model).where(
            table.c.superseded_at.is_(None), *(table.c[name] == key[name] for name in key)
        )
    ).one_or_none()
    if isinstance(current, Coverage | Assumption):
        if all(getattr(current, name) == value for name, value in wanted.items()):
            return False
        current.superseded_at = at
        session.flush()  # The old row must be out of force before the new one comes in.
    session.add(model(**key, **wanted, document_id=document_id, recorded_at=at))
    session.flush()
    return True


def chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """`items` in runs of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _table(model: type[Any]) -> Table:
    table = inspect(model).local_table
    if not isinstance(table, Table):  # pragma: no cover  # every model of ours has one
        raise TypeError(f"{model.__name__} has no table")
    return table
