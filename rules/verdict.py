"""What an evaluation says: the outcome, the points, and a finding per criterion.

A finding keeps the integers of the run; the fractions people read are made when somebody looks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from rules.outcomes import CAUSE_WORDS, WORDS

Row = tuple[
    int, int | None, int | None, int | None, int | None, int | None, int | None
]  # outcome, num, den, why there is no number, required, lo, hi
_UPWARD = {"at_least": 1, "more_than": 1, "at_most": -1, "less_than": -1}


@dataclass(frozen=True, slots=True)
class Shape:
    """What the findings of one criterion share."""

    id: str
    unit: str
    quantum: Fraction  # of the value: 分, 1/600 person …
    common: int  # denominator of the requirement
    edge: str  # at_least more_than at_most less_than, or empty
    power: int  # growth over n periods: value and requirement are (1 + g)^n
    uses: tuple[str, ...]
    part: Fraction | None  # one unit of `num` in the unit a gap is told in; None: no gap


@dataclass(frozen=True, slots=True)
class Finding:
    """One criterion's outcome with the numbers that decided.

    `num`/`den` are the value in the indicators' own integers (分, persons …), not reduced, so
    that a gap can be told in the figure's unit. Points are hundredths.
    """

    shape: Shape
    code: int
    num: int | None = None
    den: int | None = None
    why: int | None = None
    req: int | None = None
    lo: int | None = None
    hi: int | None = None
    decisive: bool = False
    facts: Mapping[str, int | None] = field(default_factory=dict, repr=False)

    @property
    def id(self) -> str:
        """The criterion's id."""
        return self.shape.id

    @property
    def outcome(self) -> str:
        """unmet, unknown, manual, met or not_applicable."""
        return WORDS[self.code]

    @property
    def uses(self) -> tuple[str, ...]:
        """Keys of the facts the criterion looks at."""
        return self.shape.uses

    @property
    def missing(self) -> tuple[str, ...]:
        """Keys of those facts that are unknown."""
        return tuple(key for key in self.shape.uses if self.facts.get(key) is None)

    @property
    def cause(self) -> str:
        """Why there is no value: unknown, not_applicable, zero, negative, short; or empty."""
        return CAUSE_WORDS[self.why] if self.num is None and self.why else ""

    @property
    def points(self) -> tuple[int, int] | None:
        """The interval of points, in hundredths."""
        return None if self.lo is None or self.hi is None else (self.lo, self.hi)

    @property
    def value(self) -> Fraction | None:
        """The value in people's units: 元, persons, a ratio."""
        return None if self.num is None else Fraction(self.num, self.den or 1) * self.shape.quantum

    @property
    def required(self) -> Fraction | None:
        """What is asked, in the value's unit."""
        if self.req is None:
            return None
        return Fraction(self.req, self.shape.common) * self.shape.quantum

    @property
    def margin(self) -> Fraction | None:
        """How far the value lies on the right side; negative: how far it falls short."""
        value, required = self.value, self.required
        if value is None or required is None:
            return None
        return (value - required) * _UPWARD[self.shape.edge]

    @property
    def gap(self) -> Fraction | None:
        """How much the numerator lacks (or exceeds) with the denominator as it is.

        In the numerator's unit; None where nothing lacks, or for a rate, which has no
        numerator that a firm could add to.
        """
        margin = self.margin
        if margin is None or margin >= 0 or self.shape.part is None:
            return None
        wanted = Fraction(self.req or 0, self.shape.common) * (self.den or 1)
        return abs(wanted - (self.num or 0)) * self.shape.part


class Verdict:
    """The outcome for a title; its findings in the order of the law, made when asked for."""

    def __init__(
        self,
        outcome: int,
        points: tuple[int, int] | None,
        tell: Callable[[], tuple[Finding, ...]],
    ) -> None:
        self.outcome = WORDS[outcome]
        self.points = points
        self._tell = tell

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """A finding per criterion and named item."""
        return self._tell()

    @property
    def decisive(self) -> tuple[Finding, ...]:
        """The findings that made the outcome, first in any explanation."""
        return tuple(finding for finding in self.findings if finding.decisive)

    def finding(self, name: str) -> Finding:
        """The finding of one criterion."""
        return next(finding for finding in self.findings if finding.id == name)
