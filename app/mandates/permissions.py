"""Who may decide on claims and on mandates: for services to refuse, for pages to hide a button."""

from uuid import UUID

from app.foundation.actor import Actor, EnterpriseRole
from app.mandates.domain import DECIDERS


def deciding_divisions(by: Actor) -> frozenset[str]:
    """Codes of the divisions in which `by` checks claims, with all below them."""
    return frozenset(grant.division for grant in by.grants if grant.role in DECIDERS)


def may_decide(by: Actor, account_id: UUID, enterprise_id: UUID | None) -> bool:
    """Whether `by` has no part in a claim filed by `account_id` for an enterprise, if known."""
    own = enterprise_id is not None and by.acts_for(enterprise_id)
    return by.id is not None and by.id != account_id and not own


def may_authorise(by: Actor, enterprise_id: UUID) -> bool:
    """Whether `by` may authorise others to act for the enterprise."""
    return by.acts_for(enterprise_id, EnterpriseRole.ADMIN)


def may_leave(by: Actor, account_id: UUID) -> bool:
    """Whether the mandate is one's own, which one may always give up."""
    return by.id == account_id
