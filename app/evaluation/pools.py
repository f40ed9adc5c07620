"""Pools: how many firms stand how close to each title, where, and which they are.

A pool is read from the verdicts as they were known at an instant, so that a page or a report of
yesterday is drawn again from yesterday's rows. Every count goes with its coverage: 可评 (verdict
not 数据不足) of 在册 (judged at all).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.enterprises.models import Enterprise, TitleEpisode
from app.evaluation.domain import Grade, Outcome
from app.evaluation.models import Evaluation
from app.foundation.actor import Actor
from app.foundation.errors import NotFound
from app.foundation.paging import PAGE_SIZE, Page
from app.reference.models import Division
from app.reference.queries import within
from rules.pack import Title


@dataclass(frozen=True, slots=True)
class PoolFilter:
    """Which verdicts count. `held`: None all, False only those not holding the title."""

    for_year: int
    on: date
    division: str = ""  # empty: all the actor sees
    known_at: datetime | None = None  # None: now
    grade: Grade | None = None
    held: bool | None = False


@dataclass(frozen=True, slots=True)
class PoolCount:
    """Firms of one place, title, grade and outcome."""

    title: str
    division: str  # 归口
    grade: Grade
    outcome: Outcome
    count: int


@dataclass(frozen=True, slots=True)
class PoolRow:
    """One firm of a pool."""

    evaluation: Evaluation
    enterprise: Enterprise
    place: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """可评/在册: how many firms could be judged at all."""

    judged: int
    registered: int


def pool_counts(
    session: Session, titles: Sequence[Title], chosen: PoolFilter, *, visible_to: Actor
) -> list[PoolCount]:
    """Firms per title, 归口, grade and outcome."""
    group = (
        Evaluation.title,
        Enterprise.managing_division,
        Evaluation.grade,
        Evaluation.outcome,
    )
    statement = (
        select(*group, func.count())
        .select_from(Evaluation)
        .join(Enterprise, Enterprise.id == Evaluation.enterprise_id)
        .where(*_conditions(titles, chosen, visible_to))
        .group_by(*group)
    )
    return [PoolCount(*row) for row in session.execute(statement)]


def without_holders(
    session: Session,
    counts: Collection[PoolCount],
    titles: Sequence[Title],
    chosen: PoolFilter,
    *,
    visible_to: Actor,
) -> list[PoolCount]:
    """`counts` of all firms less those that hold the title: holders are few and quickly counted."""
    holding: dict[tuple[object, ...], int] = {}
    for title in titles:
        held = replace(chosen, held=True)
        for each in pool_counts(session, [title], held, visible_to=visible_to):
            holding[each.title, each.division, each.grade, each.outcome] = each.count
    left = [
        replace(
            each,
            count=each.count
            - holding.get((each.title, each.division, each.grade, each.outcome), 0),
        )
        for each in counts
    ]
    return [each for each in left if each.count]


def coverage(counts: Collection[PoolCount]) -> Coverage:
    """可评 and 在册 of some counts (taken with `held=None` for a whole title)."""
    registered = sum(each.count for each in counts)
    unknown = sum(each.count for each in counts if each.grade is Grade.NO_DATA)
    return Coverage(registered - unknown, registered)


def select_pool(
    title: Title, chosen: PoolFilter, *, visible_to: Actor
) -> Select[Evaluation, Enterprise, str]:
    """The firms of one title's pool, by name."""
    return (
        select(Evaluation, Enterprise, Division.name)
        .join(Enterprise, Enterprise.id == Evaluation.enterprise_id)
        .join(Division, Division.code == Enterprise.managing_division)
        .where(*_conditions([title], chosen, visible_to))
        .order_by(Enterprise.name_sort, Evaluation.id)
    )


def pool_rows(
    session: Session,
    title: Title,
    chosen: PoolFilter,
    *,
    visible_to: Actor,
    after: str = "",
    size: int = PAGE_SIZE,
) -> Page[PoolRow]:
    """One page of a pool, with how many firms it has."""
    statement = select_pool(title, chosen, visible_to=visible_to)
    inner = statement.with_only_columns(Evaluation.id).order_by(None).subquery()
    total = session.scalar(select(func.count()).select_from(inner)) or 0
    if after:
        statement = statement.where(_beyond(session, after))
    rows = [PoolRow(*row) for row in session.execute(statement.limit(size + 1))]
    more = len(rows) > size
    return Page(rows[:size], str(rows[size - 1].evaluation.id) if more else None, total)


def _beyond(session: Session, after: str) -> ColumnElement[bool]:
    try:
        evaluation_id = UUID(after)
    except ValueError:
        raise NotFound("翻页位置无效，请从第一页重新打开。") from None
    name = session.scalar(
        select(Enterprise.name_sort)
        .join(Evaluation, Evaluation.enterprise_id == Enterprise.id)
        .where(Evaluation.id == evaluation_id)
    )
    same = and_(Enterprise.name_sort == name, Evaluation.id > evaluation_id)
    return or_(Enterprise.name_sort > name, same)


def _conditions(
    titles: Sequence[Title], chosen: PoolFilter, visible_to: Actor
) -> list[ColumnElement[bool]]:
    tests: list[ColumnElement[bool]] = [
        Evaluation.title.in_([title.id for title in titles]),
        Evaluation.for_year == chosen.for_year,
        _known(Evaluation, chosen.known_at),
        Enterprise.managing_division.in_(within(visible_to.divisions)),
    ]
    if chosen.division:
        tests.append(Enterprise.managing_division.in_(within([chosen.division])))
    if chosen.grade is not None:
        tests.append(Evaluation.grade == chosen.grade)
    if chosen.held is not None:
        holds = or_(*(_holds(title, chosen) for title in titles))
        tests.append(holds if chosen.held else ~holds)
    return tests


def _known(
    model: type[Evaluation] | type[TitleEpisode], known_at: datetime | None
) -> ColumnElement[bool]:
    if known_at is None:
        return model.superseded_at.is_(None)
    later = or_(model.superseded_at.is_(None), model.superseded_at > known_at)
    return and_(model.recorded_at <= known_at, later)


def _holds(title: Title, chosen: PoolFilter) -> ColumnElement[bool]:
    """In the roll of the 申报年度, or valid on the day."""
    if title.is_yearly:
        when = TitleEpisode.roll_year == chosen.for_year
    else:
        ended = and_(TitleEpisode.until.is_not(None), TitleEpisode.until <= chosen.on)
        when = and_(TitleEpisode.since <= chosen.on, ~ended)
    return and_(
        Evaluation.title == title.id,
        Evaluation.enterprise_id.in_(
            select(TitleEpisode.enterprise_id).where(
                TitleEpisode.title == title.id, _known(TitleEpisode, chosen.known_at), when
            )
        ),
    )


def years(session: Session, *, visible_to: Actor) -> list[int]:
    """申报年度 with verdicts in force, latest first."""
    rows = session.scalars(
        select(Evaluation.for_year)
        .join(Enterprise, Enterprise.id == Evaluation.enterprise_id)
        .where(
            Evaluation.superseded_at.is_(None),
            Enterprise.managing_division.in_(within(visible_to.divisions)),
        )
        .distinct()
        .order_by(Evaluation.for_year.desc())
    )
    return list(rows)


def last_day(session: Session, for_year: int) -> date | None:
    """The latest day on which a verdict of the year in force was reached."""
    return session.scalar(
        select(func.max(Evaluation.on_day)).where(
            Evaluation.superseded_at.is_(None), Evaluation.for_year == for_year
        )
    )
