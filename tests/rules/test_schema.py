"""The published schemas: as the engine writes them, true of every built-in pack, and strict."""

from pathlib import Path

import pytest

from rules import schema, yaml_files
from rules.__main__ import main
from rules.compiler import TESTS_AND_SCORE
from rules.library import HERE, load
from rules.scores import _KINDS
from tests.rules.conftest import PACKS
from tests.rules.schema_check import faults

PUBLISHED = HERE.parent / "docs" / "schemas"
CITIES = Path(__file__).parents[1] / "packs"
SCHEMAS = schema.schemas(load([], []).indicators)
LISTS = ("pack", "ladder", "schemes", "targets", "calendar", "procedures")
FILES = [
    *((name, path) for name in LISTS for path in PACKS.glob(f"*/{name}.yaml")),
    *((name, path) for name in LISTS for path in CITIES.glob(f"*/{name}.yaml")),
    *(("title", path) for path in PACKS.glob("*/titles/*.yaml")),
    *(("cases", path) for path in PACKS.glob("*/cases/*.yaml")),
    ("indicators", HERE / "indicators.yaml"),
]


@pytest.mark.parametrize(
    ("name", "path"), FILES, ids=[f"{p.parent.name}/{p.stem}" for _, p in FILES]
)
def test_every_built_in_file_fits_its_schema(name, path):
    assert faults(SCHEMAS[name], yaml_files.read(path)) == []


def test_the_published_files_are_those_the_engine_writes(tmp_path, capsys):
    assert main(["schema", str(tmp_path)]) == 0

    written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert written == {p.name: p.read_text(encoding="utf-8") for p in PUBLISHED.iterdir()}
    assert "title.json" in capsys.readouterr().out


def test_every_word_of_the_language_stands_in_the_schema():
    parts = SCHEMAS["title"]["$defs"]

    assert set(parts["criterion"]["properties"]) >= TESTS_AND_SCORE
    assert set(parts["score"]["properties"]) >= set(_KINDS)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": "leader"}, "kind"),
        ({"rule_set": []}, "unknown rule_set"),
        ({"title": None}, "is no string"),
        ({"validity": {"years": "three"}}, "years"),
        ({"authority": [{"since": "1 May", "level": "city"}]}, "does not match"),
        ({"rule_sets": [{"id": "a", "since": "2026-01-01"}]}, "lacks criteria"),
        (
            {"rule_sets": [{"id": "a", "since": "2026-01-01", "criteria": [{"is_true": "x"}]}]},
            "is_true",
        ),
    ],
)
def test_what_an_editor_must_notice_is_noticed(wrong, said):
    sound = {"title": "t", "name": "称号", "kind": "lead"}
    assert faults(SCHEMAS["title"], sound) == []

    assert said in "".join(faults(SCHEMAS["title"], {**sound, **wrong}))


def test_a_case_with_a_figure_that_does_not_exist_is_noticed():
    case = {"name": "a", "title": "t", "on": "2026-01-01", "facts": {"salse": 1}, "expect": {}}

    assert faults(SCHEMAS["cases"], {"cases": [case]}) == [
        "$.cases[0].facts: salse is not a known word"
    ]
