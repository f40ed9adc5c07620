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
    fen: int = int(whole) * 10**places + int(digits.ljust(places, "0") or "0")
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


_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿")


def in_words(fen: int) -> str:
    """The amount in formal Chinese numerals, as cheques and decisions print it.

    >>> in_words(123_456), in_words(1_000_500_00), in_words(0), in_words(-5)
    ('壹仟贰佰叁拾肆元伍角陆分', '壹佰万零伍佰元整', '零元整', '负伍分')

    Raises:
        ValueError: the amount has more than sixteen digits before the point.
    """
    sign = "负" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    jiao, cent = divmod(rest, 10)
    words = f"{_whole_in_words(yuan)}元" if yuan else ""
    if not rest:
        return sign + (words or "零元") + "整"
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif yuan:
        words += "零"
    return sign + words + (f"{_DIGITS[cent]}分" if cent else "整")


def _whole_in_words(number: int) -> str:
    """A positive whole number; zeros between digits are said once, trailing ones not at all."""
    groups = []
    while number:
        number, group = divmod(number, 10**4)
        groups.append(group)
    if len(groups) > len(_GROUPS):
        raise ValueError("the amount is too large to be put in words")
    words, gap = "", False
    for place in reversed(range(len(groups))):
        group = groups[place]
        if group == 0:
            gap = True
            continue
        if words and (gap or group < 1000):  # noqa: PLR2004 the group does not fill its four places
            words += "零"
        words += _group_in_words(group) + _GROUPS[place]
        gap = False
    return words


def _group_in_words(group: int) -> str:
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit == 0:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return words
