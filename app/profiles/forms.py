"""Forms of the ledgers: one per kind of record an enterprise keeps."""

from typing import Any, Final

from flask_babel import lazy_gettext as _
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.foundation.labelled import Labelled
from app.profiles.domain import IpKind, IpOrigin, Level, StandardLevel
from app.web.forms import Form, choice

_NEED: Final = InputRequired(_("请填写这一项。"))
_NAME: Final = Length(max=200, message=_("不超过 200 字。"))
_DAY: Final = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日")


def _day(label: Any, need: Any = _NEED) -> Any:
    return DateField(label, [need], format=list(_DAY))


def _pick(label: Any, kind: type[Labelled]) -> Any:
    options = [choice(each.value, _(each.label)) for each in kind]
    return SelectField(label, [_NEED], choices=[choice("", _("请选择")), *options])


def _yes_no(label: Any) -> Any:
    options = [choice("", _("未说明")), choice("yes", _("是")), choice("no", _("否"))]
    return SelectField(label, [Optional()], choices=options)


def _rank(label: Any) -> Any:
    return IntegerField(
        label, [Optional(), NumberRange(1, 9999, message=_("名次应为 1 到 9999 的整数。"))]
    )


class LedgerForm(Form):
    """What every record has: the day it begins."""

    since = _day(_("开始日期"))


class IpRightForm(LedgerForm):
    """An intellectual property right."""

    kind = _pick(_("类别"), IpKind)
    number = StringField(_("编号"), [_NEED, Length(max=40, message=_("不超过 40 字。"))])
    name = StringField(_("名称"), [_NEED, _NAME])
    applied_on = _day(_("申请日"), Optional())
    since = _day(_("授权或登记日"))
    until = _day(_("届满日"), Optional())
    origin = _pick(_("取得方式"), IpOrigin)
    supports_main_product = _yes_no(_("支持主要产品"))
    is_disputed = _yes_no(_("有权属争议"))


class AwardForm(LedgerForm):
    """A prize."""

    name = StringField(_("奖励名称"), [_NEED, _NAME])
    level = _pick(_("级别"), Level)
    rank = _rank(_("本企业名次"))
    since = _day(_("获奖日"))


class RdPlatformForm(LedgerForm):
    """A research institution."""

    name = StringField(_("平台名称"), [_NEED, _NAME])
    kind = StringField(_("平台类型"), [_NEED, Length(max=40, message=_("不超过 40 字。"))])
    level = _pick(_("级别"), Level)
    since = _day(_("认定日"))
    until = _day(_("有效期止"), Optional())


class StandardForm(LedgerForm):
    """A standard."""

    name = StringField(_("标准名称和编号"), [_NEED, _NAME])
    level = _pick(_("级别"), StandardLevel)
    rank = _rank(_("起草单位排名"))
    since = _day(_("发布日"))
    until = _day(_("废止日"), Optional())


class EquityRoundForm(LedgerForm):
    """Equity paid in."""

    amount_fen = StringField(_("实缴金额（万元）"), [_NEED])
    investor = StringField(_("投资机构"), [_NEED, _NAME])
    is_qualified = _yes_no(_("合格机构投资者"))
    since = _day(_("实缴日"))


class EndForm(Form):
    """The day from which a record is no longer in force."""

    until = _day(_("终止日期"))


FORMS: Final[dict[str, type[LedgerForm]]] = {
    "ip_right": IpRightForm,
    "award": AwardForm,
    "rd_platform": RdPlatformForm,
    "standard": StandardForm,
    "equity_round": EquityRoundForm,
}
