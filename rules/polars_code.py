"""The executable for a frame of any size: the same program as Polars expressions.

Mind Polars: `when(null)` takes the otherwise-branch, so conditions are never null here (every
comparison is reached under `Known`, and `&`/`|` are Kleene); Int64 wraps silently, so whatever
may leave 64 bits is computed in Int128, which the program has proved to suffice.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from rules import ir
from rules.days import EPOCH, Moment, to_days
from rules.python_code import names

_SIGNS: Final = {
    "<": pl.Expr.__lt__,
    "<=": pl.Expr.__le__,
    ">": pl.Expr.__gt__,
    ">=": pl.Expr.__ge__,
    "==": pl.Expr.__eq__,
    "!=": pl.Expr.__ne__,
}
_ARITHMETIC: Final = {
    "+": pl.Expr.__add__,
    "-": pl.Expr.__sub__,
    "*": pl.Expr.__mul__,
    "//": pl.Expr.__floordiv__,
}


def run(
    program: ir.Program,
    frame: pl.DataFrame,
    columns: Mapping[str, str],
    results: Mapping[str, ir.Expr],
    moment: Moment,
) -> pl.DataFrame:
    """The values of `results` for every row of `frame`, in its order.

    `columns` maps the frame's columns to the program's names. Assignments are made level by
    level: each level needs only the ones before, so that Polars works on a level in parallel.
    """
    writer = _Writer(program)
    working = frame.lazy().select(
        *(pl.col(key).cast(pl.Int64).alias(name) for key, name in columns.items()),
        *_moment(frame, moment),
    )
    needed = {name for expr in results.values() for name in names(expr)}
    for name, expr in reversed(program.steps):
        if name in needed:
            needed |= names(expr)
    for level in _levels([step for step in program.steps if step[0] in needed]):
        working = working.with_columns(*(writer.expr(expr).alias(name) for name, expr in level))
    chosen = [writer.expr(expr).alias(name) for name, expr in results.items()]
    return working.select(*chosen).collect()


def _moment(frame: pl.DataFrame, moment: Moment) -> list[pl.Expr]:
    base_end = to_days(EPOCH.replace(year=moment.base_year + 1))
    founded = (
        pl.col("registered_on").cast(pl.Int32).cast(pl.Date).dt.year().cast(pl.Int64)
        if "registered_on" in frame.columns
        else pl.lit(None, dtype=pl.Int64)
    )
    return [
        pl.lit(to_days(moment.on), dtype=pl.Int64).alias("on"),
        pl.lit(base_end, dtype=pl.Int64).alias("base_end"),
        pl.lit(moment.base_year, dtype=pl.Int64).alias("base_year"),
        founded.alias("founded"),
    ]


def _levels(steps: Sequence[tuple[str, ir.Expr]]) -> list[list[tuple[str, ir.Expr]]]:
    depth: dict[str, int] = {}
    levels: list[list[tuple[str, ir.Expr]]] = []
    for name, expr in steps:
        depth[name] = 1 + max((depth.get(read, -1) for read in names(expr)), default=-1)
        if depth[name] == len(levels):
            levels.append([])
        levels[depth[name]].append((name, expr))
    return levels


class _Writer:
    """Writes expressions, in 128 bits where the program says that 64 do not suffice."""

    def __init__(self, program: ir.Program) -> None:
        self._program = program

    def expr(self, node: ir.Expr, *, wide: bool | None = None) -> pl.Expr:
        """The Polars expression of `node`."""
        is_wide = self._program.is_wide(node) if wide is None else wide
        dtype = pl.Int128 if is_wide else pl.Int64
        if isinstance(node, ir.Const):
            return pl.lit(node.value, dtype=dtype)
        if isinstance(node, ir.Var):
            column = pl.col(node.name)
            return column.cast(dtype) if is_wide else column
        if isinstance(node, ir.Op):
            left, right = self.expr(node.left, wide=is_wide), self.expr(node.right, wide=is_wide)
            return _ARITHMETIC[node.sign](left, right)
        if isinstance(node, ir.Pick):
            items = [self.expr(item, wide=is_wide) for item in node.items]
            horizontal = pl.min_horizontal if node.which == "min" else pl.max_horizontal
            return horizontal(*items)
        if isinstance(node, ir.FullYears):
            return _full_years(self.expr(node.since), self.expr(node.until))
        if isinstance(node, ir.If):
            then = self.expr(node.then, wide=is_wide)
            otherwise = self.expr(node.otherwise, wide=is_wide)
            return pl.when(self.test(node.condition)).then(then).otherwise(otherwise)
        raise TypeError(f"unknown expression {node!r}")

    def test(self, node: ir.Condition) -> pl.Expr:
        """The Polars condition of `node`."""
        if isinstance(node, ir.Known):
            return self.expr(node.of).is_not_null()
        if isinstance(node, ir.Cmp):
            wide = self._program.is_wide(node.left) or self._program.is_wide(node.right)
            return _SIGNS[node.sign](
                self.expr(node.left, wide=wide), self.expr(node.right, wide=wide)
            )
        if isinstance(node, ir.And | ir.Or):
            first, *rest = (self.test(item) for item in node.items)
            for item in rest:
                first = first & item if isinstance(node, ir.And) else first | item
            return first
        if isinstance(node, ir.Not):
            return ~self.test(node.item)
        raise TypeError(f"unknown condition {node!r}")


def _full_years(since: pl.Expr, until: pl.Expr) -> pl.Expr:
    start, end = (day.cast(pl.Int32).cast(pl.Date).dt for day in (since, until))
    day_of_year = [d.month().cast(pl.Int64) * 100 + d.day() for d in (start, end)]  # Int8 wraps
    before = day_of_year[1] < day_of_year[0]
    return end.year().cast(pl.Int64) - start.year().cast(pl.Int64) - before.cast(pl.Int64)
