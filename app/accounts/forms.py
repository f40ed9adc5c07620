"""What people fill in to sign in and to administer accounts."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from app.accounts.domain import MAX_PASSWORD
from app.foundation.actor import Line, Role
from app.web.forms import Form, choice

_PLEASE = _("请填写此项。")


class SignInForm(Form):
    """User name and password."""

    username = StringField(_("用户名"), [InputRequired(_PLEASE), Length(max=40)])
    password = PasswordField(_("密码"), [InputRequired(_PLEASE), Length(max=MAX_PASSWORD)])


class RegisterForm(Form):
    """A person of an enterprise registers; neither phone nor identity number is asked for."""

    username = StringField(_("用户名"), [InputRequired(_PLEASE), Length(max=39)])
    name = StringField(_("姓名"), [InputRequired(_PLEASE), Length(max=200)])
    new = PasswordField(_("密码"), [InputRequired(_PLEASE)])
    again = PasswordField(
        _("再输入一次密码"),
        [InputRequired(_PLEASE), EqualTo("new", _("两次输入的密码不一致。"))],
    )


class ActionForm(Form):
    """A button: nothing but the CSRF token."""


class PasswordForm(Form):
    """A new password for oneself."""

    present = PasswordField(_("当前密码"), [InputRequired(_PLEASE), Length(max=MAX_PASSWORD)])
    new = PasswordField(_("新密码"), [InputRequired(_PLEASE)])
    again = PasswordField(
        _("再输入一次新密码"),
        [InputRequired(_PLEASE), EqualTo("new", _("两次输入的新密码不一致。"))],
    )


class AccountForm(Form):
    """A new account; its password is invented and shown once."""

    username = StringField(_("用户名"), [InputRequired(_PLEASE), Length(max=39)])
    name = StringField(_("姓名"), [InputRequired(_PLEASE), Length(max=200)])
    division = SelectField(_("所在区划"), [InputRequired(_PLEASE)])


class GrantForm(Form):
    """A role in a place, on a line, from–to."""

    role = SelectField(
        _("角色"),
        [InputRequired(_PLEASE)],
        choices=[choice(r.value, _(r.label)) for r in Role],
    )
    division = SelectField(_("区划（含其下）"), [InputRequired(_PLEASE)])
    line = SelectField(
        _("条线"),
        [InputRequired(_PLEASE)],
        choices=[choice(k.value, _(k.label)) for k in Line],
    )
    since = DateField(_("起始日"), [InputRequired(_PLEASE)])
    until = DateField(_("截止日"), [Optional()])
