"""Registering a whole city: the same as `service.register`, set by set.

The caller has checked the rows (credit codes, places, industries) and reports its own faults;
here one statement serves thousands of firms. Repeating it with the same firms writes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import RowMapping, Table, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from app.enterprises.domain import Attribute, OperatingStatus
from app.enterprises.models import Enterprise, EnterpriseAttribute
from app.enterprises.pinyin import spell
from app.enterprises.service import Firm
from app.foundation.clock import legal_day
from app.foundation.identifiers import uuid7

BATCH: Final = 5_000  # firms a statement names at once; SQLite takes 32,766 values
_FIRMS: Final[Table] = Enterprise.__table__  # type: ignore[assignment] # a Table at run time
_VALUES: Final[Table] = EnterpriseAttribute.__table__  # type: ignore[assignment] # likewise

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of the firms given; `ids` has every one of them by credit code."""

    ids: dict[str, UUID]
    created: int
    changed: int


def bulk_register(
    session: Session,
    firms: Sequence[Firm],
    *,
    on: date | None,
    document_id: UUID | None,
    at: datetime,
) -> Registered:
    """Register firms, and record what differs from what is known of those registered already.

    `on` is the day the source speaks of: a different value holds from then to the next change
    known, so a file of last year never undoes what was recorded since; None, if the source
    names no day, is the day of `at`. What the source leaves out (None) is left as it is. Titles
    of firms that are gone are not ended: the source does not tell since when. The import as a
    whole is one audit event, recorded by its caller.
    """
    wanted = {firm.credit_code: firm for firm in firms}
    known = _known(session, list(wanted))
    new = [firm for code, firm in wanted.items() if code not in known]
    created = _create(session, new, document_id, at)
    kept = [firm for code, firm in wanted.items() if code in known]
    changed = _change(session, kept, known, on or legal_day(at), document_id, at)
    session.expire_all()  # The statements above went past the session.
    ids = {code: row["id"] for code, row in known.items()} | created
    return Registered(ids, len(created), changed)


def _known(session: Session, codes: Sequence[str]) -> dict[str, RowMapping]:
    found = {}
    for batch in _batches(codes):
        statement = select(_FIRMS).where(_FIRMS.c.credit_code.in_(batch))
        for row in session.execute(statement).mappings():
            found[row["credit_code"]] = row
    return found


def _create(
    session: Session, firms: Sequence[Firm], document_id: UUID | None, at: datetime
) -> dict[str, UUID]:
    ids = {}
    for batch in _batches(firms):
        rows = [_firm_row(firm, at) for firm in batch]
        session.execute(insert(_FIRMS), rows)
        session.execute(
            insert(_VALUES),
            [
                _value_row(row["id"], attribute, str(value), None, None, document_id, at)
                for row in rows
                for attribute in Attribute
                if (value := row[attribute.value]) is not None
            ],
        )
        ids.update({row["credit_code"]: row["id"] for row in rows})
    return ids


def _firm_row(firm: Firm, at: datetime) -> dict[str, Any]:
    spelling = spell(firm.name)
    return {
        "id": uuid7(),
        "credit_code": firm.credit_code,
        "credit_code_override": firm.credit_code_override,
        "name": firm.name,
        "name_sort": spelling.sort,
        "name_initials": spelling.initials,
        "registered_on": firm.registered_on,
        "registered_division": firm.registered_division,
        "managing_division": firm.managing_division or firm.registered_division,
        "industry_code": firm.industry_code,
        "operating_status": firm.operating_status,
        "title_history_from": firm.title_history_from,
        "is_sample": firm.is_sample,
        "created_at": at,
        "version": 1,
    }


def _value_row(
    enterprise_id: UUID,
    attribute: Attribute,
    value: str,
    since: date | None,
    until: date | None,
    document_id: UUID | None,
    at: datetime,
) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "enterprise_id": enterprise_id,
        "attribute": attribute,
        "value": value,
        "since": since,
        "until": until,
        "recorded_at": at,
        "superseded_at": None,
        "document_id": document_id,
    }


