"""What `python -m rules check` refuses: law without a source, bands with gaps, dead ends."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from rules import yaml_files
from rules.errors import PackError
from rules.library import APPLICATION_TYPES, Library
from rules.pack import Title
from rules.parameters import EDGES, in_force, number


def faults(library: Library) -> list[str]:
    """Every fault of every pack, each with its place."""
    found: list[str] = []
    for title in library.titles.values():
        found += _versions(library, title)
        for raw in title.rule_sets:
            found += [
                f"{title.id} {raw['id']}: {fault}" for fault in _rule_set(library, title, raw)
            ]
    return found


def _versions(library: Library, title: Title) -> list[str]:
    """Compile on every day on which something changes, for every application type."""
    found: list[str] = []
    for raw in title.rule_sets:
        for on in sorted(_days(raw)):
            for application_type in raw.get("application_types", APPLICATION_TYPES):
                try:
                    library.rule_set(title.id, application_type, on)
                except PackError as fault:
                    found.append(f"{title.id} {raw['id']} on {on}: {fault}")
    return list(dict.fromkeys(found))


def _days(raw: Mapping[str, Any]) -> set[date]:
    since = yaml_files.day(raw["since"])
    until = yaml_files.day(raw.get("until"))
    days = {since} if since else set()
    if until:
        days.add(until - timedelta(days=1))
    return days | {
        day for day in _series(raw) if (not since or day >= since) and (not until or day < until)
    }


def _series(node: Any) -> Iterator[date]:
    if isinstance(node, Mapping):
        if set(node) == {"from"}:
            yield from (day for day in node["from"] if isinstance(day, date))
        for value in node.values():
            yield from _series(value)
    elif isinstance(node, list):
        for value in node:
            yield from _series(value)


def _rule_set(library: Library, title: Title, raw: Mapping[str, Any]) -> Iterator[str]:
    on = max(_days(raw))
    try:
        body = in_force(raw, on)
    except PackError as fault:
        yield str(fault)
        return
    for item in _named(body["criteria"]):
        source = item.get("source")
        if not isinstance(source, Mapping) or "document" not in source:
            if "score" in item or any(key in item for key in ("compare", "points", "held")):
                yield f"{item['id']}: no source"
        elif str(source["document"]) not in library.papers(title.pack):
            yield f"{item['id']}: unknown document {source['document']}"
        if not item.get("name"):
            yield f"{item['id']}: no name"
    for item in _banded(body["criteria"]):
        yield from _bands(item)


def _named(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, Mapping):
        if "id" in node:
            yield node
        for value in node.values():
            yield from _named(value)
    elif isinstance(node, list):
        for value in node:
            yield from _named(value)


def _banded(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, Mapping):
        if "bands" in node and "of" in node:
            yield node
        for value in node.values():
            yield from _banded(value)
    elif isinstance(node, list):
        for value in node:
            yield from _banded(value)


def _bands(score: Mapping[str, Any]) -> Iterator[str]:
    """Bands stand in order, all on one side: none is unreachable; the last takes the rest."""
    where = f"bands of {score['of']}"
    *edged, last = score["bands"]
    if any(edge in last for edge in EDGES):
        yield f"{where}: the last band must have no edge"
    sides = {edge in {"at_least", "more_than"} for band in edged for edge in EDGES if edge in band}
    if len(sides) > 1:
        yield f"{where}: edges point both ways"
        return
    limits = [
        (number(band[edge]), edge in {"more_than", "less_than"})
        for band in edged
        for edge in EDGES
        if edge in band
    ]
    downward = sides == {True}
    for above, below in pairwise(limits):
        reachable = above[0] > below[0] if downward else above[0] < below[0]
        if not reachable and not (above[0] == below[0] and above[1] and not below[1]):
            yield f"{where}: the band at {below[0]} is never reached"
