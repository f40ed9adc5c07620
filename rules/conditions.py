"""Tests of the language, lowered to outcome codes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import lcm
from typing import Any, Final

from rules import combining, scores, values
from rules.errors import PackError
from rules.ir import And, Cmp, Condition, Const, Expr, If, Known, Not, Or
from rules.needs import AsOf, Held, Records
from rules.outcomes import (
    CAUSE_NOT_APPLICABLE,
    CAUSES,
    CODES,
    MANUAL,
    MET,
    NOT_APPLICABLE,
    UNKNOWN,
    UNMET,
)
from rules.parameters import EDGES, exceeds, exceeds_by, number, threshold
from rules.scores import Points, Scorer, hundredths, total, why_undecided
from rules.values import COUNT_BOUND, ONE, Scope, Value

ANY: Final = frozenset({UNMET, UNKNOWN, MANUAL, MET, NOT_APPLICABLE})
THREE: Final = frozenset({UNMET, UNKNOWN, MET})


@dataclass(frozen=True, slots=True)
class Test:
    """An outcome with what a finding shows of it."""

    outcome: Expr
    possible: frozenset[int] = ANY
    value: Value | None = None
    required: tuple[Expr, int] | None = None  # numerator, denominator, in the value's integers
    edge: str = ""
    points: Points | None = None
    uses: tuple[str, ...] = ()
    refers: tuple[str, ...] = ()  # criterion ids it is made of
    kind: str = ""


@dataclass(slots=True)
class Tester:
    """Lowers tests over the criteria met so far; inline criteria report themselves."""

    scope: Scope
    criteria: dict[str, Test] = field(default_factory=dict)
    points: dict[str, Points] = field(default_factory=dict)
    report: Callable[[Mapping[str, Any]], str] = lambda _: ""  # lowers an inline criterion

    def lower(self, raw: Any) -> Test:
        """Lower one test.

        Raises:
            PackError: it is no test, or names a criterion that does not exist (yet).
        """
        if isinstance(raw, str):
            return self._named(raw)
        if not isinstance(raw, Mapping):
            raise PackError(f"{raw!r} is not a test")
        if "id" in raw:
            return self._named(self.report(raw))
        for name, build in _TESTS.items():
            if name in raw:
                return self._finish(build(self, raw), raw)
        raise PackError(f"unknown test {sorted(map(str, raw))}; known: {', '.join(_TESTS)}")

    def _named(self, name: str) -> Test:
        if name not in self.criteria:
            raise PackError(f"“{name}” is no criterion above this one")
        test = self.criteria[name]
        return Test(test.outcome, test.possible, uses=test.uses, refers=(name,), kind="criterion")

    def _finish(self, test: Test, raw: Mapping[str, Any]) -> Test:
        outcome, possible = test.outcome, test.possible
        if "applies_when" in raw:
            condition = self.lower(raw["applies_when"])
            outcome = combining.gated(condition.outcome, outcome)
            possible = ANY
        named = self.scope.program.let(outcome, "o")
        return Test(
            named,
            possible,
            test.value,
            test.required,
            test.edge,
            test.points,
            test.uses,
            test.refers,
            test.kind,
        )

    # --- facts -----------------------------------------------------------------------------
    def _flag(self, raw: Mapping[str, Any], key: str, met: int) -> Test:
        value = values.lower(self.scope, str(raw[key]))
        if value.unit != "bool":
            raise PackError(f"“{raw[key]}” is not a yes/no fact")
        here = If(Cmp("==", value.num, Const(met)), Const(MET), Const(UNMET))
        other = If(
            Cmp("==", value.cause, Const(CAUSE_NOT_APPLICABLE)),
            Const(NOT_APPLICABLE),
            Const(UNKNOWN),
        )
        outcome = If(Known(value.num), here, other)
        return Test(outcome, ANY, value, uses=value.uses, kind=key)

    def is_true(self, raw: Mapping[str, Any]) -> Test:
        """The yes/no fact is yes."""
        return self._flag(raw, "is_true", 1)

    def is_false(self, raw: Mapping[str, Any]) -> Test:
        """The yes/no fact is no."""
        return self._flag(raw, "is_false", 0)

    def case(self, raw: Mapping[str, Any]) -> Test:
        """A person's finding of this application; manual without it."""
        name = str(raw["case"])
        entry = self.scope.indicator(name)
        if entry.unit != "bool":
            raise PackError(f"“{name}” is not a yes/no fact")
        column = self.scope.need(AsOf(name), 0, 1)
        met = If(Cmp("==", column, Const(1)), Const(MET), Const(UNMET))
        possible = frozenset({UNMET, MANUAL, MET})
        key = AsOf(name).key
        outcome = If(Known(column), met, Const(MANUAL))
        return Test(outcome, possible, uses=(key,), kind="case")

    def manual(self, raw: Mapping[str, Any]) -> Test:
        """A person judges; the reason is said."""
        if not raw["manual"]:
            raise PackError("manual needs a reason")
        return Test(Const(MANUAL), frozenset({MANUAL}), kind="manual")

    def one_of(self, raw: Mapping[str, Any]) -> Test:
        """The choice is among those listed."""
        name, wanted = str(raw["one_of"]["of"]), [str(w) for w in raw["one_of"]["in"]]
        entry = self.scope.indicator(name)
        strange = set(wanted) - set(entry.choices)
        if strange:
            raise PackError(f"“{name}” has no choice {sorted(strange)}")
        value = values.lower(self.scope, name)
        order = list(entry.choices)
        among = Or(tuple(Cmp("==", value.num, Const(order.index(w))) for w in wanted))
        outcome = If(Known(value.num), If(among, Const(MET), Const(UNMET)), Const(UNKNOWN))
        return Test(outcome, THREE, value, uses=value.uses, kind="one_of")

    def held(self, raw: Mapping[str, Any]) -> Test:
        """One of the titles is valid on the day."""
        said = raw["held"]
        titles, years = (
            (said["any"], said.get("years", 0)) if isinstance(said, Mapping) else (said, 0)
        )
        need = Held(tuple(titles), int(years))
        column = self.scope.need(need, 0, 1)
        met = If(Cmp("==", column, Const(1)), Const(MET), Const(UNMET))
        outcome = If(Known(column), met, Const(UNKNOWN))
        return Test(outcome, THREE, uses=(need.key,), kind="held")

    def _counted(self, raw: Mapping[str, Any], *, wanted: bool) -> Test:
        need = Records.of(raw["some" if wanted else "none"])
        column = self.scope.need(need, 0, COUNT_BOUND)
        here = Cmp(">" if wanted else "==", column, Const(0))
        outcome = If(Known(column), If(here, Const(MET), Const(UNMET)), Const(UNKNOWN))
        value = Value(column, ONE, Const(UNKNOWN), "count", uses=(need.key,))
        required = (Const(1 if wanted else 0), 1)
        edge = "at_least" if wanted else "at_most"
        kind = "some" if wanted else "none"
        return Test(outcome, THREE, value, required, edge, uses=(need.key,), kind=kind)

    def some(self, raw: Mapping[str, Any]) -> Test:
        """At least one record in the window."""
        return self._counted(raw, wanted=True)

    def none(self, raw: Mapping[str, Any]) -> Test:
        """No record in the window."""
        return self._counted(raw, wanted=False)

    # --- comparisons -----------------------------------------------------------------------
    def compare(self, raw: Mapping[str, Any]) -> Test:
        """A value against a parameter, exactly."""
        said = raw["compare"]
        years = int(said.get("each_of_years", 1))
        single = [self._compare_year(raw, said, back) for back in range(years)]
        if len(single) == 1:
            return single[0]
        outcome = combining.least([test.outcome for test in single], ANY, self.scope.program.let)
        return self._worst(single, self.scope.program.let(outcome, "o"))

    def _compare_year(self, raw: Mapping[str, Any], said: Mapping[str, Any], back: int) -> Test:
        self.scope.shift = -back
        try:
            value = values.lower(self.scope, said["value"])
            edge, chosen, denominator, unknown = self._parameter(value, said)
        finally:
            self.scope.shift = 0
        holds = If(exceeds_by(value, edge, chosen, denominator), Const(MET), Const(UNMET))
        known = And((Known(value.num), *unknown))
        outcome = If(known, holds, self._undefined({**raw, **said}, value))
        uses = value.uses
        return Test(
            self.scope.program.let(outcome, "o"),
            ANY,
            value,
            (chosen, denominator),
            edge,
            uses=uses,
            kind="compare",
        )

    def _parameter(
        self, value: Value, said: Mapping[str, Any]
    ) -> tuple[str, Expr, int, tuple[Condition, ...]]:
        """Edge, numerator, denominator of the parameter, and what must be known to choose it."""
        edges = [edge for edge in EDGES if edge in said]
        if len(edges) != 1:
            raise PackError(f"compare takes one of {', '.join(EDGES)}")
        wanted = said[edges[0]]
        if not isinstance(wanted, Mapping):
            p = threshold(value, number(wanted))
            return edges[0], Const(p.numerator), p.denominator, ()
        by = values.lower(self.scope, wanted["by"])
        bands = [(band, threshold(value, number(band["is"]))) for band in wanted["bands"]]
        common = lcm(*(p.denominator for _, p in bands))
        chosen: Expr = Const(int(bands[-1][1] * common))
        for band, p in reversed(bands[:-1]):
            edge = {"up_to": "at_most", "below": "less_than"}[
                next(k for k in ("up_to", "below") if k in band)
            ]
            limit = number(band["up_to"] if "up_to" in band else band["below"])
            chosen = If(exceeds(by, edge, limit), Const(int(p * common)), chosen)
        guarded = If(Known(by.num), chosen, Const(int(bands[-1][1] * common)))
        return edges[0], self.scope.program.let(guarded), common, (Known(by.num),)

    def _undefined(self, raw: Mapping[str, Any], value: Value) -> Expr:
        """The outcome where there is no number: unknown, or as the law says.

        A year before founding reaches no threshold and exceeds none: what asks for at least so
        much is unmet, what allows at most so much is not applicable, unless the law says else.
        """
        given = raw.get("if_undefined")
        upward = "at_least" in raw or "more_than" in raw
        early = "unmet" if upward else "not_applicable"
        if isinstance(given, Mapping):
            early = given.get("not_applicable", early)
        outcome: Expr = If(
            Cmp("==", value.cause, Const(CAUSE_NOT_APPLICABLE)),
            Const(_code(early, "not_applicable")),
            Const(UNKNOWN),
        )
        if not value.undefined:
            return outcome
        if given is None:
            raise PackError("this value can be undefined: say if_undefined")
        for word, code in CAUSES.items():
            said = given.get(word) if isinstance(given, Mapping) else given
            here = Cmp("==", value.cause, Const(code))
            outcome = If(here, Const(_code(said, word)), outcome)
        return outcome

    def _worst(self, single: list[Test], outcome: Expr) -> Test:
        """Of several years, show the latest that is not met, else the latest."""
        shown = single[-1]
        num, den, cause = shown.value.num, shown.value.den, shown.value.cause  # type: ignore[union-attr]
        chosen, common = shown.required  # type: ignore[misc]
        for test in reversed(single[:-1]):
            failing = Or((Cmp("!=", test.outcome, Const(MET)), Cmp("==", outcome, Const(MET))))
            num = If(failing, test.value.num, num)  # type: ignore[union-attr]
            den = If(failing, test.value.den, den)  # type: ignore[union-attr]
            cause = If(failing, test.value.cause, cause)  # type: ignore[union-attr]
            chosen = If(failing, test.required[0], chosen)  # type: ignore[index]
        uses = tuple(key for test in single for key in test.uses)
        base = shown.value
        assert base is not None  # noqa: S101 every compare has a value
        value = self.scope.let(replace(base, num=num, den=den, cause=cause, uses=uses))
        required = (self.scope.program.let(chosen), common)
        return Test(outcome, ANY, value, required, shown.edge, uses=uses, kind="compare")

    def sum_of_points(self, raw: Mapping[str, Any]) -> Test:
        """The sum of items' points against a parameter."""
        said = raw["points"]
        names = [str(name) for name in said["of"]]
        unknown = [name for name in names if name not in self.points]
        if unknown:
            raise PackError(f"“{'、'.join(unknown)}” is no score above this criterion")
        parts = [self.points[name] for name in names]
        low, high = total(parts)
        lo, hi = self.scope.program.let(low), self.scope.program.let(high)
        edge = next(edge for edge in EDGES if edge in said)
        wanted = Const(hundredths(said[edge])[0])
        cause = self.scope.program.let(why_undecided(lo, hi, parts))
        enough, possible = Cmp(EDGES[edge], lo, wanted), Cmp(EDGES[edge], hi, wanted)
        undecided = If(Cmp("==", cause, Const(UNKNOWN)), Const(UNKNOWN), Const(MANUAL))
        outcome = If(enough, Const(MET), If(Not(possible), Const(UNMET), undecided))
        uses = tuple(key for part in parts for key in part.uses)
        points = Points(lo, hi, cause, uses)
        return Test(
            outcome,
            ANY - {NOT_APPLICABLE},
            None,
            (wanted, 1),
            edge,
            points,
            uses,
            tuple(names),
            "points",
        )

    # --- combinations ----------------------------------------------------------------------
    def _children(self, raws: Any) -> list[Test]:
        if not raws:
            raise PackError("a combination needs at least one part")
        return [self.lower(raw) for raw in raws]

    def all_of(self, raw: Mapping[str, Any]) -> Test:
        """The least of unmet < unknown < manual < met."""
        parts = self._children(raw["all"])
        possible = _possible(parts)
        outcome = combining.least(_outcomes(parts), possible, self.scope.program.let)
        return _combined("all", outcome, possible, parts)

    def any_of(self, raw: Mapping[str, Any]) -> Test:
        """The greatest of unmet < manual < unknown < met."""
        parts = self._children(raw["any"])
        outcome = combining.greatest(_outcomes(parts), self.scope.program.let)
        return _combined("any", outcome, _possible(parts), parts)

    def at_least_k(self, raw: Mapping[str, Any]) -> Test:
        """At least k parts are met."""
        said = raw["at_least_k"]
        parts = self._children(said["of"])
        outcome = combining.at_least(int(said["k"]), _outcomes(parts), self.scope.program.let)
        return _combined("at_least_k", outcome, ANY - {NOT_APPLICABLE}, parts)

    def not_(self, raw: Mapping[str, Any]) -> Test:
        """Met where the part is unmet, and the other way round."""
        part = self.lower(raw["not"])
        outcome = combining.turned(part.outcome)
        return _combined("not", outcome, part.possible | {MET, UNMET}, [part])

    def scorer(self, report: scores.Item) -> Scorer:
        """A scorer whose nested tests are lowered here."""

        def test(raw: Any) -> tuple[Expr, tuple[str, ...]]:
            lowered = self.lower(raw)
            return lowered.outcome, lowered.uses

        return Scorer(self.scope, test, report)


