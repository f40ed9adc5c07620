"""Vocabularies of cases, and the interpreter of procedures: pure, no stage is a Python enum."""

from dataclasses import dataclass

from app.foundation.labelled import Labelled


class CaseStatus(Labelled):
    """How a case stands, whatever its stage is called."""

    OPEN = "open", "办理中"
    RETURNED = "returned", "退回补正"
    RECOMMENDED = "recommended", "已推荐待公布"
    GRANTED = "granted", "已认定"
    REJECTED = "rejected", "不予通过"
    WITHDRAWN = "withdrawn", "已撤回"
    NOT_LISTED = "not_listed", "未列入公布名单"


class CaseAction(Labelled):
    """What can be done to a case; which stage allows what is data."""

    PASS = "pass", "通过"
    RETURN = "return", "退回补正"
    REJECT = "reject", "不予通过"
    RESUBMIT = "resubmit", "补正后重新提交"
    WITHDRAW = "withdraw", "撤回"


class BatchState(Labelled):
    """Where a recommendation batch stands."""

    OPEN = "open", "整理中"
    FORWARDED = "forwarded", "已上报"
    CONCLUDED = "concluded", "结果已回填"


FINAL = frozenset(
    {CaseStatus.GRANTED, CaseStatus.REJECTED, CaseStatus.WITHDRAWN, CaseStatus.NOT_LISTED}
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case is: the stage's place in its procedure, and its status."""

    stage: int
    status: CaseStatus
