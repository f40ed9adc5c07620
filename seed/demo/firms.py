"""What the generator makes of one firm. Plain values: no database, no Flask."""

from dataclasses import dataclass, field
from datetime import date

YearFigures = dict[str, int]  # indicator id -> 分, persons, or 0/1 for a yes/no


@dataclass(frozen=True, slots=True)
class Paper:
    """The announcement a title comes from: 文号, 批次, title, day."""

    number: str
    batch: str
    title: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class TitleRow:
    """One title event: `kind` is a code of `EventKind`; `until` is half-open."""

    title: str
    kind: str
    on_day: date
    since: date
    until: date
    paper: Paper
    roll_year: int | None = None
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class Right:
    """One intellectual property right; `kind` and `origin` are codes of the profiles room."""

    kind: str
    number: str
    name: str
    applied_on: date
    granted_on: date
    until: date
    origin: str = "own"


@dataclass(frozen=True, slots=True)
class Incident:
    """An entry in a negative list or an accident; `kind` is a code of `IncidentKind`."""

    kind: str
    since: date
    until: date | None = None
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Platform:
    """A recognised research institution; `level` is a code of `Level`."""

    name: str
    kind: str
    level: str
    since: date


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name the firm bore until (not including) a day."""

    name: str
    until: date


@dataclass(slots=True)
class Firm:
    """One firm with all that the demo knows of it."""

    credit_code: str
    name: str
    registered_on: date
    registered_division: str
    managing_division: str
    industry: str  # GB/T 4754-2017 with its section letter, e.g. C3985
    kind: str  # what the generator meant it to be, or the number of its story
    years: dict[int, YearFigures] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)  # as-of yes/no facts
    rights: list[Right] = field(default_factory=list)
    titles: list[TitleRow] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    platforms: list[Platform] = field(default_factory=list)
    former_names: list[FormerName] = field(default_factory=list)
    status: str = "active"  # a code of `OperatingStatus`
    status_since: date | None = None
    consolidated_years: tuple[int, ...] = ()  # years whose figures are the group's
    moved_in_on: date | None = None
    is_awaiting: bool = False  # on the list the province will announce next

    @property
    def first_name(self) -> str:
        """The name it was registered under."""
        return self.former_names[0].name if self.former_names else self.name

    def held(self, title: str, on: date) -> bool:
        """Whether an event of `title` covers the day `on`."""
        return any(t.title == title and t.since <= on < t.until for t in self.titles)


@dataclass(frozen=True, slots=True)
class City:
    """The whole demo: its firms, stories first."""

    firms: tuple[Firm, ...]

    def story(self, number: str) -> Firm:
        """The firm of a story, by its sign: `①` … `⑫`, `④b` for the twin of ④."""
        return next(firm for firm in self.firms if firm.kind == number)

    @property
    def awaiting(self) -> tuple[Firm, ...]:
        """The firms of the list the province announces in the ten-minute demonstration."""
        return tuple(firm for firm in self.firms if firm.is_awaiting)
