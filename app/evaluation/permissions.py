"""Who may do what to flags and batches: one table for every door, page and command alike."""

from collections.abc import Collection
from typing import Final

from app.evaluation.domain import FlagAct, FlagState
from app.foundation.actor import Actor, Role

_REVIEW: Final = frozenset({Role.COUNTY_REVIEWER, Role.CITY_REVIEWER, Role.CITY_APPROVER})
WHO: Final = {
    FlagAct.ASSIGNED: _REVIEW,
    FlagAct.NOTED: _REVIEW | {Role.POLICY, Role.FINANCE},
    FlagAct.CLOSED: _REVIEW,
    FlagAct.REOPENED: frozenset({Role.CITY_REVIEWER, Role.CITY_APPROVER}),
}
OPEN: Final = frozenset({FlagState.OPEN, FlagState.ASSIGNED})
_BATCH: Final = frozenset({Role.CITY_REVIEWER, Role.CITY_APPROVER, Role.POLICY})
_CHECK: Final = frozenset({Role.POLICY})


def may(act: FlagAct, state: FlagState, roles: Collection[Role]) -> bool:
    """Whether one who holds `roles` at the flag's place and line may take `act`."""
    if act not in WHO or WHO[act].isdisjoint(roles):
        return False
    is_open = state in OPEN
    return not is_open if act is FlagAct.REOPENED else is_open or act is FlagAct.NOTED


def may_batch(by: Actor) -> bool:
    """Whether `by` may order a batch somewhere; where, the divisions of these grants tell."""
    return by.id is None or by.holds(*_BATCH)


def batch_divisions(by: Actor) -> frozenset[str]:
    """Divisions in which `by` may order a batch (with all below them)."""
    return frozenset(grant.division for grant in by.grants if grant.role in _BATCH)


def may_check(by: Actor) -> bool:
    """Whether `by` may sign that a clause was checked in the official text (局核实)."""
    return by.holds(*_CHECK)
