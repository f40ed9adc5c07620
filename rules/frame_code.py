"""The executable for a frame: the program folded for its rows, as Polars expressions.

Mind Polars: `when(null)` takes the otherwise-branch and Int64 wraps silently. Here no condition
is ever null (columns are filled where a row lacks them, beside a column that says so), and every
number has the type that its bounds need: 128 bits only where 64 do not suffice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from rules import folding, ir
from rules.days import EPOCH, Moment, from_days, to_days
from rules.folding import Folded, Holds, Rows
from rules.needs import FOUNDED

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
KEPT: Final = 16  # kinds of rows whose plan is kept
_TYPES: Final = ((2**15 - 1, pl.Int16), (2**31 - 1, pl.Int32), (ir.INT64, pl.Int64))
_ORDER: Final = (pl.Int16, pl.Int32, pl.Int64, pl.Int128)
Number = type[pl.Int16 | pl.Int32 | pl.Int64 | pl.Int128]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done to frames of one kind: what is read, assignments level by level, results."""

    read: tuple[pl.Expr, ...]
    levels: tuple[tuple[pl.Expr, ...], ...]
    results: tuple[pl.Expr, ...]


class FrameCode:
    """One program with its results; what is folded for one kind of rows is kept for the next."""

    def __init__(
        self, program: ir.Program, columns: Mapping[str, str], results: Mapping[str, ir.Expr]
    ) -> None:
        self._program, self._columns, self._results = program, columns, results
        self._plans: dict[object, Plan] = {}
        self._signed = [
            key for key, name in columns.items() if program.bounds[name][0] < 0 and key != FOUNDED
        ]

    def run(self, frame: pl.DataFrame, moment: Moment) -> pl.DataFrame:
        """The results for every row of `frame`, in its order."""
        rows, flags = self._rows(frame), self._flags(frame)
        kind = (moment, rows.empty, rows.complete, flags, tuple(sorted(rows.bounds.items())))
        if kind not in self._plans:
            if len(self._plans) >= KEPT:
                self._plans.clear()
            self._plans[kind] = self._plan(rows, flags, moment)
        plan = self._plans[kind]
        working = frame.lazy().select(*plan.read)
        for level in plan.levels:
            working = working.with_columns(*level)
        # A result that is the same for all firms still has a row for each.
        return working.with_columns(*plan.results).select(*self._results).collect()

    def _plan(self, rows: Rows, flags: frozenset[str], moment: Moment) -> Plan:
        days = {name: (day, day) for name, day in _days(moment).items()}
        known = replace(rows, bounds={**rows.bounds, **days})
        made = folding.fold(self._program, known, self._results)
        writer = _Writer(made, flags)
        return Plan(
            tuple(self._inputs(made, writer, flags)),
            tuple(
                tuple(writer.step(node).alias(name) for name, node in level)
                for level in _levels(made.steps)
            ),
            tuple(writer.result(expr).alias(name) for name, expr in made.results.items()),
        )

    def _flags(self, frame: pl.DataFrame) -> frozenset[str]:
        """The names whose columns are yes or no, as they are."""
        return frozenset(n for key, n in self._columns.items() if frame.schema[key] == pl.Boolean)

    def _rows(self, frame: pl.DataFrame) -> Rows:
        """What a look at the columns says: nulls, signs, the latest founding year."""
        empty, complete = set(), {"on", "base_end", "base_year"}
        for key, name in self._columns.items():
            nulls = frame[key].null_count()
            if nulls == 0:
                complete.add(name)
            elif nulls == len(frame):
                empty.add(name)
        registered = self._columns[FOUNDED]
        for found in (complete, empty):
            if registered in found:
                found.add("founded")
        return Rows(frozenset(complete), frozenset(empty), self._bounds(frame, complete))

    def _bounds(self, frame: pl.DataFrame, complete: set[str]) -> dict[str, tuple[int, int]]:
        asked = [key for key in self._signed if self._columns[key] in complete]
        looked = frame.select(pl.col(FOUNDED).max().alias("latest"), pl.col(asked).min())
        least = looked.row(0, named=True)
        latest = least.pop("latest")
        found = {"founded": (1, 1 if latest is None else from_days(latest).year)}
        for key, value in least.items():
            if value is not None and value >= 0:
                name = self._columns[key]
                found[name] = (0, self._program.bounds[name][1])
        return found

    def _inputs(self, made: Folded, writer: "_Writer", flags: frozenset[str]) -> list[pl.Expr]:
        nodes = [*(node for _, node in made.steps), *made.results.values()]
        read = {name for node in nodes for name in folding.reads(node)}
        asked = {name for node in nodes for name in folding.asks(node)}
        found = [pl.col(FOUNDED).is_null().alias("rows")]
        for key, name in self._columns.items():
            if name in read:
                column = pl.col(key)
                if name in asked:
                    found.append(column.is_not_null().alias(f"known {name}"))
                    column = column.fill_null(False if name in flags else 0)
                if name not in flags:
                    column = column.cast(writer.column(name))
                found.append(column.alias(name))
        if "founded" in read:
            founded = pl.col(FOUNDED).cast(pl.Int32).cast(pl.Date).dt.year().cast(pl.Int64)
            found += [
                founded.fill_null(0).alias("founded"),
                founded.is_not_null().alias("known founded"),
            ]
        return found


def _days(moment: Moment) -> dict[str, int]:
    base_end = to_days(EPOCH.replace(year=moment.base_year + 1))
    return {"on": to_days(moment.on), "base_end": base_end, "base_year": moment.base_year}


