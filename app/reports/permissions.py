"""Who may read editions and who may issue them."""

from app.foundation.actor import SEES_ENTERPRISES, Actor, Role

READERS = tuple(role for role in Role if role in SEES_ENTERPRISES)
ISSUERS = (Role.COUNTY_REVIEWER, Role.CITY_REVIEWER, Role.CITY_APPROVER, Role.POLICY)


def issuing_divisions(by: Actor) -> frozenset[str]:
    """Divisions for which, and below which, `by` may issue; the command line for any."""
    return frozenset(grant.division for grant in by.grants if grant.role in ISSUERS)


def is_system(by: Actor) -> bool:
    """Whether the command line or a scheduled job acts, which is bound by no division."""
    return by.id is None and not by.grants and not by.address
