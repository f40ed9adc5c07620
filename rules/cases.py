"""Golden cases: what an official can read, write and sign, run against the law of their day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from rules import facts, yaml_files
from rules.days import Moment
from rules.errors import FactError, PackError
from rules.library import Library
from rules.verdict import Verdict

_PLAIN: Final = frozenset(
    {
        "name",
        "title",
        "base",
        "on",
        "for_year",
        "base_year",
        "application_type",
        "facts",
        "titles",
        "records",
        "case",
        "expect",
        "signed",
    }
)


@dataclass(frozen=True, slots=True)
class Case:
    """One firm on one day, and what the law must say of it."""

    name: str
    pack: str
    title: str
    moment: Moment
    application_type: str
    document: Mapping[str, Any]
    expect: Mapping[str, Any]
    entry: Mapping[str, Any]  # as it stands in the file
    bases: Mapping[str, Any]  # of its file


@dataclass(frozen=True, slots=True)
class Miss:
    """A case that did not come out as expected."""

    case: Case
    what: str


def load_cases(library: Library, pack: str) -> Iterator[Case]:
    """The cases of one pack's own titles.

    Raises:
        PackError: a case is malformed.
    """
    for path in sorted((library.folders[pack] / "cases").glob("*.yaml")):
        raw = yaml_files.read(path)
        for entry in raw.get("cases") or ():
            try:
                yield read_case(pack, raw.get("bases") or {}, entry)
            except (KeyError, TypeError, ValueError) as fault:
                name = entry.get("name", "?") if isinstance(entry, Mapping) else "?"
                raise PackError(f"{path.name}: {name}: malformed ({fault})") from None


def read_case(pack: str, bases: Mapping[str, Any], entry: Mapping[str, Any]) -> Case:
    """One entry of a case file, its base's facts filled in.

    Raises:
        KeyError: a part is missing, or there is no such base.
        ValueError: a part is unknown.
    """
    strange = set(entry) - _PLAIN
    if strange:
        raise ValueError(f"unknown {sorted(strange)}")
    base = bases[entry["base"]] if "base" in entry else {}
    on = yaml_files.day(entry["on"])
    document = {
        part: {**base.get(part, {}), **entry.get(part, {})} for part in ("facts", "records", "case")
    }
    titles = entry.get("titles", base.get("titles"))
    if titles is not None:
        document["titles"] = titles
    title = str(entry["title"])
    return Case(
        name=str(entry["name"]),
        pack=pack,
        title=title if "." in title else f"{pack}.{title}",
        moment=Moment.of(on or date.min, entry.get("for_year"), entry.get("base_year")),
        application_type=str(entry.get("application_type", "新申报")),
        document=document,
        expect=entry["expect"],
        entry=entry,
        bases=bases,
    )


def run(library: Library, case: Case) -> list[Miss]:
    """What differs from the expectation; empty when the case holds."""
    moment = case.moment
    rule_set = library.rule_set(case.title, case.application_type, moment.on, moment.for_year)
    if rule_set is None:
        expected = case.expect.get("outcome")
        return [] if expected == "no_rule" else [Miss(case, f"no rule set on {moment.on}")]
    try:
        found = facts.read(rule_set.needs, library.indicators, case.document, moment)
    except FactError as fault:
        return [Miss(case, str(fault))]
    verdict = rule_set.judge(found, moment)
    return [Miss(case, what) for what in differences(verdict, case.expect)]


def differences(verdict: Verdict, expect: Mapping[str, Any]) -> list[str]:
    """Expectation by expectation, what came out otherwise."""
    by_id = {finding.id: finding for finding in verdict.findings}
    found: list[str] = []
    for name, wanted in expect.items():
        if name == "outcome":
            found += _differs("outcome", wanted, verdict.outcome)
        elif name == "points":
            found += _differs("points", _range(wanted), verdict.points)
        elif name == "decisive":
            found += _differs("decisive", list(wanted), [f.id for f in verdict.decisive])
        elif name not in by_id:
            found.append(f"no criterion {name}")
        elif isinstance(wanted, Mapping):
            if "outcome" in wanted:
                found += _differs(name, wanted["outcome"], by_id[name].outcome)
            if "points" in wanted:
                found += _differs(name, _range(wanted["points"]), by_id[name].points)
        else:
            found += _differs(name, wanted, by_id[name].outcome)
    return found


def _range(wanted: Any) -> tuple[int, int]:
    low, high = wanted if isinstance(wanted, list) else (wanted, wanted)
    return round(float(low) * 100), round(float(high) * 100)


def _differs(name: str, wanted: Any, found: Any) -> list[str]:
    return [] if wanted == found else [f"{name}: expected {wanted}, came out {found}"]
