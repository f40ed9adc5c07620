"""Refusals, errors and bugs on the wire: the right status, no inside, nothing half written."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from app.foundation import errors
from app.foundation.errors import Fault
from app.reference.models import CalendarDay
from app.web.access import public
from app.web.transactions import _in_transaction as wrap
from app.web.transactions import db
from tests.factories.base import TODAY

JSON = {"Accept": "application/json"}


@pytest.fixture
def door(app):
    """Replaces the sign-in page, which takes GET and POST, by a view of the test."""
    kept = app.view_functions["accounts.sign_in"]

    def hang(view):
        app.view_functions["accounts.sign_in"] = public(wrap(view))

    yield hang
    app.view_functions["accounts.sign_in"] = kept


def raising(error):
    def view():
        raise error

    return view


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotFound("没有。"), 404),
        (errors.Forbidden("不可。"), 403),
        (errors.Conflict("已变。"), 409),
        (errors.Invalid("有误。"), 422),
        (errors.TooMany("过多。", retry_after=9), 429),
        (errors.Unavailable("暂停。"), 503),
        (BadRequest(), 400),
        (RequestEntityTooLarge(), 413),
        (StaleDataError(), 409),
        (OperationalError("SELECT secret", {}, Exception("secret")), 503),
        (ZeroDivisionError("secret"), 500),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
@pytest.mark.parametrize("headers", [{}, JSON], ids=["page", "json"])
def test_each_error_has_its_status_and_tells_no_inside(client, door, error, status, headers):
    door(raising(error))

    answer = client.get("/sign-in", headers=headers)

    assert answer.status_code == status
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    if headers:
        assert answer.mimetype == "application/problem+json"
        assert answer.json["request_id"] == answer.headers["X-Request-Id"]


def test_the_wait_is_told(client, door):
    door(raising(errors.TooMany("过多。", retry_after=9)))

    assert client.get("/sign-in").headers["Retry-After"] == "9"


def test_each_faulty_member_is_named_to_a_machine(client, door):
    door(raising(errors.Invalid("有误。", faults=(Fault("/name", "请填写。"),))))

    body = client.get("/sign-in", headers=JSON).json

    assert body["errors"] == [{"pointer": "/name", "detail": "请填写。"}]


def test_the_number_of_a_bug_is_told_to_the_person(client, door):
    door(raising(ZeroDivisionError()))

    answer = client.get("/sign-in")

    assert answer.headers["X-Request-Id"] in answer.text


def writing(status):
    def view():
        db().add(CalendarDay(day=TODAY, is_working=True, name="", source=""))
        db().flush()
        if isinstance(status, Exception):
            raise status
        return "x", status

    return view


@pytest.mark.parametrize(
    ("status", "kept"),
    [(200, 1), (302, 1), (422, 0), (errors.Conflict("已变。"), 0), (ZeroDivisionError(), 0)],
    ids=["200", "302", "422", "refusal", "bug"],
)
def test_a_write_is_kept_when_the_answer_is_good_and_only_then(client, session, door, status, kept):
    door(writing(status))

    client.post("/sign-in")

    assert len(session.scalars(select(CalendarDay)).all()) == kept


def test_every_refusal_has_a_page_of_its_own(client):
    assert "没有权限" in client.get("/problems/forbidden").text
    assert client.get("/problems/nonsense").status_code == 404


def test_the_health_of_the_process_is_told_without_signing_in(client):
    assert client.get("/healthz").json == {"status": "ok"}
