"""Keyset paging: a page is a window after a key, never an offset."""

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

PAGE_SIZE: Final = 50

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one page; `after` is the cursor of the next page, None on the last."""

    rows: list[Row]
    after: str | None
    total: int | None = None
