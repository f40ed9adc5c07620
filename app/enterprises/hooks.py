"""How rooms above narrow the list of enterprises, so that nothing is imported upward."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select

from app.enterprises.queries import Filters


@dataclass(frozen=True, slots=True)
class Hook:
    """One more choice in the list's sentence; the factory collects them."""

    key: str  # of the address
    before: Callable[[], str]  # the words before the choice, in the language of the page
    label: Callable[[], str]
    every: Callable[[], str]  # the word for no choice
    choices: Callable[[], Sequence[tuple[str, str]]]
    select: Callable[[str, Filters], Select[UUID]]  # ids of the enterprises that a choice means
