"""Who may bring in files, and for which divisions: one table for pages, jobs and commands."""

from typing import Final

from app.foundation.actor import Actor, Role

LOADERS: Final = (Role.CITY_REVIEWER, Role.CITY_APPROVER, Role.POLICY)
READERS: Final = (*LOADERS, Role.COUNTY_REVIEWER, Role.LEADER, Role.AUDITOR)


def may_load(by: Actor) -> bool:
    """Whether `by` may bring in files somewhere. The system may: it acts on commands."""
    return by.id is None or by.holds(*LOADERS)


def loading_divisions(by: Actor) -> frozenset[str]:
    """Codes of the divisions (with all below them) for which `by` may bring in files."""
    return frozenset(grant.division for grant in by.grants if grant.role in LOADERS)
