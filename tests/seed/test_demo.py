"""The demo in a registry: built once, harmless twice, refused elsewhere, and the ten minutes."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.accounts import passwords, sessions
from app.accounts.models import Account
from app.accounts.queries import find_account, find_actor
from app.accounts.views import COOKIE
from app.enterprises.models import Enterprise, TitleEpisode
from app.enterprises.service import Firm, register
from app.evaluation.domain import FlagKind, FlagState
from app.evaluation.models import Evaluation, Flag
from app.factory import create_app
from app.foundation.actor import SYSTEM
from app.foundation.database import Sessions, open_engine
from app.foundation.errors import Conflict
from app.profiles.models import IpRight, ProfileRevision
from app.reference.service import load_reference
from app.reports.models import Edition, EditionFile
from config import BUILT_IN_PACKS
from rules.library import Library
from rules.library import load as load_library
from seed.demo import announced, files, load, people
from seed.demo.city import generate
from seed.demo.places import CITY
from tests.client import Client, SharedSessions
from tests.conftest import fresh_database, migrate, settings_for

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
COUNTED = (Enterprise, TitleEpisode, ProfileRevision, IpRight, Evaluation, Flag, Edition, Account)
EXPECTED = {
    "应入未入": (FlagKind.HIGH_TECH_NOT_ENROLLED, "national.tech_sme"),
    "去年在库": (FlagKind.ENROLLED_LAST_YEAR, "national.tech_sme"),
    "十一月到期": (FlagKind.EXPIRING, "national.high_tech"),
    "整体迁入": (FlagKind.SUBSIDY, "demo.moved_in_as_new"),
}


@dataclass(frozen=True)
class World:
    """A database with the demo, and the folder of its uploads."""

    engine: Engine
    folder: Path
    library: Library

    def build(self) -> None:
        sessions_ = Sessions(self.engine)
        load.build(load.Demo(sessions_, self.library, self.folder, NOW, lambda _: None))


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library((BUILT_IN_PACKS,), ("demo", "reference"))


@pytest.fixture(scope="module")
def world(
    engine: Engine,
    library: Library,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[World]:
    """The demo, built once per kind of database."""
    folder = tmp_path_factory.mktemp("demo")
    with fresh_database(engine.dialect.name, folder, request) as url:
        opened = open_engine(url)
        migrate(opened)
        made = World(opened, folder / "var", library)
        made.build()
        yield made
        opened.dispose()


@pytest.fixture
def browser(world: World) -> Iterator[Client]:
    """The city's reviewer at a browser on the demo; nothing done there is kept."""
    app = create_app(
        settings_for(world.engine, world.folder, home_division=CITY, packs="demo,reference")
    )
    app.test_client_class = Client
    own = app.extensions["sessions"].engine
    with world.engine.connect() as connection, connection.begin() as outer:
        shared = SharedSessions(connection)
        app.extensions["sessions"] = shared
        app.extensions["workshop"] = replace(app.extensions["workshop"], sessions=shared)
        client = app.test_client()
        assert isinstance(client, Client)
        with shared.write() as client.session, time_machine.travel(NOW):
            client.set_cookie(COOKIE, sign_in(client.session))
            yield client
        outer.rollback()
    own.dispose()


def sign_in(session: Session) -> str:
    account = find_account(session, "fuhe")
    assert account is not None
    by = find_actor(session, account.id, NOW)
    assert by is not None
    return sessions.open_session(session, account, password="not needed", by=by, at=NOW)


def counts(session: Session) -> list[int | None]:
    return [session.scalar(select(func.count()).select_from(model)) for model in COUNTED]


def open_flags(session: Session, name: str) -> set[tuple[FlagKind, str]]:
    rows = session.execute(
        select(Flag.kind, Flag.subject)
        .join(Enterprise, Enterprise.id == Flag.enterprise_id)
        .where(Enterprise.name.contains(name), Flag.state == FlagState.OPEN)
    )
    return {(kind, subject) for kind, subject in rows}


