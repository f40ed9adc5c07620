"""One criterion as a line on a page: what the trace macros (macros/trace.html) are given."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from flask import Flask
from markupsafe import Markup

from app.web import svg

_WIDTH: Final = 132
_HEIGHT: Final = 16
_BAR: Final = 8
_HEADROOM: Final = Fraction(5, 4)  # the longer of value and requirement leaves a fifth free


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionLine:
    """A finding with its words. `sentence` says what decides; the rest may be empty.

    `measure` and `bound` are the value and the requirement as numbers of one unit: they draw
    the bar and its tick. `remedy` says what to fill or do, and links to where. `evidence` is
    the mark of the clause (V: read in the official text).
    """

    id: str
    outcome: str  # met unmet unknown manual not_applicable
    name: str
    sentence: str = ""
    value: str = ""
    unit: str = ""
    required: str = ""
    points: str = ""
    measure: Fraction | None = None
    bound: Fraction | None = None
    clause: str = ""
    clause_href: str = ""
    evidence: str = ""
    remedy: str = ""
    remedy_href: str = ""
    is_decisive: bool = False

    @property
    def gauge(self) -> Markup:
        """The bar with the requirement as a tick; nothing where there is nothing to measure."""
        return gauge(self.measure, self.bound, self.outcome)


@dataclass(frozen=True, slots=True)
class Folded:
    """The lines of a trace as they are read: what decides, what else is open, the rest."""

    decisive: tuple[CriterionLine, ...]
    open: tuple[CriterionLine, ...]
    settled: tuple[CriterionLine, ...]


def bind(app: Flask) -> None:
    """Give the templates of `app` the folding of a trace."""
    app.jinja_env.globals["fold"] = fold


def fold(lines: Iterable[CriterionLine]) -> Folded:
    """Part the lines of a trace; within each part they keep their order."""
    decisive: list[CriterionLine] = []
    unsettled: list[CriterionLine] = []
    settled: list[CriterionLine] = []
    for line in lines:
        if line.is_decisive:
            decisive.append(line)
        elif line.outcome in {"met", "not_applicable"}:
            settled.append(line)
        else:
            unsettled.append(line)
    return Folded(tuple(decisive), tuple(unsettled), tuple(settled))


def gauge(measure: Fraction | None, bound: Fraction | None, outcome: str = "met") -> Markup:
    """A bar as long as `measure`, a tick at `bound`. Decoration: the words stand beside it."""
    if measure is None or bound is None:
        return Markup("")
    longest = max(measure, bound, Fraction(0)) * _HEADROOM
    if longest <= 0:
        return Markup("")
    tone, colour = ("met", svg.MET) if outcome == "met" else ("unmet", svg.UNMET)
    if outcome in {"unknown", "manual"}:
        tone, colour = "unknown", svg.UNKNOWN
    top = (_HEIGHT - _BAR) // 2
    length = float(max(measure, Fraction(0)) / longest * _WIDTH)
    tick = float(max(bound, Fraction(0)) / longest * _WIDTH)
    track = {"x": 0, "y": top, "height": _BAR, "rx": 2}
    return svg.tag(
        "svg",
        svg.tag("rect", **track, width=_WIDTH, fill=svg.HAIR, class_="svg-track"),
        svg.tag("rect", **track, width=length, fill=colour, class_=f"svg-{tone}"),
        svg.tag(
            "path", d=f"M{tick:.1f} 0V{_HEIGHT}", stroke=svg.INK, stroke_width=2, class_="svg-tick"
        ),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        width=_WIDTH,
        height=_HEIGHT,
        class_="gauge",
        aria_hidden="true",
    )
