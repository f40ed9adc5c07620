"""The executable for one enterprise: a Python function built from `ast`.

Pack text never becomes code: it enters the function only as integer constants.
"""

import ast
from collections.abc import Callable, Sequence
from typing import Any, Final

from rules import ir
from rules.days import from_days, full_years

_COMPARE: Final[dict[str, type[ast.cmpop]]] = {
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
    "==": ast.Eq,
    "!=": ast.NotEq,
}
_ARITHMETIC: Final[dict[str, type[ast.operator]]] = {
    "+": ast.Add,
    "-": ast.Sub,
    "*": ast.Mult,
    "//": ast.FloorDiv,
}
Result = ir.Expr | tuple[ir.Expr, ...]
MOMENT: Final = ("on", "base_end", "base_year", "founded")


def build(
    program: ir.Program, columns: Sequence[str], results: Sequence[Result]
) -> Callable[..., tuple[Any, ...]]:
    """A function (on, base_end, base_year, founded, facts) -> the values of `results`.

    A result is an expression or a tuple of expressions, and comes out alike. `facts` is a
    sequence in the order of `columns`; None is unknown. Assignments that no result needs are
    left out.
    """
    needed = _reachable(program, _flat(results))
    body: list[ast.stmt] = []
    used = [name for name in columns if name in needed]
    for index, name in enumerate(columns):
        if name in used:
            fact = ast.Subscript(ast.Name("facts", ast.Load()), ast.Constant(index), ast.Load())
            body.append(ast.Assign([ast.Name(name, ast.Store())], fact))
    for name, expr in program.steps:
        if name in needed:
            body.append(ast.Assign([ast.Name(name, ast.Store())], _expr(expr)))
    body.append(ast.Return(_tuple(results)))
    arguments = ast.arguments(
        posonlyargs=[],
        args=[ast.arg(name) for name in (*MOMENT, "facts")],
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[],
    )
    function = ast.FunctionDef("judge", arguments, body, [])
    module = ast.fix_missing_locations(ast.Module([function], []))
    space: dict[str, Any] = {"full_years": _years_between, "min": min, "max": max}
    exec(compile(module, "<rule set>", "exec"), space)  # noqa: S102 built from a checked tree
    return space["judge"]  # type: ignore[no-any-return]


def _flat(results: Sequence[Result]) -> list[ir.Expr]:
    flat: list[ir.Expr] = []
    for result in results:
        flat += [result] if isinstance(result, ir.Expr) else result
    return flat


def _tuple(results: Sequence[Result]) -> ast.expr:
    parts = [_expr(r) if isinstance(r, ir.Expr) else _tuple(r) for r in results]
    return ast.Tuple(parts, ast.Load())


def _years_between(since: int | None, until: int) -> int | None:
    return None if since is None else full_years(from_days(since), from_days(until))


def _reachable(program: ir.Program, results: Sequence[ir.Expr]) -> set[str]:
    needed = {name for result in results for name in names(result)}
    for name, expr in reversed(program.steps):
        if name in needed:
            needed |= names(expr)
    return needed


def names(node: ir.Expr | ir.Condition) -> set[str]:
    """The names an expression or condition reads."""
    if isinstance(node, ir.Var):
        return {node.name}
    parts: tuple[Any, ...] = ()
    if isinstance(node, ir.Op | ir.Cmp):
        parts = (node.left, node.right)
    elif isinstance(node, ir.Pick | ir.And | ir.Or):
        parts = node.items
    elif isinstance(node, ir.If):
        parts = (node.condition, node.then, node.otherwise)
    elif isinstance(node, ir.FullYears):
        parts = (node.since, node.until)
    elif isinstance(node, ir.Known):
        parts = (node.of,)
    elif isinstance(node, ir.Not):
        parts = (node.item,)
    return {name for part in parts for name in names(part)}


def _expr(node: ir.Expr) -> ast.expr:
    if isinstance(node, ir.Const):
        return ast.Constant(node.value)
    if isinstance(node, ir.Var):
        return ast.Name(node.name, ast.Load())
    if isinstance(node, ir.Op):
        return ast.BinOp(_expr(node.left), _ARITHMETIC[node.sign](), _expr(node.right))
    if isinstance(node, ir.Pick):
        return _call(node.which, [_expr(item) for item in node.items])
    if isinstance(node, ir.FullYears):
        return _call("full_years", [_expr(node.since), _expr(node.until)])
    if isinstance(node, ir.If):
        return ast.IfExp(_test(node.condition), _expr(node.then), _expr(node.otherwise))
    raise TypeError(f"unknown expression {node!r}")


def _call(function: str, arguments: list[ast.expr]) -> ast.expr:
    if len(arguments) == 1:
        return arguments[0]
    return ast.Call(ast.Name(function, ast.Load()), arguments, [])


def _test(node: ir.Condition) -> ast.expr:
    if isinstance(node, ir.Known):
        return ast.Compare(_expr(node.of), [ast.IsNot()], [ast.Constant(None)])
    if isinstance(node, ir.Cmp):
        return ast.Compare(_expr(node.left), [_COMPARE[node.sign]()], [_expr(node.right)])
    if isinstance(node, ir.And):
        return _bool(ast.And(), node.items)
    if isinstance(node, ir.Or):
        return _bool(ast.Or(), node.items)
    if isinstance(node, ir.Not):
        return ast.UnaryOp(ast.Not(), _test(node.item))
    raise TypeError(f"unknown condition {node!r}")


def _bool(operator: ast.boolop, items: tuple[ir.Condition, ...]) -> ast.expr:
    if len(items) == 1:
        return _test(items[0])
    return ast.BoolOp(operator, [_test(item) for item in items])
