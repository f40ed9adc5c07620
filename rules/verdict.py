"""What an evaluation says: the outcome, the points, and a finding per criterion."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Finding:
    """One criterion's outcome with the numbers that decided.

    `num`/`den` are the value in the indicators' own integers (分, persons …), not reduced, so
    that a gap can be told in the figure's unit. `value` and `required` are in people's units
    (元, persons, a ratio); growth over n periods carries `power` n: value is (1 + g)^n.
    Points are hundredths.
    """

    id: str
    outcome: str
    num: int | None = None
    den: int | None = None
    value: Fraction | None = None
    required: Fraction | None = None
    margin: Fraction | None = None  # positive: above what is asked; in the value's unit
    gap: Fraction | None = None  # how much the numerator lacks, in its unit; None when nothing
    points: tuple[int, int] | None = None
    cause: str = ""  # why there is no value: unknown not_applicable zero negative short
    uses: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()  # the facts used that are unknown
    decisive: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome for a title, and every finding in the order of the law."""

    outcome: str
    points: tuple[int, int] | None
    findings: tuple[Finding, ...]

    @property
    def decisive(self) -> tuple[Finding, ...]:
        """The findings that made the outcome, first in any explanation."""
        return tuple(finding for finding in self.findings if finding.decisive)

    def finding(self, name: str) -> Finding:
        """The finding of one criterion."""
        return next(finding for finding in self.findings if finding.id == name)
