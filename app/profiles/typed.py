"""What a person types into the yearly form: kept as typed, read exactly, written back.

Nothing here guesses: a text that is no figure stays as it is, beside the words on how to mend it.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Final, TypeVar

from app.foundation import canonical
from app.foundation.errors import Fault
from app.foundation.labelled import Labelled
from app.foundation.money import NotMoney, format_wan, parse_fen
from app.profiles.domain import FigureStage, Scalar, StatementScope
from rules.indicators import NO_RANK, Indicator

MASTER: Final = frozenset(  # kept in the register, changed there with their history
    ("credit_code", "enterprise_name", "industry_code", "statement_scope", "figure_stage")
)
TYPED: Final = frozenset(
    (
        "CNY", "persons", "count", "percent", "points", "rank", "months", "years",
        "bool", "choice", "date", "text",
    )
)  # fmt: skip
LONGEST: Final = 200  # characters of one text
KEPT: Final = 2_000  # characters a draft keeps of any field
YES: Final = frozenset(("yes", "是", "有", "true", "1"))
NO: Final = frozenset(("no", "否", "无", "false", "0"))
_NONE: Final = frozenset(("无", "none"))
_NUMBER: Final = re.compile(r"([+-]?\d{1,15})(?:\.(\d{1,9}))?")
_SUFFIX: Final = {"persons": "人", "count": "项", "percent": "%", "points": "分", "rank": "名"}
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_DIGITS: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")


Word = TypeVar("Word", bound=Labelled)


class MoneyUnit(Labelled):
    """In what a form's amounts are typed."""

    WAN = "wan", "万元"
    YUAN = "yuan", "元"


class Unreadable(ValueError):
    """A text that is not of its field's kind; the message says what to type instead."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One year's form as typed. Blank fields are left out: they are unknown, not zero."""

    figures: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)  # why a figure jumped
    unit: MoneyUnit = MoneyUnit.WAN
    stage: FigureStage = FigureStage.ANNUAL
    scope: StatementScope = StatementScope.SINGLE

    def dumps(self) -> str:
        """Canonical JSON: one text for one state of the form, so that it can be signed."""
        return canonical.dumps(
            {
                "figures": _kept(self.figures),
                "reasons": _kept(self.reasons),
                "unit": self.unit.value,
                "stage": self.stage.value,
                "scope": self.scope.value,
            }
        )

    @classmethod
    def loads(cls, raw: str) -> "Typed":
        """The form that `dumps` wrote."""
        said = json.loads(raw)
        return cls(
            figures=said["figures"],
            reasons=said["reasons"],
            unit=MoneyUnit(said["unit"]),
            stage=FigureStage(said["stage"]),
            scope=StatementScope(said["scope"]),
        )

    @classmethod
    def of_form(cls, said: Mapping[str, str], indicators: Mapping[str, Indicator]) -> "Typed":
        """The form as a browser sends it: figures under their ids, `reason-<id>`, the head."""
        typed = [name for name, indicator in indicators.items() if is_typed(indicator)]
        return cls(
            figures=_kept({name: said.get(name, "")[:KEPT] for name in typed}),
            reasons=_kept({name: said.get(f"reason-{name}", "")[:KEPT] for name in typed}),
            unit=_member(MoneyUnit, said.get("unit"), MoneyUnit.WAN),
            stage=_member(FigureStage, said.get("stage"), FigureStage.ANNUAL),
            scope=_member(StatementScope, said.get("scope"), StatementScope.SINGLE),
        )


def _member(kind: type[Word], said: str | None, default: Word) -> Word:
    return next((word for word in kind if word.value == said), default)


def _kept(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text.strip()}


def is_typed(indicator: Indicator) -> bool:
    """Whether the enterprise fills it in the yearly form."""
    return (
        indicator.who == "E"
        and indicator.period in {"FY", "FYE", "ASOF"}
        and indicator.unit in TYPED
        and not indicator.derive
        and indicator.id not in MASTER
    )


def read_all(
    typed: Typed, indicators: Mapping[str, Indicator]
) -> tuple[dict[str, Scalar], list[Fault]]:
    """The values of every field that can be read, and what is wrong with the others."""
    values: dict[str, Scalar] = {}
    faults: list[Fault] = []
    for name, text in typed.figures.items():
        indicator = indicators.get(name)
        if indicator is None or not is_typed(indicator):
            faults.append(Fault(f"/{name}", f"指标目录中没有可填报的“{name}”，请删去这一项。"))
            continue
        try:
            value = read(indicator, text, typed.unit)
        except Unreadable as fault:
            faults.append(Fault(f"/{name}", str(fault)))
        else:
            if value is not None:
                values[name] = value
    return values, faults


def read(indicator: Indicator, text: str, unit: MoneyUnit) -> Scalar | None:
    """One field: an integer of the indicator's quantum, a yes/no, a choice's key, a day, a text.

    Raises:
        Unreadable: the text is not of the field's kind, or out of its bounds.
    """
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    if not plain:
        return None
    if indicator.unit == "text":
        if len(plain) > LONGEST:
            raise Unreadable(f"“{indicator.name}”最多 {LONGEST} 个字，请缩短后再填。")
        return plain
    if indicator.unit == "bool":
        return _read_bool(indicator, plain)
    if indicator.unit == "choice":
        return _read_choice(indicator, plain)
    if indicator.unit == "date":
        return _read_day(indicator, plain).isoformat()
    value = _read_money(indicator, plain, unit) if indicator.unit == "CNY" else None
    return _bounded(indicator, _read_number(indicator, plain) if value is None else value)


