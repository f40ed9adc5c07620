"""Who may keep the register: one table for every door, page, list and command alike."""

from typing import Final

from app.foundation.actor import Actor, Role

KEEPERS: Final = frozenset(
    {Role.COUNTY_REVIEWER, Role.CITY_REVIEWER, Role.CITY_APPROVER, Role.POLICY}
)


def may_keep(by: Actor) -> bool:
    """Whether `by` may register enterprises and record changes and title events somewhere.

    Where is decided by the divisions of exactly these grants (`keeping_divisions`). The system
    itself may: it acts on commands of those who run it.
    """
    return by.id is None or by.holds(*KEEPERS)


def keeping_divisions(by: Actor) -> frozenset[str]:
    """Codes of the divisions in which `by` keeps the register (with all below them)."""
    return frozenset(grant.division for grant in by.grants if grant.role in KEEPERS)
