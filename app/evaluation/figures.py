"""Yearly figures: from the documents of the years to one column per need, with their marks."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import polars as pl

from app.evaluation import sources
from app.evaluation.encoding import decoded, encoded
from app.evaluation.sources import ID, Reading
from app.profiles.domain import StatementScope
from rules.indicators import Indicator
from rules.needs import Figure

PROXY: Final = "~proxy"
ASSUMED: Final = "~assumed"
CONSOLIDATED: Final = "~consolidated@"  # + year offset: that year's figures are a group's


def with_figures(
    base: pl.DataFrame,
    reading: Reading,
    indicators: Mapping[str, Indicator],
    needs: Sequence[Figure],
) -> pl.DataFrame:
    """`base` with one column per need, and the marks of figures that stand in or are assumed.

    Group (合并) figures never decide: they are unknown, and `~consolidated@<year>` says why.
    """
    if not needs:
        return base
    wanted = sorted({need.indicator for need in needs})
    offsets = sorted({need.year for need in needs})
    years = [reading.base_year + offset for offset in offsets]
    filed = _decide(_read(reading, years, wanted, indicators), wanted, indicators)
    for offset in offsets:
        chosen = [need.indicator for need in needs if need.year == offset]
        year = reading.base_year + offset
        columns = [pl.col(ID), pl.col("is_group").alias(f"{CONSOLIDATED}{offset}")]
        for name in chosen:
            columns.append(pl.col(name).alias(f"{name}@{offset}"))
            columns.append(pl.col(name + PROXY).alias(f"{name}@{offset}{PROXY}"))
        part = filed.filter(pl.col("year") == year).select(columns)
        base = base.join(part, on=ID, how="left", maintain_order="left")
    return _with_assumptions(base, reading, indicators, needs)


def _read(
    reading: Reading,
    years: Sequence[int],
    wanted: Sequence[str],
    indicators: Mapping[str, Indicator],
) -> pl.DataFrame:
    """Per enterprise and year: each figure as filed, each named stand-in, each verified value."""
    names = sorted({*wanted, *_stand_ins(wanted, indicators), *_parts(wanted, indicators)})
    shape = pl.Struct(
        {
            "figures": pl.Struct({name: decoded(indicators[name]) for name in names}),
            "proxies": pl.Struct(dict.fromkeys(wanted, pl.String)),
        }
    )
    body = pl.col("body").str.json_decode(shape)
    found = sources.revisions(reading, years).with_columns(body.alias("body"))
    figures, proxies = (pl.col("body").struct.field(part) for part in ("figures", "proxies"))
    flat = found.select(
        ID,
        "year",
        (pl.col("scope") == StatementScope.CONSOLIDATED.value).alias("is_group"),
        *(encoded(figures.struct.field(name), indicators[name]).alias(name) for name in names),
        *(proxies.struct.field(name).is_not_null().alias(name + PROXY) for name in wanted),
    )
    return _with_notes(flat, reading, years, indicators, names)


def _with_notes(
    flat: pl.DataFrame,
    reading: Reading,
    years: Sequence[int],
    indicators: Mapping[str, Indicator],
    names: Sequence[str],
) -> pl.DataFrame:
    """Let verified and adjusted values (核定数) win over what was filed."""
    noted = sources.notes(reading, years, names)
    if noted.is_empty():
        return flat
    for name in noted["indicator"].unique().sort():
        part = noted.filter(pl.col("indicator") == name)
        values = scalars(part["value"], indicators[name]).alias("noted")
        part = part.select(ID, "year").with_columns(values)
        flat = flat.join(part, on=[ID, "year"], how="left").with_columns(
            pl.coalesce("noted", name).alias(name)
        )
        if name + PROXY in flat.columns:  # verified as the figure it is: it stands in for nothing
            mine = pl.col(name + PROXY) & pl.col("noted").is_null()
            flat = flat.with_columns(mine.alias(name + PROXY))
        flat = flat.drop("noted")
    return flat


def _decide(
    flat: pl.DataFrame, wanted: Sequence[str], indicators: Mapping[str, Indicator]
) -> pl.DataFrame:
    """Take the figure itself, else a declared stand-in of another 口径, marked as proxy."""
    columns = []
    single = ~pl.col("is_group")
    for name in wanted:
        others = [
            pl.col(other) * factor
            for other in indicators[name].proxy_from
            if other in indicators and (factor := _factor(indicators[other], indicators[name]))
        ]
        own = pl.coalesce(pl.col(name), *_computed(indicators[name]))
        value = pl.coalesce(own, *others)
        columns.append(pl.when(single).then(value).alias(name))
        stands_in = value.is_not_null() & (own.is_null() | pl.col(name + PROXY))
        columns.append((single & stands_in).alias(name + PROXY))
    return flat.select(ID, "year", "is_group", *columns)


def _stand_ins(wanted: Iterable[str], indicators: Mapping[str, Indicator]) -> set[str]:
    return {
        other for name in wanted for other in indicators[name].proxy_from if other in indicators
    }


def _parts(wanted: Iterable[str], indicators: Mapping[str, Indicator]) -> set[str]:
    formulas = [formula for name in wanted if (formula := indicators[name].formula)]
    return {str(part) for formula in formulas for part in next(iter(formula.values()))}


def _computed(indicator: Indicator) -> list[pl.Expr]:
    """The figure by its formula (净资产 = 资产 − 负债), where it was not filed itself."""
    if not indicator.formula:
        return []
    first, *rest = (pl.col(str(part)) for part in next(iter(indicator.formula.values())))
    for part in rest:
        first = first - part if "subtract" in indicator.formula else first + part
    return [first]


def _factor(stand_in: Indicator, wanted: Indicator) -> int | None:
    """How many quanta of `wanted` one quantum of `stand_in` is; None if not a whole number."""
    factor = stand_in.quantum / wanted.quantum
    return factor.numerator if factor.denominator == 1 else None


def _with_assumptions(
    base: pl.DataFrame,
    reading: Reading,
    indicators: Mapping[str, Indicator],
    needs: Sequence[Figure],
) -> pl.DataFrame:
    """Fill what no year's document says from what is assumed for the place, and mark it."""
    assumed = sources.assumptions(reading, sorted({need.indicator for need in needs}))
    if assumed.is_empty():
        return base
    for need in needs:
        part = assumed.filter(pl.col("indicator") == need.indicator)
        if not part.is_empty():
            last_day = date(reading.base_year + need.year, 12, 31)
            base = fill_assumed(base, part, need.key, indicators[need.indicator], last_day)
    return base


