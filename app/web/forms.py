"""The base of all forms: CSRF, binding, and the status of a form shown again."""

from http import HTTPStatus
from typing import Any, Final, Self

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import DateTimeField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs lag behind

from app.foundation.clock import FIRST_YEAR, LAST_YEAR
from app.foundation.errors import Refusal


class Form(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """A form with CSRF. In a view: `form = X.bind()`, `if form.submitted(): …`, `form.status`."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc] # flask-wtf ships no types
        """What every field of every form does with what was typed."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Texts lose characters that nobody types and PostgreSQL refuses."""
            if issubclass(unbound_field.field_class, StringField):
                filters = unbound_field.kwargs.get("filters", ())
                options = {**options, "filters": (*filters, _printable)}
            return unbound_field.bind(form=form, **options)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether every field is fit; a day of a year that nobody means is not."""
        fit = bool(super().validate(extra_validators))
        for field in self:
            year = getattr(field.data, "year", FIRST_YEAR)
            if isinstance(field, DateTimeField) and not FIRST_YEAR <= year <= LAST_YEAR:
                field.errors = [*field.errors, _("请核对年份，如 2026-11-30。")]
                fit = False
        return fit

    @classmethod
    def bind(cls, **defaults: Any) -> Self:
        """The form filled from the request, or from `defaults` when nothing was sent."""
        return cls(**defaults)

    def submitted(self) -> bool:
        """Whether the form was sent and every field is fit.

        A stale CSRF token is no fault of the person: nothing typed is lost, and a second press
        of the button, now with a fresh token, is enough.
        """
        fit = bool(self.validate_on_submit())
        token = self._fields.get("csrf_token")
        if token is not None and token.errors:
            token.errors = [
                _("页面打开过久，或您已在别处重新登录。填写的内容仍在，请核对后再提交一次。")
            ]
        return fit

    @property
    def status(self) -> int:
        """422 for a form shown again with faults, so that the transaction cannot commit."""
        return HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK

    def blame(self, refusal: Refusal) -> None:
        """Put the faults of a refusal beside the fields they name; the rest goes on top."""
        for fault in refusal.faults:
            field = self._fields.get(fault.pointer.removeprefix("/"))
            target = field.errors if field is not None else self.form_errors
            target.append(fault.detail)
        if not refusal.faults:
            self.form_errors.append(refusal.detail)


def _printable(text: Any) -> Any:
    return text.translate(_UNPRINTABLE) if isinstance(text, str) else text


_UNPRINTABLE: Final = dict.fromkeys(set(range(32)) - {ord(c) for c in "\t\n\r"})


def choice(value: str, label: Any) -> Any:
    """One option of a SelectField or RadioField; `label` may be lazily translated."""
    return SelectChoice(value, label)
