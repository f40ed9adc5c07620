"""What people fill in to bring in files."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.enterprises.domain import EventKind
from app.web.forms import Form, choice

_PLEASE = _("请填写此项。")


class ListForm(Form):
    """An announced list: the file, and what stands above and around its table."""

    file = FileField(_("名单文件"), [FileRequired(_("请选择 .xlsx 或 .csv 文件。"))])
    name = StringField(_("公告或名单标题"), [InputRequired(_PLEASE), Length(max=200)])
    title = SelectField(_("称号"), [InputRequired(_PLEASE)])
    kind = SelectField(
        _("登记种类"),
        [InputRequired(_PLEASE)],
        choices=[choice(kind.value, _(kind.label)) for kind in EventKind],
    )
    number = StringField(_("文号"), [InputRequired(_PLEASE), Length(max=200)])
    batch = StringField(_("批次"), [InputRequired(_PLEASE), Length(max=200)])
    issued_on = DateField(_("公告日期"), [InputRequired(_PLEASE)])
    division = SelectField(_("导入范围"), [InputRequired(_PLEASE)])
    since = DateField(_("有效期起"), [Optional()])
    until = DateField(_("有效期止"), [Optional()])


class ColumnsForm(Form):
    """Where the header is; what each column says is read beside it (column-0, column-1 …)."""

    sheet = IntegerField(_("工作表"), [InputRequired(), NumberRange(0, 1_000)])
    header = IntegerField(_("表头所在行"), [InputRequired(), NumberRange(1, 5_000)])


class RowForm(Form):
    """Whom one row means: one of those proposed, another by its code, or nobody."""

    choice = RadioField(_("这一行是"), [InputRequired(_("请选择一项。"))])
    credit_code = StringField(_("统一社会信用代码"), [Optional(), Length(max=40)])


class CityForm(Form):
    """A city's files: an archive uploaded here, or a folder placed in DATA_DIR/incoming."""

    archive = FileField(_("压缩包"))
    folder = SelectField(_("服务器文件夹"), [Optional()])
    manifest = FileField(_("数据清单"))


class ActionForm(Form):
    """A button: nothing but the CSRF token."""