def test_the_stories_are_flagged_and_the_reports_of_their_days_are_there(world: World) -> None:
    with Sessions(world.engine).read() as session:
        for name, flag in EXPECTED.items():
            assert flag in open_flags(session, name), name
        assert open_flags(session, "已经注销") == set()
        issued = sorted((e.on_day, e.number) for e in session.scalars(select(Edition)))
        account = find_account(session, "fuhe")
        assert account is not None
        assert passwords.matches(people.passphrase(world.folder), account.password_hash)
    days = (date(2025, 12, 31), date(2026, 7, 15), date(2026, 10, 31), date(2026, 11, 24))
    assert issued == [(day, 1) for day in days]


def test_building_the_demo_again_changes_nothing(world: World) -> None:
    with Sessions(world.engine).read() as session:
        before = counts(session)
    world.build()
    with Sessions(world.engine).read() as session:
        assert counts(session) == before
        assert before[0] == len(generate().firms)


def test_the_demo_refuses_a_registry_with_other_enterprises(
    own_engine: Engine, library: Library, tmp_path: Path
) -> None:
    files.write_places(tmp_path)
    with Sessions(own_engine).begin() as session:
        load_reference(session, [load.REFERENCE, tmp_path])
        firm = Firm(credit_code="91110000600037341L", name="别处的企业", registered_division=CITY)
        register(session, firm, document_id=None, by=SYSTEM, at=NOW)
    with pytest.raises(Conflict, match="不属于演示"):
        World(own_engine, tmp_path, library).build()


def test_in_ten_minutes_a_list_moves_titles_and_report_and_yesterday_stays(
    browser: Client, tmp_path: Path
) -> None:
    listed = tmp_path / "名单.xlsx"
    announced.write(generate(), listed)
    yesterday = last_edition(browser.session)
    kept = contents(browser.session, yesterday)
    assert rolled(yesterday) == 145

    columns = browser.submit(
        "/intake/lists/new",
        {
            "file": (listed.open("rb"), "名单.xlsx"), "name": announced.TITLE,
            "title": "national.tech_sme", "kind": "enrolled", "number": announced.NUMBER,
            "batch": announced.BATCH, "issued_on": announced.ISSUED_ON, "division": CITY,
        },
        action="",
    ).headers["Location"]  # fmt: skip
    shown = browser.submit(columns, action="").headers["Location"]
    tried = re.sub(r"<[^>]+>|\s", "", browser.get(shown).text)
    assert re.findall(r"(名称一致|曾用名一致|不在本地企业库)(\d+)", tried)[:3] == [
        ("名称一致", "55"), ("曾用名一致", "3"), ("不在本地企业库", "2"),
    ]  # fmt: skip
    browser.submit(shown, action="/write")
    browser.submit("/reports/new", {"kind": "monthly", "on": "2026-11-25"}, action="")
    while browser.application.extensions["workshop"].work_once():
        browser.session.expire_all()

    today = last_edition(browser.session)
    assert (today.number, today.previous_id, rolled(today)) == (2, yesterday.id, 203)
    assert contents(browser.session, yesterday) == kept
    for name in kept:
        answer = browser.get(f"/reports/{yesterday.id}/files/{name}")
        assert answer.data == kept[name]
        answer.headers["Content-Disposition"].encode("latin-1")  # a real server insists


def last_edition(session: Session) -> Edition:
    newest = select(Edition).order_by(Edition.on_day.desc(), Edition.number.desc()).limit(1)
    return session.scalars(newest).one()


def contents(session: Session, edition: Edition) -> dict[str, bytes]:
    rows = session.scalars(select(EditionFile).where(EditionFile.edition_id == edition.id))
    return {file.name: file.content for file in rows}


def rolled(edition: Edition) -> int:
    """The firms in this year's roll of 科小, by the edition's own conclusion."""
    found = re.search(
        r"科技型中小企业入库 (\d+) 户", json.dumps(json.loads(edition.data), ensure_ascii=False)
    )
    assert found is not None
    return int(found.group(1))
