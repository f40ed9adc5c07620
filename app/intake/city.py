"""What a city's files come to once read: rows fit to be written, and the faults."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from app.enterprises.domain import OperatingStatus
from app.intake.manifest import CertificateKind, EventRegister
from app.intake.sheets import Issues
from rules.indicators import Indicator


@dataclass(frozen=True, slots=True)
class Firm:
    """One row of the master file."""

    line: int
    credit_code: str
    name: str
    registered_division: str
    managing_division: str
    industry_code: str | None
    registered_on: date | None
    operating_status: OperatingStatus


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate, its days already half-open."""

    line: int
    credit_code: str
    kind: CertificateKind
    since: date
    until: date | None
    number: str

    @property
    def roll_year(self) -> int | None:
        """The year of the roll it belongs to, for a yearly title."""
        return self.since.year if self.kind.yearly else None


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a negative list, or one accident."""

    line: int
    credit_code: str
    register: EventRegister
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Count:
    """One undated number about an enterprise, in the indicator's quantum."""

    credit_code: str
    indicator: str
    value: int
    proxy_of: str


@dataclass(frozen=True, slots=True)
class YearOfFigures:
    """One year of one enterprise as a document ready to be filed."""

    line: int
    credit_code: str
    year: int
    body: str  # canonical JSON, see ProfileRevision
    body_hash: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the register knows already, for checking: places, industries, enterprises."""

    divisions: Mapping[str, str]  # present code by every code the file may use
    industries: Collection[str]
    firms: Mapping[str, date | None]  # credit code -> founding day, of those managed here
    elsewhere: Collection[str]  # credit codes of enterprises managed by another division
    indicators: Mapping[str, Indicator]
    today: date


@dataclass(slots=True)
class City:
    """Everything fit to be written, and everything that was not."""

    firms: dict[str, Firm] = field(default_factory=dict)
    years: list[YearOfFigures] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    issues: Issues = field(default_factory=Issues)
    row_counts: dict[str, int] = field(default_factory=dict)  # rows read, by file
