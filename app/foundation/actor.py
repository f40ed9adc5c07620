"""Who acts: an account seen from below the faces, with its grants in force."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.foundation.labelled import Labelled


class Role(Labelled):
    """What a grant allows. Granted per division, per line and from–to dates."""

    COUNTY_REVIEWER = "county_reviewer", "县区初审"
    CITY_REVIEWER = "city_reviewer", "市级复核"
    CITY_APPROVER = "city_approver", "市级审定"
    POLICY = "policy", "政策"
    FINANCE = "finance", "财政"
    LEADER = "leader", "领导（只读）"
    AUDITOR = "auditor", "审计"
    ADMINISTRATOR = "administrator", "系统管理员"


class EnterpriseRole(Labelled):
    """What a mandate allows within one enterprise."""

    ADMIN = "enterprise_admin", "企业管理员"
    FILLER = "filler", "填报员"
    FINANCE = "enterprise_finance", "财务"
    LEGAL = "legal", "法人"
    AGENT = "agent", "代理机构"


class Line(Labelled):
    """The bureau a grant belongs to."""

    SCIENCE = "science", "科技"
    INDUSTRY = "industry", "工信"
    FINANCE = "finance", "财政"


@dataclass(frozen=True, slots=True)
class Grant:
    """One role in one division (with all below it) on one line."""

    role: Role
    division: str
    line: Line


@dataclass(frozen=True, slots=True)
class ActsFor:
    """One enterprise the account may act for, in one role."""

    enterprise_id: UUID
    role: EnterpriseRole


@dataclass(frozen=True, slots=True)
class Actor:
    """The account on whose behalf something is done, with the grants in force that day.

    `id` is None for the system itself (a scheduled job, the command line).
    """

    id: UUID | None
    name: str
    grants: tuple[Grant, ...] = ()
    mandates: tuple[ActsFor, ...] = ()  # those in force that day
    address: str = ""  # network address of the request; empty for jobs and commands

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held anywhere."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def divisions(self) -> frozenset[str]:
        """Codes of the divisions granted; what lies below them is in the closure table."""
        return frozenset(grant.division for grant in self.grants if grant.role in SEES_ENTERPRISES)

    @property
    def enterprises(self) -> frozenset[UUID]:
        """The enterprises the account may act for."""
        return frozenset(mandate.enterprise_id for mandate in self.mandates)

    def acts_for(self, enterprise_id: UUID, *roles: EnterpriseRole) -> bool:
        """Whether the account may act for the enterprise, in one of `roles` (in any if none)."""
        return any(
            mandate.enterprise_id == enterprise_id and (not roles or mandate.role in roles)
            for mandate in self.mandates
        )

    def holds(self, *roles: Role) -> bool:
        """Whether at least one of `roles` is held anywhere."""
        return not self.roles.isdisjoint(roles)


# 三权分立: who runs the system reads no enterprise's files.
SEES_ENTERPRISES: Final = frozenset(Role) - {Role.ADMINISTRATOR}
SYSTEM: Final = Actor(id=None, name="系统")
