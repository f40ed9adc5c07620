"""Vocabularies of files from outside."""

from dataclasses import dataclass
from datetime import date

from app.enterprises.domain import EventKind
from app.foundation.labelled import Labelled


class LoadKind(Labelled):
    """What kind of file set was loaded."""

    CITY = "city", "全市数据"
    LIST = "list", "公告名单"


class LoadState(Labelled):
    """How far a load has come."""

    RECEIVED = "received", "待试算"
    CHECKED = "checked", "已试算"  # dry run done, nothing written
    QUEUED = "queued", "排队导入"
    WRITTEN = "written", "已导入"
    FAILED = "failed", "未导入"
    DISCARDED = "discarded", "已放弃"


class RowMatch(Labelled):
    """How a row of a list found its enterprise."""

    BY_CODE = "by_code", "信用代码一致"
    BY_NAME = "by_name", "名称一致"
    BY_FORMER_NAME = "by_former_name", "曾用名一致"
    AMBIGUOUS = "ambiguous", "多户同名，待人工确认"
    OUTSIDE = "outside", "不在本地企业库"
    CONFIRMED = "confirmed", "人工确认"
    SKIPPED = "skipped", "不导入"


class ListField(Labelled):
    """What a column of an announced list says."""

    IGNORED = "ignored", "不导入"
    NAME = "name", "企业名称"
    CREDIT_CODE = "credit_code", "统一社会信用代码"
    REGION = "region", "地区"
    CERTIFICATE = "certificate", "证书或登记编号"
    SINCE = "since", "发证或有效期起"
    UNTIL = "until", "有效期止"


class IssueEffect(Labelled):
    """What a fault of the input led to."""

    ROW = "row", "整行未导入"
    VALUE = "value", "该值未采用"
    NOTE = "note", "已导入，请核对"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What an announced list as a whole says, besides its rows."""

    title: str  # qualified id of the title it announces
    kind: EventKind
    number: str  # 文号
    batch: str  # 批次
    name: str  # as printed on top
    issued_on: date
    division: str  # for whose enterprises it is read
    since: date | None = None  # for rows that print no day of their own
    until: date | None = None  # printed end, likewise
