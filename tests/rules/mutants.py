"""Small changes to the law, each of which some golden case must notice."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from typing import Any

from rules import cases
from rules.errors import PackError
from rules.library import Library
from rules.quantities import literal

EDGES = ("at_least", "more_than", "at_most", "less_than", "up_to", "below", "is")
TWIN = {
    "at_least": "more_than", "more_than": "at_least", "at_most": "less_than",
    "less_than": "at_most", "up_to": "below", "below": "up_to",
}  # fmt: skip
WINDOWS = ("days", "years", "since_year", "rank_at_most", "periods", "year", "each_of_years")
MONEY_STEP, RATE_STEP, COUNT_STEP = Fraction(1), Fraction(1, 2000), Fraction(1)
Path = tuple[Any, ...]


def edges(node: Any, path: Path = ()) -> Iterator[tuple[Path, str, Any]]:
    """Every edge, window and parameter of a rule set: where it stands, its word, its value."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            known = key in EDGES or (key in WINDOWS and path)
            if known and not isinstance(value, Mapping | list):
                yield path, key, value
            yield from edges(value, (*path, key))
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from edges(value, (*path, place))


def shifted(value: Any, key: str, sign: int) -> Any:
    """The value one small step up or down: 1 元, 0.05 %, 1 of a count or a year."""
    text = str(value)
    number = literal(value)
    if key in WINDOWS:
        return int(value) + sign
    if "元" in text:
        return f"{float(number + sign * MONEY_STEP):.2f}元"
    if "%" in text:
        return f"{float((number + sign * RATE_STEP) * 100):.2f}%"
    return str(number + sign * COUNT_STEP)


def mutations(rule_set: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(what was changed, the changed rule set), one change at a time."""
    for path, key, value in edges(rule_set["criteria"], ("criteria",)):
        where = _named(rule_set, path)
        if (key in TWIN and "bands" not in path[-2:-1]) or key in TWIN:
            yield (
                f"{where}: {key} {value} → {TWIN[key]}",
                _changed(rule_set, path, key, TWIN[key], value),
            )
        for sign in (1, -1):
            try:
                moved = shifted(value, key, sign)
            except (ValueError, TypeError):
                continue
            yield f"{where}: {key} {value} → {moved}", _changed(rule_set, path, key, key, moved)


def _named(rule_set: Mapping[str, Any], path: Path) -> str:
    node: Any = rule_set
    name = ""
    for step in path:
        node = node[step]
        if isinstance(node, Mapping) and "id" in node:
            name = str(node["id"])
    return name


def _changed(
    rule_set: Mapping[str, Any], path: Path, key: str, new_key: str, value: Any
) -> dict[str, Any]:
    changed = deepcopy(dict(rule_set))
    node: Any = changed
    for step in path:
        node = node[step]
    kept = list(node.items())
    node.clear()
    node.update({(new_key if k == key else k): (value if k == key else v) for k, v in kept})
    return changed


def with_law(library: Library, title: str, place: int, rule_set: Mapping[str, Any]) -> Library:
    """The library with one rule set of a title replaced."""
    old = library.titles[title]
    rule_sets = tuple(rule_set if i == place else raw for i, raw in enumerate(old.rule_sets))
    return Library(
        library.indicators, library.raw_indicators, library.packs, library.folders,
        {**library.titles, title: replace(old, rule_sets=rule_sets)},
    )  # fmt: skip


def is_noticed(library: Library, golden: list[cases.Case]) -> bool:
    """Whether a case comes out otherwise, or the law no longer compiles."""
    try:
        return any(cases.run(library, case) for case in golden)
    except PackError:
        return True
