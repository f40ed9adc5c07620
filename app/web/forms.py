"""The base of all forms: CSRF, binding, and the status of a form shown again."""

from http import HTTPStatus
from typing import Any, Self

from flask import request
from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs lag behind

from app.foundation.errors import Refusal


class Form(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """A form with CSRF. In a view: `form = X.bind()`, `if form.submitted(): …`, `form.status`."""

    @classmethod
    def bind(cls, **defaults: Any) -> Self:
        """The form filled from the request, or from `defaults` when nothing was sent."""
        return cls(**defaults)

    def submitted(self) -> bool:
        """Whether the form was sent and every field is fit."""
        return bool(self.validate_on_submit())

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


def choice(value: str, label: Any) -> Any:
    """One option of a SelectField or RadioField; `label` may be lazily translated."""
    return SelectChoice(value, label)
