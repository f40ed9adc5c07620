"""What a rule set asks of a firm: each need is one column of a frame, one entry of a document."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rules.canonical import dumps

FOUNDED: Final = "registered_on"  # always needed: years before founding are not applicable


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
        """From `{register, window, level?, severity?, kinds?, rank_at_most?}`."""
        filters = {k: v for k, v in raw.items() if k not in {"register", "window"}}
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
