"""Who may do what to a case: one predicate for the service, the pages and the queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.foundation.actor import EnterpriseRole, Role
from app.foundation.errors import Refusal
from app.reviews.domain import DECISIONS, CaseAction, Standing, allowed
from app.reviews.errors import MakerNotChecker, NotYourCase
from rules.pack import Stage

REVIEWERS: Final = (Role.COUNTY_REVIEWER, Role.CITY_REVIEWER, Role.CITY_APPROVER)
CONCLUDERS: Final = (Role.CITY_REVIEWER, Role.CITY_APPROVER)  # close what a list left out
APPLICANTS: Final = (EnterpriseRole.ADMIN, EnterpriseRole.FILLER, EnterpriseRole.AGENT)
_OF_THE_FIRM: Final = frozenset({CaseAction.RESUBMIT, CaseAction.WITHDRAW})
_OF_THE_LIST: Final = frozenset({CaseAction.LIST, CaseAction.UNLIST})


@dataclass(frozen=True, slots=True)
class Seat:
    """How an actor stands to one case at its present stage."""

    roles: frozenset[Role] = frozenset()  # held where the firm is managed, on the title's line
    is_applicant: bool = False  # may file for the firm
    part: str = ""  # why he may not review it, in words; empty: he had no part in it


def may(action: CaseAction, stages: Sequence[Stage], standing: Standing, seat: Seat) -> bool:
    """Whether one who sits there may take `action` on a case that stands there."""
    return action in allowed(stages, standing) and refusal(action, stages, standing, seat) is None


def refusal(
    action: CaseAction, stages: Sequence[Stage], standing: Standing, seat: Seat
) -> Refusal | None:
    """Why not, or None; whether the case allows the action at all is asked of the domain."""
    if action in _OF_THE_FIRM:
        said = f"“{action.label}”由企业管理员、填报员或受托代理办理。"
        return None if seat.is_applicant else NotYourCase(said)
    if action in _OF_THE_LIST:
        said = "公布结果由市级复核或市级审定岗位回填。"
        return NotYourCase(said) if seat.roles.isdisjoint(CONCLUDERS) else None
    stage = stages[standing.stage]
    if stage.role not in {role.value for role in seat.roles}:
        return NotYourCase(
            f"“{stage.name}”由{_label(stage.role)}岗位办理，须在企业归口单位和称号业务线上有授权。"
        )
    barred = action in DECISIONS and seat.part
    said = f"{seat.part}，不能再审核，请由其他有权限的同事办理。"
    return MakerNotChecker(said) if barred else None


def _label(role: str) -> str:
    return next((each.label for each in Role if each.value == role), role)
