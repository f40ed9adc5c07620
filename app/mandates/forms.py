"""What people fill in to claim an enterprise, to check a claim, and to authorise others."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from app.mandates.domain import INVITED, REASON_LENGTH
from app.web.forms import Form, choice

_PLEASE = _("请填写此项。")


class ClaimForm(Form):
    """The credit code, and the letter that says so."""

    code = StringField(_("统一社会信用代码"), [InputRequired(_PLEASE), Length(max=40)])
    letter = FileField(_("盖章的授权书"), [FileRequired(_("请选择授权书的扫描件。"))])


class ActionForm(Form):
    """A button: nothing but the CSRF token."""


class ConfirmForm(Form):
    """Confirm the claim as it was when the page was opened."""

    version = IntegerField("", [InputRequired()], widget=HiddenInput())


class RefuseForm(ConfirmForm):
    """Turn the claim down, with the reason."""

    reason = TextAreaField(_("未通过的原因"), [InputRequired(_PLEASE), Length(max=REASON_LENGTH)])


class EndForm(Form):
    """End a mandate; the county says why."""

    reason = TextAreaField(_("终止原因"), [Optional(), Length(max=REASON_LENGTH)])


class InviteForm(Form):
    """Authorise one who has an account, or make one."""

    account = RadioField(
        _("被授权人"),
        [InputRequired(_PLEASE)],
        choices=[choice("existing", _("已有帐号")), choice("new", _("还没有帐号，现在建立"))],
    )
    username = StringField(_("用户名"), [InputRequired(_PLEASE), Length(max=39)])
    name = StringField(_("姓名"), [Optional(), Length(max=200)])
    role = RadioField(
        _("角色"),
        [InputRequired(_PLEASE)],
        choices=[choice(role.value, _(role.label)) for role in INVITED],
    )
    since = DateField(_("起始日"), [InputRequired(_PLEASE)])
    until = DateField(_("截止日"), [Optional()])
