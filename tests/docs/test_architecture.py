"""The page on the architecture shows the house as it stands: every room, in its order."""

import re
import tomllib

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NOT_ROOMS = {"factory", "models"}


def test_the_picture_shows_every_room_in_the_order_the_walls_hold() -> None:
    contracts = CONTRACTS["tool"]["importlinter"]["contracts"]
    order = next(c["layers"] for c in contracts if c.get("containers") == ["app"])
    picture = PAGE.partition("## The picture")[2].partition("\n## ")[0]
    shown = re.findall(r"^ +│ ([a-z]+) ", picture, re.MULTILINE)
    assert shown == [room for room in order if room not in NOT_ROOMS]
