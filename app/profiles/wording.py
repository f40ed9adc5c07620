"""Figures in words for the faces: sections, units, who says a figure, a value as people read it."""

from app.profiles.domain import Scalar
from app.profiles.typed import MoneyUnit, write
from app.web.i18n import gettext as _
from app.web.i18n import label, said
from rules.indicators import Indicator


def section_name(section: str) -> str:
    """The part of the yearly form an indicator belongs to."""
    return {
        "identity": _("基本情况"),
        "staff": _("人员"),
        "revenue": _("收入与利润"),
        "rd": _("研发投入"),
        "assets": _("资产与负债"),
        "product": _("产品"),
        "quality": _("管理与成果"),
        "ip": _("知识产权"),
        "titles": _("称号与荣誉"),
        "finance": _("融资"),
        "integrity": _("信用与守法"),
    }.get(section, section)


def unit_name(unit: str, money: MoneyUnit) -> str:
    """The unit that stands beside a field."""
    if unit == "CNY":
        return label(money)
    return {
        "persons": _("人"),
        "percent": "%",
        "points": _("分"),
        "months": _("月"),
        "count": _("项"),
        "rank": _("名"),
        "years": _("年"),
    }.get(unit, "")


def who_says(indicator: Indicator) -> str:
    """Who vouches for an indicator the enterprise does not type here."""
    if indicator.period == "RND":
        return _("申报时填写")
    return {
        "R": _("由台账和称号登记得出"),
        "X": _("由上级或其他部门提供"),
        "B": _("由归口单位核录"),
        "D": _("由系统计算"),
    }.get(indicator.who, _("在登记信息中维护"))


def source_of(indicator: Indicator) -> str:
    """Document and article of an indicator's definition."""
    parts = (str(indicator.source.get(name, "")) for name in ("document", "article"))
    return " ".join(part for part in parts if part)


def shown(indicator: Indicator, value: Scalar | None, money: MoneyUnit) -> str:
    """A value without its unit, as people read it; empty when unknown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, str):
        choice = indicator.choices.get(value)
        return said(choice) if choice else value
    return write(indicator, value, money)
