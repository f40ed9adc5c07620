"""Values of the language, lowered to integers: num, den, and why there is no number."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final

from rules import ir
from rules.errors import PackError
from rules.indicators import Indicator
from rules.ir import NULL, And, Cmp, Const, Expr, FullYears, If, Known, Not, Op, Or, Pick, Var
from rules.needs import FOUNDED, AsOf, Figure, Need, Records
from rules.outcomes import (
    CAUSE_NEGATIVE,
    CAUSE_NOT_APPLICABLE,
    CAUSE_SHORT,
    CAUSE_UNKNOWN,
    CAUSE_ZERO,
)

ONE: Final = Const(1)
UNKNOWN: Final = Const(CAUSE_UNKNOWN)
GROWTH_YEARS: Final = 3
WORDS_ONLY: Final = frozenset({"text", "code", "set", "record"})
COUNT_BOUND: Final = 10**6  # records a firm may have of one register


@dataclass(frozen=True, slots=True)
class Value:
    """num/den × quantum, when `num` is not null; otherwise `cause` says why (rules.outcomes)."""

    num: Expr
    den: Expr
    cause: Expr
    unit: str
    quantum: Fraction = Fraction(1)
    power: int = 0  # for growth over n periods: num/den is (1 + g)^n, and so is compared
    undefined: bool = False  # whether a cause other than unknown and not applicable can occur
    uses: tuple[str, ...] = ()
    part: Fraction | None = None  # of a ratio: one unit of `num`, in its numerator's unit

    @property
    def is_whole(self) -> bool:
        """Whether the denominator is always 1."""
        return self.den == ONE


@dataclass(slots=True)
class Scope:
    """What lowering a rule set has gathered so far."""

    indicators: Mapping[str, Indicator]
    program: ir.Program = field(default_factory=ir.Program)
    needs: dict[str, Need] = field(default_factory=dict)
    columns: dict[str, Var] = field(default_factory=dict)  # need key -> variable
    shift: int = 0  # years added to every figure: for `each_of_years`

    def __post_init__(self) -> None:
        self.program.declare("on", -(10**5), 10**5)
        self.program.declare("base_end", -(10**5), 10**5)  # the day after the base year's last
        self.program.declare("base_year", 1900, 2200)
        self.program.declare("founded", 1800, 2200)
        self.need(AsOf(FOUNDED), -(10**5), 10**5)

    def need(self, need: Need, low: int, high: int) -> Var:
        """The variable of a fact."""
        if need.key not in self.columns:
            self.needs[need.key] = need
            self.columns[need.key] = self.program.declare(f"f{len(self.columns)}", low, high)
        return self.columns[need.key]

    def indicator(self, name: str) -> Indicator:
        """The catalogue's entry.

        Raises:
            PackError: there is none.
        """
        if name not in self.indicators:
            raise PackError(f"unknown indicator “{name}”; add it to indicators.yaml or correct it")
        return self.indicators[name]

    def let(self, value: Value) -> Value:
        """Name the parts of a value, so that each is computed once."""
        p = self.program
        return replace(value, num=p.let(value.num), den=p.let(value.den), cause=p.let(value.cause))

    def before_founding(self, year: int) -> ir.Condition:
        """Whether the year, counted from the base year, lies before the founding year."""
        founded = Var("founded")
        return And((Known(founded), Cmp("<", ir.add(Var("base_year"), Const(year)), founded)))


def lower(scope: Scope, raw: Any) -> Value:
    """Lower a value of the language.

    Raises:
        PackError: it is no value, or its parts do not fit together.
    """
    if isinstance(raw, str):
        return scope.let(_indicator(scope, raw, 0))
    if not isinstance(raw, Mapping):
        raise PackError(f"{raw!r} is not a value; write an indicator's id or a construct")
    for name, build in _CONSTRUCTS.items():
        if name in raw:
            value = build(scope, raw)
            if "stated" in raw:
                value = _or_stated(scope, str(raw["stated"]), value)
            return scope.let(value)
    raise PackError(f"unknown value {sorted(map(str, raw))}; known: {', '.join(_CONSTRUCTS)}")


def _or_stated(scope: Scope, name: str, value: Value) -> Value:
    """A rate as a source states it, where it does; else the one computed from the figures.

    Nobody is asked for it: it is not among the facts a finding calls missing.
    """
    if value.power or value.unit not in {"ratio", "growth"}:
        raise PackError("stated stands beside a ratio or a mean_growth")
    entry = scope.indicator(name)
    if entry.unit != "percent":
        raise PackError(f"“{name}” is {entry.unit}, a stated rate is percent")
    stated = _indicator(scope, name, 0)
    known = Known(stated.num)
    return replace(
        value,
        num=If(known, ir.times(stated.num, entry.quantum.numerator), value.num),
        den=If(known, Const(entry.quantum.denominator), value.den),
        cause=If(known, Const(0), value.cause),
    )


def _indicator(scope: Scope, name: str, year: int) -> Value:
    entry = scope.indicator(name)
    if entry.is_yearly:
        return _figure(scope, entry, year + scope.shift)
    if entry.unit in WORDS_ONLY:
        raise PackError(f"“{name}” is {entry.unit}, kept for the dictionary: it decides nothing")
    column = scope.need(AsOf(name), *entry.bounds)
    uses = (AsOf(name).key,)
    return Value(column, ONE, UNKNOWN, entry.unit, entry.quantum, uses=uses)


def _figure(scope: Scope, entry: Indicator, year: int) -> Value:
    need = Figure(entry.id, year)
    column = scope.need(need, *entry.bounds)
    early = scope.before_founding(year)
    return Value(
        num=If(early, NULL, column),
        den=ONE,
        cause=If(early, Const(CAUSE_NOT_APPLICABLE), UNKNOWN),
        unit=entry.unit,
        quantum=entry.quantum,
        uses=(need.key,),
    )


def _of_year(scope: Scope, raw: Mapping[str, Any]) -> Value:
    return _indicator(scope, str(raw["figure"]), int(raw.get("year", 0)))


def _years(scope: Scope, name: str, count: int) -> list[Value]:
    """The figure in the base year and the `count - 1` years before, latest first."""
    entry = scope.indicator(name)
    if not entry.is_yearly:
        raise PackError(f"“{name}” is not a yearly figure")
    return [scope.let(_figure(scope, entry, scope.shift - back)) for back in range(count)]


def _sum(scope: Scope, raw: Mapping[str, Any]) -> Value:
    years = _years(scope, str(raw["sum"]), int(raw["years"]))
    return _over_years(years, ONE)


def _mean(scope: Scope, raw: Mapping[str, Any]) -> Value:
    years = _years(scope, str(raw["mean"]), int(raw["years"]))
    counted = ir.add(*(If(_dropped(year), Const(0), ONE) for year in years))
    total = _over_years(years, ONE)
    return replace(total, den=If(Known(total.num), Pick("max", (counted, ONE)), NULL))


def _dropped(year: Value) -> ir.Condition:
    return And((Not(Known(year.num)), Cmp("==", year.cause, Const(CAUSE_NOT_APPLICABLE))))


def _over_years(years: list[Value], den: Expr) -> Value:
    """Sum of the years that did not drop out; unknown if one of them is unknown."""
    missing = Or(tuple(And((Not(Known(y.num)), Cmp("==", y.cause, UNKNOWN))) for y in years))
    all_dropped = And(tuple(_dropped(year) for year in years))
    total = ir.add(*(If(Known(year.num), year.num, Const(0)) for year in years))
    return Value(
        num=If(Or((missing, all_dropped)), NULL, total),
        den=den,
        cause=If(missing, UNKNOWN, Const(CAUSE_NOT_APPLICABLE)),
        unit=years[0].unit,
        quantum=years[0].quantum,
        uses=tuple(key for year in years for key in year.uses),
    )


def _join(parts: list[Value], num: Expr, den: Expr, **changes: Any) -> Value:
    """A value that is known where all `parts` are; else the first part's cause that lacks."""
    cause: Expr = parts[-1].cause
    for part in reversed(parts[:-1]):
        cause = If(Known(part.num), cause, part.cause)
    known = ir.both(*(Known(part.num) for part in parts))
    uses = tuple(key for part in parts for key in part.uses)
    undefined = any(part.undefined for part in parts)
    joined = Value(
        If(known, num, NULL),
        ONE if den == ONE else If(known, den, NULL),
        cause,
        parts[0].unit,
        parts[0].quantum,
        0,
        undefined,
        uses,
    )
    return replace(joined, **changes)


