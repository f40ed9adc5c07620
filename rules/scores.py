"""Scores of the language, lowered to an interval of points and why it is not a point.

Points are hundredths. The interval is what the facts allow: [lo, hi] with lo == hi when they
decide, [0, max] when they are missing, the law's own range where an expert chooses in it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from rules import ir, values
from rules.errors import PackError
from rules.ir import Cmp, Condition, Const, Expr, If, Known, Op, Or, Pick
from rules.needs import AsOf
from rules.outcomes import (
    CAUSE_NOT_APPLICABLE,
    CAUSE_UNKNOWN,
    CAUSES,
    MANUAL,
    MET,
    UNKNOWN,
)
from rules.parameters import EDGES, exceeds, number
from rules.values import Scope, Value

HUNDREDTHS: Final = 100
ZERO: Final = Const(0)


@dataclass(frozen=True, slots=True)
class Points:
    """An interval of points; `cause` is 0, UNKNOWN or MANUAL where it is not a single value."""

    lo: Expr
    hi: Expr
    cause: Expr
    uses: tuple[str, ...] = ()
    value: Value | None = None


def hundredths(raw: Any) -> tuple[int, int]:
    """`20` or `[9, 10]` as hundredths of a point."""
    low, high = raw if isinstance(raw, list) else (raw, raw)
    pair = number(low) * HUNDREDTHS, number(high) * HUNDREDTHS
    if any(part.denominator != 1 for part in pair) or pair[0] > pair[1]:
        raise PackError(f"points {raw!r} are not hundredths in order")
    return int(pair[0]), int(pair[1])


Item = Callable[[Mapping[str, Any], "Points"], None]
Test = Callable[[Scope, Any], Expr]


@dataclass(frozen=True, slots=True)
class Scorer:
    """Lowers scores; `report` receives items that carry an id, `test` lowers a nested test."""

    scope: Scope
    test: Callable[[Any], tuple[Expr, tuple[str, ...]]]
    report: Item

    def lower(self, raw: Mapping[str, Any]) -> Points:
        """Lower one score.

        Raises:
            PackError: it is no score of the language.
        """
        for name, build in _KINDS.items():
            if name in raw:
                points = self._named(build(self, raw))
                if "id" in raw:
                    self.report(raw, points)
                return points
        raise PackError(f"unknown score {sorted(map(str, raw))}; known: {', '.join(_KINDS)}")

    def _named(self, points: Points) -> Points:
        let = self.scope.program.let
        return Points(let(points.lo), let(points.hi), let(points.cause), points.uses, points.value)

    def banded(self, raw: Mapping[str, Any]) -> Points:
        """`of` with `bands`, or a choice with `by`."""
        if "by" in raw:
            return self._by_choice(raw)
        value = values.lower(self.scope, raw["of"])
        edges = [(band, *hundredths(band["points"])) for band in raw["bands"]]
        if any(edge in edges[-1][0] for edge in EDGES):
            raise PackError("the last band has no edge: it takes what is left")
        lo: Expr = Const(edges[-1][1])
        hi: Expr = Const(edges[-1][2])
        for band, low, high in reversed(edges[:-1]):
            holds = band_holds(value, band)
            lo, hi = If(holds, Const(low), lo), If(holds, Const(high), hi)
        top = self._top(raw, max(high for _, _, high in edges))
        wide = any(low != high for _, low, high in edges)
        return self._with_causes(raw, value, lo, hi, top, wide=wide)

    def _with_causes(
        self, raw: Mapping[str, Any], value: Value, lo: Expr, hi: Expr, top: int, *, wide: bool
    ) -> Points:
        """The points where the value is known; elsewhere what its cause says."""
        other_lo: Expr = ZERO
        other_hi: Expr = Const(top)
        other_cause: Expr = Const(UNKNOWN)
        for code, (low, high, why) in self._undefined(raw, value, top).items():
            here = Cmp("==", value.cause, Const(code))
            other_lo = If(here, Const(low), other_lo)
            other_hi = If(here, Const(high), other_hi)
            other_cause = If(here, Const(why), other_cause)
        known = Known(value.num)
        let = self.scope.program.let
        lo, hi = let(If(known, lo, other_lo)), let(If(known, hi, other_hi))
        ranged = If(Cmp("==", lo, hi), ZERO, Const(MANUAL)) if wide else ZERO
        return Points(lo, hi, If(known, ranged, other_cause), value.uses, value)

    def _undefined(
        self, raw: Mapping[str, Any], value: Value, top: int
    ) -> dict[int, tuple[int, int, int]]:
        """Cause code -> (lo, hi, why not decided).

        Years before founding give no points, unless `if_undefined` says not_applicable.
        """
        found = {CAUSE_NOT_APPLICABLE: (0, 0, 0)}
        if not value.undefined:
            return found
        if "if_undefined" not in raw:
            raise PackError("this value can be undefined: say if_undefined")
        given = raw["if_undefined"]
        by_cause = isinstance(given, Mapping) and "points" not in given
        for word, code in CAUSES.items():
            said = given.get(word) if by_cause else given
            if said is None:
                raise PackError(f"if_undefined does not say what happens on “{word}”")
            found[code] = self._said(said, top)
        if by_cause and "not_applicable" in given:
            found[CAUSE_NOT_APPLICABLE] = self._said(given["not_applicable"], top)
        return found

    @staticmethod
    def _said(said: Any, top: int) -> tuple[int, int, int]:
        if said == "manual":
            return 0, top, MANUAL
        if said == "unknown":
            return 0, top, UNKNOWN
        if said == "unusable":
            return 0, 0, 0
        if isinstance(said, Mapping) and "points" in said:
            low, high = hundredths(said["points"])
            return low, high, MANUAL if low != high else 0
        raise PackError(f"if_undefined: {said!r} is none of points, manual, unknown, unusable")

    @staticmethod
    def _top(raw: Mapping[str, Any], found: int) -> int:
        return hundredths(raw["max"])[1] if "max" in raw else found

    def _by_choice(self, raw: Mapping[str, Any]) -> Points:
        entry = self.scope.indicator(str(raw["of"]))
        value = values.lower(self.scope, raw["of"])
        by = {str(choice): hundredths(points) for choice, points in raw["by"].items()}
        if entry.unit != "choice" or not set(by) <= set(entry.choices):
            raise PackError(f"“{entry.id}” has no choice {sorted(set(by) - set(entry.choices))}")
        lo: Expr = ZERO
        hi: Expr = ZERO
        for choice, (low, high) in by.items():
            here = Cmp("==", value.num, Const(list(entry.choices).index(choice)))
            lo, hi = If(here, Const(low), lo), If(here, Const(high), hi)
        top = self._top(raw, max(high for _, high in by.values()))
        return self._with_causes(raw, value, lo, hi, top, wide=False)

    def per(self, raw: Mapping[str, Any]) -> Points:
        """floor(V / each) × points, capped at max."""
        value = values.lower(self.scope, raw["per"])
        each = number(raw["each"]) / value.quantum
        if not value.is_whole or each.denominator != 1 or each <= 0:
            raise PackError("per takes a whole value and a whole positive step")
        top, points = hundredths(raw["max"])[1], hundredths(raw["points"])[1]
        steps = Op("//", Pick("max", (value.num, ZERO)), Const(int(each)))
        earned = Pick("min", (ir.times(steps, points), Const(top)))
        return self._with_causes(raw, value, earned, earned, top, wide=False)

    def best_of(self, raw: Mapping[str, Any]) -> Points:
        """The best option of those that are usable."""
        parts = [self.lower(part) for part in raw["best_of"]]
        lo = self.scope.program.let(Pick("max", tuple(part.lo for part in parts)))
        hi = self.scope.program.let(Pick("max", tuple(part.hi for part in parts)))
        return Points(lo, hi, _why(lo, hi, parts), _uses(parts))

    def sum_of(self, raw: Mapping[str, Any]) -> Points:
        """The sum of the items, capped at max."""
        parts = [self.lower(part) for part in raw["sum_of"]]
        lo, hi = total(parts)
        if "max" in raw:
            top = Const(hundredths(raw["max"])[1])
            lo, hi = Pick("min", (lo, top)), Pick("min", (hi, top))
        lo, hi = self.scope.program.let(lo), self.scope.program.let(hi)
        return Points(lo, hi, _why(lo, hi, parts), _uses(parts))

    def given(self, raw: Mapping[str, Any]) -> Points:
        """The expert's points when given; else what the facts alone allow."""
        entry = self.scope.indicator(str(raw["given"]))
        top = hundredths(raw["max"])[1]
        column = self.scope.need(AsOf(entry.id), *entry.bounds)
        scale = HUNDREDTHS * entry.quantum
        if scale.denominator != 1:
            raise PackError(f"“{entry.id}” is finer than a hundredth of a point")
        exact = Pick("min", (ir.times(column, int(scale)), Const(top)))
        other = Points(ZERO, Const(top), Const(MANUAL))
        if "otherwise" in raw:
            other = self.lower(raw["otherwise"])
        # Without the expert's points the item waits for the expert, whatever facts it lacks.
        known, ranged = Known(column), Cmp("!=", other.lo, other.hi)
        value = other.value and replace(
            other.value, cause=self.scope.program.let(If(known, ZERO, other.value.cause))
        )
        return Points(
            If(known, exact, other.lo),
            If(known, exact, other.hi),
            If(known, ZERO, If(ranged, Const(MANUAL), ZERO)),
            (AsOf(entry.id).key, *other.uses),
            value,
        )

    def judged(self, raw: Mapping[str, Any]) -> Points:
        """An expert's judgement within the law's range."""
        low, high = hundredths(raw["judged"])
        return Points(Const(low), Const(high), Const(MANUAL if low != high else 0))

    def when(self, raw: Mapping[str, Any]) -> Points:
        """Points if the test is met, none if not."""
        outcome, uses = self.test(raw["when"])
        points = Const(hundredths(raw["points"])[1])
        undecided = Or((Cmp("==", outcome, Const(UNKNOWN)), Cmp("==", outcome, Const(MANUAL))))
        met = Cmp("==", outcome, Const(MET))
        return Points(
            If(met, points, ZERO),
            If(Or((met, undecided)), points, ZERO),
            If(undecided, outcome, ZERO),
            uses,
        )


