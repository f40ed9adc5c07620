"""What firms and reviewers fill in."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from app.reviews.domain import DECISIONS
from app.web.forms import Form, choice

_PLEASE = _("请填写此项。")
_REASON = Length(max=1000, message=_("最多 1000 字，请精简。"))


class VersionForm(Form):
    """A button on a case or batch as it was when the page was opened."""

    version = IntegerField("", [InputRequired()], widget=HiddenInput())


class ApplyForm(Form):
    """Apply: for what, and the pledge."""

    application_type = RadioField(_("申报类型"), [InputRequired(_PLEASE)])
    pledge = BooleanField(
        _("本企业承诺：所填数据和材料真实、准确、完整，与财务报表和纳税申报一致，愿承担相应责任。"),
        [InputRequired(_("请阅读并勾选承诺后再提交。"))],
    )


class UploadForm(Form):
    """The stamped application."""

    file = FileField(_("盖章申报书扫描件"), [FileRequired(_("请选择文件。"))])


class LetterForm(Form):
    """A letter to the other side."""

    text = TextAreaField(_("内容"), [InputRequired(_PLEASE), _REASON])


class WithdrawForm(VersionForm):
    """Take the application back."""

    reason = TextAreaField(_("撤回原因"), [InputRequired(_PLEASE), _REASON])


class ResubmitForm(VersionForm):
    """Hand in again what was corrected."""

    note = TextAreaField(_("补正说明"), [Optional(), _REASON])


class DecisionForm(VersionForm):
    """A reviewer's decision; the fields sent back come beside it."""

    action = RadioField(
        _("审核意见"),
        [InputRequired(_("请选择审核意见。"))],
        choices=[choice(action.value, _(action.label)) for action in DECISIONS],
    )
    reason = TextAreaField(_("理由"), [InputRequired(_("请填写理由，企业会看到。")), _REASON])
    meeting_on = DateField(_("会议日期"), [Optional()])
    number = StringField(_("纪要号"), [Optional(), Length(max=200)])


class MeetingForm(Form):
    """What a meeting decided of a list."""

    meeting_on = DateField(_("会议日期"), [InputRequired(_PLEASE)])
    number = StringField(_("纪要号"), [InputRequired(_PLEASE), Length(max=200)])
    reason = TextAreaField(_("审定意见"), [InputRequired(_PLEASE), _REASON])


class BatchForm(Form):
    """A new batch: which cases, in whose name."""

    what = SelectField(_("待上报的申报"), [InputRequired(_PLEASE)])
    name = StringField(_("批次名称"), [InputRequired(_PLEASE), Length(max=200)])


class ForwardForm(VersionForm):
    """Send a batch up."""

    number = StringField(_("推荐函文号"), [InputRequired(_PLEASE), Length(max=200)])
    letter = FileField(_("盖章推荐函扫描件"), [FileRequired(_("请上传盖章推荐函的扫描件。"))])


class UnlistForm(Form):
    """Close what an announced list left out."""

    reason = TextAreaField(_("依据的公布名单和情况"), [InputRequired(_PLEASE), _REASON])