def _read_bool(indicator: Indicator, plain: str) -> bool:
    if plain.lower() in YES:
        return True
    if plain.lower() in NO:
        return False
    raise Unreadable(f"“{indicator.name}”填的是“{plain}”，请选择“是”或“否”。")


def _read_choice(indicator: Indicator, plain: str) -> str:
    for key, name in indicator.choices.items():
        if plain in {key, name.zh}:
            return key
    listed = "、".join(name.zh for name in indicator.choices.values())
    raise Unreadable(f"“{indicator.name}”填的是“{plain}”，请从以下选项中选择：{listed}。")


def _read_day(indicator: Indicator, plain: str) -> date:
    match = _DAY.fullmatch(plain) or _DIGITS.fullmatch(plain)
    year, month, day = (int(part) for part in match.groups()) if match else (0, 0, 0)
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable(
            f"“{indicator.name}”填的是“{plain}”，不是日期。请按 2026-11-24 的样式填写。"
        ) from None


def _read_money(indicator: Indicator, plain: str, unit: MoneyUnit) -> int:
    try:
        return parse_fen(plain, unit.label)
    except NotMoney as fault:
        if "分以下" in str(fault):
            raise Unreadable(
                f"“{indicator.name}”填的“{plain}”{unit.label}精确到了分以下，"
                "请核对单位，最多保留到分。"
            ) from None
        raise Unreadable(
            f"“{indicator.name}”填的是“{plain}”，不是金额。请只填数字，如 1,234.56，"
            f"单位为{unit.label}。"
        ) from None


def _read_number(indicator: Indicator, plain: str) -> int:
    if indicator.unit == "rank" and plain in _NONE:
        return NO_RANK
    bare = plain.replace(",", "").replace(" ", "").removesuffix(_SUFFIX.get(indicator.unit, "\0"))
    match = _NUMBER.fullmatch(bare)
    if match is None:
        raise Unreadable(f"“{indicator.name}”填的是“{plain}”，不是数字。请只填数字，如 120。")
    value = Fraction(bare)
    if indicator.unit == "percent":
        value /= 100
    quanta = value / indicator.quantum
    nearest = round(quanta)
    if quanta != nearest and decimal(nearest * indicator.quantum) != decimal(value):
        raise Unreadable(f"“{indicator.name}”填的是“{plain}”，{_places(indicator)}")
    return nearest  # A monthly mean such as 33.0417 is a whole number of quanta, written shorter.


def _places(indicator: Indicator) -> str:
    if indicator.quantum == 1:
        return "应为整数，请核对后改填整数。"
    return "小数位数过多，请保留两位小数。"


def _bounded(indicator: Indicator, value: int) -> int:
    low, high = indicator.bounds
    if indicator.unit == "rank" and value == NO_RANK:
        return value
    if value < 0 and low >= 0:
        raise Unreadable(f"“{indicator.name}”不能是负数，请核对正负号。")
    if not low <= value <= high:
        raise Unreadable(f"“{indicator.name}”超出允许范围，请核对单位和位数。")
    return value


def write(indicator: Indicator, value: Scalar, unit: MoneyUnit) -> str:
    """A value as it would be typed: `read` gives it back exactly."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if indicator.unit == "CNY":
        return _plain_money(value, unit)
    if indicator.unit == "rank" and value == NO_RANK:
        return "无"
    amount = value * indicator.quantum * (100 if indicator.unit == "percent" else 1)
    return decimal(amount)


def _plain_money(fen: int, unit: MoneyUnit) -> str:
    if unit is MoneyUnit.WAN:
        return format_wan(fen)
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}{yuan:,}" + (f".{rest:02d}".rstrip("0") if rest else "")


def decimal(amount: Fraction) -> str:
    """An exact number with as many decimals as it needs, at most four (a mean may need more)."""
    scaled = (abs(amount) * 10**4 + Fraction(1, 2)).__floor__()
    whole, rest = divmod(scaled, 10**4)
    decimals = f"{rest:04d}".rstrip("0")
    return ("-" if amount < 0 else "") + f"{whole:,}" + (f".{decimals}" if decimals else "")


def convert(typed: Typed, indicators: Mapping[str, Indicator], unit: MoneyUnit) -> Typed:
    """The same amounts in another unit, exact to the 分; what cannot be read stays as typed."""
    if unit is typed.unit:
        return typed
    figures = dict(typed.figures)
    for name, text in typed.figures.items():
        indicator = indicators.get(name)
        if indicator is None or indicator.unit != "CNY":
            continue
        try:
            value = read(indicator, text, typed.unit)
        except Unreadable:
            continue
        if value is not None:
            figures[name] = write(indicator, value, unit)
    return replace(typed, figures=figures, unit=unit)


def of_values(
    values: Mapping[str, Scalar],
    indicators: Mapping[str, Indicator],
    *,
    unit: MoneyUnit = MoneyUnit.WAN,
    stage: FigureStage = FigureStage.ANNUAL,
    scope: StatementScope = StatementScope.SINGLE,
) -> Typed:
    """The form that would say `values`: where a correction of filed figures begins."""
    figures = {
        name: write(indicators[name], value, unit)
        for name, value in values.items()
        if name in indicators and is_typed(indicators[name])
    }
    return Typed(figures, {}, unit, stage, scope)
