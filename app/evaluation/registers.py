"""Facts from registers: records counted over windows, titles held, and when none means none.

No record means *none* only where a coverage row says the register was complete over the window
(for a younger firm: since its founding); otherwise the fact is unknown.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import polars as pl
from polars import selectors

from app.evaluation import sources
from app.evaluation.figures import ASSUMED
from app.evaluation.sources import ID, REGISTERS, Reading
from rules.days import Moment, window_of, years_before
from rules.indicators import NO_RANK, Indicator
from rules.needs import Held, Records

_LEVELS: Final = ("national", "provincial", "municipal", "below", "none")
_NEVER: Final = date.max


class Coverages:
    """From which day each register is complete up to the day, per division."""

    def __init__(self, reading: Reading, registers: Sequence[str]) -> None:
        """Read the coverage of `registers` once."""
        rows = sources.coverage(reading, registers)
        self._on = reading.on
        self._since = {
            register: self._merge(rows.filter(pl.col("register") == register))
            for register in registers
        }

    def join(self, base: pl.DataFrame, register: str) -> pl.DataFrame:
        """`base` with `checked_since` (by a real check) and `covered_since` (assumed or real)."""
        return base.join(self._since[register], on="division", how="left", maintain_order="left")

    def _merge(self, rows: pl.DataFrame) -> pl.DataFrame:
        spans: dict[str, list[tuple[date, date, bool]]] = {}
        for division, _, since, until, is_assumed in rows.iter_rows():
            spans.setdefault(division, []).append((since, until or _NEVER, is_assumed))
        schema = {"division": pl.String, "checked_since": pl.Date, "covered_since": pl.Date}
        merged = [
            (division, _reach([s for s in items if not s[2]], self._on), _reach(items, self._on))
            for division, items in spans.items()
        ]
        return pl.DataFrame(merged, schema=schema, orient="row")


def _reach(spans: Sequence[tuple[date, date, bool]], on: date) -> date | None:
    """The first day from which the spans cover without a gap up to and including `on`."""
    start: date | None = None
    end: date | None = None
    for since, until, _ in sorted(spans):
        if end is None or since > end:
            start = since
        end = until if end is None else max(end, until)
        if start is not None and start <= on < end:
            return start
    return None


def with_records(
    base: pl.DataFrame,
    reading: Reading,
    coverages: Coverages,
    moment: Moment,
    needs: Sequence[Records],
) -> pl.DataFrame:
    """`base` with one column per need."""
    kept = sorted({need.register for need in needs if need.register in REGISTERS})
    tables = {register: sources.records(reading, register) for register in kept}
    for need in needs:
        if need.measure not in _MEASURES.get(need.register, ()):  # not kept here: unknown
            base = base.with_columns(pl.lit(None, dtype=pl.Int64).alias(need.key))
            continue
        spec = {**json.loads(need.filters), "window": json.loads(need.window)}
        base = count(base, tables[need.register], coverages, need.register, spec, moment, need.key)
        base = base.with_columns(_measured(need.measure, floor=True).alias(need.key))
        base = _closed(base, need.key)
    return base


def with_derived(
    base: pl.DataFrame,
    reading: Reading,
    coverages: Coverages,
    moment: Moment,
    indicators: Sequence[Indicator],
) -> pl.DataFrame:
    """`base` with one column per indicator that a register derives (catalogue, `derive`)."""
    tables: dict[str, pl.DataFrame] = {}
    for indicator in indicators:
        spec = dict(indicator.derive or {})
        register, measure = str(spec.pop("register", "")), str(spec.pop("measure", "count"))
        if measure not in _MEASURES.get(register, ()):  # not ours to derive: a statement may say
            base = base.with_columns(pl.lit(None, dtype=pl.Int64).alias(indicator.id))
            continue
        if register not in tables:
            tables[register] = sources.records(reading, register)
        base = count(base, tables[register], coverages, register, spec, moment, indicator.id)
        value = _measured(measure, floor=measure == "any")
        if measure == "best_level":
            value = _level(value, indicator)
        base = _closed(base.with_columns(value.alias(indicator.id)), indicator.id)
    return base


def count(
    base: pl.DataFrame,
    table: pl.DataFrame,
    coverages: Coverages,
    register: str,
    spec: Mapping[str, Any],
    moment: Moment,
    name: str,
) -> pl.DataFrame:
    """`base` with the tallies `_measured` reads: matches, undecided ones, best, sum, coverage."""
    window = window_of(spec.get("window", "in_force"), moment)
    if window is None:
        inside = pl.col("until").is_null() | (pl.col("until") > moment.on)
        start = moment.on
    else:
        inside = pl.col("since") >= window[0]
        start = window[0]
    match = _match(spec, name)
    tallied = (
        table.filter(inside)
        .group_by(ID)
        .agg(
            match.fill_null(value=False).sum().cast(pl.Int64).alias("matches"),
            match.is_null().sum().alias("undecided"),
            *_extras(table, match),
        )
    )
    joined = coverages.join(base, register).join(tallied, on=ID, how="left", maintain_order="left")
    needed = pl.max_horizontal(pl.lit(start), pl.col("founded"))
    return joined.with_columns(
        pl.col("matches", "undecided").fill_null(0),
        (pl.col("covered_since") <= needed).fill_null(value=False).alias("is_covered"),
        (pl.col("checked_since") <= needed).fill_null(value=False).alias("is_checked"),
    )


def _extras(table: pl.DataFrame, match: pl.Expr) -> list[pl.Expr]:
    extras = []
    if "rank" in table.columns:
        extras.append(pl.col("rank").filter(match).min().alias("best"))
    if "amount_fen" in table.columns:
        extras.append(pl.col("amount_fen").filter(match).sum().alias("best"))
    if "level" in table.columns and "rank" not in table.columns:
        places = {level: place for place, level in enumerate(_LEVELS)}
        place = pl.col("level").replace_strict(places, default=None, return_dtype=pl.Int64)
        extras.append(place.filter(match).min().alias("best"))
    return extras


def _match(spec: Mapping[str, Any], name: str) -> pl.Expr:
    """Whether a record counts: true, false, or null where the record does not say."""
    tests = [pl.lit(value=True)]
    for filter_name, given in spec.items():
        if filter_name == "window":
            continue
        if filter_name not in _FILTERS:
            raise ValueError(f"{name}: unknown filter {filter_name}")
        tests.append(_FILTERS[filter_name](given))
    return pl.all_horizontal(tests)


def _listed(column: str) -> Any:
    def test(given: Any) -> pl.Expr:
        values = [given] if isinstance(given, str) else list(given)
        silent = (pl.col(column) == "") & pl.lit("" not in values)  # "" is listed: silence counts
        return pl.when(silent).then(None).otherwise(pl.col(column).is_in(values))

    return test


_FILTERS: Final[dict[str, Any]] = {
    "severity": _listed("severity"),
    "level": _listed("level"),
    "levels": _listed("level"),
    "kind": _listed("kind"),
    "kinds": _listed("kind"),
    "origin": _listed("origin"),
    "rank_at_most": lambda given: pl.col("rank") <= int(given),
    "undisputed": lambda _: ~pl.col("is_disputed"),
    "related": lambda _: pl.col("supports_main_product").fill_null(value=True),
    "unused": lambda _: pl.col("used_in_event_id").is_null(),
    "qualified": lambda _: pl.col("is_qualified"),
}
_COUNTS: Final = frozenset({"count", "any"})
_MEASURES: Final = dict.fromkeys(REGISTERS, _COUNTS) | {
    "award": _COUNTS | {"best_rank"},
    "standard": _COUNTS | {"best_rank"},
    "rd_platform": _COUNTS | {"best_level"},
    "equity_round": _COUNTS | {"amount"},
}


def _measured(measure: str, *, floor: bool) -> pl.Expr:
    """The value of a measure; `floor`: a known record counts though the register is open.

    A test that no record may exist fails by one known record, complete register or not; a
    count or an amount of an open register is only a lower bound, hence unknown.
    """
    complete = pl.col("is_covered") & (pl.col("undecided") == 0)
    some = pl.col("matches") > 0
    if measure in {"count", "any"}:
        value = pl.col("matches") if measure == "count" else some.cast(pl.Int64)
        return pl.when(complete | (some if floor else pl.lit(value=False))).then(value)
    if measure == "amount":
        return pl.when(complete).then(pl.col("best").fill_null(0))
    return pl.when(complete).then(pl.col("best").fill_null(NO_RANK))


def _level(place: pl.Expr, indicator: Indicator) -> pl.Expr:
    """The best level as a place among the indicator's own choices."""
    own = list(indicator.choices)
    places = {i: own.index(level) for i, level in enumerate(_LEVELS) if level in own}
    none = own.index("none") if "none" in own else None
    return place.replace_strict({**places, NO_RANK: none}, default=None, return_dtype=pl.Int64)


