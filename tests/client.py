"""An application whose requests run inside the test's own transaction, and a strict client."""

from typing import Any
from urllib.parse import urljoin

from flask.testing import FlaskClient
from sqlalchemy import Connection, event
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker
from werkzeug.test import TestResponse

from app.foundation.database import Sessions
from tests import markup


class ReadingSession(Session):
    """The session of a safe request: remembers every write, which would be lost in service."""

    lost: list[str]

    def close(self) -> None:
        """Look at what was never flushed before letting it go."""
        self.lost += [f"new {type(thing).__name__}" for thing in self.new]
        self.lost += [f"deleted {type(thing).__name__}" for thing in self.deleted]
        self.lost += [
            f"changed {type(thing).__name__}" for thing in self.dirty if self.is_modified(thing)
        ]
        super().close()


class SharedSessions(Sessions):
    """Sessions on one connection: what the test wrote is seen, and all of it is rolled back."""

    def __init__(self, connection: Connection) -> None:
        self.engine = connection.engine
        self.lost: list[str] = []
        reading = type("Reading", (ReadingSession,), {"lost": self.lost})
        event.listen(reading, "before_flush", self._flushed)
        event.listen(reading, "do_orm_execute", self._executed)
        self.write = sessionmaker(
            connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        )
        # Closing a reading session must not roll back what `aside()` wrote meanwhile.
        self.read = sessionmaker(
            connection,
            class_=reading,
            join_transaction_mode="rollback_only",
            expire_on_commit=False,
        )

    def _flushed(self, session: Session, *_: Any) -> None:
        changed = [
            *session.new,
            *session.deleted,
            *(t for t in session.dirty if session.is_modified(t)),
        ]
        self.lost += [f"flushed {type(thing).__name__}" for thing in changed]

    def _executed(self, state: ORMExecuteState) -> None:
        if state.is_insert or state.is_update or state.is_delete:
            self.lost.append(f"executed {state.statement}")


class Client(FlaskClient):
    """Fails when a safe request wrote, or when HTML would not pass a strict reader."""

    session: Session  # the test's own; set by the fixture

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request; rows of the test are flushed before and read afresh after it."""
        self.session.flush()
        kwargs.setdefault("buffered", True)  # read and close the files of an answer at once
        response = super().open(*args, **kwargs)
        self.session.expire_all()
        sessions = self.application.extensions["sessions"]
        lost, sessions.lost[:] = list(sessions.lost), []
        assert not lost, f"{response.request.path}: a safe request wrote, and lost it: {lost}"
        if response.mimetype == "text/html" and not response.location:
            found = markup.faults(response.text)
            assert not found, f"{response.request.path}: {found[:10]}"
        return response

    def submit(
        self, path: str, data: dict[str, Any] | None = None, *, action: str | None = None
    ) -> TestResponse:
        """Open the page at `path`, fill in its form and send it, CSRF token and all.

        `action` names the form by a part of its action when the page has several.
        """
        page = self.get(path)
        assert page.status_code == 200, f"{path} answers {page.status_code}: {page.text[:300]}"
        wanted = [
            form
            for form in markup.forms(page.text)
            if form.method == "post"
            and not form.action.endswith("/sign-out")
            and (action or "") in form.action
        ]
        assert wanted, f"{path} has no form to post{f' to {action}' if action else ''}"
        wanted.sort(key=lambda form: len(form.action))  # of several, the one with the least besides
        url = urljoin(path, wanted[0].action) if wanted[0].action else path
        files = any(isinstance(value, tuple) for value in (data or {}).values())
        return self.post(
            url,
            data={**wanted[0].fields, **(data or {})},
            content_type="multipart/form-data" if files else None,
        )
