"""One session and one commit per request."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final, cast

from flask import Flask, Response, current_app, g, make_response, request
from sqlalchemy.orm import Session

from app.foundation.database import Sessions

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def bind(app: Flask, sessions: Sessions) -> None:
    """Run every view of `app` in one transaction. Call once, after the last blueprint."""
    app.extensions["sessions"] = sessions
    app.teardown_appcontext(_close)
    for endpoint, view in app.view_functions.items():
        app.view_functions[endpoint] = _in_transaction(view)


def db() -> Session:
    """The session of this request, opened on first use; a safe request gets a reading one."""
    if "db" not in g:
        safe = request.method in SAFE_METHODS
        g.db = _sessions().read() if safe else _sessions().write()
    return cast("Session", g.db)


@contextmanager
def aside() -> Iterator[Session]:
    """A short transaction of its own, for what must be kept though the request is refused.

    Used for failed sign-ins, refusals and reads of restricted data; open it only when the
    request's own session is closed or only reading, or SQLite would wait for itself.
    """
    with _sessions().begin() as session:
        yield session


@contextmanager
def glance() -> Iterator[Session]:
    """A short reading session of its own, for what is asked before the request's own begins."""
    with _sessions().read() as session:
        yield session


def end() -> None:
    """Give up the request's session now: what was not committed is rolled back."""
    _close(None)


def _sessions() -> Sessions:
    return cast("Sessions", current_app.extensions["sessions"])


def _in_transaction(view: Callable[..., Any]) -> Callable[..., Response]:
    @wraps(view)
    def run(**path: Any) -> Response:
        response = make_response(view(**path))
        if request.method not in SAFE_METHODS and response.status_code < 400:  # noqa: PLR2004 the refusals begin here
            db().commit()
        return response

    return run


def _close(_: BaseException | None) -> None:
    if session := g.pop("db", None):
        session.close()  # What was not committed is rolled back.
