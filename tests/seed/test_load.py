"""The demo is built in an empty registry, twice without harm, and never into another's."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.models import Account
from app.enterprises.models import Enterprise, TitleEpisode
from app.enterprises.service import Firm, register
from app.evaluation.domain import FlagKind, FlagState
from app.evaluation.models import Evaluation, Flag
from app.foundation.actor import SYSTEM
from app.foundation.database import Sessions
from app.foundation.errors import Conflict
from app.models import ALL
from app.profiles.models import IpRight, ProfileRevision
from app.reference.service import load_reference
from app.reports.models import Edition
from config import BUILT_IN_PACKS
from rules.library import Library
from rules.library import load as load_library
from seed.demo import files, load, people
from seed.demo.city import generate
from seed.demo.places import CITY

assert ALL
NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
COUNTED = (Enterprise, TitleEpisode, ProfileRevision, IpRight, Evaluation, Flag, Edition, Account)


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library((BUILT_IN_PACKS,), ("demo", "reference"))


@pytest.fixture
def build(own_engine: Engine, library: Library, tmp_path: Path) -> Callable[[], Sessions]:
    sessions = Sessions(own_engine)

    def run() -> Sessions:
        load.build(load.Demo(sessions, library, tmp_path / "var", NOW, lambda _: None))
        return sessions

    return run


def counts(session: Session) -> list[int | None]:
    return [session.scalar(select(func.count()).select_from(model)) for model in COUNTED]


def open_flags(session: Session, name: str) -> set[tuple[FlagKind, str]]:
    rows = session.execute(
        select(Flag.kind, Flag.subject)
        .join(Enterprise, Enterprise.id == Flag.enterprise_id)
        .where(Enterprise.name.contains(name), Flag.state == FlagState.OPEN)
    )
    return {(kind, subject) for kind, subject in rows}


def test_the_demo_is_built_and_building_it_again_changes_nothing(
    build: Callable[[], Sessions], tmp_path: Path
) -> None:
    sessions = build()
    with sessions.read() as session:
        first = counts(session)
        editions = [(e.on_day, e.number) for e in session.scalars(select(Edition))]
        account = session.scalars(select(Account).where(Account.username == "fuhe")).one()
        assert passwords.matches(people.passphrase(tmp_path / "var"), account.password_hash)
        expected = {
            "应入未入": (FlagKind.HIGH_TECH_NOT_ENROLLED, "national.tech_sme"),
            "去年在库": (FlagKind.ENROLLED_LAST_YEAR, "national.tech_sme"),
            "十一月到期": (FlagKind.EXPIRING, "national.high_tech"),
            "整体迁入": (FlagKind.SUBSIDY, "demo.moved_in_as_new"),
        }
        for name, flag in expected.items():
            assert flag in open_flags(session, name)
        assert open_flags(session, "已经注销") == set()
    assert first[0] == len(generate().firms)
    assert sorted(editions) == [
        (date(2025, 12, 31), 1),
        (date(2026, 7, 15), 1),
        (date(2026, 10, 31), 1),
        (date(2026, 11, 24), 1),
    ]
    build()
    with sessions.read() as session:
        assert counts(session) == first


def test_the_demo_refuses_a_registry_with_other_enterprises(
    build: Callable[[], Sessions], own_engine: Engine, tmp_path: Path
) -> None:
    files.write_places(tmp_path)
    with Sessions(own_engine).begin() as session:
        load_reference(session, [load.REFERENCE, tmp_path])
        firm = Firm(credit_code="91110000600037341L", name="别处的企业", registered_division=CITY)
        register(session, firm, document_id=None, by=SYSTEM, at=NOW)
    with pytest.raises(Conflict, match="不属于演示"):
        build()
