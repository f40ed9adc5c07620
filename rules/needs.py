"""What a rule set asks of a firm: each need is one column of a frame, one entry of a document."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rules.canonical import dumps
from rules.days import EPOCH, Moment, window_of

LISTS: Final = frozenset(
    {
        "abnormal_list",
        "serious_dishonesty_list",
        "incident_safety",
        "incident_quality",
        "incident_environment",
        "incident_network_data",
        "research_misconduct",
        "tax_violation",
        "finance_penalty",
    }
)
REGISTERS: Final = LISTS | {
    "award",
    "rd_platform",
    "standard",
    "equity_round",
    "ip_right",
    "honour",
}
FILTERS: Final = frozenset(
    {
        "level",
        "severity",
        "kinds",
        "origin",
        "qualified",
        "rank_at_most",
        "undisputed",
        "related",
        "unused",
    }
)
MEASURES: Final = frozenset({"count", "best_rank", "amount"})
FOUNDED: Final = "registered_on"  # always needed: years before founding are not applicable


_ANY_DAY: Final = Moment.of(EPOCH)


@dataclass(frozen=True, slots=True)
class Figure:
    """A yearly figure, `year` counted from the base year (0, −1, −2 …)."""

    indicator: str
    year: int

    @property
    def key(self) -> str:
        """The column's name."""
        return f"{self.indicator}@{self.year}"


@dataclass(frozen=True, slots=True)
class AsOf:
    """A fact as of the day of evaluation, or a finding of the application at hand."""

    indicator: str

    @property
    def key(self) -> str:
        """The column's name."""
        return self.indicator


@dataclass(frozen=True, slots=True)
class Records:
    """How many records of a register lie in a window (or the best rank, or the amount)."""

    register: str
    window: str  # canonical JSON of the window
    filters: str  # canonical JSON: {"level": […], "severity": […], "rank_at_most": 3}
    measure: str = "count"

    @property
    def key(self) -> str:
        """The column's name."""
        return f"records({self.register};{self.window};{self.filters};{self.measure})"

    @classmethod
    def of(cls, raw: Mapping[str, Any], measure: str = "count") -> "Records":
        """From `{register, window, level?, severity?, kinds?, rank_at_most?}`.

        Raises:
            ValueError: the register, the window, a filter or the measure does not exist.
        """
        filters = {k: v for k, v in raw.items() if k not in {"register", "window"}}
        window_of(raw["window"], _ANY_DAY)  # A window that does not exist is refused here.
        if raw["register"] not in REGISTERS or measure not in MEASURES or set(filters) - FILTERS:
            said = f"{raw['register']}, {measure}, {sorted(filters)}"
            raise ValueError(f"no such register, measure or filter: {said}")
        return cls(str(raw["register"]), dumps(raw["window"]), dumps(filters), measure)


@dataclass(frozen=True, slots=True)
class Held:
    """Whether one of the titles is valid on the day, for at least `years` full years."""

    titles: tuple[str, ...]
    years: int = 0

    @property
    def key(self) -> str:
        """The column's name."""
        return f"held({'|'.join(self.titles)};{self.years})"


Need = Figure | AsOf | Records | Held