def _whole(scope: Scope, raws: Any, what: str) -> list[Value]:
    parts = [lower(scope, raw) for raw in raws]
    if not all(part.is_whole and part.quantum == parts[0].quantum for part in parts):
        raise PackError(f"{what} takes whole values of one unit")
    return parts


def _add(scope: Scope, raw: Mapping[str, Any]) -> Value:
    parts = _whole(scope, raw["add"], "add")
    return _join(parts, ir.add(*(part.num for part in parts)), ONE)


def _subtract(scope: Scope, raw: Mapping[str, Any]) -> Value:
    parts = _whole(scope, raw["subtract"], "subtract")
    return _join(parts, Op("-", parts[0].num, parts[1].num), ONE)


def _extreme(which: str, name: str) -> Callable[[Scope, Mapping[str, Any]], Value]:
    def build(scope: Scope, raw: Mapping[str, Any]) -> Value:
        parts = _whole(scope, raw[name], name)
        return _join(parts, Pick(which, tuple(part.num for part in parts)), ONE)

    return build


def _ratio(scope: Scope, raw: Mapping[str, Any]) -> Value:
    above, below = (lower(scope, part) for part in raw["ratio"])
    if above.power or below.power:
        raise PackError("a growth rate cannot be a part of a ratio")
    scale = above.quantum / below.quantum
    num = ir.times(ir.multiply(above.num, below.den), scale.numerator)
    den = ir.times(ir.multiply(below.num, above.den), scale.denominator)
    part = above.quantum / scale.numerator if below.is_whole else None
    joined = _join(
        [below, above], num, den, unit="ratio", quantum=Fraction(1), undefined=True, part=part
    )
    positive = And((Known(joined.num), Cmp(">", below.num, Const(0))))
    sign = If(Cmp("==", below.num, Const(0)), Const(CAUSE_ZERO), Const(CAUSE_NEGATIVE))
    cause = If(And((Known(below.num), Cmp("<=", below.num, Const(0)))), sign, joined.cause)
    return replace(joined, num=If(positive, num, NULL), den=If(positive, den, NULL), cause=cause)


