"""Facts: what is known of enterprises on one day, as the integers the law compares.

`frame` builds them for any number of enterprises, one row each, on the session's own
connection. A column per need (null is unknown); `<key>~proxy` where a figure of another 口径
stands in, `<key>~assumed` where a convenience of a data file does, `~consolidated@<year>`
where that year's figures are a group's and therefore unknown; `division` is the 归口.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import polars as pl
from sqlalchemy.orm import Session

from app.evaluation import figures, registers, sources
from app.evaluation.figures import ASSUMED, PROXY
from app.evaluation.sources import ID, Chosen, Reading
from app.foundation.canonical import sha256
from app.profiles.domain import Filing
from rules.days import Moment
from rules.indicators import Indicator
from rules.needs import FOUNDED, AsOf, Figure, Held, Need, Records

NONE: Final = pl.lit(None, dtype=pl.String)
CHUNK: Final = 5_000  # ids a statement may name; larger lists are read in several
Overlay = Mapping[UUID, Mapping[str, int | None]]


def frame(
    session: Session,
    indicators: Mapping[str, Indicator],
    needs: Iterable[Need],
    *,
    chosen: Chosen,
    members: Chosen | None = None,
    moment: Moment,
    known_at: datetime,
    overlay: Overlay | None = None,
    draft: Filing | None = None,
) -> pl.DataFrame:
    """The facts of the chosen enterprises, ordered by id (32 hexadecimal digits).

    Every table is asked for `chosen`; `members` tells which of them get a row (all, if None).

    `overlay` carries unsaved form values, `case.*` findings and what-ifs by need key; what it
    names is taken as given and bears no mark. `draft` stands for what is filed of its year: it
    is read as a filing is, with its stand-ins and formulas.
    """
    wanted = list(dict.fromkeys(needs))
    if isinstance(chosen, Sequence) and len(chosen) > CHUNK:
        parts = [chosen[i : i + CHUNK] for i in range(0, len(chosen), CHUNK)]
        return pl.concat(
            [_frame(session, indicators, wanted, part, moment, known_at) for part in parts],
            how="diagonal",
        ).sort(ID)
    built = _frame(session, indicators, wanted, chosen, moment, known_at, members, draft)
    return _overlaid(built, overlay, wanted) if overlay else built


def _frame(
    session: Session,
    indicators: Mapping[str, Indicator],
    needs: Sequence[Need],
    chosen: Chosen,
    moment: Moment,
    known_at: datetime,
    members: Chosen | None = None,
    draft: Filing | None = None,
) -> pl.DataFrame:
    reading = Reading(session, chosen, moment.on, known_at, moment.base_year, members, draft)
    base = sources.enterprises(reading)
    as_of = [
        indicators[n.indicator] for n in needs if isinstance(n, AsOf) and n.indicator != FOUNDED
    ]
    records = [need for need in needs if isinstance(need, Records)]
    held = [need for need in needs if isinstance(need, Held)]
    coverages = registers.Coverages(reading, _registers(as_of, records, held))
    yearly = [need for need in needs if isinstance(need, Figure)]
    base = figures.with_figures(base, reading, indicators, yearly)
    base = registers.with_records(base, reading, coverages, moment, records)
    base = registers.with_titles(base, reading, coverages, held)
    base = _with_as_of(base, reading, coverages, moment, as_of)
    founded = pl.col("founded").to_physical().cast(pl.Int64).alias(FOUNDED)
    return base.with_columns(founded).drop("founded", "history_from", "industry")


def _registers(
    as_of: Sequence[Indicator], records: Sequence[Records], held: Sequence[Held]
) -> list[str]:
    derived = {str(i.derive.get("register", "")) for i in as_of if i.derive}
    titles = {title for need in held for title in need.titles}
    return sorted(derived | {need.register for need in records} | titles)


def _with_as_of(
    base: pl.DataFrame,
    reading: Reading,
    coverages: registers.Coverages,
    moment: Moment,
    indicators: Sequence[Indicator],
) -> pl.DataFrame:
    """A register that is complete speaks first, then a statement, then an assumption.

    Findings of one application round (RND) are in no register: they come by the overlay alone.
    """
    derived = [i for i in indicators if i.derive]
    base = registers.with_derived(base, reading, coverages, moment, derived)
    base = base.with_columns(
        _of_industry(i).alias(i.id) for i in derived if (i.derive or {}).get("attribute")
    )
    for indicator in indicators:
        if not indicator.derive:
            base = base.with_columns(pl.lit(None, dtype=pl.Int64).alias(indicator.id))
    stated = [i for i in indicators if i.period == "ASOF"]
    said = sources.statements(reading, [i.id for i in stated])
    assumed = sources.assumptions(reading, [i.id for i in stated])
    for indicator in stated:
        mine = said.filter(pl.col("indicator") == indicator.id)
        if not mine.is_empty():
            base = _stated(base, mine, indicator)
        place = assumed.filter(pl.col("indicator") == indicator.id)
        if not place.is_empty():
            base = figures.fill_assumed(base, place, indicator.id, indicator, reading.on)
    return base


def _of_industry(indicator: Indicator) -> pl.Expr:
    """The choice whose prefix of the GB/T 4754 code is the longest that fits; unknown if none."""
    places = {choice: place for place, choice in enumerate(indicator.choices)}
    pairs = [
        (str(prefix), places[choice])
        for choice, prefixes in (indicator.derive or {})["prefixes"].items()
        for prefix in prefixes
    ]
    found = [
        pl.when(pl.col("industry").str.starts_with(prefix)).then(pl.lit(place, dtype=pl.Int64))
        for prefix, place in sorted(pairs, key=lambda pair: -len(pair[0]))
    ]
    return pl.coalesce(*found)


def _stated(base: pl.DataFrame, said: pl.DataFrame, indicator: Indicator) -> pl.DataFrame:
    values = figures.scalars(said["value"], indicator).alias("stated")
    part = said.select(ID, "is_assumed", "proxy_of").with_columns(values)
    joined = base.join(part, on=ID, how="left", maintain_order="left")
    fills = pl.col(indicator.id).is_null() & pl.col("stated").is_not_null()
    marks = {ASSUMED: pl.col("is_assumed"), PROXY: pl.col("proxy_of") != ""}
    columns = [pl.coalesce(indicator.id, "stated").alias(indicator.id)]
    for mark, said_so in marks.items():
        name = indicator.id + mark
        before = pl.col(name) if name in base.columns else pl.lit(value=False)
        columns.append((before | (fills & said_so)).fill_null(value=False).alias(name))
    return joined.with_columns(columns).drop("stated", "is_assumed", "proxy_of")


def _overlaid(built: pl.DataFrame, overlay: Overlay, needs: Sequence[Need]) -> pl.DataFrame:
    keys = {need.key for need in needs}
    for enterprise_id, given in overlay.items():
        this = pl.col(ID) == enterprise_id.hex
        for name, value in given.items():
            if name not in keys:
                continue
            put = pl.when(this).then(pl.lit(value, dtype=pl.Int64))
            columns = [put.otherwise(pl.col(name)).alias(name)]
            marks = [name + mark for mark in (PROXY, ASSUMED) if name + mark in built.columns]
            columns += [(pl.col(mark) & ~this).alias(mark) for mark in marks]
            built = built.with_columns(columns)
    return built


def documents(built: pl.DataFrame, needs: Iterable[Need]) -> pl.Series:
    """Per row the canonical JSON of the facts `needs` ask for, with their marks.

    Keys are sorted, an unknown fact is null; a mark is present only where it is set, so that
    equal facts have equal documents whatever else the frame was built for.
    """
    keys = sorted({FOUNDED, *(need.key for need in needs)})
    marks = [
        pl.concat_list(
            pl.when(pl.col(key + mark)).then(pl.lit(key)) if key + mark in built.columns else NONE
            for key in keys
        )
        .list.drop_nulls()
        .alias(mark[1:])
        for mark in (ASSUMED, PROXY)
    ]
    facts = pl.struct(keys).alias("facts")
    whole = built.select(pl.struct(marks[0], facts, marks[1]).struct.json_encode())
    return whole.to_series()


def facts_document(built: pl.DataFrame, needs: Iterable[Need]) -> tuple[str, str]:
    """The canonical JSON of the one row of `built`, and its SHA-256."""
    document = str(documents(built, needs)[0])
    return document, sha256(document)


def of_row(built: pl.DataFrame, needs: Iterable[Need]) -> dict[str, int | None]:
    """The facts of the one row of `built`, as the generated function takes them."""
    return built.select({FOUNDED, *(need.key for need in needs)}).row(0, named=True)
