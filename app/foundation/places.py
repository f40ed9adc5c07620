"""Which places lie within others, for the rooms that stand below the one that keeps them.

Rooms above `reference` ask `app.reference.queries.within`; the table is the same.
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import Select, column, select, table
from sqlalchemy.orm import Session

_CLOSURE: Final = table("division_closure", column("ancestor_code"), column("descendant_code"))


_DIVISION: Final = table("division", column("code"), column("name"))


def names(session: Session, codes: Collection[str]) -> dict[str, str]:
    """Code -> name of the places `codes`; a code that is no place has none."""
    wanted = select(_DIVISION.c.code, _DIVISION.c.name).where(_DIVISION.c.code.in_(sorted(codes)))
    return dict(session.execute(wanted).all())


def below(divisions: Collection[str]) -> Select[str]:
    """Codes of the places at or below any of `divisions`. No division, no place."""
    return select(_CLOSURE.c.descendant_code).where(_CLOSURE.c.ancestor_code.in_(sorted(divisions)))
