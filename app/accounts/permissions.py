"""Who may do what to an account: asked by services to refuse, by pages to hide a button."""

from uuid import UUID

from app.foundation.actor import Actor, Role


def administered(by: Actor) -> frozenset[str]:
    """The divisions whose accounts `by` administers, with all below them."""
    return frozenset(grant.division for grant in by.grants if grant.role is Role.ADMINISTRATOR)


def is_system(by: Actor) -> bool:
    """Whether the command line acts, which is bound by no division."""
    return by.id is None and not by.grants and not by.address


def may_touch(by: Actor, account_id: UUID) -> bool:
    """Whether `by` may change the grants and the state of the account: never one's own."""
    return by.id != account_id
