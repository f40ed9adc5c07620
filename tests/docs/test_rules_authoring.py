"""What the guide for officials shows is true: its example loads, and its cases hold."""

import re
from pathlib import Path

import pytest
import yaml

from config import BUILT_IN_PACKS
from rules.cases import load_cases, run
from rules.library import Library, load
from tests.conftest import ROOT

GUIDE = (ROOT / "docs" / "rules-authoring.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
PACK = """
pack: own
name: 本市
division: "990100"
extends: [national]
documents:
  star1: {number: 云溪科〔2026〕1号, title: 市级科技小明星企业管理办法, evidence: V}
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """The national packs and a bureau's own, written as the guide says."""
    folder = tmp_path / "own"
    for part in ("titles", "cases"):
        (folder / part).mkdir(parents=True)
    title = next(block for block in BLOCKS if block.startswith("title: little_star"))
    cases = next(block for block in BLOCKS if "expect:" in block)
    indented = cases.replace("\n", "\n  ")
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    (folder / "titles" / "little_star.yaml").write_text(title, encoding="utf-8")
    (folder / "cases" / "little_star.yaml").write_text(f"cases:\n  {indented}", encoding="utf-8")
    return load((BUILT_IN_PACKS, tmp_path), ("own",))


def test_the_example_title_loads_and_its_cases_hold(library: Library) -> None:
    cases = list(load_cases(library, "own"))
    assert len(cases) == 2
    assert [miss.what for case in cases for miss in run(library, case)] == []


def test_every_block_is_yaml() -> None:
    assert len(BLOCKS) >= 5
    for block in BLOCKS:
        yaml.safe_load(block)
