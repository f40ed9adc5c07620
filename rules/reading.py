"""Reads the parts of a pack from YAML into what rooms can use."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from rules.errors import PackError
from rules.pack import (
    Authority,
    Edge,
    Ladder,
    Pack,
    Paper,
    Procedure,
    Scheme,
    Stage,
    Step,
    Target,
    Title,
    Umbrella,
    Window,
)
from rules.quantities import FEN, in_quanta, literal
from rules.text import Text
from rules.yaml_files import day

if TYPE_CHECKING:
    from rules.library import Library

KINDS: Final = {"foundation": 0, "support": 1, "lead": 2, "branch": 2}
STAGE_KINDS: Final = frozenset({"review", "meeting", "forward", "result"})
STAGE_ACTIONS: Final = frozenset({"pass", "return", "reject"})
EVIDENCE: Final = ("V", "V2", "M-hi", "M-md", "M-lo", "INF", "")


def pack(raw: Mapping[str, Any]) -> Pack:
    """pack.yaml."""
    papers = {
        str(key): _paper(str(key), entry) for key, entry in (raw.get("documents") or {}).items()
    }
    extends = tuple(str(name) for name in raw.get("extends") or ())
    name = str(raw["pack"])
    return Pack(name, Text.of(raw["name"]), str(raw["division"]), extends, MappingProxyType(papers))


def _paper(key: str, entry: Mapping[str, Any]) -> Paper:
    return Paper(
        key,
        str(entry.get("number", "")),
        str(entry["title"]),
        str(entry.get("issuer", "")),
        day(entry.get("issued")),
        day(entry.get("effective")),
        _mark(entry.get("evidence", "")),
        str(entry.get("url", "")),
    )


def _mark(raw: Any) -> str:
    if str(raw) not in EVIDENCE:
        raise PackError(f"evidence “{raw}” is none of {', '.join(EVIDENCE[:-1])}")
    return str(raw)


def cite(papers: Mapping[str, Paper], source: Mapping[str, Any]) -> dict[str, str]:
    """A source with its document's number and title spelled out.

    Raises:
        PackError: the document is not among the pack's.
    """
    key = str(source.get("document", ""))
    if key not in papers:
        raise PackError(f"unknown document “{key}”; add it to pack.yaml")
    paper = papers[key]
    return {
        "document": key,
        "number": paper.number,
        "title": paper.title,
        "article": str(source.get("article", "")),
        "evidence": _mark(source.get("evidence", paper.evidence)),
    }


def title(pack_name: str, raw: Mapping[str, Any]) -> Title:
    """titles/<id>.yaml."""
    kind = str(raw["kind"])
    if kind not in KINDS:
        raise PackError(f"kind “{kind}” is none of {', '.join(KINDS)}")
    validity = raw.get("validity") or {}
    name = Text.of(raw["name"])
    return Title(
        id=f"{pack_name}.{raw['title']}",
        pack=pack_name,
        name=name,
        short=Text.of(raw.get("short")) or name,
        kind=kind,
        line=str(raw.get("line", "science")),
        adopted=bool(raw.get("adopted", True)),
        roll=str(raw.get("roll", "stock")),
        validity_years=validity.get("years"),
        end=str(validity.get("end", "shared")),
        authority=tuple(_authority(entry) for entry in raw.get("authority") or ()),
        events=tuple(str(event) for event in raw.get("events") or ()),
        rule_sets=tuple(raw.get("rule_sets") or ()),
    )


def _authority(entry: Mapping[str, Any]) -> Authority:
    since = day(entry["since"])
    if since is None:
        raise PackError("an authority needs `since`")
    evidence = (entry.get("source") or {}).get("evidence", entry.get("evidence", ""))
    return Authority(
        since,
        str(entry["level"]),
        str(entry.get("line", "science")),
        Text.of(entry.get("body")),
        _mark(evidence),
    )


def ladder(library: "Library", name: str, raw: Mapping[str, Any]) -> Ladder:
    """ladder.yaml: steps with their rank; edges must not form a circle.

    Raises:
        PackError: a step or edge names an unknown title, or the edges form a circle.
    """
    steps = tuple(_step(library, entry) for entry in raw["steps"])
    known = {step.title for step in steps} | {""}
    edges = tuple(
        Edge(str(e.get("from") or ""), str(e["to"]), Text.of(e.get("name")))
        for e in raw.get("edges") or ()
    )
    strange = [edge for edge in edges if edge.start not in known or edge.end not in known]
    if strange:
        raise PackError(f"edge {strange[0].start} → {strange[0].end} leaves the ladder's steps")
    _refuse_circles(edges)
    umbrellas = tuple(
        Umbrella(str(u["id"]), Text.of(u["name"]), tuple(str(t) for t in u["titles"]))
        for u in raw.get("umbrellas") or ()
    )
    names = Text.of(raw.get("name")) or library.packs[name].name
    return Ladder(name, names, Text.of(raw.get("slogan")), steps, edges, umbrellas)


def _step(library: "Library", entry: Mapping[str, Any]) -> Step:
    found = library.title(str(entry["title"]))
    kind = str(entry.get("kind", found.kind))
    return Step(
        found.id,
        kind,
        int(entry.get("rank", KINDS[kind])),
        bool(entry.get("branch", kind == "branch")),
    )


def _refuse_circles(edges: tuple[Edge, ...]) -> None:
    open_edges = [edge for edge in edges if edge.start]
    while open_edges:
        ends = {edge.end for edge in open_edges}
        removable = [edge for edge in open_edges if edge.start not in ends]
        if not removable:
            raise PackError(f"the ladder's edges form a circle through {open_edges[0].start}")
        open_edges = [edge for edge in open_edges if edge not in removable]


def schemes(library: "Library", name: str, raw: Mapping[str, Any]) -> tuple[Scheme, ...]:
    """schemes.yaml."""
    return tuple(_scheme(library, name, entry) for entry in raw.get("schemes") or ())


def _scheme(library: "Library", name: str, entry: Mapping[str, Any]) -> Scheme:
    source = cite(library.papers(name), entry["source"])
    amount = entry.get("amount")
    return Scheme(
        id=f"{name}.{entry['id']}",
        pack=name,
        name=Text.of(entry["name"]),
        title=library.title(str(entry["title"])).id,
        events=tuple(str(event) for event in entry["events"]),
        amount_fen=None if amount is None else in_quanta(literal(amount), FEN, "amount"),
        per=Text.of(entry.get("per")),
        document=source["document"],
        number=source["number"] or source["title"],
        article=source["article"],
        evidence=source["evidence"],
        note=Text.of(entry.get("note")),
        since=day(entry.get("since")),
        until=day(entry.get("until")),
    )


def targets(library: "Library", name: str, raw: Mapping[str, Any]) -> tuple[Target, ...]:
    """targets.yaml."""
    return tuple(_target(library, name, entry) for entry in raw.get("targets") or ())


def _target(library: "Library", name: str, entry: Mapping[str, Any]) -> Target:
    source = entry.get("source")
    return Target(
        id=str(entry["id"]),
        pack=name,
        name=Text.of(entry["name"]),
        titles=tuple(library.title(str(t)).id for t in entry.get("titles") or ()),
        kind=str(entry["kind"]),
        comparator=str(entry["comparator"]),
        value=_number(entry.get("value")),
        upper=_number(entry.get("upper")),
        unit=str(entry.get("unit", "家")),
        year=int(entry["year"]),
        baseline=_number(entry.get("baseline")),
        baseline_year=entry.get("baseline_year"),
        territory=str(entry.get("territory", library.packs[name].division)),
        phrase=str(entry.get("phrase", "")),
        note=Text.of(entry.get("note")),
        source=cite(library.papers(name), source) if source else {},
    )


def _number(raw: Any) -> Fraction | None:
    return None if raw is None else literal(raw)


def windows(library: "Library", name: str, raw: Mapping[str, Any]) -> tuple[Window, ...]:
    """calendar.yaml."""
    found = tuple(_window(library, name, entry) for entry in raw.get("windows") or ())
    return tuple(replace(w, territory=w.territory or library.packs[name].division) for w in found)


def _window(library: "Library", name: str, entry: Mapping[str, Any]) -> Window:
    closes = day(entry["closes_on"])
    if closes is None:
        raise PackError("a window needs closes_on")
    return Window(
        title=library.title(str(entry["title"])).id,
        year=int(entry["year"]),
        batch=Text.of(entry.get("batch")),
        number=str(entry.get("number", "")),
        level=str(entry.get("level", "province")),
        opens_on=day(entry.get("opens_on")),
        closes_on=closes,
        territory=str(entry.get("territory") or library.packs[name].division),
        application_types=tuple(str(t) for t in entry.get("application_types") or ()),
        note=Text.of(entry.get("note")),
    )


def procedures(library: "Library", name: str, raw: Mapping[str, Any]) -> tuple[Procedure, ...]:
    """procedures.yaml: every stage lets a case move on, and the last one ends it.

    Raises:
        PackError: a stage has an unknown kind or action, or a case could not leave it.
    """
    return tuple(_procedure(library, name, entry) for entry in raw.get("procedures") or ())


def _procedure(library: "Library", name: str, entry: Mapping[str, Any]) -> Procedure:
    stages = tuple(_stage(stage) for stage in entry["stages"])
    if len({stage.id for stage in stages}) != len(stages) or not stages:
        raise PackError(f"{entry['id']}: stages need ids of their own")
    waits = [stage.id for stage in stages[:-1] if stage.kind == "result"]
    if waits:
        raise PackError(f"{entry['id']}: {waits[0]} waits for a result: it can only be the last")
    source = entry.get("source")
    return Procedure(
        id=f"{name}.{entry['id']}",
        version=int(entry["version"]),
        name=Text.of(entry["name"]),
        titles=tuple(library.title(str(title)).id for title in entry["titles"]),
        stages=stages,
        source=cite(library.papers(name), source) if source else {},
    )


def _stage(entry: Mapping[str, Any]) -> Stage:
    kind, name = str(entry.get("kind", "review")), str(entry["id"])
    actions = tuple(str(action) for action in entry.get("actions") or ())
    if kind not in STAGE_KINDS or not set(actions) <= STAGE_ACTIONS:
        raise PackError(f"stage {name}: unknown kind “{kind}” or action in {list(actions)}")
    if (kind == "result") == ("pass" in actions):
        raise PackError(f"stage {name}: a case could not leave it, or a result cannot be passed")
    days = entry.get("working_days")
    return Stage(
        id=name,
        name=Text.of(entry["name"]),
        role=str(entry.get("role", "")),
        level=str(entry.get("level", "city")),
        kind=kind,
        actions=actions,
        working_days=None if days is None else int(days),
    )
