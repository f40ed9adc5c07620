"""The city that is measured: the shared sample where it is, else one of our own of that size."""

import secrets
import tarfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from flask import Flask

from app.factory import create_app
from app.foundation.database import open_engine
from config import Settings
from seed.demo import files
from seed.demo.city import generate
from seed.demo.places import CITY

ROOT: Final = Path(__file__).parent.parent
WORK: Final = ROOT / "var" / "bench"
SHARED: Final = ROOT.parent / "shared" / "data" / "city" / "sample_city.tar.gz"
MANIFEST: Final = ROOT / "seed" / "manifests" / "xingtai_2018_2022.yaml"
TIMES: Final = 62  # the demo's 287 ordinary firms, to some 18,000


@dataclass(frozen=True, slots=True)
class World:
    """A city's files, the place they belong to, and the day and year to judge it by."""

    name: str
    folder: Path
    places: Path | None  # reference data of its own, besides the country's
    division: str
    packs: str
    on: date
    for_year: int


def make_world(work: Path = WORK, times: int = TIMES, shared: Path = SHARED) -> World:
    """Lay the city's files out below `work`."""
    folder = work / "city"
    folder.mkdir(parents=True, exist_ok=True)
    if times == TIMES and shared.exists():
        with tarfile.open(shared) as archive:
            archive.extractall(folder, filter="data")
        inner = next(path.parent for path in folder.rglob("enterprises.csv"))
        (inner / "manifest.yaml").write_bytes(MANIFEST.read_bytes())
        return World(
            "the shared sample city", inner, None, "130500", "xingtai,reference",
            date(2022, 12, 31), 2022,
        )  # fmt: skip
    city = generate(times=times)
    files.write_places(folder)
    files.write_city(city, folder)
    files.write_titles_and_counts(city, folder)
    return World("a generated city", folder, folder, CITY, "demo", date(2026, 11, 24), 2026)


def open_app(world: World, work: Path = WORK, *, fresh: bool) -> Flask:
    """The application on a database of its own below `work`; `fresh` begins with an empty one."""
    database = work / "bench.db"
    if fresh:
        for path in work.glob("bench.db*"):
            path.unlink()
    url = f"sqlite:///{database}"
    _migrate(url)
    settings = Settings(
        database_url=url,
        secret_key=secrets.token_hex(32),
        home_division=world.division,
        packs=world.packs,
        data_dir=str(work / "data"),
        log_level="ERROR",
        secure_cookies="no",
    )
    return create_app(settings)


def _migrate(url: str) -> None:
    engine = open_engine(url)
    config = Config(toml_file=str(ROOT / "pyproject.toml"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    engine.dispose()
