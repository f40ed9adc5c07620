"""Every word of a vocabulary has a Chinese label; every title and indicator has a name."""

import re

import pytest

from app.foundation.labelled import Labelled
from app.models import ALL
from config import BUILT_IN_PACKS
from rules.library import load

assert ALL  # every room's vocabularies are imported

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PACKS = sorted(path.name for path in BUILT_IN_PACKS.iterdir() if (path / "pack.yaml").exists())


def vocabularies(root: type[Labelled] = Labelled) -> list[type[Labelled]]:
    """Every vocabulary of the product."""
    found = []
    for kind in root.__subclasses__():
        if kind.__module__.startswith("app."):
            found += [kind, *vocabularies(kind)]
    return found


def unlabelled(vocabulary: type[Labelled]) -> list[str]:
    """Words without a Chinese label of their own."""
    labels = [member.label for member in vocabulary]
    return [
        member.value
        for member in vocabulary
        if not CHINESE.search(member.label) or labels.count(member.label) > 1
    ]


@pytest.mark.parametrize("vocabulary", vocabularies(), ids=lambda kind: kind.__name__)
def test_every_word_has_a_label_of_its_own(vocabulary):
    assert unlabelled(vocabulary) == []


@pytest.mark.parametrize("pack", PACKS)
def test_titles_and_indicators_have_chinese_names(pack):
    library = load([BUILT_IN_PACKS], [pack])

    named = {**library.titles, **library.indicators}
    assert [key for key, thing in named.items() if not CHINESE.search(thing.name.zh)] == []


def test_a_word_without_a_label_is_caught():
    twin = Labelled("Twin", {"ONE": ("one", "一"), "TWO": ("two", "two"), "SAME": ("same", "一")})

    assert unlabelled(twin) == ["one", "two", "same"]
