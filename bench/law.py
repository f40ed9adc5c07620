"""What a verdict costs: one firm with and without its trace, and a whole city as a frame.

Run: `python -m bench.law`. The peer of the frame is the generated function, called firm by
firm in the same run on the same facts; their outcomes are compared on the way.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import polars as pl

from bench.measure import Stopwatch, heading, row, sample
from config import BUILT_IN_PACKS
from rules import facts
from rules.days import Moment
from rules.library import Library, load
from rules.outcomes import WORDS
from rules.ruleset import RuleSet
from seed.demo.city import generate
from seed.demo.documents import document
from seed.demo.firms import Firm
from seed.demo.papers import HIGH_TECH, TECH_SME

ON: Final = date(2026, 11, 24)
MOMENT: Final = Moment.of(ON, 2026)
COPIES: Final = 60  # the demo's 300 firms as often as a city has firms
CALLS: Final = 2_000

Known = Mapping[str, int | None]


def known_facts(library: Library, rule_set: RuleSet, firms: Sequence[Firm]) -> list[Known]:
    """The facts of each firm that the rule set asks for."""
    return [
        facts.read(rule_set.needs, library.indicators, document(firm, ON), MOMENT) for firm in firms
    ]


def measure(library: Library, title: str, firms: Sequence[Firm], copies: int, calls: int) -> None:
    """Print what one firm and a city of `firms` × `copies` cost under `title`."""
    rule_set = library.rule_set(title, "新申报", ON, MOMENT.for_year)
    if rule_set is None:
        raise SystemExit(f"{title} has no rule set on {ON}")
    known = known_facts(library, rule_set, firms)
    one = known[0]
    heading(f"{title}: {len(rule_set.criteria)} criteria, {len(rule_set.needs)} facts")
    row("one firm, outcome", sample(lambda: rule_set.decide(one, MOMENT), calls))
    row("one firm, verdict with trace", sample(lambda: rule_set.judge(one, MOMENT), calls))
    city = [*known] * copies
    keys = [need.key for need in rule_set.needs]
    frame = pl.DataFrame(
        {key: [found.get(key) for found in city] for key in keys},
        schema=dict.fromkeys(keys, pl.Int64),
    )
    watch = Stopwatch()
    with watch.on(f"{len(city):,} firms, function"):
        alone = [rule_set.decide(found, MOMENT) for found in city]
    with watch.on(f"{len(city):,} firms, frame, first run"):
        rule_set.frame(frame, MOMENT)
    with watch.on(f"{len(city):,} firms, frame"):
        judged = rule_set.frame(frame, MOMENT)
    with watch.on(f"{len(city):,} firms, frame with values"):
        rule_set.frame(frame, MOMENT, values=True)
    together = [WORDS[code] for code in judged["outcome"]]
    differing = sum(a != b for a, b in zip(alone, together, strict=True))
    watch.ratio("function ÷ frame", f"{len(city):,} firms, function", f"{len(city):,} firms, frame")
    print(f"{'verdicts that differ':<44} {differing:>10}")


def main(copies: int = COPIES, calls: int = CALLS) -> None:
    """Measure the two national titles."""
    library = load((BUILT_IN_PACKS,), ("national",))
    firms = generate().firms
    for title in (TECH_SME, HIGH_TECH):
        measure(library, title, firms, copies, calls)


if __name__ == "__main__":
    main()
