"""What figures must agree on, as one table; jumps that ask for a reason; what is still blank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from app.foundation.errors import Fault
from app.foundation.money import format_wan
from app.profiles.domain import Scalar
from app.profiles.typed import decimal, is_typed
from rules.indicators import Indicator

Values = Mapping[str, Scalar]
JUMP: Final = Fraction(1, 2)  # ±50 % against last year


@dataclass(frozen=True, slots=True)
class AtMost:
    """A part is not more than its whole."""

    part: str
    whole: str


@dataclass(frozen=True, slots=True)
class SumOf:
    """`total` is the sum of its parts, each with a weight in percent, exact to `slack` quanta."""

    total: str
    parts: Mapping[str, int]
    says: str
    slack: int = 0


# Source: the definitions in rules/indicators.yaml; 195号 counts 委托外部 at 80 %.
CHECKS: Final[Sequence[AtMost | SumOf]] = (
    AtMost("sci_tech_staff_tech_sme", "employees_tech_sme"),
    AtMost("sci_tech_staff_avg_high_tech", "employees_avg_high_tech"),
    AtMost("rd_staff", "employees_year_end"),
    AtMost("staff_college", "employees_year_end"),
    AtMost("tech_staff_college", "staff_college"),
    AtMost("main_revenue", "operating_revenue"),
    AtMost("main_revenue", "sales_revenue"),
    AtMost("high_tech_product_revenue", "total_income"),
    AtMost("nontaxable_income", "total_income"),
    AtMost("technical_income", "high_tech_product_revenue"),
    AtMost("main_high_tech_product_revenue", "high_tech_product_revenue"),
    AtMost("leading_product_revenue", "operating_revenue"),
    AtMost("export_revenue", "operating_revenue"),
    AtMost("rd_expense_domestic", "rd_expense_high_tech"),
    SumOf(
        "rd_expense_high_tech",
        {
            "rd_labour": 100,
            "rd_direct_input": 100,
            "rd_depreciation": 100,
            "rd_intangible": 100,
            "rd_design": 100,
            "rd_equipment_test": 100,
            "rd_other": 100,
            "rd_outsourced_domestic": 80,
            "rd_outsourced_overseas": 80,
        },
        "各归集科目之和（委托外部研发按 80 % 计）",
        slack=1,
    ),
    SumOf(
        "net_assets",
        {"total_assets": 100, "total_liabilities": -100},
        "“资产总额”减“负债总额”",
    ),
)


def faults_of(values: Values, indicators: Mapping[str, Indicator], today: date) -> list[Fault]:
    """Every contradiction among the figures, naming the fields and the remedy."""
    found: list[Fault] = []
    for check in CHECKS:
        fault = (
            _exceeds(check, values, indicators)
            if isinstance(check, AtMost)
            else _differs(check, values, indicators)
        )
        if fault:
            found.append(fault)
    return found + _later(values, indicators, today)


def _amount(name: str, values: Values, indicators: Mapping[str, Indicator]) -> Fraction | None:
    value = values.get(name)
    return value * indicators[name].quantum if isinstance(value, int) else None


def _exceeds(check: AtMost, values: Values, indicators: Mapping[str, Indicator]) -> Fault | None:
    part, whole = (_amount(name, values, indicators) for name in (check.part, check.whole))
    if part is None or whole is None or part <= whole:
        return None
    less, more = indicators[check.part], indicators[check.whole]
    many = "多于" if less.unit == "persons" else "大于"
    return Fault(
        f"/{check.part}",
        f"“{less.name}”{amount_in_words(less, part)}{many}"
        f"“{more.name}”{amount_in_words(more, whole)}，请核对其中一项。",
    )


def _differs(check: SumOf, values: Values, indicators: Mapping[str, Indicator]) -> Fault | None:
    total = values.get(check.total)
    known = {n: v for n in check.parts if isinstance(v := values.get(n), int)}
    if not isinstance(total, int) or not known:
        return None
    reached = Fraction(sum(known[name] * check.parts[name] for name in known), 100)
    whole = len(known) == len(check.parts)
    if not whole and min(check.parts.values()) < 0:
        return None  # A difference says nothing before both are known.
    gap = reached - total
    if abs(gap) <= check.slack or (not whole and gap < 0):
        return None
    subject = indicators[check.total]
    said = [amount_in_words(subject, each * subject.quantum) for each in (reached, Fraction(total))]
    how = "不等" if whole else "相比已超出"
    return Fault(
        f"/{check.total}",
        f"{check.says}为 {said[0]}，与“{subject.name}” {said[1]}{how}，请核对。",
    )


def _later(values: Values, indicators: Mapping[str, Indicator], today: date) -> list[Fault]:
    return [
        Fault(
            f"/{name}",
            f"“{indicators[name].name}”填的是 {value}，晚于今天（{today.isoformat()}），"
            "请核对日期。",
        )
        for name, value in values.items()
        if indicators[name].unit == "date" and str(value) > today.isoformat()
    ]


def amount_in_words(indicator: Indicator, amount: Fraction) -> str:
    """A quantity with its unit, as messages say it: 120 人, 17.55 万元."""
    if indicator.unit == "CNY":
        return f"{format_wan(round(amount * 100))} 万元"
    return f"{decimal(amount)} {'人' if indicator.unit == 'persons' else ''}".rstrip()


@dataclass(frozen=True, slots=True)
class Jump:
    """A figure that moved by more than half against last year, and the reason given, if any."""

    indicator: str
    before: int
    after: int
    reason: str

    @property
    def change(self) -> Fraction:
        """The change as a share of last year's figure."""
        return Fraction(self.after - self.before, abs(self.before))


def jumps(
    values: Values, last: Values, reasons: Mapping[str, str], indicators: Mapping[str, Indicator]
) -> list[Jump]:
    """The figures beyond ±50 % of last year's; from zero there is no share to speak of."""
    found = []
    for name, after in values.items():
        before = last.get(name)
        if indicators[name].unit not in {"CNY", "persons", "count"}:
            continue
        if not isinstance(before, int) or not isinstance(after, int) or before == 0:
            continue
        jump = Jump(name, before, after, reasons.get(name, "").strip())
        if abs(jump.change) > JUMP:
            found.append(jump)
    return found


def unexplained(found: Sequence[Jump], indicators: Mapping[str, Indicator]) -> list[Fault]:
    """One fault per jump that has no reason yet."""
    return [
        Fault(
            f"/reason-{jump.indicator}",
            f"“{indicators[jump.indicator].name}”较上年{'增加' if jump.change > 0 else '减少'}"
            f" {decimal(Fraction(round(abs(jump.change) * 1000), 10))} %，请用一句话说明原因。",
        )
        for jump in found
        if not jump.reason
    ]


def blanks(values: Values, indicators: Mapping[str, Indicator]) -> list[str]:
    """The yearly fields that are still blank; each is unknown to the law."""
    return [
        name
        for name, indicator in indicators.items()
        if is_typed(indicator) and indicator.is_yearly and name not in values
    ]