def band_holds(value: Value, band: Mapping[str, Any]) -> Condition:
    """Whether a known value is on the band's side of its edge."""
    edges = [edge for edge in EDGES if edge in band]
    if len(edges) != 1:
        raise PackError(f"a band has one edge of {', '.join(EDGES)}; this has {len(edges)}")
    return exceeds(value, edges[0], number(band[edges[0]]))


def total(parts: list[Points]) -> tuple[Expr, Expr]:
    """Sum of the lower and of the upper ends."""
    return ir.add(*(part.lo for part in parts)), ir.add(*(part.hi for part in parts))


def _why(lo: Expr, hi: Expr, parts: list[Points]) -> Expr:
    """0 where the points are one value; UNKNOWN if a part lacks facts; else MANUAL."""
    lacking = Or(tuple(Cmp("==", part.cause, Const(CAUSE_UNKNOWN)) for part in parts))
    return If(Cmp("==", lo, hi), ZERO, If(lacking, Const(UNKNOWN), Const(MANUAL)))


def why_undecided(lo: Expr, hi: Expr, parts: list[Points]) -> Expr:
    """As `_why`, for a sum of named items."""
    return _why(lo, hi, parts)


def _uses(parts: list[Points]) -> tuple[str, ...]:
    return tuple(key for part in parts for key in part.uses)