_SCRATCH: Final = (
    "matches",
    "undecided",
    "best",
    "is_covered",
    "is_checked",
    "covered_since",
    "checked_since",
)


def _closed(base: pl.DataFrame, name: str) -> pl.DataFrame:
    """Mark a "none" that rests on an assumed coverage, and drop the tallies."""
    assumed = pl.col(name).is_not_null() & (pl.col("matches") == 0) & ~pl.col("is_checked")
    marked = base.with_columns(assumed.alias(name + ASSUMED))
    return marked.drop(column for column in _SCRATCH if column in marked.columns)


def with_titles(
    base: pl.DataFrame, reading: Reading, coverages: Coverages, needs: Sequence[Held]
) -> pl.DataFrame:
    """`base` with one column per need: held 1, not held 0, unknown where a register is open."""
    if not needs:
        return base
    titles = sorted({title for need in needs for title in need.titles})
    spans = _spans(sources.episodes(reading, titles), reading.on)
    for need in needs:
        start = years_before(reading.on, need.years)
        mine = spans.filter(pl.col("title").is_in(need.titles), pl.col("since") <= start)
        held = mine.select(ID).unique().with_columns(pl.lit(1, dtype=pl.Int64).alias(need.key))
        base = base.join(held, on=ID, how="left", maintain_order="left")
        base = _not_held(base, coverages, need, start)
    return base


