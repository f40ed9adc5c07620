"""Questions to the figures and records. Each takes `known_at`: what was known by then.

The rows belong to one enterprise or to a place; whose rows an actor may see follows from the
enterprise, so every question about one enterprise starts at those visible to the actor.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.enterprises.models import Enterprise
from app.enterprises.queries import visible
from app.foundation.actor import Actor
from app.profiles.domain import FigureStage, RevisionState, Scalar, StatementScope
from app.profiles.models import (
    Assumption,
    Award,
    Coverage,
    EquityRound,
    Incident,
    IpRight,
    ProfileRevision,
    RdPlatform,
    Recorded,
    Standard,
    Statement,
)
from app.reference.models import DivisionClosure

Record = Incident | IpRight | Award | RdPlatform | Standard | EquityRound | Statement
RECORDS: Final[tuple[type[Record], ...]] = (
    IpRight,
    Award,
    RdPlatform,
    Standard,
    EquityRound,
    Incident,
    Statement,
)
AnyRecord = TypeVar("AnyRecord", bound=Recorded)


@dataclass(frozen=True, slots=True)
class YearFigures:
    """One year of one enterprise as filed; integers count each indicator's quantum."""

    year: int
    revision_id: UUID
    number: int  # above 1: corrected
    state: RevisionState
    stage: FigureStage
    scope: StatementScope
    figures: dict[str, Scalar]
    proxies: dict[str, str]  # indicator -> the one whose figure stands in
    document_id: UUID | None
    filed_at: datetime | None
    reasons: dict[str, str] = field(default_factory=dict)  # why a figure jumped against last year


def known(model: Any, known_at: datetime | None) -> ColumnElement[bool]:
    """Rows of `model` in force by what was known at `known_at`; None: by what is known now."""
    if known_at is None:
        condition: ColumnElement[bool] = model.superseded_at.is_(None)
        return condition
    return and_(
        model.recorded_at <= known_at,
        or_(model.superseded_at.is_(None), model.superseded_at > known_at),
    )


def list_years(
    session: Session,
    enterprise_id: UUID,
    *,
    visible_to: Actor,
    known_at: datetime | None = None,
) -> list[YearFigures]:
    """The filed years of an enterprise, newest first; drafts are not among them."""
    rows = session.scalars(
        select(ProfileRevision)
        .join(Enterprise, Enterprise.id == ProfileRevision.enterprise_id)
        .where(
            visible(visible_to),
            ProfileRevision.enterprise_id == enterprise_id,
            ProfileRevision.state != RevisionState.DRAFT,
            known(ProfileRevision, known_at),
        )
        .order_by(ProfileRevision.year.desc())
    )
    return [_year(row) for row in rows]


def list_revisions(
    session: Session, enterprise_id: UUID, year: int, *, visible_to: Actor
) -> list[YearFigures]:
    """Every filing of one year, the one in force first: what was corrected, and when."""
    rows = session.scalars(
        select(ProfileRevision)
        .join(Enterprise, Enterprise.id == ProfileRevision.enterprise_id)
        .where(
            visible(visible_to),
            ProfileRevision.enterprise_id == enterprise_id,
            ProfileRevision.year == year,
            ProfileRevision.state != RevisionState.DRAFT,
        )
        .order_by(ProfileRevision.number.desc())
    )
    return [_year(row) for row in rows]


def list_records(
    session: Session,
    kind: type[AnyRecord],
    enterprise_id: UUID,
    *,
    visible_to: Actor,
    known_at: datetime | None = None,
) -> Sequence[AnyRecord]:
    """The records of one kind, newest first, those that have ended included."""
    rows = session.scalars(
        select(kind)
        .join(Enterprise, Enterprise.id == kind.enterprise_id)
        .where(visible(visible_to), kind.enterprise_id == enterprise_id, known(kind, known_at))
        .order_by(kind.since.desc(), kind.id)
    )
    return rows.all()


def list_coverage(
    session: Session, division: str, *, on: date, known_at: datetime | None = None
) -> Sequence[Coverage]:
    """What registers are complete on `on` for the place, by its own rows or those above it."""
    rows = session.scalars(
        select(Coverage)
        .join(DivisionClosure, DivisionClosure.ancestor_code == Coverage.division)
        .where(
            DivisionClosure.descendant_code == division,
            Coverage.since <= on,
            or_(Coverage.until.is_(None), Coverage.until > on),
            known(Coverage, known_at),
        )
        .order_by(Coverage.register, DivisionClosure.depth)
    )
    return rows.all()


def list_assumptions(
    session: Session, division: str, *, on: date, known_at: datetime | None = None
) -> Sequence[Assumption]:
    """What is assumed on `on` for every enterprise of the place, with the reasons."""
    rows = session.scalars(
        select(Assumption)
        .join(DivisionClosure, DivisionClosure.ancestor_code == Assumption.division)
        .where(
            DivisionClosure.descendant_code == division,
            Assumption.since <= on,
            or_(Assumption.until.is_(None), Assumption.until > on),
            known(Assumption, known_at),
        )
        .order_by(Assumption.indicator, DivisionClosure.depth)
    )
    return rows.all()


def _year(row: ProfileRevision) -> YearFigures:
    body = json.loads(row.body)
    return YearFigures(
        year=row.year,
        revision_id=row.id,
        number=row.number,
        state=row.state,
        stage=row.stage,
        scope=row.scope,
        figures=body["figures"],
        proxies=body["proxies"],
        document_id=row.document_id,
        filed_at=row.filed_at,
        reasons=body.get("reasons", {}),
    )
