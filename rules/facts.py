"""From a document of facts, as people or other systems write it, to integers for the rules.

A document: {"facts": {indicator: value | {year: value}}, "titles": [held], "records":
{register: [{on, until, severity, level, rank, …}]}, "case": {indicator: value}}. A register
named in `records`, and a list of `titles`, are complete: what is not there, there is not. What
is not named at all is unknown.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from rules.days import Moment, full_years, window_of
from rules.errors import FactError
from rules.indicators import NO_RANK, Indicator
from rules.needs import LISTS, REGISTERS, AsOf, Figure, Held, Need, Records

KNOWN_PARTS: Final = frozenset({"id", "facts", "titles", "records", "case"})
_START: Final = ("on", "since", "date", "granted_on", "paid_on")
_END: Final = ("until", "removed_on", "removed_date", "expires_on")


def read(
    needs: Iterable[Need],
    indicators: Mapping[str, Indicator],
    document: Mapping[str, Any],
    moment: Moment,
) -> dict[str, int | None]:
    """The facts of `document` that `needs` ask for, as integers in quanta.

    Raises:
        FactError: a value cannot be read; the message names the indicator.
    """
    reader = _Reader(indicators, document, moment)
    return {need.key: reader.fact(need) for need in needs}


class _Reader:
    """One document, read need by need."""

    def __init__(
        self, indicators: Mapping[str, Indicator], document: Mapping[str, Any], moment: Moment
    ) -> None:
        strange = set(document) - KNOWN_PARTS
        if strange:
            raise FactError(f"unknown part {sorted(strange)}; known: {sorted(KNOWN_PARTS)}")
        self._indicators = indicators
        self._facts = {**document.get("facts", {}), **document.get("case", {})}
        self._records: Mapping[str, Any] = document.get("records", {})
        self._titles = document.get("titles", self._facts.pop("title_held", None))
        self._moment = moment
        self._refuse_strange()

    def _refuse_strange(self) -> None:
        for name in self._facts:
            if name not in self._indicators and name not in LISTS:
                raise FactError(f"“{name}” is no indicator; see rules/indicators.yaml")
        for name in self._records:
            if name not in REGISTERS | {"title"}:
                raise FactError(f"“{name}” is no register; known: {', '.join(sorted(REGISTERS))}")

    def fact(self, need: Need) -> int | None:
        """One fact, or None where the document does not say."""
        if isinstance(need, Figure):
            return self._figure(need.indicator, self._moment.base_year + need.year)
        if isinstance(need, AsOf):
            return self._as_of(need.indicator)
        if isinstance(need, Records):
            return self._counted(need)
        return self._held(need)

    def _figure(self, name: str, year: int) -> int | None:
        raw = self._facts.get(name)
        if isinstance(raw, Mapping):
            raw = raw.get(str(year), raw.get(year))
        elif year != self._moment.base_year:
            raw = None
        if raw is not None:
            return self._indicators[name].read(raw)
        formula = self._indicators[name].formula
        return None if formula is None else self._computed(formula, year)

    def _computed(self, formula: Mapping[str, Any], year: int) -> int | None:
        """`{subtract: [a, b]}` or `{add: [{of: a, times: 80%} | a, …]}`; None if one is unknown."""
        sign = -1 if "subtract" in formula else 1
        total = 0
        for place, name in enumerate(formula.get("subtract") or formula["add"]):
            part = self._figure(str(name), year)
            if part is None:
                return None
            total += part if place == 0 else sign * part
        return total

    def _as_of(self, name: str) -> int | None:
        entry = self._indicators[name]
        if name in self._facts:
            return entry.read(self._facts[name])
        derive = entry.derive
        if derive is None or derive.get("register") not in self._records:
            return None
        return derived(derive, entry, self._rows(str(derive["register"])), self._moment)

    def _rows(self, register: str) -> list[Mapping[str, Any]]:
        rows = self._records[register]
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise FactError(f"records.{register} is not a list of records")
        return rows

    def _counted(self, need: Records) -> int | None:
        if need.register in self._records:
            rows = self._rows(need.register)
            query = {"window": json.loads(need.window), **json.loads(need.filters)}
            return measured(need.measure, matching(rows, query, self._moment))
        if need.register in self._facts:
            return self._stated_list(need)
        return self._stated(need)

    def _stated_list(self, need: Records) -> int | None:
        """A list or incident given as yes/no, or as a list of records among the facts."""
        said = self._facts[need.register]
        if isinstance(said, list) and all(isinstance(row, Mapping) for row in said):
            query = {"window": json.loads(need.window), **json.loads(need.filters)}
            return measured(need.measure, matching(said, query, self._moment))
        if said is None:
            return None
        if isinstance(said, bool | list) or str(said).lower() in {"true", "false", "0", "1"}:
            return int(
                said in (True, 1, "1", "true", "True") or bool(isinstance(said, list) and said)
            )
        raise FactError(f"{need.register}: “{said}” is neither true, false nor a list of records")

    def _stated(self, need: Records) -> int | None:
        """The same question answered by a derived indicator given directly (best rank, level)."""
        filters, window = json.loads(need.filters), json.loads(need.window)
        for name, raw in self._facts.items():
            derive = self._indicators[name].derive if name in self._indicators else None
            if not derive or derive.get("register") != need.register:
                continue
            answer = _answers(derive, self._indicators[name].read(raw), raw, filters, window)
            if answer is not None:
                return answer
        return None

    def _held(self, need: Held) -> int | None:
        if "title" in self._records:
            rows = [row for row in self._rows("title") if row.get("title") in need.titles]
            return int(any(self._held_for(row, need.years) for row in rows))
        if isinstance(self._titles, Mapping):
            said = [self._titles.get(title) for title in need.titles]
            if any(said):
                return 1
            return None if any(answer is None for answer in said) else 0
        if self._titles is None or need.years:
            return None
        return int(any(title in self._titles for title in need.titles))

    def _held_for(self, row: Mapping[str, Any], years: int) -> bool:
        since, until = _day(row, _START), _day(row, _END)
        on = self._moment.on
        if (since and since > on) or (until and until <= on):
            return False
        return years == 0 or (since is not None and full_years(since, on) >= years)


def _answers(
    derive: Mapping[str, Any], value: int | None, raw: Any, filters: Mapping[str, Any], window: Any
) -> int | None:
    if value is None or derive.get("window", "in_force") != window:
        return None
    measure, levels = derive.get("measure", "count"), derive.get("level")
    if measure == "best_level":
        return int(str(raw) in filters.get("level", ()))
    if levels is not None and set(levels) != set(filters.get("level", levels)):
        return None
    if measure == "best_rank":
        return int(value <= filters.get("rank_at_most", NO_RANK - 1))
    return value if measure in {"count", "any"} and "rank_at_most" not in filters else None


def matching(
    rows: Sequence[Mapping[str, Any]], query: Mapping[str, Any], moment: Moment
) -> list[Mapping[str, Any]]:
    """The records that a window and filters let through."""
    bounds = window_of(query.get("window", "in_force"), moment)
    return [row for row in rows if _in_window(row, bounds, moment) and _passes(row, query)]


def _in_window(row: Mapping[str, Any], bounds: tuple[date, date] | None, moment: Moment) -> bool:
    since, until = _day(row, _START), _day(row, _END)
    if bounds is None:
        return (since is None or since <= moment.on) and (until is None or moment.on < until)
    return since is None or bounds[0] <= since <= bounds[1]


def _passes(row: Mapping[str, Any], query: Mapping[str, Any]) -> bool:
    for name, column in (
        ("severity", "severity"),
        ("level", "level"),
        ("kinds", "kind"),
        ("origin", "origin"),
    ):
        if name in query and str(row.get(column, "")) not in query[name]:
            return False
    if "rank_at_most" in query:
        rank = row.get("rank")
        if rank is None or int(rank) > int(query["rank_at_most"]):
            return False
    if query.get("undisputed") and row.get("disputed"):
        return False
    if query.get("related") and row.get("related") is False:
        return False
    if query.get("qualified") and row.get("qualified") is not True:
        return False
    return not (query.get("unused") and row.get("used"))


def measured(measure: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """`count`, `any`, `best_rank` (no record: worse than any place) or `amount` in 分."""
    if measure == "best_rank":
        return min((int(row["rank"]) for row in rows if row.get("rank")), default=NO_RANK)
    if measure == "amount":
        return sum(int(row["amount_fen"]) for row in rows)
    return int(bool(rows)) if measure == "any" else len(rows)


def derived(
    derive: Mapping[str, Any], entry: Indicator, rows: Sequence[Mapping[str, Any]], moment: Moment
) -> int | None:
    """An R indicator from its register's records; None where the measure is not ours to derive."""
    measure = str(derive.get("measure", "count"))
    found = matching(rows, derive, moment)
    if measure == "best_level":
        order = list(entry.choices)
        levels = [order.index(str(row["level"])) for row in found if row.get("level") in order]
        return min(levels, default=len(order) - 1)
    if measure in {"count", "any", "best_rank", "amount"}:
        return measured(measure, found)
    return None


def _day(row: Mapping[str, Any], names: Sequence[str]) -> date | None:
    for name in names:
        if row.get(name):
            raw = row[name]
            return raw if isinstance(raw, date) else date.fromisoformat(str(raw))
    return None