def _levels(
    steps: Sequence[tuple[str, ir.Expr | ir.Condition]],
) -> list[list[tuple[str, ir.Expr | ir.Condition]]]:
    depth: dict[str, int] = {}
    levels: list[list[tuple[str, ir.Expr | ir.Condition]]] = []
    for name, node in steps:
        depth[name] = 1 + max((depth.get(read, -1) for read in folding.reads(node)), default=-1)
        if depth[name] == len(levels):
            levels.append([])
        levels[depth[name]].append((name, node))
    return levels


class _Writer:
    """Writes expressions, each in the narrowest type that holds all it goes through."""

    def __init__(self, made: Folded, flags: frozenset[str]) -> None:
        self._bounds, self._flags = made.program, flags
        self._types: dict[str, Number] = {}
        for name, node in made.steps:
            if isinstance(node, ir.Expr):
                self._types[name] = self.type_of(node)

    def step(self, node: ir.Expr | ir.Condition) -> pl.Expr:
        """One assignment."""
        return self.expr(node) if isinstance(node, ir.Expr) else self.test(node)

    def column(self, name: str) -> Number:
        """The type a column is read in; points are narrow and are added up."""
        low, high = self._bounds.bounds[name]
        return pl.Int16 if 1 < high < _TYPES[0][0] and low >= 0 and name != "founded" else pl.Int64

    def result(self, node: ir.Expr) -> pl.Expr:
        """A result, always in 64 bits or more."""
        return self.expr(node, max(self.type_of(node), pl.Int64, key=_ORDER.index))

    def type_of(self, node: ir.Expr) -> Number:
        """The narrowest type for the node and all its parts."""
        parts: tuple[ir.Expr, ...] = ()
        if isinstance(node, ir.Var):
            day = node.name in {"on", "base_end", "base_year"}
            return self._types.get(node.name, pl.Int32 if day else self.column(node.name))
        if isinstance(node, ir.FullYears):
            return pl.Int64
        if isinstance(node, ir.Op):
            parts = (node.left, node.right)
        elif isinstance(node, ir.Pick):
            parts = node.items
        elif isinstance(node, ir.If):
            parts = (node.then, node.otherwise)
        widest = max(abs(bound) for bound in self._bounds.range_of(node))
        own = next((kind for most, kind in _TYPES if widest <= most), pl.Int128)
        return max((own, *(self.type_of(part) for part in parts)), key=_ORDER.index)

    def expr(self, node: ir.Expr, kind: Number | None = None) -> pl.Expr:
        """The Polars expression of `node`, in the type `kind` or its own."""
        own = self.type_of(node)
        wanted = own if kind is None else kind
        if isinstance(node, ir.Const | ir.Var):
            return self._leaf(node, own, wanted)
        if own != wanted:  # what fits in fewer bits is made there
            return self.expr(node).cast(wanted)
        if isinstance(node, ir.Op):
            left, right = self.expr(node.left, wanted), self.expr(node.right, wanted)
            return _ARITHMETIC[node.sign](left, right)
        if isinstance(node, ir.Pick):
            items = [self.expr(item, wanted) for item in node.items]
            return (pl.min_horizontal if node.which == "min" else pl.max_horizontal)(*items)
        if isinstance(node, ir.FullYears):
            return _full_years(self.expr(node.since), self.expr(node.until)).cast(wanted)
        assert isinstance(node, ir.If)  # noqa: S101 a type is known of nothing else
        then, otherwise = self.expr(node.then, wanted), self.expr(node.otherwise, wanted)
        return pl.when(self.test(node.condition)).then(then).otherwise(otherwise)

    def _leaf(self, node: ir.Const | ir.Var, own: Number, wanted: Number) -> pl.Expr:
        if isinstance(node, ir.Const):
            return pl.lit(node.value, dtype=wanted)
        name = node.name
        low, high = self._bounds.bounds[name]
        if low == high and name not in self._types and name != "founded":
            return pl.lit(low, dtype=wanted)  # a day of the moment
        column = pl.col(name)
        return column if own == wanted and name not in self._flags else column.cast(wanted)

    def test(self, node: ir.Condition) -> pl.Expr:
        """The Polars condition of `node`; never null."""
        if isinstance(node, Holds):
            return pl.col(node.name)
        if isinstance(node, ir.Known):
            assert isinstance(node.of, ir.Var)  # noqa: S101 folding asks only for columns
            return pl.col(f"known {node.of.name}")
        if isinstance(node, ir.Cmp):
            return self._compared(node)
        if isinstance(node, ir.And | ir.Or):
            first, *rest = (self.test(item) for item in node.items)
            for item in rest:
                first = first & item if isinstance(node, ir.And) else first | item
            return first
        if isinstance(node, ir.Not):
            return ~self.test(node.item)
        raise TypeError(f"unknown condition {node!r}")

    def _compared(self, node: ir.Cmp) -> pl.Expr:
        left, right = node.left, node.right
        if isinstance(left, ir.Var) and left.name in self._flags:
            return pl.col(left.name)  # a yes/no column is only ever asked whether it is ≥ 1
        kind = max((self.type_of(left), self.type_of(right)), key=_ORDER.index)
        return _SIGNS[node.sign](self.expr(left, kind), self.expr(right, kind))


def _full_years(since: pl.Expr, until: pl.Expr) -> pl.Expr:
    start, end = (day.cast(pl.Int32).cast(pl.Date).dt for day in (since, until))
    day_of_year = [d.month().cast(pl.Int64) * 100 + d.day() for d in (start, end)]  # Int8 wraps
    before = day_of_year[1] < day_of_year[0]
    return end.year().cast(pl.Int64) - start.year().cast(pl.Int64) - before.cast(pl.Int64)
