"""The name of the place on every page, also on the one that says the database is down."""

import pytest
from sqlalchemy.exc import OperationalError

from app.home import masthead


@pytest.fixture
def fresh(app):
    """The application as if just started: no name kept yet."""
    kept = app.extensions.pop("known_place", None)
    yield app
    app.extensions.pop("known_place", None)
    if kept:
        app.extensions["known_place"] = kept


def test_the_header_names_the_place(fresh, places, client):
    assert "邢台市" in client.get("/").text


def test_a_place_that_is_not_loaded_yet_is_left_out_and_asked_for_again(fresh, session):
    with fresh.test_request_context():
        assert masthead.place_name() == ""
        assert "known_place" not in fresh.extensions or not fresh.extensions["known_place"]


def test_a_database_that_is_down_costs_the_name_and_not_the_page(fresh, monkeypatch):
    def down():
        raise OperationalError("select", {}, Exception("down"))

    monkeypatch.setattr(masthead, "glance", down)

    with fresh.test_request_context():
        assert masthead.place_name() == ""


def test_a_name_once_known_is_not_asked_for_again(fresh, places, monkeypatch):
    with fresh.test_request_context():
        assert masthead.place_name() == "邢台市"
        monkeypatch.setattr(masthead, "glance", None)
        assert masthead.place_name() == "邢台市"