def _mean_growth(scope: Scope, raw: Mapping[str, Any]) -> Value:
    """195号 三（七）4: ½(第二年÷第一年＋第三年÷第二年)－1, with its special cases."""
    if int(raw.get("years", GROWTH_YEARS)) != GROWTH_YEARS:
        raise PackError("mean_growth is defined over 3 years")
    third, second, first = _years(scope, str(raw["mean_growth"]), GROWTH_YEARS)
    y1, y2, y3 = first.num, second.num, third.num
    cause = scope.program.let(_growth_cause(first, second, third))
    defined = Cmp("==", cause, Const(0))
    by_two = Or((Not(Known(y1)), Cmp("==", y1, Const(0))))
    # ½(y2/y1 + y3/y2) − 1 over 2·y1·y2 is y2(y2 − y1) + y1(y3 − y2); with y2 for y1, over y2·y2,
    # the same is y3/y2 − 1.
    let = scope.program.let
    since = let(If(defined, If(by_two, y2, y1), NULL))
    twice = let(If(defined, If(by_two, y2, ir.times(y1, 2)), NULL))
    full = ir.add(Op("*", y2, Op("-", y2, since)), Op("*", since, Op("-", y3, y2)))
    return Value(
        num=If(defined, full, NULL),
        den=If(defined, Op("*", twice, y2), NULL),
        cause=cause,
        unit="growth",
        undefined=True,
        uses=tuple(key for year in (first, second, third) for key in year.uses),
    )


