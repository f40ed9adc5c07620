"""The rules without the application: `python -m rules check`, `evaluate`, `diff` and more."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from rules import cases, diff, edges, facts, lint, phrases, schema
from rules.days import Moment
from rules.errors import PackError
from rules.library import APPLICATION_TYPES, HERE, Library, load
from rules.ruleset import RuleSet
from rules.verdict import Finding, Verdict

BUILT_IN: Final = HERE / "packs"
HUNDRED: Final = 100
TWO: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 when everything held."""
    given = _parser().parse_args(arguments)
    folders = [BUILT_IN, *([Path(given.packs_dir)] if given.packs_dir else [])]
    try:
        return int(given.run(given, folders))
    except PackError as fault:
        print(f"规则包有误 / pack error: {fault}", file=sys.stderr)  # noqa: T201 a command speaks
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m rules", description=__doc__)
    parser.add_argument("--packs-dir", help="a folder with a bureau's own packs")
    commands = parser.add_subparsers(required=True)
    check = commands.add_parser("check", help="load, lint and run the golden cases of every pack")
    check.add_argument("packs", nargs="*", help="only these packs")
    check.set_defaults(run=_check)
    for name, run in (("evaluate", _evaluate), ("explain", _explain)):
        command = commands.add_parser(name, help="JSON Lines of facts in, verdicts out")
        command.add_argument("--pack", required=True, action="append")
        command.add_argument("--title", required=True)
        command.add_argument("--on", required=True, type=date.fromisoformat)
        command.add_argument("--for-year", type=int)
        command.add_argument("--base-year", type=int)
        command.add_argument("--application-type", default="新申报", choices=APPLICATION_TYPES)
        command.add_argument("--language", default="zh", choices=("zh", "en"))
        command.set_defaults(run=run)
    _add_diff(commands)
    missing = commands.add_parser("edges", help="golden cases that are missing, to be signed")
    missing.add_argument("--pack", required=True)
    missing.add_argument("--title", help="only this title")
    missing.set_defaults(run=_edges)
    published = commands.add_parser("schema", help="write the JSON Schemas of the YAML files")
    published.add_argument("folder", nargs="?", default="docs/schemas")
    published.set_defaults(run=_schema)
    return parser


def _add_diff(commands: Any) -> None:
    told = "what changed between two days of a title, or between two titles or packs"
    command = commands.add_parser("diff", help=told)
    command.add_argument("sides", nargs="*", metavar="A B", help="two titles, or two packs")
    command.add_argument("--pack", action="append", default=[])
    command.add_argument("--title")
    command.add_argument("--from", dest="since", type=date.fromisoformat)
    command.add_argument("--to", dest="until", type=date.fromisoformat)
    command.add_argument("--on", type=date.fromisoformat, help="the day on which A and B compare")
    command.add_argument("--application-type", default="新申报", choices=APPLICATION_TYPES)
    command.add_argument("--language", default="zh", choices=("zh", "en"))
    command.set_defaults(run=_diff)


def _check(given: argparse.Namespace, folders: Sequence[Path]) -> int:
    names = given.packs or sorted(
        {path.parent.name for folder in folders for path in folder.glob("*/pack.yaml")}
    )
    library = load(folders, names)
    faults = lint.faults(library)
    count = 0
    for pack in library.packs:
        for case in cases.load_cases(library, pack):
            count += 1
            faults += [
                f"{pack}: {miss.case.name}: {miss.what}" for miss in cases.run(library, case)
            ]
    for fault in faults:
        print(fault, file=sys.stderr)  # noqa: T201
    print(  # noqa: T201
        f"{len(library.packs)} packs, {len(library.titles)} titles, "
        f"{len(library.indicators)} indicators, {count} cases, {len(faults)} faults"
    )
    return 1 if faults else 0


def _diff(given: argparse.Namespace, folders: Sequence[Path]) -> int:
    """Two days with --title, --from and --to; otherwise A and B on one day."""
    since, until = given.since or given.on, given.until or given.on
    sides = given.sides if len(given.sides) == TWO else [given.title, given.title]
    if None in (*sides, since, until) or len(given.sides) not in {0, TWO}:
        raise PackError("say --title with --from and --to, or two titles or packs with --on")
    packs = [side.partition(".")[0] for side in sides]
    library = load(folders, [*given.pack, *packs])
    for before, after in _title_pairs(library, *sides):
        old, new = (
            title and library.rule_set(title, given.application_type, on)
            for title, on in ((before, since), (after, until))
        )
        found = diff.changes(_tree(old), _tree(new))
        print(f"{_headed(before, old, since)} → {_headed(after, new, until)}")  # noqa: T201
        for line in diff.lines(found, given.language):
            print(f"  {line}")  # noqa: T201
    return 0