def _change(
    session: Session,
    firms: Sequence[Firm],
    known: dict[str, RowMapping],
    on: date,
    document_id: UUID | None,
    at: datetime,
) -> int:
    """Record differences; how many firms differ."""
    changed = set()
    for batch in _batches(firms):
        ids = [known[firm.credit_code]["id"] for firm in batch]
        running = _running(session, ids, on)
        stale, rows, present = [], [], []
        for firm in batch:
            row = known[firm.credit_code]
            for attribute, value in _told(firm):
                was = running.get((row["id"], attribute))
                if was is not None and was["value"] == value:
                    continue
                changed.add(row["id"])
                rows += _revised(row["id"], attribute, value, was, on, document_id, at)
                stale += [was["id"]] if was is not None else []
                if was is None or was["until"] is None:
                    present.append((row["id"], attribute, value))
        for part in _batches(stale):
            session.execute(update(_VALUES).where(_VALUES.c.id.in_(part)).values(superseded_at=at))
        if rows:
            session.execute(insert(_VALUES), rows)
        _show(session, present)
        changed |= _fill(session, batch, known)
    return len(changed)


def _told(firm: Firm) -> Iterator[tuple[Attribute, str]]:
    for attribute in Attribute:
        value = getattr(firm, attribute.value)
        if value is not None:
            yield attribute, str(value)


def _running(
    session: Session, enterprise_ids: Sequence[UUID], on: date
) -> dict[tuple[UUID, Attribute], RowMapping]:
    """The values in force that hold on `on`."""
    statement = select(_VALUES).where(
        _VALUES.c.enterprise_id.in_(enterprise_ids),
        _VALUES.c.superseded_at.is_(None),
        or_(_VALUES.c.since.is_(None), _VALUES.c.since <= on),
        or_(_VALUES.c.until.is_(None), _VALUES.c.until > on),
    )
    rows = session.execute(statement).mappings()
    return {(row["enterprise_id"], row["attribute"]): row for row in rows}


def _revised(
    enterprise_id: UUID,
    attribute: Attribute,
    value: str,
    was: RowMapping | None,
    on: date,
    document_id: UUID | None,
    at: datetime,
) -> list[dict[str, Any]]:
    if was is None:
        return [_value_row(enterprise_id, attribute, value, on, None, document_id, at)]
    rows = [_value_row(enterprise_id, attribute, value, on, was["until"], document_id, at)]
    if was["since"] != on:
        before = (was["value"], was["since"], on, was["document_id"])
        rows.append(_value_row(enterprise_id, attribute, *before, at))
    return rows


def _show(session: Session, present: Sequence[tuple[UUID, Attribute, str]]) -> None:
    """Keep the present columns in step, one statement per kind of change."""
    for attribute in Attribute:
        rows = []
        for enterprise_id, changed, value in present:
            if changed is attribute:
                row: dict[str, Any] = {"of": enterprise_id, attribute.value: value}
                if attribute is Attribute.NAME:
                    spelling = spell(value)
                    row |= {"name_sort": spelling.sort, "name_initials": spelling.initials}
                if attribute is Attribute.STATUS:
                    row[attribute.value] = OperatingStatus(value)
                rows.append(row)
        _update(session, rows)


def _fill(session: Session, firms: Sequence[Firm], known: dict[str, RowMapping]) -> set[UUID]:
    """Write what has no history: the founding day, and since when titles are all known."""
    touched = set()
    for column in ("registered_on", "title_history_from"):
        rows = [
            {"of": known[firm.credit_code]["id"], column: value}
            for firm in firms
            if (value := getattr(firm, column)) is not None
            and value != known[firm.credit_code][column]
        ]
        _update(session, rows)
        touched |= {row["of"] for row in rows}
    return touched


def _update(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        columns: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "of"}
        statement = update(_FIRMS).where(_FIRMS.c.id == bindparam("of"))
        session.connection().execute(
            statement.values(**columns, version=_FIRMS.c.version + 1), list(rows)
        )


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
