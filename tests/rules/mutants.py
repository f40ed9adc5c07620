"""Small changes to the law, each of which some golden case must notice."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from typing import Any

from rules import cases, facts
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
    """(what was changed, {the changed law, at: the place of its criterion}), one at a time."""
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
    arm: Any = rule_set
    for step in path[:4]:
        arm = arm[step]
    return {"law": changed, "at": path[1], "near": frozenset(_words(arm))}


def with_law(library: Library, title: str, place: int, rule_set: Mapping[str, Any]) -> Library:
    """The library with one rule set of a title replaced."""
    old = library.titles[title]
    rule_sets = tuple(rule_set if i == place else raw for i, raw in enumerate(old.rule_sets))
    return Library(
        library.indicators, library.raw_indicators, library.packs, library.folders,
        {**library.titles, title: replace(old, rule_sets=rule_sets)},
    )  # fmt: skip


def is_noticed(library: Library, title: str, place: int, changed: Any, golden: Any) -> bool:
    """Whether a golden case comes out otherwise under the changed law, or it no longer compiles.

    The changed criterion is first asked alone: it compiles in a moment; and first the cases that
    share words with the changed arm (the industry, the level). What they miss is asked of the
    whole law.
    """
    law, names = _alone(changed)
    golden = sorted(golden, key=lambda case: -len(changed["near"] & set(_words(case.document))))
    try:
        alone = with_law(library, title, place, law)
        if any(_differs(alone, case, names) for case in golden):
            return True
        whole = with_law(library, title, place, changed["law"])
        return any(cases.run(whole, case) for case in golden)
    except PackError:
        return True


def _differs(library: Library, case: cases.Case, names: frozenset[str]) -> bool:
    expect = {name: wanted for name, wanted in case.expect.items() if name in names}
    if not expect:
        return False
    moment = case.moment
    law = library.rule_set(case.title, case.application_type, moment.on, moment.for_year)
    assert law is not None
    found = facts.read(law.needs, library.indicators, case.document, moment)
    return bool(cases.differences(law.judge(found, moment), expect))


def _alone(changed: Any) -> tuple[dict[str, Any], frozenset[str]]:
    """The changed criterion with those it refers to, and the ids it then has."""
    criteria = changed["law"]["criteria"]
    top = {str(item["id"]): item for item in criteria}
    owner = {name: key for key, item in top.items() for name in _ids(item)}
    wanted, queue = set(), [str(criteria[changed["at"]]["id"])]
    while queue:
        name = queue.pop()
        if name not in wanted:
            wanted.add(name)
            queue += [owner[word] for word in _words(top[name]) if word in owner]
    kept = [item for item in criteria if item["id"] in wanted]
    tests = [str(item["id"]) for item in kept if "score" not in item]
    scores = [str(item["id"]) for item in kept if "score" in item]
    verdict = {"all": tests} if tests else {"points": {"of": scores, "at_least": 0}}
    names = frozenset(name for item in kept for name in _ids(item))
    return {**changed["law"], "criteria": kept, "verdict": verdict}, names


def _ids(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if "id" in node:
            yield str(node["id"])
        for value in node.values():
            yield from _ids(value)
    elif isinstance(node, list):
        for value in node:
            yield from _ids(value)


def _words(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from _words(value)
    elif isinstance(node, list):
        for value in node:
            yield from _words(value)
