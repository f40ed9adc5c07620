"""Random and boundary firms for a rule set: golden cases, with a few facts moved to an edge."""

import random
from collections.abc import Iterator, Mapping

from rules import cases, facts
from rules.library import Library
from rules.ruleset import RuleSet

Facts = dict[str, int | None]


def seeds(library: Library, title: str) -> Iterator[tuple[RuleSet, cases.Case, Facts]]:
    """The facts of every golden case of a title, with the rule set of its day."""
    pack = library.titles[title].pack
    for case in cases.load_cases(library, pack):
        if case.title == title:
            moment = case.moment
            rule_set = library.rule_set(title, case.application_type, moment.on, moment.for_year)
            if rule_set is not None:
                yield (
                    rule_set,
                    case,
                    facts.read(rule_set.needs, library.indicators, case.document, moment),
                )


def moved(rule_set: RuleSet, found: Facts, chance: random.Random) -> Facts:
    """The firm with one to four facts changed: by one, to zero, to a bound, to unknown."""
    changed = dict(found)
    for need in chance.sample(rule_set.needs, k=min(len(rule_set.needs), chance.randint(1, 4))):
        changed[need.key] = _value(rule_set.indicators, need.key, found.get(need.key), chance)
    return changed


def _value(indicators: Mapping, key: str, now: int | None, chance: random.Random) -> int | None:
    entry = indicators.get(key.split("@", maxsplit=1)[0])
    if entry is None:  # records and titles
        return chance.choice([None, 0, 0, 1, 2 if key.startswith("records") else 1])
    low, high = entry.bounds
    base = now if now is not None else chance.choice([0, 1, low, high])
    near = [base - 1, base, base + 1, base * 2, base // 2, base * 3 // 5, 0, 1, low, high]
    near += [chance.randint(low, high), chance.randint(max(low, -(10**9)), min(high, 10**9))]
    return chance.choice([None, *(min(max(value, low), high) for value in near)])
