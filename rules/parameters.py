"""Parameters of the law and exact comparison with them: a/b ≥ p/q is a·q ≥ p·b."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

from rules import ir
from rules.errors import FactError, PackError
from rules.ir import Cmp, Condition, Const, Expr
from rules.quantities import literal
from rules.values import Value

EDGES: Final = {"at_least": ">=", "more_than": ">", "at_most": "<=", "less_than": "<"}


def number(raw: Any) -> Fraction:
    """A literal of the law.

    Raises:
        PackError: it is no quantity.
    """
    try:
        return literal(raw)
    except FactError as fault:
        raise PackError(str(fault)) from None


def in_force(raw: Any, on: date) -> Any:
    """The tree with every dated series resolved to its value on the day `on`.

    Raises:
        PackError: a series has no value yet on that day.
    """
    if isinstance(raw, Mapping):
        if set(raw) == {"from"}:
            return in_force(_latest(raw["from"], on), on)
        return {str(key): in_force(value, on) for key, value in raw.items()}
    if isinstance(raw, list | tuple):
        return [in_force(item, on) for item in raw]
    return raw.isoformat() if isinstance(raw, date) else raw


def _latest(series: Mapping[date, Any], on: date) -> Any:
    days = [day for day in series if day <= on]
    if not days:
        raise PackError(f"no value is in force on {on}; the series begins {min(series)}")
    return series[max(days)]


def threshold(value: Value, wanted: Fraction) -> Fraction:
    """The parameter in the value's own integers: quanta, or (1 + g)^n for growth rates."""
    if value.power:
        return (1 + wanted) ** value.power
    return wanted / value.quantum


def exceeds(value: Value, edge: str, wanted: Fraction) -> Condition:
    """Whether num/den stands on the side of `wanted` that `edge` names. `den` is positive."""
    p = threshold(value, wanted)
    return Cmp(
        EDGES[edge],
        ir.times(value.num, p.denominator),
        ir.multiply(value.den, Const(p.numerator)),
    )


def exceeds_by(value: Value, edge: str, numerator: Expr, denominator: int) -> Condition:
    """As `exceeds`, for a threshold chosen among several over one common denominator."""
    return Cmp(EDGES[edge], ir.times(value.num, denominator), ir.multiply(value.den, numerator))
