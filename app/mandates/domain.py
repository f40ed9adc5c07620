"""Vocabularies of claims and mandates, and the rules that need no database."""

from datetime import date
from typing import Final

from app.foundation.actor import EnterpriseRole, Role
from app.foundation.labelled import Labelled

# Who checks a claim against its letter, in the division that manages the enterprise.
DECIDERS: Final = frozenset({Role.COUNTY_REVIEWER, Role.CITY_REVIEWER})
# Whom an 企业管理员 may authorise. Another 企业管理员 claims with a letter of his own.
INVITED: Final = (
    EnterpriseRole.FILLER,
    EnterpriseRole.FINANCE,
    EnterpriseRole.LEGAL,
    EnterpriseRole.AGENT,
)
REASON_LENGTH: Final = 500


class ClaimState(Labelled):
    """Where a claim stands."""

    PENDING = "pending", "待核对"
    CONFIRMED = "confirmed", "已确认"
    REFUSED = "refused", "未通过"
    WITHDRAWN = "withdrawn", "已撤回"


class MandateState(Labelled):
    """Whether a mandate counts on a day."""

    CURRENT = "current", "有效"
    UPCOMING = "upcoming", "未生效"
    EXPIRED = "expired", "已到期"
    ENDED = "ended", "已终止"


def state_on(day: date, *, since: date, until: date | None, ended: bool) -> MandateState:
    """What a mandate over [since, until) is on `day`.

    >>> state_on(date(2026, 7, 1), since=date(2026, 1, 1), until=date(2026, 7, 1), ended=False)
    <MandateState.EXPIRED: 'expired'>
    """
    if ended:
        return MandateState.ENDED
    if until is not None and until <= day:
        return MandateState.EXPIRED
    return MandateState.UPCOMING if day < since else MandateState.CURRENT
