"""Every closed vocabulary of the program is in the glossary, code and label alike."""

from importlib import import_module

import pytest

from app.foundation import actor
from app.foundation.labelled import Labelled
from tests.conftest import ROOT

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def vocabularies() -> list[type[Labelled]]:
    """The vocabularies of every room's domain and of the foundation."""
    modules = [actor]
    modules += [
        import_module(f"app.{path.parent.name}.domain")
        for path in (ROOT / "app").glob("*/domain.py")
    ]
    found = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Labelled) and value is not Labelled
    }
    return sorted(found, key=lambda vocabulary: vocabulary.__name__)


@pytest.mark.parametrize("vocabulary", vocabularies(), ids=lambda v: v.__name__)
def test_the_glossary_has_every_word_of(vocabulary: type[Labelled]) -> None:
    _, heading, rest = GLOSSARY.partition(f"### {vocabulary.__name__} ")
    assert heading, f"docs/glossary.md has no section {vocabulary.__name__}"
    section = rest.partition("\n### ")[0]
    missing = [m.value for m in vocabulary if f"| `{m.value}` | {m.label} | " not in section]
    assert not missing
