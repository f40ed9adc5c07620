"""The test harness itself: it must be able to fail."""

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.web.access import public
from app.web.transactions import db
from tests import markup
from tests.factories.accounts import AccountFactory
from tests.factories.base import current_session


def test_a_balanced_page_has_no_faults():
    assert markup.faults("<!doctype html><html lang=zh><p>甲<br>乙</p></html>") == []


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ("<div><p></div>", "closes nothing"),
        ("<div>", "never closed"),
        ("<p id=a></p><p id=a></p>", "used twice"),
        ("<p onclick=x></p>", "content policy"),
        ("<p style=x></p>", "content policy"),
        ("<script>1</script>", "inline"),
        ("<img src=x>", "without alt"),
    ],
)
def test_a_malformed_page_is_found(page, fault):
    assert any(fault in found for found in markup.faults(page))


def test_a_form_is_read_as_a_browser_would_send_it():
    page = (
        '<form method="post" action="/x"><input name=a value=1><input type=checkbox name=b value=2>'
        "<input type=checkbox name=b value=3 checked><textarea name=c>\n丙</textarea>"
        "<select name=d><option value=4>四</option><option value=5 selected>五</option></select>"
        "<button>送</button></form>"
    )

    (form,) = markup.forms(page)

    assert (form.action, form.method) == ("/x", "post")
    assert form.fields == {"a": ["1"], "b": ["3"], "c": ["丙"], "d": ["5"]}


def test_a_request_sees_the_rows_of_the_test(app, client):
    account = AccountFactory(name="李四")

    with app.test_request_context():
        assert db().scalar(select(Account.name).where(Account.id == account.id)) == "李四"


@public
def _writes():
    db().add(Account(username="x", name="x", password_hash="x"))
    return "<p>x</p>"


@public
def _malformed():
    return "<p>x</div>"


@pytest.fixture
def twin(app):
    """The application with its health check replaced by a broken view."""
    kept = app.view_functions["web.health"]
    yield app
    app.view_functions["web.health"] = kept


def test_a_safe_request_that_wrote_is_noticed(twin, client):
    twin.view_functions["web.health"] = _writes

    with pytest.raises(AssertionError, match="a safe request wrote"):
        client.get("/healthz")


def test_a_malformed_page_is_noticed(twin, client):
    twin.view_functions["web.health"] = _malformed

    with pytest.raises(AssertionError, match="closes nothing"):
        client.get("/healthz")


def test_a_factory_without_a_session_says_so():
    with pytest.raises(RuntimeError, match="does the test take the `session` fixture"):
        current_session()
