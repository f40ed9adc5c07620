"""The small language: bounds are proved, and both back ends read every kind of expression."""

import polars as pl
import pytest

from rules import folding, python_code
from rules.days import Moment, to_days
from rules.frame_code import FrameCode, _Writer
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
    made.declare("f1", -(10**5), 10**5)
    return made


def both(expr, value):
    """What the two executables make of `expr` for the fact f0."""
    made = program()
    result = made.let(expr)
    function = python_code.build(made, ["f0"], [result])
    schema = dict.fromkeys(("registered_on", "x"), pl.Int64)
    frame = pl.DataFrame({"registered_on": [None], "x": [value]}, schema=schema)
    columns = {"registered_on": "f1", "x": "f0"}
    row = FrameCode(made, columns, {"r": result}).run(frame, Moment.of(NOON.on))
    on, end = to_days(NOON.on), to_days(NOON.on.replace(month=1, day=1))
    return function(on, end, NOON.base_year, None, [value])[0], row["r"][0]


X = Var("f0")
BIG = Op("*", X, Op("*", X, Const(10**6)))
ROWS = folding.Rows(frozenset({"f0"}), frozenset(), {})


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


def test_what_needs_more_than_64_bits_is_written_in_128():
    made = folding.fold(program(), ROWS, {"r": BIG})

    assert _Writer(made, frozenset()).type_of(BIG) == pl.Int128
    assert _Writer(made, frozenset()).type_of(X) == pl.Int64
    assert _Writer(made, frozenset()).type_of(Const(5)) == pl.Int16


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
    folder = folding._Folder(program(), ROWS)
    writer = _Writer(folder.made, frozenset())

    for attempt in (
        lambda: program().range_of(Expr()),
        lambda: folder.form(Expr()),
        lambda: folder.test(Condition()),
        lambda: writer.expr(Expr(), pl.Int64),
        lambda: writer.test(Condition()),
        lambda: python_code._expr(Expr()),
        lambda: python_code._test(Condition()),
    ):
        with pytest.raises(TypeError, match="unknown"):
            attempt()
