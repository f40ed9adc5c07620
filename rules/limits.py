"""Every edge of a rule set: thresholds, bands, size classes, totals, windows and places."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from json import loads
from typing import Any, Final

from rules.days import Moment, window_of
from rules.parameters import EDGES, number
from rules.ruleset import RuleSet
from rules.text import Text
from rules.verdict import Verdict

FINE: Final = Fraction(1, 1000)
STEPS: Final = {"ratio": FINE, "growth": FINE, "percent": FINE}  # others are counted in ones
OFFSETS: Final = {"below": -1, "on": 0, "above": 1}


@dataclass(frozen=True, slots=True)
class Limit:
    """One number that a value of a criterion is compared with."""

    criterion: str
    label: str
    shown: str  # as the law writes it
    edge: Fraction  # in the unit of the finding's value
    step: Fraction  # how near is beside the edge, at least
    kind: str  # value | required | points | by
    fact: str = ""  # the fact that chooses a size class

    def seen(
        self, rule_set: RuleSet, verdict: Verdict, found: Mapping[str, int | None]
    ) -> Fraction | None:
        """What a verdict compares with this number; None where it does not come to that."""
        if self.kind == "by":
            value = found.get(self.fact)
            quantum = rule_set.indicators[self.fact.partition("@")[0]].quantum
            return None if value is None else value * quantum
        finding = verdict.finding(self.criterion)
        if self.kind == "points":
            points = finding.points
            whole = points is not None and points[0] == points[1]
            return Fraction(points[0], 100) if points and whole else None
        if self.kind == "required" and finding.required != self.edge:
            return None
        return finding.value


def limits_of(rule_set: RuleSet) -> list[Limit]:
    """The numbers of every criterion and named item, in the order of the law."""
    nodes = _named(loads(rule_set.tree)["criteria"])
    return [limit for node in nodes for limit in _limits(rule_set, node)]


def _named(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, Mapping):
        if "id" in node:
            yield node
        for value in node.values():
            yield from _named(value)
    elif isinstance(node, list):
        for value in node:
            yield from _named(value)


def _limits(rule_set: RuleSet, node: Mapping[str, Any]) -> Iterator[Limit]:
    score = node.get("score", node)
    if "compare" in node:
        yield from _compared(rule_set, node)
    elif "points" in node and isinstance(node["points"], Mapping):
        raw = next(node["points"][edge] for edge in EDGES if edge in node["points"])
        yield _limit(rule_set, node, raw, "points", Fraction(1))
    elif "bands" in score:
        for band in score["bands"]:
            for edge in EDGES:
                if edge in band:
                    yield _limit(rule_set, node, band[edge], "value")
    elif "per" in score:
        steps = number(score["max"]) // number(score["points"])
        for raw in dict.fromkeys((score["each"], number(score["each"]) * steps)):
            yield _limit(rule_set, node, raw, "value")


def _compared(rule_set: RuleSet, node: Mapping[str, Any]) -> Iterator[Limit]:
    said = node["compare"]
    wanted = next(said[edge] for edge in EDGES if edge in said)
    if not isinstance(wanted, Mapping):
        yield _limit(rule_set, node, wanted, "required")
        return
    for band in wanted["bands"]:
        yield _limit(rule_set, node, band["is"], "required")
        limit = band.get("up_to", band.get("below"))
        if limit is not None and isinstance(wanted["by"], str):
            entry = rule_set.indicators[wanted["by"]]
            fact = f"{entry.id}@0" if entry.is_yearly else entry.id
            label = f"{_label(node)}{entry.name.zh}"
            yield Limit(str(node["id"]), label, str(limit), number(limit), Fraction(1), "by", fact)


def _limit(
    rule_set: RuleSet,
    node: Mapping[str, Any],
    raw: Any,
    kind: str,
    step: Fraction | None = None,
) -> Limit:
    shape = rule_set.finding(str(node["id"]), 0).shape
    edge = number(raw)
    if shape.power:
        edge = (1 + edge) ** shape.power
    near = step or STEPS.get(shape.unit, Fraction(1))
    return Limit(str(node["id"]), _label(node), str(raw), edge, near, kind)


def _label(node: Mapping[str, Any]) -> str:
    return f"{node['id']} {Text.of(node.get('name', ''))}："


@dataclass(frozen=True, slots=True)
class RecordEdge:
    """The first day of a window of records, or the last place that counts."""

    criterion: str
    label: str
    register: str
    window: Any
    filters: Mapping[str, Any]
    place: int | None = None

    def named(self, side: str) -> str:
        """The case of one side in words."""
        if self.place is not None:
            return f"{self.label}第{self.place + OFFSETS[side]}名"
        return (
            self.label
            + {"below": "期间起日前一日", "on": "期间起日当日", "above": "期间起日次日"}[side]
        )

    def row(self, side: str, moment: Moment) -> dict[str, Any] | None:
        """A record on one side of the edge; None where there is no such place."""
        row: dict[str, Any] = {"on": self._day(side, moment)}
        for name in ("severity", "level"):
            given = [word for word in self.filters.get(name, ()) if word]
            row |= {name: given[0]} if given else {}
        if "kinds" in self.filters:
            row["kind"] = self.filters["kinds"][0]
        row |= {flag: True for flag in ("qualified", "related") if self.filters.get(flag)}
        if "rank_at_most" in self.filters:
            row["rank"] = 1 if self.place is None else self.place + OFFSETS[side]
            if row["rank"] < 1:
                return None
        return row

    def _day(self, side: str, moment: Moment) -> date:
        bounds = window_of(self.window, moment)
        if self.place is not None or bounds is None:
            return moment.on - timedelta(days=1)
        return bounds[0] + timedelta(days=OFFSETS[side])


def record_edges(rule_set: RuleSet) -> list[RecordEdge]:
    """The windows and places of every named test of records."""
    found: list[RecordEdge] = []
    for node in _named(loads(rule_set.tree)["criteria"]):
        said = node.get("none") or node.get("some")
        if not isinstance(said, Mapping):
            continue
        filters = {k: v for k, v in said.items() if k not in {"register", "window"}}
        parts = (str(node["id"]), _label(node), str(said["register"]), said["window"], filters)
        if said["window"] != "in_force":
            found.append(RecordEdge(*parts))
        if "rank_at_most" in filters:
            found.append(RecordEdge(*parts, place=int(filters["rank_at_most"])))
    return found
