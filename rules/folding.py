"""A program made for the rows at hand: without nulls, its outcomes as conditions.

Every expression becomes a value that is right wherever it is known, beside the condition under
which it is known; expressions over a few constants (outcomes, causes, bands of points) become
one condition per constant. What is known of the rows (columns without nulls, columns that are
empty, the latest founding year) folds most of the rest away. Only branches that no row can take
are dropped, so the results are those of the whole program.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rules.ir import (
    And,
    Cmp,
    Condition,
    Const,
    Expr,
    FullYears,
    If,
    Known,
    Not,
    Op,
    Or,
    Pick,
    Program,
    Var,
)

YES: Final = And(())
NO: Final = Or(())
ZERO: Final = Const(0)
OUTCOMES: Final = 5
FEW: Final = 8  # constants an expression may have to be kept as conditions
_OPPOSITE: Final = {"<": ">=", "<=": ">", "!=": "=="}
_HOLDS: Final = {
    "<": int.__lt__,
    "<=": int.__le__,
    ">": int.__gt__,
    ">=": int.__ge__,
    "==": int.__eq__,
    "!=": int.__ne__,
}


@dataclass(frozen=True, slots=True)
class Holds(Condition):
    """A condition that an earlier step gave a name."""

    name: str


Cases = Mapping[int, Condition]


@dataclass(frozen=True, slots=True)
class Form:
    """An expression in rows: `value` is right where `known` holds; `cases` likewise."""

    value: Expr
    known: Condition = YES
    cases: Cases | None = None  # constant -> when the value is that


NOTHING: Final = Form(ZERO, NO, {})


@dataclass(frozen=True, slots=True)
class Rows:
    """What is known of the rows before they are looked at."""

    complete: frozenset[str]  # names without a null
    empty: frozenset[str]  # names that are null everywhere
    bounds: Mapping[str, tuple[int, int]]  # tighter than the program's


@dataclass(slots=True)
class Folded:
    """The program made: assignments of numbers and of conditions, and what was asked for."""

    program: Program
    steps: list[tuple[str, Expr | Condition]] = field(default_factory=list)
    results: dict[str, Expr] = field(default_factory=dict)


def fold(program: Program, rows: Rows, results: Mapping[str, Expr]) -> Folded:
    """The program for such rows, with what `results` need and nothing else."""
    folder = _Folder(program, rows)
    for name, expr in program.steps:
        folder.forms[name] = folder.named(folder.form(expr))
    made = folder.made
    made.results = {name: _plain(folder.form(expr)) for name, expr in results.items()}
    needed = {name for expr in made.results.values() for name in reads(expr)}
    kept: list[tuple[str, Expr | Condition]] = []
    for name, node in reversed(made.steps):
        if name in needed:
            needed |= reads(node)
            kept.append((name, node))
    made.steps = kept[::-1]
    return made


def _plain(form: Form) -> Expr:
    """The result with its nulls; a few constants are told by their conditions."""
    value = form.value
    if form.cases and len(form.cases) <= OUTCOMES:
        (last, _), *rest = sorted(form.cases.items(), key=lambda case: case[1] == NO)
        value = Const(last)
        for number, condition in rest:
            value = If(condition, Const(number), value) if condition != NO else value
    if form.known == YES:
        return value
    return Const(None) if form.known == NO else If(form.known, value, Const(None))


class _Folder:
    """Turns expressions into forms, bottom up; shares what is equal."""

    def __init__(self, program: Program, rows: Rows) -> None:
        given = {name for name, _ in program.steps}
        outside = {n: b for n, b in program.bounds.items() if n not in given}
        self.made = Folded(Program(bounds={**outside, **rows.bounds}))
        self.forms: dict[str, Form] = {name: self._given(name, rows) for name in outside}
        self._names: dict[Expr | Condition, str] = {}
        self._choices: dict[str, If] = {}  # what is behind the name of a choice

    def _given(self, name: str, rows: Rows) -> Form:
        if name in rows.empty:
            return NOTHING
        known: Condition = YES if name in rows.complete else Known(Var(name))
        low, high = self.made.program.bounds[name]
        flag = Cmp(">=", Var(name), Const(1))
        cases = {1: flag, 0: negated(flag)} if (low, high) == (0, 1) else None
        return Form(Var(name), known, cases)

    # --- names -------------------------------------------------------------------------------
    def named(self, form: Form) -> Form:
        """The form with its value and its conditions under names, so that they are made once."""
        cases = form.cases and {k: self.flag(condition) for k, condition in form.cases.items()}
        return Form(self.number(form.value), self.flag(form.known), cases)

    def number(self, expr: Expr) -> Expr:
        """A name for a number, unless it is one or a constant."""
        if isinstance(expr, Const | Var):
            return expr
        name = self._name(expr, "n")
        self.made.program.bounds[name] = self.made.program.range_of(expr)
        if isinstance(expr, If):
            self._choices[name] = expr
        return Var(name)

    def flag(self, condition: Condition) -> Condition:
        """A name for a condition, unless it is one."""
        if condition in {YES, NO} or isinstance(condition, Holds):
            return condition
        if isinstance(condition, Not):
            return negated(self.flag(condition.item))
        return Holds(self._name(condition, "c"))

    def _name(self, node: Expr | Condition, prefix: str) -> str:
        if node not in self._names:
            self._names[node] = f"{prefix}{len(self.made.steps)}_"
            self.made.steps.append((self._names[node], node))
        return self._names[node]

    # --- numbers -----------------------------------------------------------------------------
    def form(self, node: Expr) -> Form:
        """The form of an expression."""
        if isinstance(node, Const):
            return NOTHING if node.value is None else Form(node, YES, {node.value: YES})
        if isinstance(node, Var):
            return self.forms[node.name]
        if isinstance(node, If):
            return self._if(node)
        if isinstance(node, Op):
            left, right = self.form(node.left), self.form(node.right)
            value = _arithmetic(node.sign, left.value, right.value)
            return Form(value, conj((left.known, right.known)))
        if isinstance(node, Pick):
            return self._pick(node.which, [self.form(item) for item in node.items])
        if isinstance(node, FullYears):
            since, until = self.form(node.since), self.form(node.until)
            value = FullYears(since.value, until.value)
            return Form(value, conj((since.known, until.known)))
        raise TypeError(f"unknown expression {node!r}")

    def _if(self, node: If) -> Form:
        condition = self.test(node.condition)
        if condition in {YES, NO}:
            return self.form(node.then if condition == YES else node.otherwise)
        condition = self.flag(condition)
        then, other = self.form(node.then), self.form(node.otherwise)
        if isinstance(condition, Not):
            condition, then, other = condition.item, other, then
        known = self._either(condition, then.known, other.known)
        if NO in (other.known, then.known):
            found = then if other.known == NO else other
            return Form(found.value, known, found.cases)
        cases = self._merged(condition, then.cases, other.cases)
        yes = self._within(condition, then.value, holds=True)
        no = self._within(condition, other.value, holds=False)
        value = yes if yes == no else If(condition, self.number(yes), self.number(no))
        return Form(value, known, cases)

    def _within(self, condition: Condition, value: Expr, *, holds: bool) -> Expr:
        """The value where it is already settled whether the condition holds."""
        while True:
            behind = self._choices.get(value.name) if isinstance(value, Var) else value
            if not isinstance(behind, If) or behind.condition != condition:
                return value
            value = behind.then if holds else behind.otherwise

    def _either(self, condition: Condition, then: Condition, other: Condition) -> Condition:
        """`then` where the condition holds, `other` elsewhere."""
        if then == other:
            return then
        return disj((conj((condition, then)), conj((negated(condition), other))))

    def _merged(
        self, condition: Condition, then: Cases | None, other: Cases | None
    ) -> Cases | None:
        if then is None or other is None or len({*then, *other}) > FEW:
            return None
        return {
            number: self.flag(self._either(condition, then.get(number, NO), other.get(number, NO)))
            for number in dict.fromkeys((*then, *other))
        }

    def _pick(self, which: str, items: Sequence[Form]) -> Form:
        known = conj(item.known for item in items)
        values = self._reachable(which, dict.fromkeys(item.value for item in items))
        value = values[0] if len(values) == 1 else Pick(which, values)
        cases = [item.cases for item in items if item.cases is not None]
        numbers = sorted({number for case in cases for number in case}, reverse=which == "min")
        if len(cases) < len(items) or len(numbers) > FEW:
            return Form(value, known)
        return Form(value, known, self._ranked(which, numbers, cases))

    def _reachable(self, which: str, values: Iterable[Expr]) -> tuple[Expr, ...]:
        """Without what is never the extreme: points capped at more than there can be."""
        ranges = {value: self.made.program.range_of(value) for value in values}

        def beaten(value: Expr) -> bool:
            low, high = ranges[value]
            others = [ranges[other] for other in ranges if other != value]
            return any(
                (top <= low) if which == "min" else (bottom >= high) for bottom, top in others
            )

        return tuple(value for value in ranges if not beaten(value))

    def _ranked(self, which: str, numbers: Sequence[int], items: Sequence[Cases]) -> Cases:
        """Min or max over a few constants: the extreme is k where all lie on k's side, not beyond.

        `numbers` come from the far side: for min, all items ≥ the greatest number first.
        """
        sign = ">=" if which == "min" else "<="
        found: dict[int, Condition] = {}
        beyond: Condition = NO
        for number in numbers:
            here = self.flag(conj(self._among(case, sign, number) for case in items))
            found[number] = self.flag(conj((here, negated(beyond))))
            beyond = here
        return found

    # --- conditions --------------------------------------------------------------------------
    def test(self, node: Condition) -> Condition:
        """The folded condition."""
        if isinstance(node, Known):
            return self.form(node.of).known
        if isinstance(node, Not):
            return negated(self.test(node.item))
        if isinstance(node, And):
            return conj(self.flag(self.test(item)) for item in node.items)
        if isinstance(node, Or):
            return disj(self.flag(self.test(item)) for item in node.items)
        if isinstance(node, Cmp):
            return self._compared(node.sign, self.form(node.left), self.form(node.right))
        raise TypeError(f"unknown condition {node!r}")

    def _compared(self, sign: str, left: Form, right: Form) -> Condition:
        if left.value == right.value:
            return YES if sign in {"<=", ">=", "=="} else NO
        if left.cases and isinstance(right.value, Const):
            return self._among(left.cases, sign, right.value.value or 0)
        decided = self._by_bounds(sign, left.value, right.value)
        return self._atom(sign, left.value, right.value) if decided is None else decided

    def _atom(self, sign: str, left: Expr, right: Expr) -> Condition:
        """One way to write each comparison, so that equal ones and opposites are recognised."""
        if sign in _OPPOSITE:
            return negated(self._atom(_OPPOSITE[sign], left, right))
        if isinstance(right, Const):
            limit = right.value or 0
            low, high = self.made.program.range_of(left)
            if sign == ">":
                return Cmp(">=", left, Const(limit + 1))
            if sign == "==" and limit == low:
                return Not(Cmp(">=", left, Const(limit + 1)))
            if sign == "==" and limit == high:
                return Cmp(">=", left, right)
        return Cmp(sign, left, right)

    def _among(self, cases: Cases, sign: str, number: int) -> Condition:
        """Whether one of those constants holds that stand on this side of `number`."""
        chosen = {k for k in cases if _HOLDS[sign](k, number)}
        if len(chosen) * 2 > len(cases):
            return negated(disj(cases[k] for k in cases if k not in chosen))
        return disj(cases[k] for k in cases if k in chosen)

    def _by_bounds(self, sign: str, left: Expr, right: Expr) -> Condition | None:
        """What the bounds decide, if they do."""
        (a, b), (c, d) = self.made.program.range_of(left), self.made.program.range_of(right)
        corners = {_HOLDS[sign](x, y) for x in (a, b) for y in (c, d)}
        if len(corners) > 1 or (sign in {"==", "!="} and not (b < c or d < a)):
            return None
        return YES if corners == {True} else NO


def _arithmetic(sign: str, left: Expr, right: Expr) -> Expr:
    if sign == "+" and ZERO in {left, right}:
        return right if left == ZERO else left
    if sign == "*" and ZERO in {left, right}:
        return ZERO
    return Op(sign, left, right)


def negated(node: Condition) -> Condition:
    """The opposite condition."""
    if node == YES:
        return NO
    if node == NO:
        return YES
    return node.item if isinstance(node, Not) else Not(node)


def conj(items: Iterable[Condition]) -> Condition:
    """All of them: flat, without what always holds."""
    return _joined(And, items, stop=NO, skip=YES)


def disj(items: Iterable[Condition]) -> Condition:
    """One of them: flat, without what never holds."""
    return _joined(Or, items, stop=YES, skip=NO)


def _joined(
    kind: type[And] | type[Or], items: Iterable[Condition], *, stop: Condition, skip: Condition
) -> Condition:
    flat: dict[Condition, None] = {}
    for item in items:
        for part in item.items if isinstance(item, kind) else (item,):
            if part == stop or negated(part) in flat:
                return stop
            flat |= {} if part == skip else {part: None}
    if not flat:
        return skip
    return next(iter(flat)) if len(flat) == 1 else kind(tuple(flat))


def reads(node: Expr | Condition) -> set[str]:
    """The names an expression or a condition reads."""
    if isinstance(node, Var | Holds):
        return {node.name}
    return {name for part in parts_of(node) for name in reads(part)}


def asks(node: Expr | Condition) -> set[str]:
    """The names of which it asks whether they are known."""
    if isinstance(node, Known) and isinstance(node.of, Var):
        return {node.of.name}
    return {name for part in parts_of(node) for name in asks(part)}


def parts_of(node: Expr | Condition) -> tuple[Expr | Condition, ...]:
    """What a node is made of."""
    parts: tuple[Expr | Condition, ...] = ()
    if isinstance(node, Op | Cmp):
        parts = (node.left, node.right)
    elif isinstance(node, Pick | And | Or):
        parts = node.items
    elif isinstance(node, If):
        parts = (node.condition, node.then, node.otherwise)
    elif isinstance(node, FullYears):
        parts = (node.since, node.until)
    elif isinstance(node, Known):
        parts = (node.of,)
    elif isinstance(node, Not):
        parts = (node.item,)
    return parts
