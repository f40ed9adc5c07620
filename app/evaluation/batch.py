"""A division judged whole: pages of enterprises read and judged, and compared with what is written.

Planning needs no lock and may be repeated; `app/evaluation/writing.py` writes the difference.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

import polars as pl
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.enterprises.domain import EventKind
from app.enterprises.models import Enterprise, TitleEvent
from app.evaluation import facts, flagging, sources
from app.evaluation.clauses import verified_schemes
from app.evaluation.domain import ApplicationType
from app.evaluation.holdings import Holdings
from app.evaluation.judging import Judged, documents, judge
from app.evaluation.models import ClauseCheck, Evaluation
from app.evaluation.order import (
    COUNTRY,
    Order,
    active,
    page_of,
    places,
    rule_sets,
    territories,
    within,
)
from app.evaluation.sources import ID, Reading, key
from app.foundation.canonical import sha256
from rules.library import Library
from rules.outcomes import WORDS
from rules.pack import Title
from rules.ruleset import RuleSet


@dataclass(slots=True)
class Plan:
    """What a page of enterprises comes to: verdicts, and what differs from what is written."""

    last: str  # the cursor: id of the last enterprise of the page; empty when there was none
    size: int = 0  # enterprises of the page
    count: int = 0  # those of them that were judged: in business on the day
    rule_sets: list[RuleSet] = field(default_factory=list)
    changed: list[pl.DataFrame] = field(default_factory=list)
    gone: list[UUID] = field(default_factory=list)  # verdicts of those who left, or have no law
    flags: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=flagging.SCHEMA))
    judged: dict[str, Judged] = field(default_factory=dict)

    @property
    def tally(self) -> dict[str, int]:
        """Verdicts per title by outcome and by grade: `national.tech_sme/outcome/met`."""
        counts: dict[str, int] = {}
        for name, judged in self.judged.items():
            for code, count in judged.rows.group_by("outcome").len().rows():
                counts[f"{name}/outcome/{WORDS[code]}"] = count
            for grade, count in judged.rows.group_by("grade").len().rows():
                counts[f"{name}/grade/{grade}"] = count
        return counts


def plan(
    session: Session, library: Library, order: Order, *, known_at: datetime, after: str = ""
) -> Plan:
    """Read and judge the page of enterprises after the cursor `after`. Writes nothing."""
    ids = page_of(session, order, after)
    if not ids:
        return Plan(last="")
    whole = within(order, after, ids[-1])
    moment = order.moment
    law = rule_sets(library, order)
    needs = {need.key: need for rule_set, _ in law.values() for need in rule_set.needs}
    built = facts.frame(
        session,
        library.indicators,
        needs.values(),
        chosen=whole,
        members=active(whole, order.on, known_at),
        moment=moment,
        known_at=known_at,
    )
    page = Plan(last=ids[-1].hex, size=len(ids), count=built.height)
    reading = Reading(session, whole, order.on, known_at, moment.base_year)
    current = _current(reading, order, whole, list(law))
    reach = places(session, library)
    for name, (rule_set, kind) in law.items():
        mine = _applicable(built, library, library.titles[name], reach)
        judged = judge(rule_set, mine, moment)
        page.judged[name] = judged
        page.rule_sets.append(rule_set)
        _compare(page, judged, mine, current, kind)
    flags = _flags(reading, library, order, page, reach)
    page.flags = flags.join(built.select(ID), on=ID, how="semi")  # a firm that left bears none
    return page


def _applicable(
    built: pl.DataFrame, library: Library, title: Title, places: Mapping[str, frozenset[str]]
) -> pl.DataFrame:
    """The enterprises under the title's law: a city's own title is not for its neighbour."""
    if library.packs[title.pack].division == COUNTRY:
        return built
    return built.filter(pl.col("division").is_in(sorted(places[title.pack])))


def _current(reading: Reading, order: Order, page: Select[UUID], titles: list[str]) -> pl.DataFrame:
    """The verdicts in force of the whole page, of enterprises that left too."""
    statement = select(
        key(Evaluation.id),
        key(Evaluation.enterprise_id),
        Evaluation.title,
        Evaluation.decisive_hash,
    ).where(
        Evaluation.superseded_at.is_(None),
        Evaluation.for_year == order.for_year,
        Evaluation.title.in_(titles),
        Evaluation.application_type.in_([ApplicationType.NEW, ApplicationType.YEARLY]),
        Evaluation.enterprise_id.in_(page),
    )
    schema = {"old_id": pl.String, ID: pl.String, "title": pl.String, "old_hash": pl.String}
    return reading.fetch(statement, schema)


_WRITTEN: Final = (
    ID,
    "old_id",
    "outcome",
    "grade",
    "lo",
    "hi",
    "is_proxy",
    "assumed_count",
    "findings",
    "decisive_hash",
)


def _compare(
    page: Plan,
    judged: Judged,
    built: pl.DataFrame,
    current: pl.DataFrame,
    kind: ApplicationType,
) -> None:
    """Note the verdicts that differ from the current ones, and the current ones without one."""
    mine = current.filter(pl.col("title") == judged.rule_set.title).drop("title")
    joined = judged.rows.join(mine, on=ID, how="left", maintain_order="left")
    differs = pl.col("old_hash").is_null() | (pl.col("old_hash") != pl.col("decisive_hash"))
    rows = joined.filter(differs)
    gone = mine.join(judged.rows, on=ID, how="anti")
    page.gone += [UUID(hex=text) for text in gone["old_id"]]
    texts = documents(judged.rule_set, built.join(rows, on=ID, how="semi"))
    hashes = pl.Series("facts_hash", [sha256(text) for text in texts], dtype=pl.String)
    page.changed.append(
        rows.select(
            *_WRITTEN,
            hashes,
            pl.lit(judged.rule_set.title).alias("title"),
            pl.lit(judged.rule_set.fingerprint).alias("fingerprint"),
            pl.lit(kind.value).alias("application_type"),
        )
    )


def _flags(
    reading: Reading,
    library: Library,
    order: Order,
    page: Plan,
    places: Mapping[str, frozenset[str]],
) -> pl.DataFrame:
    holdings = Holdings.read(reading, list(library.titles), order.for_year)
    ground = flagging.Ground(
        library,
        holdings,
        page.judged,
        order.is_preliminary,
        order.for_year,
        order.on,
        territories(reading.session, order.division),
    )
    found = flagging.wanted(ground)
    if order.is_preliminary:
        return found
    titles = [name for name in page.judged if any(s.title == name for s in library.schemes)]
    if not titles:
        return found
    schemes = [scheme for scheme in library.schemes if scheme.title in titles]
    verified = verified_schemes(schemes, reading.session.scalars(select(ClauseCheck)))
    events = _events(reading, titles, order)
    for pack in dict.fromkeys(scheme.pack for scheme in schemes):
        here = events.filter(pl.col("division").is_in(sorted(places[pack])))
        own = [scheme for scheme in schemes if scheme.pack == pack]
        found = pl.concat([found, flagging.subsidies(here, own, verified, order.for_year)])
    return found


_EVENTS: Final = {
    ID: pl.String,
    "title": pl.String,
    "kind": pl.String,
    "on_day": pl.Date,
    "division": pl.String,
    "founded": pl.Date,
    "history_from": pl.Date,
}
_OPENING: Final = (
    EventKind.FIRST,
    EventKind.RENEWED,
    EventKind.REVIEWED,
    EventKind.RECORDED,
    EventKind.MOVED_IN,
)


def _events(reading: Reading, titles: list[str], order: Order) -> pl.DataFrame:
    """Events of the year up to the day, each told first or not where the history is complete."""
    statement = (
        select(
            key(TitleEvent.enterprise_id),
            TitleEvent.title,
            sources.plain(TitleEvent.kind),
            TitleEvent.on_day,
            Enterprise.managing_division,
            Enterprise.registered_on,
            Enterprise.title_history_from,
        )
        .join(Enterprise, Enterprise.id == TitleEvent.enterprise_id)
        .where(
            reading.among(TitleEvent.enterprise_id),
            TitleEvent.title.in_(titles),
            TitleEvent.on_day <= reading.on,
            reading.known(TitleEvent),
        )
    )
    events = reading.fetch(statement, _EVENTS).sort(ID, "on_day")
    opened = pl.col("kind").is_in([kind.value for kind in _OPENING])
    earlier = opened.cast(pl.Int64).cum_sum().over(ID, "title") - opened.cast(pl.Int64)
    whole_life = pl.col("history_from") <= pl.col("founded")
    is_first = (
        pl.when(pl.col("kind") == EventKind.FIRST.value)
        .then(pl.lit(value=True))
        .when((pl.col("kind") == EventKind.RENEWED.value) | (earlier > 0))
        .then(pl.lit(value=False))
        .when(whole_life)
        .then(pl.lit(value=True))
    )
    in_year = pl.col("on_day").dt.year() == order.for_year
    return events.with_columns(is_first.alias("is_first")).filter(in_year)
