"""The manifest: what a folder of data files says, column by column.

A file never says under which definition (口径) a column was collected, whether a printed end
is the last valid day, or that "no record" means none. The manifest says it, once, with the
reasons, and what it says is printed with every result that leans on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.enterprises.domain import EventKind, OperatingStatus
from app.profiles.domain import FigureStage, IncidentKind, StatementScope


@dataclass(frozen=True, slots=True)
class Feed:
    """One indicator a column gives its value to; a proxy is a stand-in of another 口径."""

    indicator: str
    proxy: bool = False


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """What a column of numbers feeds. `times` turns its unit into 元 (1 for all others)."""

    header: str
    feeds: tuple[Feed, ...]
    times: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """One file: where it is, how it is written, which header means which field."""

    path: str
    columns: Mapping[str, str]  # header -> field
    delimiter: str = ","
    encoding: str = "auto"
    figures: tuple[FigureColumn, ...] = ()
    ignored: frozenset[str] = frozenset()

    def header_of(self, wanted: str) -> str | None:
        """The header that gives the field `wanted`."""
        return next((header for header, name in self.columns.items() if name == wanted), None)


@dataclass(frozen=True, slots=True)
class CertificateKind:
    """What a kind of certificate is: the title, how its end is printed, what event it shows.

    `event` None: first or renewed by the firm's own history, recorded where that is unknown.
    """

    title: str
    end: str  # last_day: the printed end is still valid | shared: the next one starts that day
    yearly: bool
    event: EventKind | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class EventRegister:
    """Which register a kind of event belongs to, and how grave the word says it is."""

    register: IncidentKind
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Covered:
    """A register said to be complete for the division over [since, until)."""

    register: str
    since: date
    until: date | None
    checked_on: date | None
    assumed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Assumed:
    """A statement taken as given for every enterprise of the file."""

    indicator: str
    value: int | bool
    since: date
    until: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything a folder of files leaves unsaid."""

    name: str
    division: str
    known_on: date  # the day the files speak of: a later change on file is not undone
    stage: FigureStage
    scope: StatementScope
    hold_suspects: bool
    enterprises: Table | None = None
    statuses: Mapping[str, OperatingStatus] = field(default_factory=dict)
    annual: Table | None = None
    comparable: tuple[tuple[str, ...], ...] = ()
    at_most: tuple[tuple[str, str], ...] = ()
    certificates: Table | None = None
    certificate_kinds: Mapping[str, CertificateKind] = field(default_factory=dict)
    history_from: date | None = None
    events: Table | None = None
    event_kinds: Mapping[str, EventRegister] = field(default_factory=dict)
    counts: Table | None = None
    counts_since: date | None = None
    counts_reason: str = ""
    coverage: tuple[Covered, ...] = ()
    assumptions: tuple[Assumed, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def tables(self) -> dict[str, Table]:
        """The files there should be, by what they hold."""
        named = {
            "enterprises": self.enterprises,
            "annual": self.annual,
            "certificates": self.certificates,
            "events": self.events,
            "counts": self.counts,
        }
        return {name: table for name, table in named.items() if table is not None}
