"""The base of all forms."""

import pytest
from flask import Flask, render_template_string
from wtforms import DateField, StringField
from wtforms.validators import Optional

from app.foundation.errors import Fault, Invalid
from app.web.forms import Form


class NameForm(Form):
    name = StringField("名称")
    day = DateField("日期", [Optional()])


def bound(app: Flask, **data):
    return app.test_request_context("/", method="POST" if data else "GET", data=data)


def test_a_form_not_yet_sent_shows_its_defaults_and_answers_200(app):
    with bound(app):
        form = NameForm.bind(name="甲")

        assert (form.submitted(), form.status, form.name.data) == (False, 200, "甲")


def test_a_stale_token_is_explained_and_nothing_typed_is_lost(app):
    with bound(app, name="乙", csrf_token="stale"):
        form = NameForm.bind()

        assert (form.submitted(), form.status, form.name.data) == (False, 422, "乙")
        assert "填写的内容仍在" in form.csrf_token.errors[0]


def test_a_refusal_is_put_beside_the_field_it_names(app):
    with bound(app, name="乙"):
        form = NameForm.bind()
        form.submitted()
        form.blame(Invalid("有误。", faults=(Fault("/name", "名称已用。"), Fault("x", "别处。"))))
        form.blame(Invalid("总的。"))

        assert list(form.name.errors) == ["名称已用。"]
        assert list(form.form_errors) == ["别处。", "总的。"]
        page = render_template_string(
            "{% from 'macros/forms.html' import error_summary %}{{ error_summary(form) }}",
            form=form,
        )
        assert "名称已用。" in page


def test_a_text_loses_characters_that_no_database_keeps(app):
    with bound(app, name="甲\x00乙\t丙\n"):
        assert NameForm.bind().name.data == "甲乙\t丙\n"


@pytest.mark.parametrize(
    ("day", "fit"),
    [("2026-11-30", True), ("", True), ("0026-11-30", False), ("9999-12-31", False)],
)
def test_a_day_of_a_year_that_nobody_means_is_asked_again(app, day, fit):
    with bound(app, name="甲", day=day):
        form = NameForm.bind()
        form.validate()

        assert ("请核对年份" in "".join(form.day.errors)) is not fit
