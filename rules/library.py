"""The packs in force, loaded once: what every room may ask of the law without running it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from rules import reading, yaml_files
from rules.errors import PackError
from rules.indicators import Indicator, load_indicators
from rules.pack import Ladder, Pack, Procedure, Scheme, Target, Title, Window
from rules.parameters import in_force
from rules.ruleset import RuleSet

HERE: Final = Path(__file__).parent
APPLICATION_TYPES: Final = ("新申报", "复核", "重新认定", "年度评价")
Part = TypeVar("Part")


@dataclass(slots=True)
class Library:
    """Indicators and packs, and the rule sets made from them."""

    indicators: dict[str, Indicator]
    raw_indicators: Mapping[str, Any]
    packs: dict[str, Pack] = field(default_factory=dict)
    folders: dict[str, Path] = field(default_factory=dict)
    titles: dict[str, Title] = field(default_factory=dict)
    ladders: dict[str, Ladder] = field(default_factory=dict)
    schemes: tuple[Scheme, ...] = ()
    targets: tuple[Target, ...] = ()
    windows: tuple[Window, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    _rule_sets: dict[tuple[str, str, date, int], RuleSet | None] = field(default_factory=dict)
    _by_tree: dict[str, RuleSet] = field(default_factory=dict)

    def ladder_of(self, division: str) -> Ladder | None:
        """The ladder of the pack whose division is `division`."""
        for pack in self.packs.values():
            if pack.division == division and pack.id in self.ladders:
                return self.ladders[pack.id]
        return None

    def procedure_of(self, title: str) -> Procedure | None:
        """The procedure for a title: its newest version; None where nobody may apply here."""
        fitting = [procedure for procedure in self.procedures if title in procedure.titles]
        return max(fitting, key=lambda procedure: procedure.version, default=None)

    def title(self, name: str) -> Title:
        """The title of a qualified id.

        Raises:
            PackError: no pack in force has it.
        """
        if name not in self.titles:
            raise PackError(f"no title “{name}”; known: {', '.join(self.titles)}")
        return self.titles[name]

    def rule_set(
        self, title: str, application_type: str, on: date, for_year: int | None = None
    ) -> RuleSet | None:
        """The rule set in force for an application on the day `on`; None where there is none.

        Raises:
            PackError: two rule sets claim the same day, or the one chosen does not compile.
        """
        year = on.year if for_year is None else for_year
        key = (title, application_type, on, year)
        if key not in self._rule_sets:
            self._rule_sets[key] = self._choose(self.title(title), application_type, on, year)
        return self._rule_sets[key]

    def _choose(
        self, title: Title, application_type: str, on: date, for_year: int
    ) -> RuleSet | None:
        fitting = [raw for raw in title.rule_sets if _applies(raw, application_type, on, for_year)]
        if not fitting:
            return None
        if len(fitting) > 1:
            names = "、".join(str(raw["id"]) for raw in fitting)
            raise PackError(f"{title.id}: {names} all claim {application_type} on {on}")
        tree = self.resolve(title, fitting[0], application_type, on)
        rule_set = RuleSet(tree)
        # Days with the same law share one compiled rule set.
        return self._by_tree.setdefault(rule_set.tree, rule_set)

    def resolve(
        self, title: Title, raw: Mapping[str, Any], application_type: str, on: date
    ) -> dict[str, Any]:
        """The tree of a rule set on a day: dated series resolved, sources spelled out."""
        body = in_force(raw, on)
        criteria = [self._cited(title.pack, item) for item in body["criteria"]]
        tree: dict[str, Any] = {
            "id": str(raw["id"]),
            "title": title.id,
            "application_type": application_type,
            "criteria": criteria,
        }
        if "verdict" in body:
            tree["verdict"] = body["verdict"]
        tree["indicators"] = self._used(tree)
        return tree

    def _cited(self, pack: str, item: Any) -> Any:
        """The criterion with its document's number and title beside the key, at every depth."""
        if isinstance(item, list):
            return [self._cited(pack, part) for part in item]
        if not isinstance(item, Mapping):
            return item
        cited = {key: self._cited(pack, value) for key, value in item.items()}
        if isinstance(item.get("source"), Mapping):
            cited["source"] = reading.cite(self.papers(pack), item["source"])
        return cited

    def papers(self, pack: str) -> dict[str, Any]:
        """The documents a pack may cite: its own and those of the packs it extends."""
        found: dict[str, Any] = {}
        for below in self.packs[pack].extends:
            found |= self.papers(below)
        return found | dict(self.packs[pack].papers)

    def _used(self, tree: Mapping[str, Any]) -> dict[str, Any]:
        """The catalogue's entries for every indicator named anywhere in the tree."""
        found: dict[str, Any] = {"registered_on": self.raw_indicators["registered_on"]}

        def walk(node: Any) -> None:
            if isinstance(node, str) and node in self.raw_indicators:
                found[node] = in_force(self.raw_indicators[node], date.max)
            elif isinstance(node, Mapping):
                for value in node.values():
                    walk(value)
            elif isinstance(node, list):
                for value in node:
                    walk(value)

        walk(tree["criteria"])
        found["registered_on"] = in_force(found["registered_on"], date.max)
        return found


