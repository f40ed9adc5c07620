"""Vocabularies of the enterprise master and the title register."""

from app.foundation.labelled import Labelled


class OperatingStatus(Labelled):
    """Whether the enterprise is in business. Those not active leave every list."""

    ACTIVE = "active", "存续"
    SUSPENDED = "suspended", "停产"
    MOVED_OUT = "moved_out", "迁出"
    REVOKED = "revoked", "吊销"
    DEREGISTERED = "deregistered", "注销"


class Attribute(Labelled):
    """What about an enterprise has a history."""

    NAME = "name", "企业名称"
    REGISTERED_DIVISION = "registered_division", "注册地"
    MANAGING_DIVISION = "managing_division", "归口"
    INDUSTRY = "industry_code", "行业"
    STATUS = "operating_status", "登记状态"


class EventKind(Labelled):
    """What happened to a title."""

    FIRST = "first", "首次认定"
    RENEWED = "renewed", "重新认定"
    REVIEWED = "reviewed", "复核通过"
    ENROLLED = "enrolled", "年度入库"
    RECORDED = "recorded", "认定（首次与否不详）"  # history known only in part
    MOVED_IN = "moved_in", "整体迁入"
    RENAMED = "renamed", "更名"
    REVOKED = "revoked", "撤销"
    MOVED_OUT = "moved_out", "迁出"
    LAPSED = "lapsed", "终止"


class DocumentKind(Labelled):
    """What kind of paper or file a fact comes from."""

    LIST = "list", "公告名单"
    CITY_FILE = "city_file", "全市数据文件"
    OFFICER = "officer", "工作人员录入"
    ENTERPRISE = "enterprise", "企业填报"
    DECISION = "decision", "本局决定"
