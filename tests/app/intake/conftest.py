"""What the tests of files from outside share."""

from datetime import date
from pathlib import Path

import pytest

from app.intake.city import Surroundings
from app.intake.parsing import read_manifest
from config import BUILT_IN_PACKS
from rules.library import load
from tests.factories.intake import MANIFEST


@pytest.fixture(scope="session")
def library():
    return load([BUILT_IN_PACKS], ["xingtai", "reference"])


@pytest.fixture(scope="session")
def manifest(library):
    return read_manifest(MANIFEST, library.indicators, library.titles)


@pytest.fixture
def around(library):
    """What the register knows: two counties, one industry, no enterprise."""
    return Surroundings(
        divisions={"130502": "130502", "130503": "130503", "130521": "130503"},
        industries={"3517", "5292"},
        firms={},
        elsewhere=set(),
        indicators=library.indicators,
        today=date(2026, 6, 15),
    )


@pytest.fixture
def data_dir(app) -> Path:
    return Path(app.extensions["settings"].data_dir)
