"""Every shared sample of these titles, run through `python -m rules evaluate`: 0 differences."""

import csv
import io
import json
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from rules import yaml_files
from rules.__main__ import main
from tests.conftest import SHARED
from tests.samples import adapter

MAPPING = yaml_files.read(Path(__file__).parent / "mapping.yaml")
SAMPLES = SHARED / "samples"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SAMPLES.exists(), reason="the shared data folder is not there"),
]


def evaluate(questions, monkeypatch, capsys):
    """Answers by id; questions of one title, day and base year share one run of the command."""
    runs = defaultdict(list)
    for question in questions:
        runs[question.title, question.on, question.base_year].append(question)
    answers = {}
    for (title, on, base_year), asked in runs.items():
        lines = "\n".join(json.dumps(question.document, ensure_ascii=False) for question in asked)
        monkeypatch.setattr("sys.stdin", io.StringIO(lines))
        status = main(
            [
                "evaluate",
                "--pack",
                title.split(".")[0],
                "--title",
                title,
                "--on",
                on,
                "--base-year",
                str(base_year),
            ]
        )
        out = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert status == 0, [answer for answer in out if "error" in answer]
        answers |= {answer["id"]: answer for answer in out}
    return answers


def cases():
    if not SAMPLES.exists():
        return []
    raw = json.loads((SAMPLES / "format_examples.json").read_text(encoding="utf-8"))
    return [case for case in raw if case["rule"] in MAPPING["rules"]]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_a_sample_case_comes_out_as_expected(case, monkeypatch, capsys):
    rule = MAPPING["rules"][case["rule"]]
    question = adapter.from_case(case, rule, MAPPING["incident_types"])

    answers = evaluate([question], monkeypatch, capsys)

    assert question.expected
    assert adapter.unread(case, rule) == set()
    for name, wanted in rule.get("requires", {}).items():
        assert adapter.reach(case["inputs"], name) == wanted
    assert adapter.differences(question, answers[case["id"]], MAPPING["bands"]) == []


def rows(name):
    with (SAMPLES / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", MAPPING["tables"])
def test_every_row_of_a_table_comes_out_as_expected(name, library, monkeypatch, capsys):
    table = MAPPING["tables"][name]
    found, compared = [], 0

    for title in table["titles"]:
        rule_set = library.rule_set(title, "新申报", table["on"])
        items = {criterion.id for criterion in rule_set.criteria}
        questions = [adapter.from_row(row, table, title, items) for row in rows(name)]
        answers = evaluate(questions, monkeypatch, capsys)
        for question in questions:
            compared += len(question.expected)
            found += adapter.differences(question, answers[question.id], MAPPING["bands"])

    assert compared >= 2 * len(rows(name))
    assert found == []


def versions():
    if not SAMPLES.exists():
        return []
    raw = json.loads((SAMPLES / "format_examples.json").read_text(encoding="utf-8"))
    return [case for case in raw if case["rule"] == "rule_version_selection"]


@pytest.mark.parametrize("case", versions(), ids=lambda case: case["id"])
def test_the_day_of_application_chooses_the_instrument(case, library):
    title = MAPPING["versions"][case["inputs"]["instrument_family"]]
    on = date.fromisoformat(case["inputs"]["application_date"])

    rule_set = library.rule_set(title, "新申报", on)

    numbers = {c.source.number for c in rule_set.criteria if c.id in rule_set.verdict_ids}
    assert numbers == {case["expected"]["rule_version"]}


def test_no_sample_is_left_out():
    raw = json.loads((SAMPLES / "format_examples.json").read_text(encoding="utf-8"))
    known = {*MAPPING["rules"], "rule_version_selection"}
    assert {case["rule"] for case in raw} <= known
