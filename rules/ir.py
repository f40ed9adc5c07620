"""The small language between the law and its executables: integers, conditions, assignments.

Every expression is over integers that may be null (unknown). Arithmetic and comparisons are
only ever reached under a guard (`Known`), so a back end needs no null rules of its own: Python
evaluates lazily, Polars and SQL propagate null in branches that are not taken.
"""

from dataclasses import dataclass, field
from typing import Final

INT64: Final = 2**63 - 1
INT128: Final = 2**127 - 1


@dataclass(frozen=True, slots=True)
class Expr:
    """Base of expressions."""


@dataclass(frozen=True, slots=True)
class Const(Expr):
    """An integer, or null."""

    value: int | None


@dataclass(frozen=True, slots=True)
class Var(Expr):
    """A fact, a property of the moment, or the target of an earlier assignment."""

    name: str


@dataclass(frozen=True, slots=True)
class Op(Expr):
    """`+ - * //` of two integers."""

    sign: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Pick(Expr):
    """The least or greatest of several integers: `min` or `max`."""

    which: str
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class FullYears(Expr):
    """Whole years from the day `since` to the day `until` (both days since 1970-01-01)."""

    since: Expr
    until: Expr


@dataclass(frozen=True, slots=True)
class If(Expr):
    """`then` where `condition` holds, `otherwise` elsewhere."""

    condition: "Condition"
    then: Expr
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class Condition:
    """Base of conditions; never null once guarded."""


@dataclass(frozen=True, slots=True)
class Known(Condition):
    """The integer is not null."""

    of: Expr


@dataclass(frozen=True, slots=True)
class Cmp(Condition):
    """`< <= > >= == !=` of two integers."""

    sign: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class And(Condition):
    """All hold, asked from the left."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or(Condition):
    """One holds, asked from the left."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """Does not hold."""

    item: Condition


@dataclass(slots=True)
class Program:
    """Assignments in order, with the bounds of every name: the proof against overflow."""

    bounds: dict[str, tuple[int, int]] = field(default_factory=dict)
    steps: list[tuple[str, Expr]] = field(default_factory=list)
    _known: dict[Expr, Var] = field(default_factory=dict)

    def declare(self, name: str, low: int, high: int) -> Var:
        """A name given from outside, with its bounds."""
        self.bounds[name] = (low, high)
        return Var(name)

    def let(self, expr: Expr, prefix: str = "v") -> Expr:
        """Name `expr` by an assignment; constants and names stay as they are.

        Raises:
            OverflowError: the expression may leave 128 bits.
        """
        if isinstance(expr, Const | Var):
            return expr
        if expr in self._known:
            return self._known[expr]
        name = f"{prefix}{len(self.steps)}"
        self.bounds[name] = self.range_of(expr)
        self.steps.append((name, expr))
        self._known[expr] = Var(name)
        return self._known[expr]

    def range_of(self, expr: Expr) -> tuple[int, int]:
        """Least and greatest value of `expr` when it is not null.

        Raises:
            OverflowError: it, or a part of it, may leave 128 bits.
        """
        low, high = self._range(expr)
        if max(abs(low), abs(high)) > INT128:
            raise OverflowError("a product may exceed 128 bits")
        return low, high

    def _range(self, expr: Expr) -> tuple[int, int]:
        if isinstance(expr, Const):
            return (0, 0) if expr.value is None else (expr.value, expr.value)
        if isinstance(expr, Var):
            return self.bounds[expr.name]
        if isinstance(expr, Pick):
            ranges = [self.range_of(item) for item in expr.items]
            pick = min if expr.which == "min" else max
            return pick(low for low, _ in ranges), pick(high for _, high in ranges)
        if isinstance(expr, FullYears):
            return -500, 500
        if isinstance(expr, If):
            self.check(expr.condition)
            then, other = self.range_of(expr.then), self.range_of(expr.otherwise)
            return min(then[0], other[0]), max(then[1], other[1])
        if isinstance(expr, Op):
            return _arithmetic(expr.sign, self.range_of(expr.left), self.range_of(expr.right))
        raise TypeError(f"unknown expression {expr!r}")

    def check(self, condition: Condition) -> None:
        """Prove that no side of a comparison in `condition` overflows."""
        if isinstance(condition, Cmp):
            self.range_of(condition.left)
            self.range_of(condition.right)
        elif isinstance(condition, And | Or):
            for item in condition.items:
                self.check(item)
        elif isinstance(condition, Not):
            self.check(condition.item)


def _arithmetic(sign: str, left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
    if sign == "+":
        return left[0] + right[0], left[1] + right[1]
    if sign == "-":
        return left[0] - right[1], left[1] - right[0]
    if sign == "*":
        products = [a * b for a in left for b in right]
        return min(products), max(products)
    quotients = [a // b for a in left for b in right if b]  # the divisor is a positive constant
    return min(quotients), max(quotients)


NULL: Final = Const(None)


def add(*items: Expr) -> Expr:
    """The sum, with constants folded away where they are zero."""
    total: Expr = Const(0)
    for item in items:
        if (
            isinstance(total, Const)
            and isinstance(item, Const)
            and total.value is not None
            and item.value is not None
        ):
            total = Const(total.value + item.value)
        elif total == Const(0):
            total = item
        elif item != Const(0):
            total = Op("+", total, item)
    return total


def times(left: Expr, factor: int) -> Expr:
    """`left` × a constant."""
    if factor == 1:
        return left
    if isinstance(left, Const) and left.value is not None:
        return Const(left.value * factor)
    return Op("*", left, Const(factor))


def multiply(left: Expr, right: Expr) -> Expr:
    """The product, folding a constant factor."""
    if isinstance(right, Const) and right.value is not None:
        return times(left, right.value)
    if isinstance(left, Const) and left.value is not None:
        return times(right, left.value)
    return Op("*", left, right)


def both(*items: Condition) -> Condition:
    """All of `items`."""
    return items[0] if len(items) == 1 else And(items)
