"""The form that issues a report."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from wtforms import DateField, DateTimeLocalField, SelectField
from wtforms.validators import InputRequired, Optional

from app.foundation.clock import SHANGHAI
from app.reports.domain.vocabulary import EditionKind
from app.web.forms import Form, choice


class IssueForm(Form):
    """Which report to issue: of what place, of what kind, up to which day, as known when."""

    division = SelectField(_("单位"), [InputRequired(_("请选择单位。"))])
    kind = SelectField(
        _("种类"),
        [InputRequired(_("请选择种类。"))],
        choices=[choice(kind.value, _(kind.label)) for kind in EditionKind],
    )
    on = DateField(_("截止日"), [InputRequired(_("请填写截止日，如 2026-11-30。"))])
    known_at = DateTimeLocalField(
        _("数据截至"), [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )

    def instant(self, now: datetime) -> datetime:
        """The instant as known at which the data is read: as given in Shanghai, else now."""
        given: datetime | None = self.known_at.data
        return given.replace(tzinfo=SHANGHAI) if given is not None else now
