"""From a resolved tree to a program of integers: the one source of every executable."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from rules.conditions import Test, Tester
from rules.errors import PackError
from rules.indicators import Indicator
from rules.ir import NULL, Expr, Program
from rules.needs import Need
from rules.outcomes import NOT_APPLICABLE
from rules.scores import Points, maximum_of, outcome_of
from rules.values import Scope, Value

TESTS_AND_SCORE: Final = frozenset(
    {
        "is_true",
        "is_false",
        "compare",
        "none",
        "some",
        "held",
        "one_of",
        "points",
        "all",
        "any",
        "at_least_k",
        "not",
        "manual",
        "case",
        "score",
    }
)


@dataclass(frozen=True, slots=True)
class Compiled:
    """One criterion as expressions of the program."""

    id: str
    raw: Mapping[str, Any]
    outcome: Expr
    value: Value | None
    required: tuple[Expr, int] | None
    edge: str
    points: Points | None
    uses: tuple[str, ...]
    refers: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Code:
    """A compiled rule set: facts needed, assignments, criteria, and the verdict."""

    program: Program
    needs: tuple[Need, ...]
    columns: Mapping[str, str]  # need key -> the program's name for it
    criteria: tuple[Compiled, ...]
    outcome: Expr
    points: Points | None
    verdict: Test
    by_id: Mapping[str, Compiled]
    maxima: Mapping[str, int]  # of scored items, in hundredths


@dataclass(slots=True)
class _Builder:
    scope: Scope
    done: list[Compiled] = field(default_factory=list)
    tester: Tester = field(init=False)

    def __post_init__(self) -> None:
        self.tester = Tester(self.scope, report=self.criterion)

    def criterion(self, raw: Mapping[str, Any]) -> str:
        """Lower one criterion and remember it; its id is returned."""
        name = str(raw.get("id", "?"))
        if name in self.tester.criteria:
            raise PackError(f"{name}: this id is used twice")
        kinds = sorted(TESTS_AND_SCORE & set(raw))
        if len(kinds) != 1:
            found = "、".join(kinds) or "none"
            raise PackError(f"{name}: a criterion has exactly one test or score, found: {found}")
        try:
            if kinds == ["score"]:
                self._score(raw)
            else:
                self._test(raw, self.tester.lower({k: v for k, v in raw.items() if k != "id"}))
        except (PackError, OverflowError) as fault:
            raise PackError(f"{name}: {fault}") from None
        except (KeyError, TypeError, ValueError, StopIteration) as fault:
            raise PackError(f"{name}: malformed ({type(fault).__name__}: {fault})") from None
        return name

    def _score(self, raw: Mapping[str, Any]) -> None:
        points = self.tester.scorer(self._item).lower(raw["score"])
        self._item(raw, points)

    def _item(self, raw: Mapping[str, Any], points: Points) -> None:
        name = str(raw["id"])
        if name in self.tester.criteria:
            raise PackError(f"{name} is used twice")
        outcome = self.scope.program.let(outcome_of(points), "o")
        self.tester.points[name] = points
        self._remember(
            Compiled(name, raw, outcome, points.value, None, "", points, points.uses, (), "score")
        )

    def _test(self, raw: Mapping[str, Any], test: Test) -> None:
        self._remember(
            Compiled(
                str(raw["id"]),
                raw,
                test.outcome,
                test.value,
                test.required,
                test.edge,
                test.points,
                tuple(dict.fromkeys(test.uses)),
                test.refers,
                test.kind,
            )
        )

    def _remember(self, compiled: Compiled) -> None:
        self.done.append(compiled)
        possible = frozenset(range(5))
        if compiled.kind == "score":
            possible -= {NOT_APPLICABLE}
        self.tester.criteria[compiled.id] = Test(
            compiled.outcome, possible, uses=compiled.uses, kind=compiled.kind
        )


def compile_tree(tree: Mapping[str, Any], indicators: Mapping[str, Indicator]) -> Code:
    """Compile a resolved tree.

    Raises:
        PackError: the tree says something the language does not know, names an indicator or
            criterion that does not exist, or could overflow 128 bits.
    """
    builder = _Builder(Scope(indicators))
    for raw in tree["criteria"]:
        builder.criterion(raw)
    tests = [
        done.id for done in builder.done if done.kind != "score" and done.raw in tree["criteria"]
    ]
    try:
        verdict = builder.tester.lower(tree.get("verdict") or {"all": tests})
    except (PackError, KeyError, TypeError) as fault:
        raise PackError(f"verdict: {fault}") from None
    counted = [done for done in builder.done if done.kind == "points"]
    points = max(counted, key=lambda done: len(done.refers)).points if counted else None
    scope = builder.scope
    return Code(
        scope.program,
        tuple(scope.needs.values()),
        {key: var.name for key, var in scope.columns.items()},
        tuple(builder.done),
        verdict.outcome,
        points,
        verdict,
        {done.id: done for done in builder.done},
        {d.id: maximum_of(d.raw.get("score", d.raw)) for d in builder.done if d.kind == "score"},
    )


def outputs(compiled: Compiled) -> tuple[Expr, ...]:
    """What a finding is made from: outcome, num, den, why-no-number, required, lo, hi."""
    value, points = compiled.value, compiled.points
    return (
        compiled.outcome,
        value.num if value else NULL,
        value.den if value else NULL,
        value.cause if value else NULL,
        compiled.required[0] if compiled.required else NULL,
        points.lo if points else NULL,
        points.hi if points else NULL,
    )