def _spans(episodes: pl.DataFrame, on: date) -> pl.DataFrame:
    """The unbroken spans, episodes that touch joined, that contain the day."""
    end = pl.col("until").fill_null(_NEVER)
    ordered = episodes.with_columns(end.alias("end")).sort(ID, "title", "since")
    reach = pl.col("end").shift(1).cum_max().over(ID, "title")
    breaks = (pl.col("since") > reach).fill_null(value=False).cum_sum().over(ID, "title")
    spans = (
        ordered.with_columns(breaks.alias("span"))
        .group_by(ID, "title", "span")
        .agg(pl.col("since").min(), pl.col("end").max())
    )
    return spans.filter(pl.col("since") <= on, pl.col("end") > on)


def _not_held(base: pl.DataFrame, coverages: Coverages, need: Held, start: date) -> pl.DataFrame:
    needed = pl.max_horizontal(pl.lit(start), pl.col("founded"))
    known_by_firm = (pl.col("history_from") <= needed).fill_null(value=False)
    complete, checked = pl.lit(value=True), pl.lit(value=True)
    for place, title in enumerate(need.titles):
        base = coverages.join(base, title).rename(
            {"covered_since": f"covered{place}", "checked_since": f"checked{place}"}
        )
        complete &= (pl.col(f"covered{place}") <= needed).fill_null(value=False) | known_by_firm
        checked &= (pl.col(f"checked{place}") <= needed).fill_null(value=False) | known_by_firm
    value = pl.when(pl.col(need.key).is_not_null()).then(1).when(complete).then(0)
    assumed = pl.col(need.key).is_null() & complete & ~checked
    base = base.with_columns(
        value.cast(pl.Int64).alias(need.key), assumed.alias(need.key + ASSUMED)
    )
    return base.drop(selectors.matches(r"^(covered|checked)\d+$"))
