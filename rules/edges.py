"""The golden cases that are missing: just below, on and just above every edge of the law.

Each is made from a golden case there is, by moving one fact until the value crosses the edge,
and says what the rules say of it today: an official checks it against the text and signs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any, Final

import yaml

from rules import cases, facts, probing, yaml_files
from rules.cases import Case
from rules.days import window_of
from rules.library import Library
from rules.limits import Limit, RecordEdge, limits_of, record_edges
from rules.ruleset import RuleSet
from rules.verdict import Verdict

SIDES: Final = ("below", "on", "above")
WORDS: Final = {"below": "略低于", "on": "恰为", "above": "略高于"}
NEAR: Final = 20  # a case within a twentieth of the edge stands beside it
MONTH: Final = 31  # days; likewise for the first day of a window


@dataclass(frozen=True, slots=True)
class Asked:
    """A golden case with the law of its day and what it says."""

    case: Case
    rule_set: RuleSet
    verdict: Verdict


def missing(library: Library, title: str) -> list[dict[str, Any]]:
    """The cases to sign for one title, as entries of its case file."""
    golden = [
        case for case in cases.load_cases(library, library.title(title).pack) if case.title == title
    ]
    asked = [found for case in golden if (found := _ask(library, case)) is not None]
    entries = [*_days(library, title, asked)]
    for identity in dict.fromkeys(found.rule_set.id for found in asked):
        group = [found for found in asked if found.rule_set.id == identity]
        for limit in limits_of(group[0].rule_set):
            entries += _of_limit(library, limit, group)
        for edge in record_edges(group[0].rule_set):
            entries += _of_records(library, edge, group)
    return list({str(entry["name"]): entry for entry in entries}.values())


class _Plain(yaml.SafeDumper):
    """YAML without aliases: an official copies single cases."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 the signature is PyYAML's
        """Never by reference."""
        return True


def as_yaml(entries: Sequence[Mapping[str, Any]]) -> str:
    """The entries as they stand in a case file."""
    return yaml.dump(list(entries), Dumper=_Plain, allow_unicode=True, sort_keys=False)


def _ask(library: Library, case: Case) -> Asked | None:
    moment = case.moment
    rule_set = library.rule_set(case.title, case.application_type, moment.on, moment.for_year)
    if rule_set is None:
        return None
    found = facts.read(rule_set.needs, library.indicators, case.document, moment)
    return Asked(case, rule_set, rule_set.judge(found, moment))


# --- thresholds, bands, sizes ----------------------------------------------------------------


def _of_limit(library: Library, limit: Limit, group: Sequence[Asked]) -> Iterator[dict[str, Any]]:
    told = {side for found in group for side in _sides(limit, found)}
    wanted = [side for side in SIDES if side not in told]
    if not wanted:
        return
    usable = [found for found in group if next(_compared(limit, found), None) is not None]
    usable.sort(key=lambda found: found.verdict.outcome != "met")
    for found in usable:
        places = probing.around(library, limit, found.rule_set, found.case)
        if places:
            for side in wanted:
                if side in places:
                    name = f"{limit.label}{WORDS[side]}{limit.shown}"
                    yield _entry(library, found.case, name, limit.criterion, places[side])
            return


def _facts(found: Asked) -> Mapping[str, int | None]:
    return found.verdict.findings[0].facts


def _compared(limit: Limit, found: Asked) -> Iterator[Fraction]:
    """What the case compares with the limit, if it comes to that."""
    value = limit.seen(found.rule_set, found.verdict, _facts(found))
    if value is not None:
        yield value


def _sides(limit: Limit, found: Asked) -> Iterator[str]:
    for value in _compared(limit, found):
        if value == limit.edge:
            yield "on"
        elif abs(value - limit.edge) <= max(abs(limit.edge) / NEAR, limit.step):
            yield "below" if value < limit.edge else "above"


# --- windows and places of records -----------------------------------------------------------


