"""Vocabularies of claims and mandates."""

from app.foundation.labelled import Labelled


class ClaimState(Labelled):
    """Where a claim stands."""

    PENDING = "pending", "待核对"
    CONFIRMED = "confirmed", "已确认"
    REFUSED = "refused", "未通过"
    WITHDRAWN = "withdrawn", "已撤回"
