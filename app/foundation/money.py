"""Money is an integer number of 分; people see and enter 元 or 万元."""

import re
import unicodedata
from typing import Final

FEN_PER_YUAN: Final = 100
_AMOUNT: Final = re.compile(r"([+-]?)(\d+)(?:\.(\d{1,8}))?(元|万元|亿元)?")
_UNIT_DIGITS: Final = {"元": 2, "万元": 6, "亿元": 10}  # decimal places between the unit and 分


class NotMoney(ValueError):
    """The text is not an amount, or has digits below one 分."""


def parse_fen(text: str, unit: str = "元") -> int:
    """Read an amount: full-width digits, thousands separators and 元/万元/亿元 are understood.

    >>> parse_fen("1,234.56"), parse_fen("5000万元"), parse_fen("１２", unit="万元")
    (123456, 5000000000, 12000000)

    Raises:
        NotMoney: the text is no amount or would need a fraction of a 分.
    """
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    match = _AMOUNT.fullmatch(plain)
    if match is None:
        raise NotMoney(f"“{text}”不是金额。")
    sign, whole, fraction, given_unit = match.groups()
    places = _UNIT_DIGITS[given_unit or unit]
    digits = (fraction or "").rstrip("0")
    if len(digits) > places:
        raise NotMoney(f"“{text}”精确到了分以下，请核对单位。")
    fen = int(whole) * 10**places + int(digits.ljust(places, "0") or "0")
    return -fen if sign == "-" else fen


def format_yuan(fen: int) -> str:
    """Amount in 元 with separators and two decimals: `1,234.56`."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{sign}{whole:,}.{rest:02d}"


def format_wan(fen: int) -> str:
    """Amount in 万元 with separators, as many decimals as the amount needs (at most six).

    >>> format_wan(5_000_000_000), format_wan(17_550_000)
    ('5,000', '17.55')
    """
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 10**6)
    decimals = f"{rest:06d}".rstrip("0")
    return f"{sign}{whole:,}" + (f".{decimals}" if decimals else "")
