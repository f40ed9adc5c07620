"""The built-in packs, loaded once."""

import pytest

from rules.library import HERE, Library, load

PACKS = HERE / "packs"


@pytest.fixture(scope="session")
def library() -> Library:
    return load([PACKS], sorted(path.parent.name for path in PACKS.glob("*/pack.yaml")))
