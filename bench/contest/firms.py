"""The firms of the contest: two workloads, random or on the edges of the law."""

from typing import Any, Final

import numpy as np

Columns = dict[str, Any]
STAFF: Final = 600  # quanta of a person
FEN: Final = 100
COUNTS: Final = {
    "tech_sme": (
        "safety", "quality", "environment", "misconduct", "abnormal", "dishonest",
        "award", "platform", "standard",
    ),
    "high_tech": ("safety", "quality", "environment"),
}  # fmt: skip
FLAGS: Final = {"tech_sme": ("resident", "prohibited", "held"), "high_tech": ("rights", "field")}
MONEY: Final = {
    "tech_sme": ("sales", "assets", "rd", "cost"),
    "high_tech": (
        "s0", "s1", "s2", "r0", "r1", "r2", "d0", "d1", "d2", "a0", "a1", "a2",
        "product", "income", "untaxed",
    ),
}  # fmt: skip
POINTS: Final = ("expert_ip", "expert_results", "expert_management")
BASE: Final = {"tech_sme": ("staff", "science"), "high_tech": ("days", "staff", "science")}


def firms(workload: str, count: int, *, edge: float, seed: int = 7) -> Columns:
    """Columns of `count` firms, a share `edge` of them on an edge of the law.

    Money is in 分, persons in 1/600, points in hundredths, all int64; yes/no columns are bool.
    """
    chance = np.random.default_rng(seed)
    made = (_tech_sme if workload == "tech_sme" else _high_tech)(chance, count, edge)
    return {name: np.ascontiguousarray(column) for name, column in made.items()}


def _money(chance: Any, count: int, low: float, high: float) -> Any:
    return (10 ** chance.uniform(low, high, count)).astype(np.int64) * FEN


def _near(chance: Any, count: int) -> Any:
    """Nothing, one 分 or one person more or less."""
    return chance.choice(np.array([-1, 0, 0, 0, 1]), count)


def _edges(chance: Any, count: int, edge: float, parts: int) -> list[Any]:
    return np.array_split(np.flatnonzero(chance.random(count) < edge), parts)


