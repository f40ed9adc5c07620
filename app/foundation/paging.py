"""Keyset paging: a page is a window after (or before) a key, never an offset."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy import Row as Result
from sqlalchemy.orm import Session

from app.foundation.errors import Invalid

PAGE_SIZE: Final = 50

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one page; `after` is the cursor of the next page, None on the last.

    `before` is the cursor of the page before; None on the first, and where a list goes
    forward only.
    """

    rows: list[Row]
    after: str | None
    total: int | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Which page is asked for: the one after a cursor, the one before it, or the first."""

    after: str = ""
    before: str = ""
    size: int = PAGE_SIZE


def seek(
    session: Session,
    statement: Select[Any],
    keys: Sequence[ColumnElement[Any]],
    *,
    window: Window,
    descending: bool = False,
) -> Page[Result[Any]]:
    """One page of `statement` in the order of `keys`, which together are unique and not null.

    Each row has the keys' values at its end.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    backward = bool(window.before)
    cursor = window.before or window.after
    ascending = descending == backward
    if cursor:
        place = tuple_(
            *(literal(v, k.type) for v, k in zip(_decode(cursor, keys), keys, strict=True))
        )
        here = tuple_(*keys)
        statement = statement.where(here > place if ascending else here < place)
    order = [key.asc() if ascending else key.desc() for key in keys]
    ordered = statement.add_columns(*keys).order_by(*order).limit(window.size + 1)
    found = list(session.execute(ordered))
    more, rows = len(found) > window.size, found[: window.size]
    if backward:
        rows.reverse()
    width = len(keys)
    return Page(
        rows,
        after=_encode(rows[-1][-width:]) if rows and (backward or more) else None,
        before=_encode(rows[0][-width:]) if rows and (more if backward else cursor) else None,
    )


def _encode(values: Sequence[Any]) -> str:
    plain = [value if isinstance(value, int) else str(value) for value in values]
    return urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _decode(cursor: str, keys: Sequence[ColumnElement[Any]]) -> list[Any]:
    try:
        values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_typed(v, k.type.python_type) for v, k in zip(values, keys, strict=True)]
    except (ValueError, TypeError) as error:
        raise Invalid("翻页位置无效，请回到第一页重新翻页。") from error


def _typed(value: Any, kind: type) -> Any:
    if kind is date:
        return date.fromisoformat(value)
    if kind is UUID:
        return UUID(value)
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is not {kind.__name__}")
    return value