def _of_records(
    library: Library, edge: RecordEdge, group: Sequence[Asked]
) -> Iterator[dict[str, Any]]:
    base = next((found for found in group if edge.register in _records(found)), None)
    if base is None:
        return
    told = {
        side
        for found in group
        for row in _rows(found, edge)
        for side in edge_sides(edge, row, found)
    }
    for side in SIDES:
        row = edge.row(side, base.case.moment)
        if row is not None and side not in told:
            part = {"records": {edge.register: [row]}}
            yield _entry(library, base.case, edge.named(side), edge.criterion, part)


def _records(found: Asked) -> Mapping[str, Any]:
    return found.case.document.get("records") or {}


def _rows(found: Asked, edge: RecordEdge) -> Iterator[Mapping[str, Any]]:
    rows = _records(found).get(edge.register)
    yield from (row for row in rows or () if isinstance(row, Mapping))


def edge_sides(edge: RecordEdge, row: Mapping[str, Any], found: Asked) -> Iterator[str]:
    """On which side of the window's first day, or of the last place, a record stands."""
    if edge.place is not None:
        rank = row.get("rank")
        if rank is not None and abs(int(rank) - edge.place) <= 1:
            yield SIDES[1 + int(rank) - edge.place]
        return
    bounds = window_of(edge.window, found.case.moment)
    since = yaml_files.day(row.get("on") or row.get("since"))
    if bounds is not None and since is not None:
        apart = (since - bounds[0]).days
        if apart == 0:
            yield "on"
        elif abs(apart) <= MONTH:
            yield "below" if apart < 0 else "above"


# --- days on which the law changes -----------------------------------------------------------


def _days(library: Library, title: str, asked: Sequence[Asked]) -> Iterator[dict[str, Any]]:
    """The day before, on and after each first day of a rule set."""
    told = {found.case.moment.on for found in asked}
    for found in {found.rule_set.id: found for found in reversed(asked)}.values():
        raw = next(r for r in library.title(title).rule_sets if r["id"] == found.rule_set.id)
        since = yaml_files.day(raw["since"])
        for days, word in ((-1, "前一日"), (0, "当日"), (1, "次日")):
            on = since and since + timedelta(days=days)
            if on and on not in told:
                entry = {**found.case.entry, "on": on}
                entry.pop("for_year", None)
                entry.pop("base_year", None)
                yield _stated(library, found.case, f"{raw['id']}施行{word}（{on}）", entry, "")


# --- entries ---------------------------------------------------------------------------------


def _entry(
    library: Library, case: Case, name: str, criterion: str, parts: Mapping[str, Any]
) -> dict[str, Any]:
    entry = dict(case.entry)
    for part, changed in parts.items():
        entry[part] = {**entry.get(part, {}), **changed}
    return _stated(library, case, name, entry, criterion)


def _stated(
    library: Library, case: Case, name: str, entry: Mapping[str, Any], criterion: str
) -> dict[str, Any]:
    """The entry under its new name, with what the rules say of it."""
    kept = {key: value for key, value in entry.items() if key not in {"name", "expect", "signed"}}
    fresh = {"name": name, **kept, "expect": {}}
    built = cases.read_case(case.pack, case.bases, fresh)
    answer = _ask(library, built)
    fresh["expect"] = _expectation(answer, criterion)
    return fresh


def _expectation(answer: Asked | None, criterion: str) -> dict[str, Any]:
    if answer is None:
        return {"outcome": "no_rule"}
    expect: dict[str, Any] = {"outcome": answer.verdict.outcome}
    if criterion:
        finding = answer.verdict.finding(criterion)
        expect[criterion] = finding.outcome
        if finding.points is not None:
            low, high = (_plain(Fraction(part, 100)) for part in finding.points)
            expect[criterion] = {
                "outcome": finding.outcome,
                "points": low if low == high else [low, high],
            }
    return expect


def _plain(value: Fraction) -> Any:
    return value.numerator if value.denominator == 1 else f"{float(value):.2f}"
