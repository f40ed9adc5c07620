"""Quantities of the law: literals such as 5%, 5000万元, 2亿元, and the units of indicators."""

import re
import unicodedata
from fractions import Fraction
from typing import Any, Final

from rules.errors import FactError

FEN: Final = Fraction(1, 100)  # 分, the quantum of money, in 元
_SCALES: Final = {"元": 1, "万元": 10**4, "亿元": 10**8, "万": 10**4, "亿": 10**8}
_NUMBER: Final = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(%|元|万元|亿元|万|亿)?")


def literal(raw: Any) -> Fraction:
    """Read a parameter: a number, `5%`, or money in 元 as `5000万元`.

    >>> literal("5%"), literal("5000万元"), literal(500)
    (Fraction(1, 20), Fraction(50000000, 1), Fraction(500, 1))

    Raises:
        FactError: the text is no quantity.
    """
    if isinstance(raw, bool) or raw is None:
        raise FactError(f"{raw!r} is not a quantity")
    if isinstance(raw, int | Fraction):
        return Fraction(raw)
    plain = unicodedata.normalize("NFKC", str(raw)).replace(",", "").replace("_", "").strip()
    match = _NUMBER.fullmatch(plain)
    if match is None:
        raise FactError(f"“{raw}” is not a quantity; write 500, 5%, 5000万元")
    number, unit = Fraction(match[1]), match[2]
    if unit is None:
        return number
    return number / 100 if unit == "%" else number * _SCALES[unit]


def in_quanta(value: Fraction, quantum: Fraction, name: str) -> int:
    """`value` as a whole number of quanta.

    Raises:
        FactError: it has digits below the quantum.
    """
    quanta = value / quantum
    if quanta.denominator != 1:
        raise FactError(f"{name}: {value} has digits below {quantum}; round it or check the unit")
    return quanta.numerator
