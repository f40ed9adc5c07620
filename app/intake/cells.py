"""What people type into cells, understood: numbers, days, codes. Pure.

Full-width digits, thousands separators, blanks and the usual ways of writing a day are
normalised; anything else is refused with a remedy, never guessed at.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Final

from rules.indicators import Indicator

BLANKS: Final = frozenset({"", "-", "--", "—", "——", "/", "null", "NULL", "N/A", "n/a"})
YES: Final = frozenset({"是", "有", "true", "yes", "y", "1", "√"})
NO: Final = frozenset({"否", "无", "false", "no", "n", "0", "×"})
NUMERIC: Final = frozenset(
    {"CNY", "persons", "count", "percent", "points", "rank", "months", "years", "bool"}
)
_PLAIN: Final = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_DAY: Final = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 0{1,2}:00(?::00)?)?", re.ASCII
)
_COMPACT_DAY: Final = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_INDUSTRY: Final = re.compile(r"([A-T])?(\d{2,4})", re.ASCII)
_THOUSANDS: Final = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_TYPED_UNIT: Final = re.compile(r"-?[\d.,]+ ?(?:亿元|万元|元|万|亿|人|%|件|项)")


class Unreadable(ValueError):
    """The cell cannot be understood; the message says what to do, in Chinese."""


def plain(text: str) -> str:
    """The text with full-width letters and digits narrowed and outer blanks gone."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def number_reader(indicator: Indicator, times: int = 1) -> Callable[[str], int | None]:
    """A reader of cells for `indicator`: an integer of its quantum, or None for a blank.

    `times` turns the column's unit into the indicator's (10,000 for a column in 万元).
    """
    if indicator.unit == "bool":
        return read_yes_or_no
    if indicator.unit == "percent":
        return _scaled(indicator, Fraction(times, 100))  # people write 12.5 for 12.5 %
    return _scaled(indicator, Fraction(times))


def _scaled(indicator: Indicator, times: Fraction) -> Callable[[str], int | None]:
    scale = times / indicator.quantum
    if scale.denominator != 1:  # pragma: no cover  # a quantum is one over an integer
        raise ValueError(f"{indicator.id}: {indicator.quantum} is no fraction of {times}")
    factor = scale.numerator
    low, high = indicator.bounds
    too_fine = "小数位数过多，超出该指标的最小单位，请核对。"
    if indicator.unit == "CNY" and times == 1:
        too_fine = "金额精确到了分以下，疑似把万元数填在元列，存疑未采用，请核对后改正。"

    def read(text: str) -> int | None:
        cell = _number_text(text)
        if cell is None:
            return None
        whole, _, fraction = cell.partition(".")
        value, rest = divmod(int(whole + fraction) * factor, int(10 ** len(fraction)))
        if rest:
            raise Unreadable(too_fine)
        if not low <= value <= high:
            raise Unreadable("数值超出该指标的允许范围，请核对单位（元或万元）和正负号。")
        return value

    return read


def read_yes_or_no(text: str) -> int | None:
    """1 for 是, 0 for 否 (or true/false, 1/0), None for a blank.

    Raises:
        Unreadable: it is neither.
    """
    cell = plain(text).lower()
    if cell in BLANKS:
        return None
    if cell in YES:
        return 1
    if cell in NO:
        return 0
    raise Unreadable("这里应填“是”或“否”。")


def _number_text(text: str) -> str | None:
    """The digits of a cell as plain ASCII; None for a blank."""
    if _PLAIN.fullmatch(text):  # nearly every cell of a large file
        return text
    cell = plain(text).replace("−", "-")
    if cell in BLANKS:
        return None
    if cell.startswith("(") and cell.endswith(")"):
        cell = f"-{cell[1:-1]}"  # how accountants print a loss
    if "," in cell:
        if not _THOUSANDS.fullmatch(cell):
            raise Unreadable("逗号的位置不是千位分隔，请核对后去掉逗号。")
        cell = cell.replace(",", "")
    cell = cell.replace(" ", "")
    if _PLAIN.fullmatch(cell):
        return cell
    if _TYPED_UNIT.fullmatch(cell):
        raise Unreadable("数字后带有单位，请只填数字，单位按列名。")
    raise Unreadable("这里应填数字，请改正。没有数据请留空，确实为零请填 0。")


def read_year(text: str, latest: int) -> int:
    """A fiscal year: `2021`, `２０２１`, `2021年`, `2021年度`.

    Raises:
        Unreadable: it is no year, or lies after `latest`.
    """
    cell = plain(text).removesuffix("年度").removesuffix("年").removesuffix(".0")
    if not re.fullmatch(r"\d{4}", cell, re.ASCII):
        raise Unreadable("这里应填四位年度，例如 2021。")
    year = int(cell)
    if not 1990 <= year <= latest:  # noqa: PLR2004 no figures before the accounting law of today
        raise Unreadable(f"年度应在 1990 与 {latest} 之间，请核对。")
    return year


def read_day(text: str) -> date | None:
    """A day: `2022-06-30`, `2022/6/30`, `2022.6.30`, `20220630`, `2022年6月30日`.

    Raises:
        Unreadable: it is no day of the calendar.
    """
    try:
        if len(text) == len("2022-06-30"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    cell = plain(text)
    if cell in BLANKS or cell in {"长期", "长期有效"}:
        return None
    match = _DAY.fullmatch(cell) or _COMPACT_DAY.fullmatch(cell)
    if match:
        try:
            return date(*(int(part) for part in match.groups()))
        except ValueError:
            pass
    raise Unreadable("这里应填日期，例如 2022-06-30，请核对年、月、日。")


def read_industry(text: str) -> str | None:
    """An industry code of GB/T 4754 without its section letter: `F5292` is `5292`.

    Raises:
        Unreadable: it has not the shape of one.
    """
    cell = plain(text).upper()
    if cell in BLANKS:
        return None
    match = _INDUSTRY.fullmatch(cell)
    if match is None:
        raise Unreadable("行业代码应为 GB/T 4754-2017 的 2 至 4 位数字，前面可带门类字母。")
    return match[2]
