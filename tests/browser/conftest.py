"""A real server on a seeded database, a real browser, pictures and an accessibility check."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from app.accounts.models import RoleGrant
from app.accounts.queries import find_account
from app.factory import create_app
from app.foundation.actor import Line, Role
from app.foundation.clock import now
from app.foundation.database import open_engine
from seed.demo import load, places
from tests.conftest import ROOT, migrate, settings_for
from tests.factories.accounts import AccountFactory, SignInSessionFactory
from tests.factories.base import held

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",  # tests may run as root; the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
PEOPLE = (
    "qiye",
    "tianbao",
    "caiwu",
    "faren",
    "huanbao",
    "daili",
    "renling",
    "xidong",
    "fuhe",
    "shending",
)
SHOTS = ROOT / "var" / "shots"


@dataclass(frozen=True)
class House:
    """A running server, and the cookies that sign a role in."""

    url: str
    tokens: dict[Role | str, str]  # a test may add the token of a person of its own
    database: str


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs Chromium; where there is none, it says so."""
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.fspath).parents:
            item.add_marker(pytest.mark.browser)
            if not Path(CHROMIUM).exists():
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The application on the demo city in a SQLite of its own, on a free loopback port."""
    folder = tmp_path_factory.mktemp("house")
    engine = open_engine(f"sqlite:///{folder / 'house.db'}")
    migrate(engine)
    app = create_app(
        settings_for(engine, folder, home_division=places.CITY, packs="demo,reference")
    )
    sessions = app.extensions["sessions"]
    order = load.Demo(sessions, app.extensions["library"], folder, now(), say=lambda _: None)
    load.build(order)
    tokens: dict[Role | str, str] = {}
    with Session(engine, expire_on_commit=False) as session:
        held.session = session
        for role in Role:
            account = AccountFactory(username=f"browser-{role}", name=f"{role.label}测试")
            session.add(grant(account.id, role))
            tokens[role] = f"token-of-{role}"
            SignInSessionFactory(
                token=tokens[role], account_id=account.id, created_at=now(), seen_at=now()
            )
        for username in PEOPLE:
            known = find_account(session, username)
            assert known is not None
            tokens[username] = f"token-of-{username}"
            SignInSessionFactory(
                token=tokens[username], account_id=known.id, created_at=now(), seen_at=now()
            )
        session.commit()
        held.session = None
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield House(f"http://127.0.0.1:{server.server_port}", tokens, str(engine.url))
    server.shutdown()
    thread.join()
    server.server_close()
    sessions.engine.dispose()
    engine.dispose()


def grant(account_id: UUID, role: Role) -> RoleGrant:
    """A role in the demo city, in force since long ago."""
    return RoleGrant(
        account_id=account_id,
        role=role,
        division=places.CITY,
        line=Line.SCIENCE,
        since=date(2020, 1, 1),
        recorded_at=now(),
    )


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def open_page(house: House, chromium: Browser) -> Iterator[Open]:
    """`open_page("/style", Role.POLICY, width="phone", dark=True, script=False)` -> Page.

    A page whose console reports an error, or a breach of the content policy, fails the test.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def enter(
        path: str,
        role: Role | str | None = None,
        *,
        width: str = "desktop",
        dark: bool = False,
        script: bool = True,
        status: int = 200,
    ) -> Page:
        size = dict(zip(("width", "height"), WIDTHS[width], strict=True))
        context = chromium.new_context(
            viewport=size,
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        contexts.append(context)
        if role is not None:
            host = urlsplit(house.url).hostname
            context.add_cookies(
                [{"name": "terrace", "value": house.tokens[role], "domain": host, "path": "/"}]
            )
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"{path}: {error}"))
        page.on(
            "console",
            lambda said: (
                troubles.append(f"{path}: {said.text}")
                if said.type == "error" and "status of" not in said.text
                else None
            ),
        )
        answer = page.goto(house.url + path)
        assert answer is not None
        assert answer.status == status, f"{path} answers {answer.status}: {page.inner_text('main')}"
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not troubles, troubles


def shoot(page: Page, name: str) -> Path:
    """Keep a picture of the whole page under var/shots."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    target = SHOTS / f"{name}.png"
    page.screenshot(path=target, full_page=True, animations="disabled")
    return target


def grave_faults(page: Page) -> list[str]:
    """What axe calls serious or critical, each with the element it is about."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
        for fault in found
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]