def _growth_cause(first: Value, second: Value, third: Value) -> Expr:
    """Why there is no mean growth; 0 where there is one."""
    y1, y2, y3 = first.num, second.num, third.num
    short = Or((_dropped(third), _dropped(second)))
    first_lacks = And((Not(Known(y1)), Not(_dropped(first))))
    lacking = Or((Not(Known(y3)), Not(Known(y2)), first_lacks))
    negative = Or((Cmp("<", y2, Const(0)), And((Known(y1), Cmp("<", y1, Const(0))))))
    signed = If(negative, Const(CAUSE_NEGATIVE), Const(0))
    known = If(Cmp("==", y2, Const(0)), Const(CAUSE_ZERO), signed)
    return If(short, Const(CAUSE_SHORT), If(lacking, UNKNOWN, known))


def _cagr(scope: Scope, raw: Mapping[str, Any]) -> Value:
    """(latest / base)^(1/periods) − 1: compared as latest/base against (1 + g)^periods."""
    name, periods = str(raw["cagr"]), int(raw["periods"])
    entry = scope.indicator(name)
    last = scope.let(_figure(scope, entry, scope.shift))
    base = scope.let(_figure(scope, entry, scope.shift - periods))
    short = Or((_dropped(base), _dropped(last)))
    lacking = Or((Not(Known(base.num)), Not(Known(last.num))))
    cause = scope.program.let(
        If(
            short,
            Const(CAUSE_SHORT),
            If(
                lacking,
                UNKNOWN,
                If(
                    Cmp("==", base.num, Const(0)),
                    Const(CAUSE_ZERO),
                    If(Cmp("<", base.num, Const(0)), Const(CAUSE_NEGATIVE), Const(0)),
                ),
            ),
        )
    )
    defined = Cmp("==", cause, Const(0))
    return Value(
        If(defined, last.num, NULL),
        If(defined, base.num, NULL),
        cause,
        "growth",
        power=periods,
        undefined=True,
        uses=(*base.uses, *last.uses),
    )


def _age(scope: Scope, raw: Mapping[str, Any]) -> Value:
    since = lower(scope, str(raw["age"]))
    if since.unit != "date":
        raise PackError(f"“{raw['age']}” is not a date")
    until = Var("base_end" if raw.get("to") == "base_year_end" else "on")
    unit = str(raw.get("unit", "days"))
    span = FullYears(since.num, until) if unit == "years" else Op("-", until, since.num)
    return _join([since], span, ONE, unit=unit, quantum=Fraction(1))


def _records(scope: Scope, raw: Mapping[str, Any]) -> Value:
    need = Records.of(raw["records"], str(raw.get("measure", "count")))
    money = need.measure == "amount"
    column = scope.need(need, 0, 10**15 if money else COUNT_BOUND)
    unit = {"count": "count", "best_rank": "rank", "amount": "CNY"}[need.measure]
    quantum = Fraction(1, 100) if money else Fraction(1)
    return Value(column, ONE, UNKNOWN, unit, quantum, uses=(need.key,))


_CONSTRUCTS: Final[dict[str, Callable[[Scope, Mapping[str, Any]], Value]]] = {
    "figure": _of_year,
    "sum": _sum,
    "mean": _mean,
    "add": _add,
    "subtract": _subtract,
    "ratio": _ratio,
    "mean_growth": _mean_growth,
    "cagr": _cagr,
    "greatest": _extreme("max", "greatest"),
    "least": _extreme("min", "least"),
    "age": _age,
    "records": _records,
}


def constructs() -> tuple[str, ...]:
    """The words that begin a value."""
    return tuple(_CONSTRUCTS)
