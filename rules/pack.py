"""What packs hold besides criteria: titles, ladders, schemes, targets, windows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Final

from rules.text import Text

NO_TEXT: Final = Text("")


@dataclass(frozen=True, slots=True)
class Paper:
    """A policy document: 文号, title, issuer, and how surely its text is known."""

    key: str
    number: str
    title: str
    issuer: str = ""
    issued: date | None = None
    effective: date | None = None
    evidence: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """One folder of law: a jurisdiction's own, standing on the packs it extends."""

    id: str
    name: Text
    division: str
    extends: tuple[str, ...]
    papers: Mapping[str, Paper]


@dataclass(frozen=True, slots=True)
class Authority:
    """Who decides a title from a day on."""

    since: date
    level: str  # country | province | city | county
    line: str  # science | industry
    body: Text
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Title:
    """A title of a ladder. Titles are held concurrently."""

    id: str  # qualified: national.tech_sme
    pack: str
    name: Text
    short: Text
    kind: str  # foundation | support | lead | branch
    line: str
    adopted: bool  # False: a reference screen, its results are leads (线索) only
    roll: str  # yearly | stock
    validity_years: int | None
    end: str  # last_day | shared
    authority: tuple[Authority, ...]
    events: tuple[str, ...]
    rule_sets: tuple[Mapping[str, Any], ...]

    @property
    def is_yearly(self) -> bool:
        """Whether it is a yearly roll (年度入库), never a stock."""
        return self.roll == "yearly"

    def decided_by(self, on: date) -> Authority | None:
        """The deciding authority on a day."""
        in_force = [authority for authority in self.authority if authority.since <= on]
        return max(in_force, key=lambda authority: authority.since, default=None)


@dataclass(frozen=True, slots=True)
class Step:
    """A title's place in a ladder; steps of one rank stand side by side."""

    title: str
    kind: str
    rank: int
    branch: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """A way up: 小升高 from 科小 to 高企. `start` may be empty (孵化、传统企业)."""

    start: str
    end: str
    name: Text


@dataclass(frozen=True, slots=True)
class Umbrella:
    """A count of distinct firms over several titles (创新引领型企业)."""

    id: str
    name: Text
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """A city's ladder as a graph."""

    pack: str
    name: Text
    slogan: Text
    steps: tuple[Step, ...]
    edges: tuple[Edge, ...]
    umbrellas: tuple[Umbrella, ...] = ()


@dataclass(frozen=True, slots=True)
class Scheme:
    """A subsidy for an event of a title. No amount: not found, never invented."""

    id: str  # qualified: hebei.high_tech_award
    pack: str
    name: Text
    title: str
    events: tuple[str, ...]
    amount_fen: int | None
    per: Text
    document: str
    number: str
    article: str
    evidence: str
    note: Text
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A number the plan promises, as it is worded."""

    id: str
    pack: str
    name: Text
    titles: tuple[str, ...]  # counted as distinct firms; empty: not countable from titles
    kind: str  # stock net new cum rate ratio coverage rank annual
    comparator: str  # at_least more_than reach about range
    value: Fraction | None
    upper: Fraction | None
    unit: str
    year: int
    baseline: Fraction | None
    baseline_year: int | None
    territory: str
    phrase: str
    note: Text
    source: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """An application window of a notice. The last day ends at 24:00 in Shanghai."""

    title: str
    year: int
    batch: Text
    number: str  # 文号
    level: str  # county | city | province
    opens_on: date | None
    closes_on: date
    territory: str
    application_types: tuple[str, ...] = ()
    note: Text = NO_TEXT


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a procedure: who acts, at which level, in which manner."""

    id: str
    name: Text
    role: str  # county_reviewer city_reviewer city_approver …
    level: str  # county | city
    kind: str  # review | meeting (会议审定) | forward (汇总上报) | result (等待上级公布)
    actions: tuple[str, ...]  # pass return reject
    working_days: int | None


@dataclass(frozen=True, slots=True)
class Procedure:
    """How applications for some titles are handled, stage by stage."""

    id: str  # qualified: demo.own_title
    version: int
    name: Text
    titles: tuple[str, ...]
    stages: tuple[Stage, ...]
    source: Mapping[str, Any] = field(default_factory=dict)
