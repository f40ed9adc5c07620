"""Moves one fact of a firm until a value stands just below, on and just above an edge."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from rules import facts
from rules.cases import Case
from rules.days import from_days
from rules.indicators import Indicator
from rules.library import Library
from rules.limits import Limit
from rules.ruleset import RuleSet

FIXED: Final = frozenset({"bool", "choice", "text", "code", "set", "record"})
RATIO_PARTS: Final = 2
Known = Mapping[str, int | None]


def around(
    library: Library, limit: Limit, rule_set: RuleSet, case: Case
) -> dict[str, dict[str, Any]]:
    """Side -> the changed parts of the case's entry; no side where no fact reaches it."""
    found = facts.read(rule_set.needs, library.indicators, case.document, case.moment)
    best: dict[str, dict[str, Any]] = {}
    for start in _starts(limit, rule_set, found):
        for key in _movable(limit, rule_set):
            probe = _Probe(limit, rule_set, case, start, key)
            reached = probe.sides()
            if len(reached) > len(best):
                changed = {k for k, v in start.items() if v != found[k]}
                best = {
                    side: _parts(rule_set, case, {k: start[k] for k in changed} | {key: x})
                    for side, x in reached.items()
                }
            if len(best) == len(("below", "on", "above")):
                return best
    return best


def _starts(limit: Limit, rule_set: RuleSet, found: Known) -> Iterator[dict[str, int | None]]:
    """The firm, and the firm with a denominator that the edge divides."""
    yield dict(found)
    uses = rule_set.finding(limit.criterion, 0).uses
    below = found.get(uses[0]) if len(uses) == RATIO_PARTS else None
    if below and limit.kind != "by":
        part = limit.edge.denominator * 600
        yield {**found, uses[0]: -(-below // part) * part}


def _movable(limit: Limit, rule_set: RuleSet) -> list[str]:
    keys = [limit.fact] if limit.kind == "by" else reversed(_uses(limit, rule_set))
    return [key for key in keys if _is_number(rule_set.indicators.get(key.partition("@")[0]))]


def _uses(limit: Limit, rule_set: RuleSet) -> list[str]:
    return list(dict.fromkeys(rule_set.finding(limit.criterion, 0).uses))


def _is_number(entry: Indicator | None) -> bool:
    return entry is not None and entry.unit not in FIXED


class _Probe:
    """One fact of one firm, moved."""

    def __init__(self, limit: Limit, rule_set: RuleSet, case: Case, start: Known, key: str) -> None:
        self._limit, self._rule_set, self._case = limit, rule_set, case
        self._start, self._key = start, key
        entry = rule_set.indicators[key.partition("@")[0]]
        self._grain = grain(entry.quantum)  # finer than this, no one could write it
        self._bounds = entry.bounds

    def value(self, place: int) -> Fraction | None:
        """The value compared, with the fact at `place` grains."""
        moved = {**self._start, self._key: place * self._grain}
        verdict = self._rule_set.judge(moved, self._case.moment)
        return self._limit.seen(self._rule_set, verdict, moved)

    def sides(self) -> dict[str, int]:
        """Side -> the fact, in quanta; empty where the value does not cross the edge."""
        pair = self._crossing()
        if pair is None:
            return {}
        found: dict[str, int] = {}
        first, last = pair
        for place in (first, last, first - 1, last + 1):  # the nearest first
            if side := self._side(place):
                found.setdefault(side, place * self._grain)
        return found

    def _side(self, place: int) -> str:
        low, high = self._bounds
        if not low <= place * self._grain <= high:
            return ""
        value = self.value(place)
        if value is None:
            return ""
        if value == self._limit.edge:
            return "on"
        return "below" if value < self._limit.edge else "above"

    def _crossing(self) -> tuple[int, int] | None:
        """Two neighbouring places with the edge between them, or on one of them."""
        low, high = (bound // self._grain for bound in self._bounds)
        now = self._start.get(self._key)
        stops = sorted({low, *(() if now is None else (now // self._grain,)), high})
        told = [(place, side) for place in stops if (side := self._side(place))]
        for (first, before), (last, after) in pairwise(told):
            if before != after:
                outer = "below" if "below" in {before, after} else "above"
                return self._between(first, last, before, outer)
        return None

    def _between(self, first: int, last: int, before: str, outer: str) -> tuple[int, int] | None:
        while last - first > 1:
            middle = (first + last) // 2
            side = self._side(middle)
            if not side:
                return None
            if (side == outer) == (before == outer):
                first = middle
            else:
                last = middle
        return first, last


def grain(quantum: Fraction) -> int:
    """How many quanta make a number with a finite decimal: 1/600 person needs three.

    >>> grain(Fraction(1, 600)), grain(Fraction(1, 100))
    (3, 1)
    """
    rest = quantum.denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    return rest


def _parts(rule_set: RuleSet, case: Case, moved: Mapping[str, int | None]) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for key, number in moved.items():
        name, _, year = key.partition("@")
        entry = rule_set.indicators[name]
        part = "case" if entry.period == "RND" else "facts"
        written: Any = written_as(entry, number or 0)
        if year:
            written = {
                **_by_year(case, name, parts.get(part, {})),
                case.moment.base_year + int(year): written,
            }
        parts.setdefault(part, {})[name] = written
    return parts


def _by_year(case: Case, name: str, changed: Mapping[str, Any]) -> dict[int, Any]:
    said = changed.get(name, case.document["facts"].get(name))
    if isinstance(said, Mapping):
        return {int(year): value for year, value in said.items()}
    return {} if said is None else {case.moment.base_year: said}


def written_as(entry: Indicator, number: int) -> Any:
    """A fact as a case file writes it."""
    if entry.unit == "date":
        return from_days(number)
    value = number * entry.quantum
    if entry.unit == "percent":
        return f"{_decimal(value * 100)}%"
    if entry.unit == "CNY":
        return f"{_decimal(value)}元"
    return value.numerator if value.denominator == 1 else _decimal(value)


def _decimal(value: Fraction) -> str:
    """All digits of a number with a finite decimal.

    >>> _decimal(Fraction(-1, 8)), _decimal(Fraction(500))
    ('-0.125', '500')
    """
    places = 0
    while value.denominator != 1:
        value, places = value * 10, places + 1
    digits = str(abs(value.numerator)).rjust(places + 1, "0")
    whole, rest = (digits[:-places], digits[-places:]) if places else (digits, "")
    return f"{'-' if value < 0 else ''}{whole}{'.' + rest if rest else ''}"
