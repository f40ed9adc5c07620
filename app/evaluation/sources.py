"""Raw reads behind the facts: a Core select in, a Polars frame out, on the session's connection.

A second connection would see neither uncommitted rows nor the visibility of the caller; and a
second library opening a SQLite file inside one process can corrupt it. Identifiers travel as 32
hexadecimal digits on both databases, so that joins compare short texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import polars as pl
from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.enterprises.models import Enterprise, TitleEpisode
from app.profiles.domain import Filing, IncidentKind, RevisionState
from app.profiles.models import (
    Assumption,
    Award,
    Coverage,
    EquityRound,
    FigureNote,
    Incident,
    IpRight,
    ProfileRevision,
    RdPlatform,
    Standard,
    Statement,
)
from app.reference.models import DivisionClosure

ID: Final = "enterprise_id"

Rows = Select[*tuple[Any, ...]]
Chosen = Select[UUID] | Sequence[UUID]
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """Whose facts are read, on which day, as they were known at which instant.

    `chosen` is asked by every table, so it should be cheap; `members`, when given, narrows it
    once, where the enterprises themselves are read.
    """

    session: Session
    chosen: Chosen
    on: date
    known_at: datetime
    base_year: int
    members: Chosen | None = None
    draft: Filing | None = None  # stands for what is filed of its enterprise and year

    def among(self, column: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
        """Only rows of the chosen enterprises."""
        return column.in_(self.chosen)

    def known(self, model: Any) -> ColumnElement[bool]:
        """Only rows that were recorded, and not yet superseded, at `known_at`."""
        return and_(
            model.recorded_at <= self.known_at,
            or_(model.superseded_at.is_(None), model.superseded_at > self.known_at),
        )

    def in_force(self, model: Any) -> ColumnElement[bool]:
        """Only rows whose interval contains the day."""
        return and_(model.since <= self.on, or_(model.until.is_(None), model.until > self.on))

    def fetch(self, statement: Rows, schema: Schema) -> pl.DataFrame:
        """The rows of `statement` as a frame with the columns of `schema`, in its order."""
        columns = list(zip(*self.session.execute(statement), strict=True))
        if not columns:
            return pl.DataFrame(schema=schema)
        series = [
            pl.Series(name, values, dtype=dtype)
            for (name, dtype), values in zip(schema.items(), columns, strict=True)
        ]
        return pl.DataFrame(series)


def key(column: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """An identifier as 32 hexadecimal digits, on both databases."""
    return func.replace(cast(column, String(36)), "-", "", type_=String)


def enterprises(reading: Reading) -> pl.DataFrame:
    """One row per chosen enterprise, by id: division, founding day, title history, industry."""
    statement = select(
        key(Enterprise.id),
        Enterprise.managing_division,
        Enterprise.registered_on,
        Enterprise.title_history_from,
        Enterprise.industry_code,
    ).where(Enterprise.id.in_(reading.chosen if reading.members is None else reading.members))
    schema = {
        ID: pl.String,
        "division": pl.String,
        "founded": pl.Date,
        "history_from": pl.Date,
        "industry": pl.String,
    }
    return reading.fetch(statement, schema).sort(ID)


def revisions(reading: Reading, years: Sequence[int]) -> pl.DataFrame:
    """The filed figures of `years`, one row per enterprise and year; drafts never count."""
    statement = select(
        key(ProfileRevision.id),
        key(ProfileRevision.enterprise_id),
        ProfileRevision.year,
        cast(ProfileRevision.scope, String),
        ProfileRevision.body,
    ).where(
        reading.among(ProfileRevision.enterprise_id),
        ProfileRevision.year.in_(years),
        ProfileRevision.state != RevisionState.DRAFT,
        reading.known(ProfileRevision),
    )
    schema = {
        "revision_id": pl.String,
        ID: pl.String,
        "year": pl.Int64,
        "scope": pl.String,
        "body": pl.String,
    }
    return _with_draft(reading.fetch(statement, schema), reading, years)


def _with_draft(found: pl.DataFrame, reading: Reading, years: Sequence[int]) -> pl.DataFrame:
    """`found` with the draft in the place of what is filed of its year."""
    draft = reading.draft
    if draft is None or draft.year not in years:
        return found
    mine = (pl.col(ID) == draft.enterprise_id.hex) & (pl.col("year") == draft.year)
    row = ("draft", draft.enterprise_id.hex, draft.year, draft.scope.value, draft.body)
    return pl.concat([found.filter(~mine), pl.DataFrame([row], found.schema, orient="row")])


def notes(reading: Reading, years: Sequence[int], indicators: Sequence[str]) -> pl.DataFrame:
    """What officers verified or adjusted on figures of `years`; it wins over what was filed."""
    statement = (
        select(
            key(ProfileRevision.enterprise_id),
            ProfileRevision.year,
            FigureNote.indicator,
            FigureNote.verified_value,
        )
        .join(ProfileRevision, ProfileRevision.id == FigureNote.revision_id)
        .where(
            reading.among(ProfileRevision.enterprise_id),
            ProfileRevision.year.in_(years),
            FigureNote.indicator.in_(indicators),
            reading.known(ProfileRevision),
            reading.known(FigureNote),
        )
    )
    schema = {ID: pl.String, "year": pl.Int64, "indicator": pl.String, "value": pl.String}
    found = reading.fetch(statement, schema)
    if reading.draft is None:
        return found
    theirs = (pl.col(ID) != reading.draft.enterprise_id.hex) | (
        pl.col("year") != reading.draft.year
    )
    return found.filter(theirs)  # What was verified of a revision says nothing of the next one.


def statements(reading: Reading, indicators: Sequence[str]) -> pl.DataFrame:
    """As-of statements in force on the day; of several, the latest to begin."""
    statement = select(
        key(Statement.enterprise_id),
        Statement.indicator,
        Statement.value,
        Statement.since,
        Statement.is_assumed,
        Statement.proxy_of,
    ).where(
        reading.among(Statement.enterprise_id),
        Statement.indicator.in_(indicators),
        reading.in_force(Statement),
        reading.known(Statement),
    )
    schema = {
        ID: pl.String,
        "indicator": pl.String,
        "value": pl.String,
        "since": pl.Date,
        "is_assumed": pl.Boolean,
        "proxy_of": pl.String,
    }
    found = reading.fetch(statement, schema)
    return found.sort("since").unique([ID, "indicator"], keep="last").drop("since")


def assumptions(reading: Reading, indicators: Sequence[str]) -> pl.DataFrame:
    """What is assumed for each division of the chosen enterprises, narrower places first."""
    statement = (
        select(
            DivisionClosure.descendant_code,
            Assumption.indicator,
            Assumption.value,
            Assumption.since,
            Assumption.until,
            DivisionClosure.depth,
        )
        .join(Assumption, Assumption.division == DivisionClosure.ancestor_code)
        .where(
            Assumption.indicator.in_(indicators),
            reading.known(Assumption),
            DivisionClosure.descendant_code.in_(_divisions(reading)),
        )
    )
    schema = {
        "division": pl.String,
        "indicator": pl.String,
        "value": pl.String,
        "since": pl.Date,
        "until": pl.Date,
        "depth": pl.Int64,
    }
    return reading.fetch(statement, schema).sort("depth", "since", descending=[False, True])


def coverage(reading: Reading, registers: Sequence[str]) -> pl.DataFrame:
    """Over which days each register is complete, for each division of the enterprises."""
    statement = (
        select(
            DivisionClosure.descendant_code,
            Coverage.register,
            Coverage.since,
            Coverage.until,
            Coverage.is_assumed,
        )
        .join(Coverage, Coverage.division == DivisionClosure.ancestor_code)
        .where(
            Coverage.register.in_(registers),
            Coverage.since <= reading.on,
            reading.known(Coverage),
            DivisionClosure.descendant_code.in_(_divisions(reading)),
        )
    )
    schema = {
        "division": pl.String,
        "register": pl.String,
        "since": pl.Date,
        "until": pl.Date,
        "is_assumed": pl.Boolean,
    }
    return reading.fetch(statement, schema)


def _divisions(reading: Reading) -> Select[str]:
    return select(Enterprise.managing_division).where(reading.among(Enterprise.id)).distinct()


def episodes(reading: Reading, titles: Sequence[str]) -> pl.DataFrame:
    """Every episode of `titles` that began by the day."""
    statement = select(
        key(TitleEpisode.enterprise_id),
        TitleEpisode.title,
        TitleEpisode.since,
        TitleEpisode.until,
        TitleEpisode.roll_year,
    ).where(
        reading.among(TitleEpisode.enterprise_id),
        TitleEpisode.title.in_(titles),
        TitleEpisode.since <= reading.on,
        reading.known(TitleEpisode),
    )
    schema = {
        ID: pl.String,
        "title": pl.String,
        "since": pl.Date,
        "until": pl.Date,
        "roll_year": pl.Int64,
    }
    return reading.fetch(statement, schema)


_PLAIN: Final = {ID: pl.String, "since": pl.Date, "until": pl.Date}
_TABLES: Final[dict[str, tuple[Any, dict[str, Any]]]] = {
    "award": (Award, {"level": pl.String, "rank": pl.Int64}),
    "rd_platform": (RdPlatform, {"kind": pl.String, "level": pl.String}),
    "standard": (Standard, {"level": pl.String, "rank": pl.Int64}),
    "equity_round": (EquityRound, {"amount_fen": pl.Int64, "is_qualified": pl.Boolean}),
    "ip_right": (
        IpRight,
        {
            "kind": pl.String,
            "origin": pl.String,
            "supports_main_product": pl.Boolean,
            "is_disputed": pl.Boolean,
            "used_in_event_id": pl.String,
        },
    ),
    **{kind.value: (Incident, {"severity": pl.String}) for kind in IncidentKind},
}
_KINDS: Final = {kind.value: kind for kind in IncidentKind}
REGISTERS: Final = frozenset(_TABLES)


def records(reading: Reading, register: str) -> pl.DataFrame:
    """The records of `register` that began by the day, with the columns filters look at."""
    model, extras = _TABLES[register]
    mine: ColumnElement[bool] = model.kind == _KINDS[register] if model is Incident else true()
    statement = select(
        key(model.enterprise_id),
        model.since,
        model.until,
        *(plain(getattr(model, name), dtype) for name, dtype in extras.items()),
    ).where(
        reading.among(model.enterprise_id), mine, model.since <= reading.on, reading.known(model)
    )
    return reading.fetch(statement, {**_PLAIN, **extras})


def plain(column: InstrumentedAttribute[Any], dtype: Any = pl.String) -> ColumnElement[Any]:
    """A vocabulary or an identifier as the text the database keeps; other types as they are."""
    return cast(column, String(80)) if dtype is pl.String else column.expression