def outcome_of(points: Points) -> Expr:
    """The outcome an item's finding shows: some points are met, none possible is unmet."""
    some, none = Cmp(">", points.lo, ZERO), Cmp("==", points.hi, ZERO)
    lacking = Cmp("==", points.cause, Const(UNKNOWN))
    return If(some, Const(MET), If(none, ZERO, If(lacking, Const(UNKNOWN), Const(MANUAL))))


_KINDS: Final[dict[str, Callable[[Scorer, Mapping[str, Any]], Points]]] = {
    "per": Scorer.per,
    "best_of": Scorer.best_of,
    "sum_of": Scorer.sum_of,
    "given": Scorer.given,
    "judged": Scorer.judged,
    "when": Scorer.when,
    "of": Scorer.banded,
}


def maximum_of(score: Mapping[str, Any]) -> int:
    """The most points a score can give, in hundredths."""
    if "max" in score:
        return int(number(score["max"]) * 100)
    for part in ("best_of", "sum_of"):
        if part in score:
            each = [maximum_of(item) for item in score[part]]
            return max(each) if part == "best_of" else sum(each)
    if "bands" in score:
        return max(hundredths(band["points"])[1] for band in score["bands"])
    if "by" in score:
        return max(hundredths(points)[1] for points in score["by"].values())
    if "judged" in score:
        return hundredths(score["judged"])[1]
    return hundredths(score["points"])[1]  # `when`; `per` and `given` always say max
