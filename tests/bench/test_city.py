"""The measurements of a city run end to end on a small one, by the operator's own commands."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from bench import city, pages, world


@pytest.fixture
def small(tmp_path: Path) -> world.World:
    return world.make_world(tmp_path, times=1)


@pytest.fixture
def measured(small: world.World, tmp_path: Path) -> Iterator[Flask]:
    app = world.open_app(small, tmp_path, fresh=True)
    yield app
    app.extensions["sessions"].engine.dispose()


def test_a_city_is_imported_judged_and_reported_and_its_pages_answer(
    small: world.World, measured: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    watch = city.measure(small, measured)
    assert set(watch.taken) >= {city.IMPORT, city.BATCH, city.READ, city.FACTS}
    pages.measure(small, measured, requests=1)
    lines = capsys.readouterr().out.partition("pages, ")[2].splitlines()[2:]
    assert len(lines) == 8
    assert [line for line in lines if line.split()[-1] != "1"] == []