def _code(said: Any, word: str) -> int:
    """The outcome that `if_undefined` gives for one cause."""
    if said not in CODES:
        raise PackError(f"if_undefined does not say an outcome for “{word}”")
    return CODES[str(said)]


def _outcomes(parts: list[Test]) -> list[Expr]:
    return [part.outcome for part in parts]


def _possible(parts: list[Test]) -> frozenset[int]:
    return frozenset().union(*(part.possible for part in parts))


def _combined(kind: str, outcome: Expr, possible: frozenset[int], parts: list[Test]) -> Test:
    uses = tuple(dict.fromkeys(key for part in parts for key in part.uses))
    refers = tuple(name for part in parts for name in part.refers)
    return Test(outcome, possible, uses=uses, refers=refers, kind=kind)


_TESTS: Final[dict[str, Callable[[Tester, Mapping[str, Any]], Test]]] = {
    "is_true": Tester.is_true,
    "is_false": Tester.is_false,
    "compare": Tester.compare,
    "none": Tester.none,
    "some": Tester.some,
    "held": Tester.held,
    "one_of": Tester.one_of,
    "points": Tester.sum_of_points,
    "all": Tester.all_of,
    "any": Tester.any_of,
    "at_least_k": Tester.at_least_k,
    "not": Tester.not_,
    "manual": Tester.manual,
    "case": Tester.case,
}
