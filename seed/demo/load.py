"""Builds the demo in a registry: places, people, files, records. Every step may be repeated."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.enterprises.models import Enterprise
from app.foundation.actor import SYSTEM
from app.foundation.clock import legal_day
from app.foundation.database import Sessions
from app.foundation.errors import Conflict
from app.intake import cities
from app.intake.certificates import Writing
from app.intake.parsing import read_manifest
from app.intake.reading import read_city
from app.reference.service import load_reference
from app.reports.domain.vocabulary import EditionKind
from rules.library import Library
from seed.demo import applicants, cases, editions, files, people, records
from seed.demo.city import generate
from seed.demo.editions import Review
from seed.demo.firms import City
from seed.demo.places import CITY

REFERENCE: Final = Path(__file__).parent.parent / "reference"
IMPORTED: Final = datetime(2026, 6, 8, 2, 0, tzinfo=UTC)  # after the tax settlement of 31 May
LAST_DAY: Final = date(2026, 12, 30)  # beyond it the demo's figures would be too old to judge by
JULY: Final = date(2026, 7, 15)  # when story ③ could still apply
OCTOBER: Final = date(2026, 10, 31)
_EVENING: Final = time(9, 0, tzinfo=UTC)  # five o'clock in Shanghai

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Demo:
    """Where the demo is built, and when it is."""

    sessions: Sessions
    library: Library
    data_dir: Path
    now: datetime
    say: Say

    @property
    def yesterday(self) -> date:
        """The legal day before `now`; the demo's time stands still at the end of its year."""
        return min(legal_day(self.now) - timedelta(days=1), LAST_DAY)

    @property
    def yesterday_evening(self) -> datetime:
        """When yesterday's work was done: nothing of the demo is entered later."""
        return evening(self.yesterday)

    @property
    def uploads(self) -> Path:
        """The folder in which the application looks for the bytes of uploads."""
        return self.data_dir.resolve() / "files"

    @property
    def imported(self) -> datetime:
        """When the city's file was imported."""
        return min(IMPORTED, self.yesterday_evening)


def evening(day: date) -> datetime:
    """The end of a working day."""
    return datetime.combine(day, _EVENING)


def build(demo: Demo) -> City:
    """Places, accounts, the city's files and records. Equal content is written once.

    Raises:
        Conflict: the registry holds enterprises that are not of the demo.
    """
    city = generate()
    with demo.sessions.begin() as session:
        _refuse_others(session, city)
        with _folder() as folder:
            files.write_places(folder)
            load_reference(session, [REFERENCE, folder])
    word = people.passphrase(demo.data_dir)
    with demo.sessions.begin() as session:
        people.open_accounts(session, word, at=demo.imported)
    demo.say("区划、行业与账号")
    if not _has_all(demo, city):
        for write in (files.write_city, files.write_group):
            with _folder() as folder:
                write(city, folder)
                _import(demo, folder)
    demo.say(f"{len(city.firms)} 家企业，2021—2025 年数据")
    with demo.sessions.begin() as session:
        _record(session, demo, city)
    demo.say("更名、注销、称号与知识产权")
    with demo.sessions.begin() as session:
        ids = records.ids_of(session, city)
        opened = applicants.open_all(session, city, ids, demo.uploads, word, at=demo.imported)
    if opened:
        demo.say("企业人员、授权书与授权")
    for review in rounds(demo):
        if not editions.is_issued(demo.sessions, review):
            judged = editions.judge(demo.sessions, demo.library, review)
            editions.issue(demo.sessions, demo.library, review)
            demo.say(f"{review.on} 评价 {judged} 户，印发{review.kind.label}")
    if demo.yesterday >= cases.LAST:
        with demo.sessions.begin() as session:
            stage = cases.Stage(session, demo.library, demo.uploads, ids)
            written = cases.write(stage, city, at=demo.yesterday_evening)
        if written:
            demo.say("企业填报、申报，每个环节一件")
    return city


def rounds(demo: Demo) -> list[Review]:
    """Last year's report, July's, October's and yesterday's: what was done before today."""
    done = [Review(date(2025, 12, 31), 2025, EditionKind.YEARLY, demo.imported)]
    for day, kind in ((JULY, EditionKind.SPECIAL), (OCTOBER, EditionKind.MONTHLY)):
        if demo.yesterday.replace(day=1) > day:
            done.append(Review(day, day.year, kind, evening(day)))
    last = demo.yesterday
    return [*done, Review(last, last.year, EditionKind.MONTHLY, demo.yesterday_evening)]


def _record(session: Session, demo: Demo, city: City) -> None:
    ids = records.ids_of(session, city)
    span = {"since": demo.imported, "until": demo.yesterday_evening}
    records.record_titles(session, city, ids, **span)
    records.record_changes(session, city, ids, **span)
    records.record_rights(session, city, ids, at=demo.imported)


def _refuse_others(session: Session, city: City) -> None:
    own = {firm.credit_code for firm in city.firms}
    there = set(session.scalars(select(Enterprise.credit_code).limit(len(own) + 1)))
    if there - own:
        count = session.scalar(select(func.count()).select_from(Enterprise))
        raise Conflict(f"库中已有 {count} 家不属于演示的企业。演示数据只能放进空库，请另建一个库。")


def _has_all(demo: Demo, city: City) -> bool:
    """Whether the city's file is in already: it tells of June, not of what changed since."""
    with demo.sessions.begin() as session:
        return len(records.ids_of(session, city)) == len(city.firms)


def _import(demo: Demo, folder: Path) -> None:
    """Read a folder as the importer does, and write it as of the day it came in."""
    text = (folder / "manifest.yaml").read_text(encoding="utf-8")
    manifest = read_manifest(text, demo.library.indicators, demo.library.titles)
    today = legal_day(demo.imported)
    with demo.sessions.begin() as session:
        around = cities.surroundings(session, CITY, demo.library.indicators, today)
    city = read_city(folder, manifest, around)
    writing = Writing(manifest, city, None, SYSTEM, demo.imported)
    with demo.sessions.begin() as session:
        cities.find_ids(session, writing)
        for _, _, write in cities.steps(writing):
            write(session, writing)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="terrace-demo-") as name:
        yield Path(name)
