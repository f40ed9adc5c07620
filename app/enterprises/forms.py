"""Forms of the enterprises room."""

from typing import Final

from flask_babel import lazy_gettext as _
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from app.enterprises.domain import CLOSING, EventKind, OperatingStatus
from app.web.forms import Form, choice

NAME: Final = Length(max=200, message=_("不超过 200 字。"))
REASON: Final = Length(max=500, message=_("不超过 500 字。"))


class SaveViewForm(Form):
    """A name for the filters of a list."""

    name = StringField(
        _("视图名称"),
        [InputRequired(_("请给视图起个名字。")), Length(max=60, message=_("不超过 60 字。"))],
    )


class DropViewForm(Form):
    """A saved view that is no longer wanted; the token alone."""


class RegisterForm(Form):
    """A new enterprise, from its business licence."""

    credit_code = StringField(
        _("统一社会信用代码"),
        [InputRequired(_("请填写 18 位统一社会信用代码。")), Length(max=40)],
    )
    credit_code_override = StringField(_("校验码不符但确属该企业的理由"), [Optional(), REASON])
    name = StringField(_("企业名称"), [InputRequired(_("请填写企业名称。")), NAME])
    registered_division = SelectField(_("注册地"), [InputRequired(_("请选择注册地。"))], choices=[])
    managing_division = SelectField(_("归口"), [InputRequired(_("请选择归口单位。"))], choices=[])
    industry_code = StringField(_("行业代码"), [Optional(), Length(max=5)])
    registered_on = DateField(
        _("成立日期"), [InputRequired(_("请按营业执照填写成立日期，如 2018-05-01。"))]
    )
    operating_status = SelectField(
        _("登记状态"),
        choices=[choice(each.value, _(each.label)) for each in OperatingStatus],
        default=OperatingStatus.ACTIVE.value,
    )
    source = StringField(
        _("依据"), [InputRequired(_("请填写依据，如“营业执照”或文件名称。")), NAME]
    )
    number = StringField(_("文号"), [Optional(), NAME])


class ChangeForm(Form):
    """A change of one attribute; the field of the new value is added by the view."""

    mode = RadioField(
        _("性质"),
        choices=[
            choice("change", _("变更：自某日起改为新内容，此前的内容保留为历史")),
            choice("correction", _("更正：原登记有误，现内容自始如此")),
        ],
        default="change",
    )
    since = DateField(_("生效日期"), [Optional()])
    reason = TextAreaField(_("理由"), [InputRequired(_("请填写变更或更正的理由。")), REASON])
    source = StringField(_("依据"), [InputRequired(_("请填写依据，如“变更核准通知书”。")), NAME])
    number = StringField(_("文号"), [Optional(), NAME])
    version = IntegerField(widget=HiddenInput())

    def is_dated(self) -> bool:
        """Whether a change says from when; blames the field if it does not."""
        if self.mode.data == "correction" or self.since.data is not None:
            return True
        self.since.errors = [_("请填写变更的生效日期；若原登记有误，请选“更正”。")]
        return False


class NameChangeForm(ChangeForm):
    """更名."""

    value = StringField(_("新的企业名称"), [InputRequired(_("请填写新的企业名称。")), NAME])


class ChoiceChangeForm(ChangeForm):
    """A change to one of a list: a place, or a status."""

    value = SelectField(_("新内容"), [InputRequired(_("请选择新内容。"))], choices=[])


class IndustryChangeForm(ChangeForm):
    """A change of industry."""

    value = StringField(
        _("新的行业代码"), [InputRequired(_("请填写 GB/T 4754 行业代码，如 3562。")), Length(max=5)]
    )


class EventForm(Form):
    """A title event from a published paper."""

    title = SelectField(_("称号"), [InputRequired(_("请选择称号。"))], choices=[])
    kind = SelectField(
        _("事件"),
        [InputRequired(_("请选择事件。"))],
        choices=[choice(each.value, _(each.label)) for each in EventKind],
    )
    on_day = DateField(
        _("日期"), [InputRequired(_("请填写认定（入库、迁入）或生效日期，如 2026-06-30。"))]
    )
    printed_end = DateField(_("有效期止（证书所载）"), [Optional()])
    certificate = StringField(_("证书编号或入库编号"), [Optional(), NAME])
    number = StringField(_("文号"), [InputRequired(_("请填写公布文件的文号。")), NAME])
    batch = StringField(_("批次"), [Optional(), NAME])
    source = StringField(_("文件名称"), [InputRequired(_("请填写公布文件的名称。")), NAME])
    issued_on = DateField(_("成文日期"), [Optional()])
    note = StringField(_("备注"), [Optional(), REASON])

    def fits(self) -> bool:
        """Whether the end goes with the kind; blames the field if not."""
        kind = EventKind(self.kind.data)
        if self.printed_end.data is None:
            return True
        if kind in CLOSING or kind is EventKind.RENAMED:
            self.printed_end.errors = [_("这类事件没有有效期，请留空。")]
            return False
        if self.on_day.data is not None and self.printed_end.data < self.on_day.data:
            self.printed_end.errors = [_("有效期止早于日期，请核对证书。")]
            return False
        return True


class WithdrawForm(Form):
    """An event that was recorded in error."""

    reason = TextAreaField(_("理由"), [InputRequired(_("请填写撤回这一登记的理由。")), REASON])
