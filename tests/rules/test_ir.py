"""The small language: bounds are proved, and both back ends read every kind of expression."""

import polars as pl
import pytest

from rules import polars_code, python_code
from rules.days import Moment, to_days
from rules.ir import (
    INT64,
    NULL,
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
    add,
    multiply,
)
from tests.rules.language import NOON


def program():
    made = Program()
    for name in ("on", "base_end", "base_year", "founded"):
        made.declare(name, -(10**5), 10**5)
    made.declare("f0", -10, 10**15)
    return made


def both(expr, value):
    """What the two executables make of `expr` for the fact f0."""
    made = program()
    result = made.let(expr)
    function = python_code.build(made, ["f0"], [result])
    frame = pl.DataFrame({"x": [value]}, schema={"x": pl.Int64})
    row = polars_code.run(made, frame, {"x": "f0"}, {"r": result}, Moment.of(NOON.on))
    on, end = to_days(NOON.on), to_days(NOON.on.replace(month=1, day=1))
    return function(on, end, NOON.base_year, None, [value])[0], row["r"][0]


X = Var("f0")
BIG = Op("*", X, Op("*", X, Const(10**6)))


@pytest.mark.parametrize(
    ("expr", "value", "expected"),
    [
        (Op("//", X, Const(3)), 10, 3),
        (Pick("max", (X, Const(2))), 1, 2),
        (Pick("min", (X,)), 7, 7),
        (Pick("min", (BIG, Const(5))), 10**14, 5),
        (FullYears(Const(0), Var("on")), 1, 56),
        (If(Not(Known(X)), Const(1), Const(0)), None, 1),
        (If(Or((Cmp("<", X, Const(0)), Cmp("!=", X, Const(5)))), Const(1), Const(0)), 5, 0),
        (If(And((Known(X), Cmp(">", BIG, Const(INT64)))), Const(1), NULL), 10**14, 1),
        (If(Known(X), BIG, Const(0)), 10**14, 10**34),
    ],
)
def test_the_back_ends_read_alike(expr, value, expected):
    assert both(expr, value) == (expected, expected)


def test_what_needs_more_than_64_bits_is_known():
    made = program()

    assert made.is_wide(BIG)
    assert made.is_wide(If(Known(X), BIG, Const(0)))
    assert made.is_wide(Pick("max", (BIG, X)))
    assert not made.is_wide(X)


def test_what_could_leave_128_bits_is_refused_even_inside_a_condition():
    huge = Op("*", BIG, BIG)

    with pytest.raises(OverflowError):
        program().let(huge)
    for condition in (Cmp("<", huge, X), And((Cmp("<", X, huge),)), Not(Or((Cmp("<", huge, X),)))):
        with pytest.raises(OverflowError):
            program().let(If(condition, X, X))


def test_constants_are_folded():
    assert add(Const(1), Const(2), X) == Op("+", Const(3), X)
    assert add(X, Const(0)) == X
    assert multiply(Const(3), X) == Op("*", X, Const(3))
    assert multiply(Const(3), Const(4)) == Const(12)


def test_an_unknown_kind_of_node_is_a_bug_and_says_so():
    writer = polars_code._Writer(program())

    for attempt in (
        lambda: program().range_of(Expr()),
        lambda: writer.expr(Expr(), wide=False),
        lambda: writer.test(Condition()),
        lambda: python_code._expr(Expr()),
        lambda: python_code._test(Condition()),
    ):
        with pytest.raises(TypeError, match="unknown"):
            attempt()
