"""Who may do what to an enterprise's yearly figures: one pure predicate each."""

from typing import Final
from uuid import UUID

from app.foundation.actor import Actor, EnterpriseRole

FILLS: Final = (
    EnterpriseRole.ADMIN,
    EnterpriseRole.FILLER,
    EnterpriseRole.FINANCE,
    EnterpriseRole.AGENT,
)
FILES: Final = (EnterpriseRole.ADMIN, EnterpriseRole.FILLER, EnterpriseRole.LEGAL)
SIGNS: Final = (EnterpriseRole.FINANCE, EnterpriseRole.LEGAL)  # in this order


def may_see(by: Actor, enterprise_id: UUID) -> bool:
    """Whether the drafts of the enterprise are known to `by`: any mandate, and no officer."""
    return by.acts_for(enterprise_id)


def may_fill(by: Actor, enterprise_id: UUID) -> bool:
    """Whether `by` may type figures and keep the records of the enterprise."""
    return by.acts_for(enterprise_id, *FILLS)


def may_sign(by: Actor, enterprise_id: UUID, role: EnterpriseRole) -> bool:
    """Whether `by` may confirm a draft as `role`."""
    return role in SIGNS and by.acts_for(enterprise_id, role)


def may_file(by: Actor, enterprise_id: UUID) -> bool:
    """Whether `by` may file a signed draft. An agent prepares; the enterprise itself files."""
    return by.acts_for(enterprise_id, *FILES)