def fill_assumed(
    base: pl.DataFrame, assumed: pl.DataFrame, column: str, indicator: Indicator, on: date
) -> pl.DataFrame:
    """`base` with unknown values of `column` filled by the assumption in force at `on`."""
    in_force = assumed.filter(
        pl.col("since") <= on, pl.col("until").is_null() | (pl.col("until") > on)
    ).unique("division", keep="first", maintain_order=True)
    values = scalars(in_force["value"], indicator).alias("assumed_value")
    part = in_force.select("division").with_columns(values)
    joined = base.join(part, on="division", how="left", maintain_order="left")
    fills = pl.col(column).is_null() & pl.col("assumed_value").is_not_null()
    if column + ASSUMED in base.columns:
        fills |= pl.col(column + ASSUMED)
    return joined.with_columns(
        fills.fill_null(value=False).alias(column + ASSUMED),
        pl.coalesce(column, "assumed_value").alias(column),
    ).drop("assumed_value")


def scalars(texts: pl.Series, indicator: Indicator) -> pl.Series:
    """Canonical JSON scalars as integers of the indicator's quantum; null where unreadable."""
    shape = decoded(indicator)
    values: Any = texts.str.json_decode(shape)
    return pl.DataFrame({"v": values}).select(encoded(pl.col("v"), indicator))["v"]