def _applies(raw: Mapping[str, Any], application_type: str, on: date, for_year: int) -> bool:
    since, until = yaml_files.day(raw["since"]), yaml_files.day(raw.get("until"))
    return (
        since is not None
        and since <= on
        and (until is None or on < until)
        and application_type in raw.get("application_types", APPLICATION_TYPES)
        and int(raw.get("first_year", 0)) <= for_year <= int(raw.get("last_year", 9999))
    )


def load(folders: Sequence[Path], names: Sequence[str]) -> Library:
    """Load the packs `names`, and those they extend, from the first folder that has each.

    Raises:
        PackError: a pack is missing or malformed; the message names file and place.
    """
    raw = yaml_files.read(HERE / "indicators.yaml")
    library = Library(load_indicators(raw), raw)
    for name in names:
        _add(library, folders, name, ())
    return library


def _add(library: Library, folders: Sequence[Path], name: str, above: tuple[str, ...]) -> None:
    if name in library.packs:
        return
    if name in above:
        raise PackError(f"packs extend each other in a circle: {' → '.join((*above, name))}")
    folder = next((base / name for base in folders if (base / name / "pack.yaml").exists()), None)
    if folder is None:
        raise PackError(f"there is no pack “{name}” in {', '.join(str(f) for f in folders)}")
    raw = yaml_files.read(folder / "pack.yaml")
    for below in raw.get("extends") or ():
        _add(library, folders, str(below), (*above, name))
    library.packs[name] = _in(folder / "pack.yaml", reading.pack, raw)
    library.folders[name] = folder
    for path in sorted((folder / "titles").glob("*.yaml")):
        title = _in(path, lambda raw: reading.title(name, raw), yaml_files.read(path))
        library.titles[title.id] = title
    _add_lists(library, folder, name)


def _add_lists(library: Library, folder: Path, name: str) -> None:
    ladder = folder / "ladder.yaml"
    if ladder.exists():
        library.ladders[name] = _in(
            ladder, lambda raw: reading.ladder(library, name, raw), yaml_files.read(ladder)
        )
    lists: tuple[tuple[str, str, Any], ...] = (
        ("schemes.yaml", "schemes", reading.schemes),
        ("targets.yaml", "targets", reading.targets),
        ("calendar.yaml", "windows", reading.windows),
        ("procedures.yaml", "procedures", reading.procedures),
    )
    for file, part, read in lists:
        path = folder / file
        if path.exists():
            found = _in(path, partial(read, library, name), yaml_files.read(path))
            setattr(library, part, (*getattr(library, part), *found))


def _in(path: Path, build: Callable[[Any], Part], raw: Any) -> Part:
    """Build a part, with the file's name in front of whatever is wrong with it."""
    place = f"{path.parent.name}/{path.name}"
    try:
        return build(raw)
    except PackError as fault:
        raise PackError(f"{place}: {fault}") from None
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise PackError(f"{place}: malformed ({type(fault).__name__}: {fault})") from None
