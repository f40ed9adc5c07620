"""Vocabularies of evaluations, grades and flags."""

from typing import Final

from app.foundation.labelled import Labelled

# The two national titles whose law names each other (115号第八条; 小升高).
TECH_SME: Final = "national.tech_sme"
HIGH_TECH: Final = "national.high_tech"


class ApplicationType(Labelled):
    """What a firm applies for; the rule set depends on it."""

    NEW = "新申报", "新申报"
    REVIEW = "复核", "复核"
    RENEWAL = "重新认定", "重新认定"
    YEARLY = "年度评价", "年度评价"


class Outcome(Labelled):
    """The outcome of a criterion or a title."""

    UNMET = "unmet", "未达标"
    UNKNOWN = "unknown", "资料不足"
    MANUAL = "manual", "待人工核"
    MET = "met", "达标"
    NOT_APPLICABLE = "not_applicable", "不适用"


class Grade(Labelled):
    """How close a firm is, for the pools (DESIGN §4.5)."""

    READY = "ready", "数据达标·证据齐"
    PLEDGE = "pledge", "数据达标·待承诺或人工核"
    ONE_SHORT = "one_short", "差一项"
    SHORT = "short", "差多项"
    NO_DATA = "no_data", "数据不足"


class FlagKind(Labelled):
    """What the bureau should look at."""

    HIGH_TECH_NOT_ENROLLED = "high_tech_not_enrolled", "有效高企未入库科小"
    ENROLLED_LAST_YEAR = "enrolled_last_year", "上年入库本年未评"
    ELIGIBLE_NOT_HELD = "eligible_not_held", "应评未评"
    RESERVE = "reserve", "小升高后备"
    CANDIDATE = "candidate", "瞪羚龙头候选"
    EXPIRING = "expiring", "称号到期"
    KEEP_LOST = "keep_lost", "保持条件丧失"
    SUBSIDY = "subsidy", "补助待核"


class FlagState(Labelled):
    """Where a flag stands."""

    OPEN = "open", "待处理"
    ASSIGNED = "assigned", "已分派"
    CLOSED = "closed", "已办结"
    CLEARED = "cleared", "已自动消除"  # the batch no longer sees the cause


class FlagAct(Labelled):
    """What was done to a flag."""

    RAISED = "raised", "产生"
    CHANGED = "changed", "更新"
    CLEARED = "cleared", "自动消除"
    ASSIGNED = "assigned", "分派"
    NOTED = "noted", "备注"
    CLOSED = "closed", "办结"
    REOPENED = "reopened", "重新打开"
