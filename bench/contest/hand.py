"""The two laws by hand: a plain Python function (exact: the reference) and Polars expressions."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import polars as pl

ON: Final = 20_619  # 2026-06-15, days since 1970-01-01
LIMIT: Final = 20_000_000_000  # 2亿元 in 分
SMALL: Final = 5_000_000_000
STAFF: Final = ((3, 10, 2000), (1, 4, 1600), (1, 5, 1200), (3, 20, 800), (1, 10, 400))
SALES: Final = ((3, 50, 5000), (1, 20, 4000), (1, 25, 3000), (3, 100, 2000), (1, 50, 1000))
COST: Final = ((3, 10, 5000), (1, 4, 4000), (1, 5, 3000), (3, 20, 2000), (1, 10, 1000))
GROWTH: Final = ((7, 20, 900), (1, 4, 700), (3, 20, 500), (1, 20, 300))
INCIDENTS: Final = ("safety", "quality", "environment")
LISTS: Final = (*INCIDENTS, "misconduct", "abnormal", "dishonest")
DIRECT: Final = ("held", "award", "platform", "standard")
Answer = tuple[int, int, int]  # outcome code (0 unmet, 2 by hand, 3 met), points low and high


def band(num: int, den: int, bands: Any) -> int:
    """Points of the first band that num/den reaches; none without a denominator."""
    if den > 0:
        for p, q, points in bands:
            if num * q >= den * p:
                return int(points)
    return 0


def tech_sme(x: Mapping[str, Any]) -> Answer:
    """科小 of one firm."""
    staff = band(x["science"], x["staff"], STAFF)
    rd = max(band(x["rd"], x["sales"], SALES), band(x["rd"], x["cost"], COST))
    rights = 3000 if x["class1"] >= 1 else 600 * min(x["class2"], 4)
    total = staff + rd + rights
    size = x["staff"] <= 300_000 and x["sales"] <= LIMIT and x["assets"] <= LIMIT
    enough = (total >= 6000 and staff > 0) or any(x[name] for name in DIRECT)
    clean = not any(x[name] for name in LISTS)
    good = x["resident"] and not x["prohibited"] and size and clean and enough
    return (3 if good else 0), total, total


def growth(y1: int, y2: int, y3: int) -> tuple[int, int]:
    """195号 三（七）4: the range of points for the mean growth."""
    if y1 < 0 or y2 < 0:
        return 0, 1000
    if y2 == 0:
        return 0, 0
    num, den = (y2 * (y2 - y1) + y1 * (y3 - y2), 2 * y1 * y2) if y1 else (y3 - y2, y2)
    low = band(num, den, GROWTH) or (100 if num > 0 else 0)
    return low, low + 100 if low else 0


def high_tech(x: Mapping[str, Any]) -> Answer:
    """高企 of one firm."""
    s, r, d = (x[k + "0"] + x[k + "1"] + x[k + "2"] for k in "srd")
    percent = 5 if x["s0"] <= SMALL else 4 if x["s0"] <= LIMIT else 3
    base = x["income"] - x["untaxed"]
    gate = (
        ON - x["days"] >= 365
        and x["rights"]
        and x["field"]
        and x["staff"] > 0
        and x["science"] * 10 >= x["staff"]
        and s > 0
        and r * 100 >= percent * s
        and r > 0
        and d * 10 >= 6 * r
        and base > 0
        and x["product"] * 10 >= 6 * base
        and not any(x[name] for name in INCIDENTS)
    )
    given = x["expert_ip"] + x["expert_results"] + x["expert_management"]
    assets, sales = growth(x["a2"], x["a1"], x["a0"]), growth(x["s2"], x["s1"], x["s0"])
    low, high = (given + a + b for a, b in zip(assets, sales, strict=True))
    if not gate or high <= 7000:
        return 0, low, high
    return (3 if low > 7000 else 2), low, high


PLAIN: Final[dict[str, Callable[[Mapping[str, Any]], Answer]]] = {
    "tech_sme": tech_sme,
    "high_tech": high_tech,
}


def _banded(num: pl.Expr, den: pl.Expr, bands: Any) -> pl.Expr:
    points: Any = pl.lit(0, pl.Int16)
    for p, q, value in reversed(bands):
        points = pl.when(num * q >= den * p).then(pl.lit(value, pl.Int16)).otherwise(points)
    return pl.when(den > 0).then(points).otherwise(pl.lit(0, pl.Int16))


def polars_tech_sme(frame: pl.DataFrame) -> pl.DataFrame:
    """科小 as a person who knows Polars would write it, exactly."""
    c = pl.col
    rd = pl.max_horizontal(_banded(c("rd"), c("sales"), SALES), _banded(c("rd"), c("cost"), COST))
    second = pl.min_horizontal(c("class2").cast(pl.Int16), pl.lit(4, pl.Int16)) * 600
    rights = pl.when(c("class1") >= 1).then(pl.lit(3000, pl.Int16)).otherwise(second)
    size = (c("staff") <= 300_000) & (c("sales") <= LIMIT) & (c("assets") <= LIMIT)
    direct = c("held") | pl.any_horizontal(*(c(name) > 0 for name in DIRECT[1:]))
    clean = pl.all_horizontal(*(c(name) == 0 for name in LISTS))
    enough = ((c("lo") >= 6000) & (c("staff_points") > 0)) | direct
    good = c("resident") & ~c("prohibited") & size & clean & enough
    return (
        frame.lazy()
        .with_columns(_banded(c("science"), c("staff"), STAFF).alias("staff_points"))
        .with_columns((c("staff_points") + rd + rights).alias("lo"))
        .select((good.cast(pl.Int8) * 3).alias("outcome"), "lo", c("lo").alias("hi"))
        .collect()
    )


def _growth(kind: str) -> pl.Expr:
    y1, y2, y3 = (pl.col(kind + year).cast(pl.Int128) for year in "210")
    num = pl.when(y1 == 0).then(y3 - y2).otherwise(y2 * (y2 - y1) + y1 * (y3 - y2))
    den = pl.when(y1 == 0).then(y2).otherwise(y1 * y2 * 2)
    points: Any = pl.when(num > 0).then(pl.lit(100, pl.Int16)).otherwise(pl.lit(0, pl.Int16))
    for p, q, value in reversed(GROWTH):
        points = pl.when(num * q >= den * p).then(pl.lit(value, pl.Int16)).otherwise(points)
    none = (y1 < 0) | (y2 <= 0)
    return pl.when(none).then(pl.lit(0, pl.Int16)).otherwise(points)


def polars_high_tech(frame: pl.DataFrame) -> pl.DataFrame:
    """高企 likewise."""
    c = pl.col
    s, r, d = (c(k + "0") + c(k + "1") + c(k + "2") for k in "srd")
    larger = pl.when(c("s0") <= LIMIT).then(4).otherwise(3)
    percent = pl.when(c("s0") <= SMALL).then(5).otherwise(larger)
    base = c("income") - c("untaxed")
    gate = pl.all_horizontal(
        pl.lit(ON) - c("days") >= 365,
        c("rights"),
        c("field"),
        c("staff") > 0,
        c("science") * 10 >= c("staff"),
        s > 0,
        r * 100 >= s * percent,
        r > 0,
        d * 10 >= r * 6,
        base > 0,
        c("product") * 10 >= base * 6,
        *(c(name) == 0 for name in INCIDENTS),
    )
    given = (c("expert_ip") + c("expert_results") + c("expert_management")).cast(pl.Int16)
    high = given
    for kind in "as":
        negative = (c(kind + "2") < 0) | (c(kind + "1") < 0)
        some = c(kind) + pl.when(c(kind) > 0).then(100).otherwise(0).cast(pl.Int16)
        high += pl.when(negative).then(pl.lit(1000, pl.Int16)).otherwise(some)
    low = given + c("a") + c("s")
    outcome = pl.when(~c("gate") | (c("hi") <= 7000)).then(0)
    return (
        frame.lazy()
        .with_columns(_growth("a").alias("a"), _growth("s").alias("s"), gate.alias("gate"))
        .select("gate", low.alias("lo"), high.alias("hi"))
        .select(outcome.when(c("lo") > 7000).then(3).otherwise(2).alias("outcome"), "lo", "hi")
        .collect()
    )


POLARS: Final = {"tech_sme": polars_tech_sme, "high_tech": polars_high_tech}