def _tech_sme(chance: Any, n: int, edge: float) -> Columns:
    staff = chance.integers(0, 700, n)
    sales, rate = _money(chance, n, 5, 8.6), chance.uniform(0, 0.09, n)
    rd = (sales * rate).astype(np.int64)
    found = {
        "staff": staff,
        "science": (staff * chance.uniform(0, 0.45, n)).astype(np.int64),
        "sales": sales,
        "assets": _money(chance, n, 5, 8.6),
        "rd": rd,
        "cost": (rd * chance.uniform(2, 14, n)).astype(np.int64),
        "class1": (chance.random(n) < 0.12) * chance.integers(1, 4, n),
        "class2": chance.integers(0, 7, n),
    }
    parts = _edges(chance, n, edge, 5)
    rows = parts[0]
    people = chance.integers(1, 33, len(rows)) * 20
    share = chance.choice(np.array([10, 15, 20, 25, 30]), len(rows))
    found["staff"][rows] = people
    found["science"][rows] = np.maximum(people * share // 100 + _near(chance, len(rows)), 0)
    for rows, base, shares in (
        (parts[1], "sales", [2, 3, 4, 5, 6]),
        (parts[2], "cost", [10, 15, 20, 25, 30]),
    ):
        money = chance.integers(1, 90_000_000, len(rows)) * 10_000
        share = chance.choice(np.array(shares), len(rows))
        found[base][rows] = money
        found["rd"][rows] = np.maximum(money * share // 100 + _near(chance, len(rows)), 0)
    rows = parts[3]
    found["staff"][rows] = chance.choice(np.array([0, 500, 501]), len(rows))
    rows = parts[4]
    limit = 20_000_000_000
    found["sales"][rows] = chance.choice(np.array([0, limit, limit + 1]), len(rows))
    found["assets"][rows] = chance.choice(np.array([0, limit, limit + 1]), len(rows))
    found["staff"], found["science"] = found["staff"] * STAFF, found["science"] * STAFF
    for name, share in zip(FLAGS["tech_sme"], (0.97, 0.05, 0.1), strict=True):
        found[name] = chance.random(n) < share
    for name in COUNTS["tech_sme"]:
        found[name] = (chance.random(n) < 0.01).astype(np.int64)
    return found


def _high_tech(chance: Any, n: int, edge: float) -> Columns:
    found: Columns = {}
    sales, assets = 10 ** chance.uniform(6, 9, n), 10 ** chance.uniform(5.5, 8.5, n)
    share = chance.uniform(0.02, 0.07, n)
    for year in "210":  # the oldest first
        found[f"s{year}"] = sales.astype(np.int64) * FEN
        found[f"a{year}"] = assets.astype(np.int64) * FEN
        found[f"r{year}"] = (found[f"s{year}"] * share).astype(np.int64)
        part = np.minimum(1, chance.uniform(0.45, 1.3, n))
        found[f"d{year}"] = (found[f"r{year}"] * part).astype(np.int64)
        sales = sales * chance.uniform(0.85, 1.6, n)
        assets = assets * chance.uniform(0.85, 1.6, n)
    found["income"], found["untaxed"] = found["s0"].copy(), np.zeros(n, np.int64)
    found["product"] = (found["s0"] * np.minimum(1, chance.uniform(0.4, 1.3, n))).astype(np.int64)
    staff = chance.integers(5, 2000, n)
    science = (staff * chance.uniform(0.03, 0.5, n)).astype(np.int64)
    found["days"] = 19_300 - chance.integers(0, 6000, n)  # older than the three years
    for name, top in zip(POINTS, (31, 31, 21), strict=True):
        found[name] = chance.integers(0, top, n) * 100
    _high_tech_edges(chance, found, _edges(chance, n, edge, 6), staff, science)
    found["staff"], found["science"] = staff * STAFF, science * STAFF
    for name, share in zip(FLAGS["high_tech"], (0.95, 0.96), strict=True):
        found[name] = chance.random(n) < share
    for name in COUNTS["high_tech"]:
        found[name] = (chance.random(n) < 0.01).astype(np.int64)
    return found


def _high_tech_edges(
    chance: Any, found: Columns, parts: list[Any], staff: Any, science: Any
) -> None:
    rows = parts[0]  # R&D exactly at the share of its size class
    limits = np.array([50, 200, 40, 900]) * 1_000_000 * FEN
    sales = chance.choice(limits, len(rows)) + chance.choice(np.array([0, 1]), len(rows))
    percent = np.where(sales <= limits[0], 5, np.where(sales <= limits[1], 4, 3))
    for year in "012":
        found[f"s{year}"][rows] = sales
        found[f"r{year}"][rows] = sales * percent // 100
    found["r0"][rows] += _near(chance, len(rows))
    rows = parts[1]  # spent in the mainland: exactly 60 %
    for year in "012":
        found[f"r{year}"][rows] = chance.integers(1, 9_000_000, len(rows)) * 500
        found[f"d{year}"][rows] = found[f"r{year}"][rows] * 6 // 10
    found["d0"][rows] += _near(chance, len(rows))
    rows = parts[2]
    income = chance.integers(1, 10_000_000, len(rows)) * 500
    found["income"][rows] = income
    found["product"][rows] = np.maximum(income * 6 // 10 + _near(chance, len(rows)), 0)
    rows = parts[3]
    staff[rows] = chance.integers(1, 200, len(rows)) * 10
    science[rows] = np.maximum(staff[rows] // 10 + _near(chance, len(rows)), 0)
    for kind, rows in (("a", parts[4]), ("s", parts[5])):  # growth exactly at a band
        growth = chance.choice(np.array([100, 105, 115, 125, 135]), len(rows))
        first = chance.integers(1, 900, len(rows)) * 1_000_000 * FEN
        found[f"{kind}2"][rows] = first
        found[f"{kind}1"][rows] = first * growth // 100
        found[f"{kind}0"][rows] = first * growth // 100 * growth // 100
        found[f"{kind}0"][rows] += _near(chance, len(rows))
        none = rows[chance.random(len(rows)) < 0.1]
        found[f"{kind}{chance.choice(np.array(['1', '2']))}"][none] = 0
    debtor = parts[4][::20]
    found["a1"][debtor] *= -1
