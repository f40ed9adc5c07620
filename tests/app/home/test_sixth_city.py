"""A city added as one folder of YAML stands on the pages: ladder and title, without Python."""

from dataclasses import replace
from pathlib import Path

import pytest
import time_machine

from app.factory import create_app
from app.foundation.actor import Role
from tests.client import Client
from tests.conftest import ROOT, SharedSessions, settings_for
from tests.factories import reference

CITIES = ROOT / "tests" / "packs"


@pytest.fixture
def newtown(engine, session, tmp_path: Path, places):
    """A deployment whose law is the sixth city's, found through PACKS_DIR."""
    built = create_app(
        settings_for(engine, tmp_path, packs="newtown", packs_dir=str(CITIES)),
    )
    opened = built.extensions["sessions"].engine
    shared = SharedSessions(session.connection())
    built.extensions["sessions"] = shared
    built.extensions["workshop"] = replace(built.extensions["workshop"], sessions=shared)
    built.test_client_class = Client
    built.config["TESTING"] = True
    library = built.extensions["library"]
    # The places of the tests are another city's: its ladder stands there.
    city = library.packs["newtown"]
    library.packs["newtown"] = replace(city, division=reference.CITY)
    client = built.test_client()
    client.session = session
    yield client
    opened.dispose()


def test_the_front_page_shows_the_ladder_of_a_city_that_is_only_yaml(newtown, sign_in):
    with time_machine.travel("2026-06-15T04:00:00Z", tick=False):
        sign_in(newtown, Role.CITY_REVIEWER)
        page = newtown.get("/")

    assert page.status_code == 200
    assert "创新之星" in page.text
    assert "参天" in page.text
