"""What an edition is made from, as plain values read from the register by (on, known_at)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from app.enterprises.domain import EventKind, printed_end
from app.evaluation.domain import Grade, Outcome
from app.reports.domain.period import Period
from app.reports.domain.vocabulary import Basis, Moment


@dataclass(frozen=True, slots=True)
class Place:
    """A division that has a line of its own in the tables."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class TitleLine:
    """A title of the division's ladder; `is_roll`: counted by year, never as a stock.

    A title nobody has adopted yet (`is_adopted` False) is a reference screen: who reaches it is
    a lead (线索), never a recommendation.
    """

    id: str
    name: str
    short: str
    is_roll: bool
    is_adopted: bool = True
    rank: int = 0  # its step in the ladder
    is_kept: bool = True  # False: the register has no record of it here, so none is not zero
    end: str = "shared"  # how a certificate prints its end (app.enterprises.domain.printed_end)

    @property
    def called(self) -> str:
        """The short name, with its caveat."""
        said = self.is_adopted or "线索" in self.short
        return self.short if said else f"{self.short}（线索）"


@dataclass(frozen=True, slots=True)
class Firm:
    """An enterprise as it is named on the cut-off day."""

    name: str
    credit_code: str


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a firm is on one day, as codes of places of the report; None: elsewhere."""

    managing: str | None
    registered: str | None
    status: str  # label of the registration status
    is_active: bool

    def place(self, basis: Basis) -> str | None:
        """The place by which the firm is counted."""
        return self.managing if basis is Basis.MANAGING else self.registered


ELSEWHERE = Whereabouts(None, None, "", is_active=False)


@dataclass(frozen=True, slots=True)
class Holding:
    """One episode of a title, half-open; `until` None: no printed end."""

    firm: str
    title: str
    since: date
    until: date | None
    roll_year: int | None
    opened_as: EventKind
    closed_as: EventKind | None
    certificate: str

    def covers(self, day: date) -> bool:
        """Whether the title is held on `day`."""
        return self.since <= day and (self.until is None or day < self.until)

    def on_roll(self, year: int, day: date) -> bool:
        """Whether it is an entry in the roll of `year` as the roll stood on `day`.

        One revoked by then is struck; an entry whose year has run out is still an entry.
        """
        struck = self.closed_as is EventKind.REVOKED and self.until is not None
        return (
            self.roll_year == year
            and self.since <= day
            and not (struck and self.until is not None and self.until <= day)
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict in force for a firm and a title."""

    grade: Grade
    outcome: Outcome
    is_assumed: bool  # it rests on at least one assumed statement
    is_proxy: bool
    is_preliminary: bool
    law: str = ""  # fingerprint of its rule set
    findings: str = ""  # what decided, as stored; only where the report may have to say it


@dataclass(frozen=True, slots=True)
class Batch:
    """An application window of a title: its last day for whoever files here."""

    title: str
    year: int
    name: str
    closes_on: date


@dataclass(frozen=True, slots=True)
class Threat:
    """A fact about a holder that may cost it the title."""

    firm: str
    risk: str  # code of Risk
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class MoneyClaim:
    """Who is owed what under which scheme; `amount_fen` None: no verified amount."""

    firm: str
    scheme: str
    scheme_name: str
    amount_fen: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause whose text nobody has yet checked in the official document."""

    pack: str
    clause: str
    name: str
    document: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Goal:
    """A target of the plan with what the register counts towards it (see the room targets)."""

    id: str
    phrase: str
    territory: str
    year: int
    titles: tuple[str, ...]
    required: str  # 「≥ 8,000 户」
    counted: int | None  # None: not countable from titles
    completion: str  # 「101.3 %」 or a reason


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything an edition is computed from. Keys of firms are opaque strings."""

    division: Place
    period: Period
    places: tuple[Place, ...]
    titles: tuple[TitleLine, ...]
    firms: Mapping[str, Firm]
    where: Mapping[Moment, Mapping[str, Whereabouts]]
    holdings: tuple[Holding, ...]
    verdicts: Mapping[tuple[str, str], Judged]  # by firm and title
    threats: tuple[Threat, ...] = ()
    batches: tuple[Batch, ...] = ()
    claims: tuple[MoneyClaim, ...] = ()
    clauses: tuple[Clause, ...] = ()
    goals: tuple[Goal, ...] = ()
    caveats: tuple[str, ...] = ()  # what the city's files themselves leave unsaid
    umbrellas: tuple[tuple[str, tuple[str, ...]], ...] = ()  # name, titles counted distinct
    rule_sets: Mapping[str, str] = field(default_factory=dict)  # fingerprint -> title
    say: Callable[[str, str], str] = field(default=lambda _law, findings: findings)

    def printed_end(self, holding: Holding) -> date | None:
        """The last day of an episode as its certificate prints it."""
        if holding.until is None:
            return None
        end = next((t.end for t in self.titles if t.id == holding.title), "shared")
        return printed_end(holding.until, end)

    def missing(self, verdict: Judged) -> str:
        """What the firm lacks, in the words of the law; said only for rows that print it."""
        return self.say(verdict.law, verdict.findings) if verdict.findings else ""

    def at(self, moment: Moment, firm: str) -> Whereabouts:
        """Where `firm` was at `moment`."""
        return self.where[moment].get(firm, ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Index:
    """The order of the firms in an edition: by credit code, so that it never depends on time."""

    keys: tuple[str, ...]
    of: Mapping[str, int]

    @classmethod
    def over(cls, firms: Mapping[str, Firm]) -> Self:
        """The index of `firms`."""
        keys = tuple(sorted(firms, key=lambda key: firms[key].credit_code))
        return cls(keys, {key: position for position, key in enumerate(keys)})
