"""Vocabularies of the periodic report."""

from app.foundation.labelled import Labelled


class EditionKind(Labelled):
    """How often a report of this kind is made."""

    MONTHLY = "monthly", "月报"
    YEARLY = "yearly", "年报"
    SPECIAL = "special", "专报"


class Basis(Labelled):
    """By which division firms are counted."""

    MANAGING = "managing", "归口管理"
    REGISTERED = "registered", "注册地"


class Change(Labelled):
    """Why a firm entered or left the stock of a title during the year."""

    FIRST = "first", "首次认定"
    RENEWED = "renewed", "重新认定"
    UNDECIDED = "undecided", "首次与否不详"
    MOVED_IN = "moved_in", "整体迁入"
    TRANSFERRED_IN = "transferred_in", "划入"
    EXPIRED = "expired", "到期未续"
    REVOKED = "revoked", "撤销"
    MOVED_OUT = "moved_out", "迁出"
    LAPSED = "lapsed", "终止"
    TRANSFERRED_OUT = "transferred_out", "划出"


class Moment(Labelled):
    """The days on which the stock is counted."""

    NOW = "now", "截止日"
    YEAR_START = "year_start", "上年末"
    PREVIOUS = "previous", "上期末"
    YEAR_AGO = "year_ago", "上年同日"


class RollState(Labelled):
    """Where a firm stands with the yearly roll."""

    CONTINUED = "continued", "上年入库、本年续评"
    JOINED = "joined", "本年新入库"
    PENDING = "pending", "上年入库、本年未评"
    GONE = "gone", "上年入库、已非存续"


class Standing(Labelled):
    """Where a firm stands with a title: held, or how close it is (the pools of DESIGN §4.5)."""

    HELD = "held", "已持有"
    READY = "ready", "数据达标·证据齐"
    PLEDGE = "pledge", "数据达标·待承诺或人工核"
    ONE_SHORT = "one_short", "差一项"
    SHORT = "short", "差多项"
    NO_DATA = "no_data", "数据不足"
    NOT_APPLICABLE = "not_applicable", "不适用"
    NOT_JUDGED = "not_judged", "未评价"


class Risk(Labelled):
    """What may cost a firm its title."""

    EXPIRES_THIS_YEAR = "expires_this_year", "本年到期"
    EXPIRES_NEXT_YEAR = "expires_next_year", "明年到期"
    KEEP_LOST = "keep_lost", "保持条件丧失"
    ABNORMAL = "abnormal", "列入经营异常名录"
    DISHONEST = "dishonest", "列入严重违法失信名单"


class Claim(Labelled):
    """Whether an amount may be paid as it stands."""

    DUE = "due", "应兑付"
    UNVERIFIED = "unverified", "待核"
