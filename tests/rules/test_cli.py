"""`python -m rules`: what an official and another system see of the law."""

import io
import json

import pytest

from rules.__main__ import main

FIRM = {
    "id": "甲",
    "facts": {
        "registered_on": "2015-03-01",
        "resident_enterprise": True,
        "prohibited_product": False,
        "employees_tech_sme": {"2025": 100},
        "sci_tech_staff_tech_sme": 30,
        "sales_revenue": {"2025": "10000000.00"},
        "total_assets": "2000万元",
        "cost_and_expense_total": "900万元",
        "rd_expense_tech_sme": "60万元",
        "ip_class1_tech_sme": 1,
        "ip_class2_tech_sme": 0,
        "abnormal_list": False,
        "serious_dishonesty_list": False,
    },
    "titles": [],
    "records": {
        name: []
        for name in (
            "incident_safety",
            "incident_quality",
            "incident_environment",
            "research_misconduct",
            "award",
            "rd_platform",
            "standard",
        )
    },
}
ASK = ["--pack", "national", "--title", "national.tech_sme", "--on", "2026-06-15"]


@pytest.fixture
def run(monkeypatch, capsys):
    def command(*arguments, stdin=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        status = main(arguments)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


def test_check_holds_for_the_built_in_packs(run):
    status, out, err = run("check")

    assert (status, err) == (0, "")
    assert " 0 faults" in out


def test_evaluate_gives_outcome_points_and_findings(run):
    status, out, _ = run("evaluate", *ASK, stdin=json.dumps(FIRM) + "\n\n")

    answer = json.loads(out)
    findings = {finding["id"]: finding for finding in answer["findings"]}
    assert status == 0
    assert (answer["id"], answer["outcome"], answer["points"]) == ("甲", "met", [100, 100])
    assert findings["KX-02b"]["value"] == "10000000.00"
    assert findings["KX-rd-sales"]["value"] == "3/50"
    assert findings["KX-02a"]["required"] == 500


def test_a_line_that_cannot_be_read_names_the_indicator_and_the_rest_goes_on(run):
    bad = {"id": "乙", "facts": {"sales_revenue": "很多"}}

    status, out, _ = run("evaluate", *ASK, stdin=f"{json.dumps(bad)}\n{json.dumps(FIRM)}\n")

    first, second = (json.loads(line) for line in out.splitlines())
    assert status == 1
    assert "很多" in first["error"]
    assert second["outcome"] == "met"


def test_an_unknown_fact_is_refused_by_name(run):
    status, out, _ = run("evaluate", *ASK, stdin=json.dumps({"facts": {"salse": 1}}))

    assert status == 1
    assert "salse" in json.loads(out)["error"]


def test_explain_says_the_decisive_findings_first(run):
    poor = {**FIRM, "facts": {**FIRM["facts"], "employees_tech_sme": 501}}

    status, out, _ = run("explain", *ASK, stdin=json.dumps(poor))

    head, first, *_ = out.splitlines()
    assert (status, head) == (0, "甲: 未达标")
    assert "501人，要求 ≤ 500人，超出 1人" in first


def test_explain_speaks_english(run):
    status, out, _ = run("explain", *ASK, "--language", "en", stdin=json.dumps(FIRM))

    assert status == 0
    assert out.startswith("甲: met")


def test_a_pack_that_does_not_exist_is_said_so(run):
    status, _, err = run("evaluate", "--pack", "atlantis", *ASK[2:])

    assert status == 2
    assert "atlantis" in err


def test_a_day_without_law_is_said_so(run):
    status, _, err = run("evaluate", *ASK[:-1], "2010-01-01")

    assert status == 2
    assert "2010-01-01" in err


LITTLE = ["diff", "--title", "national.little_giant"]


def test_edges_writes_the_missing_cases_as_yaml(run):
    status, out, _ = run("edges", "--pack", "hunan")

    assert status == 0
    assert out.startswith("# hunan.small_giant: ")
    assert "- name: " in out


def test_edges_of_one_title_with_nothing_to_sign_says_so(run, monkeypatch):
    monkeypatch.setattr("rules.edges.missing", lambda *_: [])

    status, out, _ = run("edges", "--pack", "hunan", "--title", "hunan.small_giant")

    assert (status, len(out.splitlines())) == (0, 1)


def test_diff_tells_what_changed_between_two_days(run):
    status, out, _ = run(*LITTLE, "--from", "2025-01-01", "--to", "2026-06-01")

    head, *lines = out.splitlines()
    assert status == 0
    assert head == (
        "national.little_giant XJ-2022 (2025-01-01) → national.little_giant XJ-2026 (2026-06-01)"
    )
    assert any("工信部企业〔2022〕63号" in line and "〔2026〕2号" in line for line in lines)


def test_diff_says_that_nothing_changed(run):
    status, out, _ = run(*LITTLE, "--from", "2026-06-01", "--to", "2026-06-02", "--language", "en")

    assert (status, out.splitlines()[-1].strip()) == (0, "No change.")


def test_diff_compares_two_titles(run):
    status, out, _ = run("diff", "hebei.tech_sme", "henan.tech_sme", "--on", "2026-06-01")

    assert status == 0
    assert out.startswith("hebei.tech_sme ")


def test_diff_compares_two_packs_title_by_title(run):
    status, out, _ = run("diff", "hunan", "henan", "--on", "2026-06-01")

    heads = [line for line in out.splitlines() if not line.startswith(" ")]
    assert status == 0
    assert "hunan.small_giant" in heads[0]
    assert "henan.small_giant" in heads[0]
    assert "— — (2026-06-01) → henan.eaglet" in "".join(heads)


@pytest.mark.parametrize(
    "arguments",
    [["diff"], [*LITTLE, "--from", "2025-01-01"], ["diff", "hunan", "--on", "2026-06-01"]],
)
def test_diff_without_two_sides_says_what_it_needs(run, arguments):
    status, _, err = run(*arguments)

    assert status == 2
    assert "--from and --to" in err