def _title_pairs(library: Library, before: str, after: str) -> list[tuple[str, str]]:
    """One pair of titles; of two packs every title by its own name, empty where one lacks it."""
    if "." in before and "." in after:
        return [(library.title(before).id, library.title(after).id)]
    own = {
        side: {t.id.partition(".")[2]: t.id for t in library.titles.values() if t.pack == side}
        for side in (before, after)
    }
    names = dict.fromkeys((*own[before], *own[after]))
    return [(own[before].get(name, ""), own[after].get(name, "")) for name in names]


def _tree(rule_set: RuleSet | str | None) -> Mapping[str, Any] | None:
    return json.loads(rule_set.tree) if isinstance(rule_set, RuleSet) else None


def _headed(title: str, rule_set: RuleSet | str | None, on: date) -> str:
    name = rule_set.id if isinstance(rule_set, RuleSet) else "—"
    return f"{title or '—'} {name} ({on})"


def _edges(given: argparse.Namespace, folders: Sequence[Path]) -> int:
    """YAML of the missing cases, for an official to check, sign and put into the case file."""
    library = load(folders, [given.pack])
    own = [title.id for title in library.titles.values() if title.pack == given.pack]
    for title in [given.title] if given.title else own:
        found = edges.missing(library, title)
        print(f"# {title}: {len(found)} 例待核对签认 / cases to check and sign")  # noqa: T201
        if found:
            print(edges.as_yaml(found))  # noqa: T201
    return 0


def _schema(given: argparse.Namespace, folders: Sequence[Path]) -> int:  # noqa: ARG001 no pack
    for path in schema.write(Path(given.folder), load([], []).indicators):
        print(path)  # noqa: T201
    return 0


def _rule_set(library: Library, given: argparse.Namespace, moment: Moment) -> RuleSet:
    rule_set = library.rule_set(given.title, given.application_type, moment.on, moment.for_year)
    if rule_set is None:
        raise PackError(
            f"{given.title} has no rule set for {given.application_type} on {moment.on}"
        )
    return rule_set


def _evaluate(given: argparse.Namespace, folders: Sequence[Path]) -> int:
    return _each(
        given,
        folders,
        lambda name, rule_set, verdict: json.dumps(
            as_json(name, rule_set, verdict), ensure_ascii=False
        ),
    )


def _explain(given: argparse.Namespace, folders: Sequence[Path]) -> int:
    def lines(name: str, rule_set: RuleSet, verdict: Verdict) -> str:
        head = f"{name}: {phrases.outcome(verdict.outcome, given.language)}"
        told = phrases.explanation(rule_set, verdict, given.language)
        return "\n".join((head, *(f"  {line}" for line in told)))

    return _each(given, folders, lines)


def _each(given: argparse.Namespace, folders: Sequence[Path], render: Any) -> int:
    library = load(folders, given.pack)
    moment = Moment.of(given.on, given.for_year, given.base_year)
    rule_set = _rule_set(library, given, moment)
    failed = 0
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        name = f"line {number}"
        try:
            document = json.loads(line, parse_float=str)
            name = str(document.get("id", name))
            found = facts.read(rule_set.needs, library.indicators, document, moment)
        except (ValueError, TypeError, AttributeError) as fault:
            failed += 1
            print(json.dumps({"id": name, "error": str(fault)}, ensure_ascii=False))  # noqa: T201
            continue
        print(render(name, rule_set, rule_set.judge(found, moment)))  # noqa: T201
    return 1 if failed else 0


def as_json(name: str, rule_set: RuleSet, verdict: Verdict) -> dict[str, Any]:
    """A verdict as other programs read it: money in 元, ratios as `n/d`."""
    units = {criterion.id: criterion.unit for criterion in rule_set.criteria}
    return {
        "id": name,
        "title": rule_set.title,
        "outcome": verdict.outcome,
        "points": _points(verdict.points),
        "findings": [_finding(finding, units) for finding in verdict.findings],
        "decisive": [finding.id for finding in verdict.decisive],
        "rule_set": rule_set.id,
        "fingerprint": rule_set.fingerprint,
    }


def _finding(finding: Finding, units: Mapping[str, str]) -> dict[str, Any]:
    unit = units[finding.id]
    return {
        "id": finding.id,
        "outcome": finding.outcome,
        "value": _number(finding.value, unit),
        "required": _number(finding.required, unit),
        "points": _points(finding.points),
        "missing": list(finding.missing),
    }


def _points(points: tuple[int, int] | None) -> list[int | float] | None:
    if points is None:
        return None
    return [p // HUNDRED if p % HUNDRED == 0 else p / HUNDRED for p in points]


def _number(value: Fraction | None, unit: str) -> Any:
    if value is None:
        return None
    if unit == "CNY":
        whole, rest = divmod(int(abs(value) * HUNDRED), HUNDRED)
        return f"{'-' if value < 0 else ''}{whole}.{rest:02d}"
    if unit in {"ratio", "growth", "percent"}:
        return f"{value.numerator}/{value.denominator}"
    return value.numerator if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


if __name__ == "__main__":  # pragma: no cover: the tests call main()
    sys.exit(main())
