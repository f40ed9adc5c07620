"""The demo city in a database of its own, and people at its pages; nothing done there is kept."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.accounts import sessions
from app.accounts.queries import find_account
from app.accounts.views import COOKIE
from app.enterprises.models import Enterprise
from app.factory import create_app
from app.foundation.database import Sessions, open_engine
from app.mandates.queries import find_actor
from config import BUILT_IN_PACKS
from rules.library import load as load_library
from seed.demo import load
from seed.demo.city import generate
from seed.demo.firms import City, Firm
from seed.demo.places import CITY
from tests.client import Client, SharedSessions
from tests.conftest import fresh_database, migrate, settings_for

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)  # nine o'clock in Shanghai


@dataclass(frozen=True)
class World:
    """A database with the demo, the folder of its uploads, and the application on it."""

    engine: Engine
    folder: Path
    app: Flask
    city: City


@pytest.fixture(scope="session")
def world(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[World]:
    """The demo, built once per kind of database."""
    folder = tmp_path_factory.mktemp("journeys")
    library = load_library((BUILT_IN_PACKS,), ("demo", "reference"))
    with fresh_database(engine.dialect.name, folder, request) as url:
        opened = open_engine(url)
        migrate(opened)
        load.build(load.Demo(Sessions(opened), library, folder, NOW, lambda _: None))
        app = create_app(settings_for(opened, folder, home_division=CITY, packs="demo,reference"))
        app.test_client_class = Client
        app.config["TESTING"] = True
        app.config["PROPAGATE_EXCEPTIONS"] = False
        own = app.extensions["sessions"].engine
        yield World(opened, folder, app, generate())
        own.dispose()
        opened.dispose()


@dataclass
class Desk:
    """A browser at which one person after the other sits down, and the clock on the wall."""

    client: Client
    session: Session
    clock: time_machine.Traveller
    city: City

    def sit(self, username: str) -> Client:
        """Sign a demo account in."""
        account = find_account(self.session, username)
        assert account is not None, username
        at = datetime.now(UTC)
        by = find_actor(self.session, account.id, at)
        assert by is not None
        token = sessions.open_session(self.session, account, password="not needed", by=by, at=at)
        self.session.commit()
        self.client.set_cookie(COOKIE, token)
        return self.client

    def firm(self, story: str | Firm) -> Enterprise:
        """The enterprise of a story or of a generated firm."""
        code = (self.city.story(story) if isinstance(story, str) else story).credit_code
        return self.session.scalars(select(Enterprise).where(Enterprise.credit_code == code)).one()

    def work_off(self) -> None:
        """Let the worker do what waits."""
        while self.client.application.extensions["workshop"].work_once():
            self.session.expire_all()


@pytest.fixture
def desk(world: World) -> Iterator[Desk]:
    """The demo on the morning of 25 November 2026; what is done there is rolled back."""
    kept = dict(world.app.extensions)
    with world.engine.connect() as connection, connection.begin() as outer:
        shared = SharedSessions(connection)
        world.app.extensions["sessions"] = shared
        world.app.extensions["workshop"] = replace(kept["workshop"], sessions=shared)
        client = world.app.test_client()
        assert isinstance(client, Client)
        with shared.write() as client.session, time_machine.travel(NOW, tick=False) as clock:
            yield Desk(client, client.session, clock, world.city)
        outer.rollback()
    world.app.extensions.update(kept)
