"""What a plan's target asks, and how far the register is towards it. Pure."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from app.foundation.labelled import Labelled
from rules.pack import Target


class TargetKind(Labelled):
    """What kind of number a target is."""

    STOCK = "stock", "总量"
    NET = "net", "净增"
    NEW = "new", "新增"
    CUM = "cum", "累计新增"
    RATE = "rate", "增速"
    RATIO = "ratio", "比重"
    COVERAGE = "coverage", "覆盖率"
    RANK = "rank", "位次"
    ANNUAL = "annual", "每年"


class Comparator(Labelled):
    """How the plan words the comparison."""

    AT_LEAST = "at_least", "以上"
    MORE_THAN = "more_than", "超过"
    REACH = "reach", "达到"
    ABOUT = "about", "左右"
    RANGE = "range", "区间"


class Standing(Labelled):
    """How a target stands."""

    REACHED = "reached", "已达到"
    BEHIND = "behind", "未达到"
    NOT_YET = "not_yet", "未到期"
    TO_FILL = "to_fill", "需填报"


_MARKS: Final[dict[str, str]] = {
    Comparator.AT_LEAST: "≥",
    Comparator.MORE_THAN: ">",
    Comparator.REACH: "≥",
    Comparator.ABOUT: "≈",
    Comparator.RANGE: "",
}
_COUNTED: Final = (TargetKind.STOCK, TargetKind.NET, TargetKind.NEW, TargetKind.CUM)

_SHARES: Final = (TargetKind.RATE, TargetKind.RATIO, TargetKind.COVERAGE)


@dataclass(frozen=True, slots=True)
class Counting:
    """What is to be counted: distinct firms holding one of `titles`, or newly holding one.

    A stock or net target is counted on `on` (less those on `base`); a new or cumulative one
    counts recognitions over (base, on]. `roll_year`: the titles are yearly rolls.
    """

    kind: TargetKind
    titles: tuple[str, ...]
    base: date
    on: date
    roll_year: int | None


@dataclass(frozen=True, slots=True)
class Progress:
    """A target with what the register holds towards it."""

    target: Target
    counted: int | None
    standing: Standing
    completion: Fraction | None
    gap: int | None  # firms missing; 0 when reached; None when it cannot be counted
    reason: str = ""  # why it cannot be counted


def counting(target: Target, on: date, rolls: frozenset[str]) -> Counting | str:
    """What to count for `target` on the day `on`, or why it cannot be counted from titles."""
    if not target.titles:
        return "不是称号户数，登记簿中没有这项数据"
    kind = kind_of(target)
    roll = all(title in rolls for title in target.titles)
    if kind is TargetKind.ANNUAL and roll:
        kind = TargetKind.STOCK  # what is asked each year of a yearly roll is that year's roll
    if kind not in _COUNTED:
        return f"{kind.label if kind else target.kind}指标不能由称号户数算出"
    if len({title.partition(".")[2] for title in target.titles}) < len(target.titles):
        return "国家与省的同名称号是两个称号，不能相加"
    on = min(on, date(target.year, 12, 31))
    if not roll and any(title in rolls for title in target.titles):
        return "年度入库数与存量不能相加"
    first = target.baseline_year if target.baseline_year is not None else target.year - 1
    if kind is TargetKind.NEW:
        first = target.year - 1
    return Counting(kind, target.titles, date(first, 12, 31), on, on.year if roll else None)


def kind_of(target: Target) -> TargetKind | None:
    """The kind of the target; None for a kind this room does not know."""
    return TargetKind(target.kind) if target.kind in list(TargetKind) else None


def progress(target: Target, counted: int | None, on: date, reason: str = "") -> Progress:
    """How `target` stands with `counted` firms on the day `on`.

    「左右」 has no edge in the text: it counts as reached from the number itself on.
    """
    if counted is None or target.value is None:
        why = reason or "计划没有给出数值"
        return Progress(target, counted, Standing.TO_FILL, None, None, why)
    need = least(target)
    reached = counted >= need
    if reached:
        standing = Standing.REACHED
    else:
        standing = Standing.NOT_YET if on < date(target.year, 12, 31) else Standing.BEHIND
    completion = Fraction(counted) / target.value if target.value > 0 else None
    return Progress(target, counted, standing, completion, max(0, need - counted))


def least(target: Target) -> int:
    """The smallest whole number that reaches the target: 「超过500」 needs 501."""
    value = target.value or Fraction(0)
    whole = -(-value.numerator // value.denominator)
    if target.comparator == Comparator.MORE_THAN and value.denominator == 1:
        return whole + 1
    return whole


def required(target: Target) -> str:
    """The requirement as people write it: 「≥ 8,000 家」, 「5–10 家」, 「≥ 2 %」."""
    if target.value is None:
        return "—"
    unit, scale = target.unit or "", 1
    if not unit and kind_of(target) in _SHARES:
        unit, scale = "%", 100
    value = number(target.value * scale)
    if target.upper is not None:
        said = [f"{value}–{number(target.upper * scale)}", unit]
    else:
        said = [_MARKS.get(target.comparator, ""), value, unit]
    return "\N{NO-BREAK SPACE}".join(part for part in said if part)


def number(value: Fraction) -> str:
    """An exact decimal without trailing zeros, with thousands separators.

    >>> number(Fraction(8000)), number(Fraction(12, 10))
    ('8,000', '1.2')
    """
    if value.denominator == 1:
        return f"{value.numerator:,}"
    places = 1
    while (value * 10**places).denominator != 1 and places < 6:  # noqa: PLR2004 beyond six nobody reads
        places += 1
    scaled = int(value * 10**places + Fraction(1, 2))
    whole, rest = divmod(scaled, 10**places)
    return f"{whole:,}.{rest:0{places}d}".rstrip("0")


def percent(value: Fraction | None) -> str:
    r"""A completion rate to one decimal, rounded half up; a dash when there is none.

    >>> percent(Fraction(2, 3)) == "66.7\N{NO-BREAK SPACE}%", percent(None)
    (True, '—')
    """
    if value is None:
        return "—"
    tenths = int(value * 1000 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}\N{NO-BREAK SPACE}%"
