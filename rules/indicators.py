"""The catalogue of figures and statements: one entry per statutory definition (口径)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from rules.days import to_days
from rules.errors import FactError, PackError
from rules.quantities import FEN, in_quanta, literal
from rules.text import Text

QUANTA: Final = {
    "CNY": FEN,
    "percent": Fraction(1, 10**6),
    "points": Fraction(1, 100),
}
MAXIMA: Final = {
    "CNY": Fraction(10**13),
    "persons": Fraction(10**7),
    "count": Fraction(10**6),
    "percent": Fraction(10**4),
    "points": Fraction(1000),
    "rank": Fraction(10**6),
    "months": Fraction(12),
    "date": Fraction(10**5),
    "bool": Fraction(1),
}
NO_RANK: Final = 10**6  # "none" for a rank: worse than any place
_NONE: Final = ("none", "无")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure or statement: what it is, its unit, and how it is counted inside."""

    id: str
    name: Text
    unit: str  # CNY persons count percent points bool date choice rank months text
    period: str  # FY FYE ASOF RND
    who: str = "E"
    definition: str = ""
    section: str = ""
    statement: str = ""
    source: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    quantum: Fraction = Fraction(1)
    maximum: Fraction = Fraction(10**6)
    minimum: Fraction = Fraction(0)
    choices: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
    proxy_from: tuple[str, ...] = ()
    derive: Mapping[str, Any] | None = None
    formula: Mapping[str, Any] | None = (
        None  # {subtract: [a, b]} or {add: […]}: used when not filed
    )

    @property
    def is_yearly(self) -> bool:
        """Whether it is filed per year."""
        return self.period in {"FY", "FYE"}

    @property
    def bounds(self) -> tuple[int, int]:
        """Least and greatest integer it can be, in quanta: what overflow is proved from."""
        if self.unit == "choice":
            return 0, max(len(self.choices) - 1, 0)
        return int(self.minimum / self.quantum), int(self.maximum / self.quantum)

    def read(self, raw: Any) -> int | None:
        """A value as people or files write it, as an integer of quanta. None stays unknown.

        Raises:
            FactError: the value is not of the indicator's unit, or beyond its bounds.
        """
        if raw is None:
            return None
        try:
            number = self._read(raw)
        except FactError as fault:
            said = str(fault)
            raise FactError(said if self.id in said else f"{self.id}: {said}") from None
        except (ValueError, TypeError, ArithmeticError) as fault:
            raise FactError(f"{self.id} ({self.unit}): cannot read {raw!r}: {fault}") from None
        low, high = self.bounds
        if not low <= number <= high:
            raise FactError(f"{self.id}: {raw} is outside {self.minimum} … {self.maximum}")
        return number

    def _read(self, raw: Any) -> int:
        if self.unit == "bool":
            return _read_bool(self.id, raw)
        if self.unit == "date":
            day = raw if isinstance(raw, date) else date.fromisoformat(str(raw))
            return to_days(day)
        if self.unit == "choice":
            if str(raw) not in self.choices:
                raise FactError(f"{self.id}: “{raw}” is none of {', '.join(self.choices)}")
            return list(self.choices).index(str(raw))
        if self.unit == "rank" and str(raw) in _NONE:
            return NO_RANK
        if isinstance(raw, bool):
            raise FactError(f"{self.id} ({self.unit}) cannot be {raw}")
        if isinstance(raw, list) and self.unit == "count":
            return len(raw)
        value = literal(str(raw) if isinstance(raw, float) else raw)
        return in_quanta(value, self.quantum, self.id)


def _read_bool(name: str, raw: Any) -> int:
    if isinstance(raw, bool):
        return int(raw)
    if isinstance(raw, list):
        return int(bool(raw))
    word = str(raw).strip().lower()
    if word in {"true", "yes", "1", "是"}:
        return 1
    if word in {"false", "no", "0", "否"}:
        return 0
    raise FactError(f"{name}: “{raw}” is neither true nor false")


def load_indicators(raw: Mapping[str, Any]) -> dict[str, Indicator]:
    """Read the catalogue.

    Raises:
        PackError: an entry lacks a part or has an unknown unit.
    """
    return {str(key): _indicator(str(key), entry) for key, entry in raw.items()}


def _indicator(key: str, entry: Mapping[str, Any]) -> Indicator:
    try:
        unit = str(entry["unit"])
        quantum = literal_fraction(entry.get("quantum", QUANTA.get(unit, Fraction(1))))
        default_maximum = MAXIMA.get(unit, Fraction(10**6))
        maximum = literal(entry.get("maximum", default_maximum))
        signed = bool(entry.get("signed", False))
        default_minimum = -maximum if signed else Fraction(-(10**5) if unit == "date" else 0)
        return Indicator(
            id=key,
            name=Text.of(entry["name"]),
            unit=unit,
            period=str(entry["period"]),
            who=str(entry.get("who", "E")),
            definition=str(entry.get("definition", "")),
            section=str(entry.get("section", "")),
            statement=str(entry.get("statement", "")),
            source=MappingProxyType(dict(entry.get("source", {}))),
            quantum=quantum,
            maximum=maximum,
            minimum=literal(entry.get("minimum", default_minimum)),
            choices=MappingProxyType(
                {str(k): Text.of(v) for k, v in (entry.get("choices") or {}).items()}
            ),
            proxy_from=tuple(entry.get("proxy_from", ())),
            derive=entry.get("derive"),
            formula=entry.get("formula"),
        )
    except (KeyError, FactError) as fault:
        raise PackError(f"indicators.yaml: {key}: {fault}") from None


def literal_fraction(raw: Any) -> Fraction:
    """A quantum: `1/600`, `0.01` or an integer."""
    return raw if isinstance(raw, Fraction) else Fraction(str(raw))
