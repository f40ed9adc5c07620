"""What people fill in to order a batch and to see a flag through."""

from flask_babel import lazy_gettext as _
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.web.forms import Form

_PLEASE = _("请填写此项。")
_REASON = _("请写明理由。")
FIRST_YEAR, LAST_YEAR = 2015, 2100


class BatchForm(Form):
    """Whom to judge, on which day, for which 申报年度."""

    division = SelectField(_("区划"), [InputRequired(_PLEASE)])
    on = DateField(_("评价日"), [InputRequired(_("请填写评价日，如 2026-11-24。"))])
    for_year = IntegerField(
        _("申报年度"),
        [
            InputRequired(_PLEASE),
            NumberRange(FIRST_YEAR, LAST_YEAR, _("请填写四位年份，如 2026。")),
        ],
    )
    titles = SelectMultipleField(_("只评这些称号"), [Optional()])


class AssignForm(Form):
    """Give one flag, or those ticked in a list, to an officer."""

    version = HiddenField()
    assignee = SelectField(_("承办人"), [InputRequired(_("请选择承办人。"))])
    note = StringField(_("交办意见"), [Optional(), Length(max=1000)])


class NoteForm(Form):
    """A note."""

    version = HiddenField()
    text = TextAreaField(_("备注"), [InputRequired(_PLEASE), Length(max=1000)])


class EndForm(Form):
    """Close a flag, or take it up again, with the reason."""

    version = HiddenField()
    reason = TextAreaField(_("理由"), [InputRequired(_REASON), Length(max=1000)])


class CheckForm(Form):
    """局核实: the clause as it stands in the official text, by whom it was read and when."""

    clause = HiddenField()
    official_text = TextAreaField(
        _("正式文本原文"), [InputRequired(_("请抄录正式文本中的原文。")), Length(max=4000)]
    )
    official_name = StringField(
        _("文件名称、文号及页码"), [InputRequired(_("请写明所核的文件。")), Length(max=200)]
    )
    checked_on = DateField(_("核实日期"), [InputRequired(_("请填写核实日期。"))])
