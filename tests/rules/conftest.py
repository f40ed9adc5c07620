"""The built-in packs, loaded once."""

import pytest
import yaml

from rules.library import HERE, Library, load

PACKS = HERE / "packs"


@pytest.fixture(scope="session")
def library() -> Library:
    return load([PACKS], sorted(path.parent.name for path in PACKS.glob("*/pack.yaml")))


@pytest.fixture
def town(tmp_path):
    """Writes a pack from Python data; returns a loader of it."""
    folder = tmp_path / "town"

    def write(files):
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                content
                if isinstance(content, str)
                else yaml.safe_dump(content, allow_unicode=True),
                encoding="utf-8",
            )
        return lambda: load([tmp_path], ["town"])

    return write
