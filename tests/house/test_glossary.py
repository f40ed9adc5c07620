"""Every closed vocabulary of the program is in the glossary, code and label alike."""

from importlib import import_module
from pkgutil import walk_packages

import pytest

import app
from app.foundation.labelled import Labelled
from tests.conftest import ROOT

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def name_of(vocabulary: type[Labelled]) -> str:
    """The room and the vocabulary, as the glossary's headings say: `evaluation.Grade`."""
    return f"{vocabulary.__module__.split('.')[1]}.{vocabulary.__name__}"


def vocabularies() -> list[type[Labelled]]:
    """Every vocabulary of the application."""
    for module in walk_packages(app.__path__, "app."):
        import_module(module.name)
    own = [found for found in Labelled.__subclasses__() if found.__module__.startswith("app.")]
    return sorted(own, key=name_of)


@pytest.mark.parametrize("vocabulary", vocabularies(), ids=name_of)
def test_the_glossary_has_every_word_of(vocabulary: type[Labelled]) -> None:
    _, heading, rest = GLOSSARY.partition(f"### {name_of(vocabulary)} ")
    assert heading, f"docs/glossary.md has no section {name_of(vocabulary)}"
    section = rest.partition("\n### ")[0]
    missing = [m.value for m in vocabulary if f"| `{m.value}` | {m.label} | " not in section]
    assert not missing
