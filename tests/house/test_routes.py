"""Every door says who may enter, and few are open to everybody."""

from flask import Flask

from app.web.access import Access, public, requires
from app.web.transactions import SAFE_METHODS

# Anybody may open these without signing in. A new entry is a decision: review it.
PUBLIC = {
    "accounts.register",  # people of enterprises; an account alone sees nothing
    "accounts.sign_in",
    "bootstrap.static",
    "home.index",  # a greeting, without data
    "static",
    "web.health",
    "web.problem",
}
MOST_PUBLIC = 12


def access_of(app: Flask, endpoint: str) -> Access | None:
    """The mark of a view."""
    return getattr(app.view_functions[endpoint], "access", None)


def unmarked(app: Flask) -> list[str]:
    """Endpoints without a mark, the static folder aside."""
    return [name for name in app.view_functions if name != "static" and not access_of(app, name)]


def open_doors(app: Flask) -> set[str]:
    """Endpoints anybody may open."""
    marked = {name for name in app.view_functions if (access_of(app, name) or Access()).public}
    return marked | {"static"}


def test_every_endpoint_is_marked(built_app):
    assert unmarked(built_app) == []


def test_the_public_doors_are_the_reviewed_ones(built_app):
    assert open_doors(built_app) == PUBLIC
    assert len(PUBLIC) <= MOST_PUBLIC


def test_no_public_door_but_signing_in_and_registering_takes_anything(built_app):
    taking = {
        rule.endpoint
        for rule in built_app.url_map.iter_rules()
        if rule.methods - SAFE_METHODS and rule.endpoint in PUBLIC
    }

    assert taking == {"accounts.sign_in", "accounts.register"}


def test_a_door_that_changes_something_is_not_opened_by_looking(built_app):
    """An address for a change takes no GET, unless it shows the form of that change."""
    verbs = ("cancellation", "revocation", "password-reset", "sign-out", "state")
    looking = [
        rule.rule
        for rule in built_app.url_map.iter_rules()
        if "GET" in rule.methods and rule.rule.strip("/").split("/")[-1] in verbs
    ]

    assert looking == []


def test_twins_are_caught():
    twin = Flask("twin")
    twin.add_url_rule("/a", "a", lambda: "")
    twin.add_url_rule("/b", "b", public(lambda: ""))
    twin.add_url_rule("/c", "c", requires()(lambda: ""))

    assert unmarked(twin) == ["a"]
    assert open_doors(twin) == {"b", "static"}


def test_an_unmarked_door_stays_shut(app, client):
    kept = app.view_functions["web.health"]
    app.view_functions["web.health"] = lambda: "open"
    answer = client.get("/healthz")
    app.view_functions["web.health"] = kept

    assert answer.status_code == 403
