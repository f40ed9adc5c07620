"""Who holds which title: on a day, in a roll year, as known at an instant.

Every function takes `on` (the legal day asked about) and `known_at` (None: what is known now).
Selects are unexecuted, so that lists of any room can stand on them.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, text
from sqlalchemy.orm import Session, aliased, contains_eager

from app.enterprises.domain import EventKind
from app.enterprises.models import Enterprise, TitleEpisode, TitleEvent
from app.reference.queries import within


def known(
    model: type[TitleEpisode] | type[TitleEvent], known_at: datetime | None
) -> ColumnElement[bool]:
    """Rows that were in force in the register at `known_at`; None means now."""
    return _known_as(model, known_at)


def _known_as(model: Any, known_at: datetime | None) -> ColumnElement[bool]:
    if known_at is None:
        return cast("ColumnElement[bool]", model.superseded_at.is_(None))
    return and_(
        model.recorded_at <= known_at,
        or_(model.superseded_at.is_(None), model.superseded_at > known_at),
    )


def running(on: date) -> ColumnElement[bool]:
    """Episodes that hold on the day."""
    return and_(
        TitleEpisode.since <= on, or_(TitleEpisode.until.is_(None), TitleEpisode.until > on)
    )


def held_on(title: str, on: date, known_at: datetime | None = None) -> Select[UUID]:
    """Enterprises that hold `title` on a day."""
    return select(TitleEpisode.enterprise_id).where(
        TitleEpisode.title == title, running(on), known(TitleEpisode, known_at)
    )


def on_roll(
    title: str, year: int, on: date | None = None, known_at: datetime | None = None
) -> Select[UUID]:
    """Enterprises on the roll of `year` (年度入库), whether or not the year's number still runs.

    With `on`, as the roll stood on that day: entries of later days are not there yet, and
    one revoked by then is struck. Without it, the roll as a whole.
    """
    entries = _roll_entries([year], on, known_at).where(TitleEpisode.title == title)
    return entries.with_only_columns(TitleEpisode.enterprise_id).distinct()


def _roll_entries(
    years: Sequence[int], on: date | None = None, known_at: datetime | None = None
) -> Select[TitleEpisode]:
    closing = aliased(TitleEvent)
    roll = (
        select(TitleEpisode)
        .outerjoin(closing, closing.id == TitleEpisode.closed_by_id)
        .where(TitleEpisode.roll_year.in_(years), known(TitleEpisode, known_at))
    )
    struck = closing.kind == EventKind.REVOKED
    if on is not None:
        roll = roll.where(TitleEpisode.since <= on)
        struck = and_(struck, closing.on_day <= on)
    return roll.where(or_(closing.id.is_(None), ~struck))


def held_titles(
    session: Session, enterprise_id: UUID, on: date, known_at: datetime | None = None
) -> list[str]:
    """Ids of the titles that one enterprise holds on a day."""
    episodes = titles_of(session, enterprise_id, on=on, known_at=known_at)
    return sorted({episode.title for episode in episodes})


def titles_of(
    session: Session,
    enterprise_id: UUID,
    *,
    on: date | None = None,
    known_at: datetime | None = None,
) -> Sequence[TitleEpisode]:
    """Episodes of one enterprise by beginning, with their opening event and its document.

    `on` limits them to those that hold on the day. Visibility is the caller's: ask for the
    enterprise first.
    """
    statement = (
        select(TitleEpisode)
        .join(TitleEpisode.opened_by)
        .outerjoin(TitleEvent.document)
        .options(contains_eager(TitleEpisode.opened_by).contains_eager(TitleEvent.document))
        .where(TitleEpisode.enterprise_id == enterprise_id, known(TitleEpisode, known_at))
        .order_by(TitleEpisode.since, TitleEpisode.title)
    )
    if on is not None:
        statement = statement.where(running(on))
    return session.scalars(statement).all()


def list_events(
    session: Session, enterprise_id: UUID, *, known_at: datetime | None = None
) -> Sequence[TitleEvent]:
    """Events of one enterprise, latest first, each with its document."""
    statement = (
        select(TitleEvent)
        .outerjoin(TitleEvent.document)
        .options(contains_eager(TitleEvent.document))
        .where(TitleEvent.enterprise_id == enterprise_id, known(TitleEvent, known_at))
        .order_by(TitleEvent.on_day.desc(), TitleEvent.id.desc())
    )
    return session.scalars(statement).all()


def titles_by_enterprise(
    session: Session,
    enterprise_ids: Collection[UUID],
    on: date,
    known_at: datetime | None = None,
) -> dict[UUID, list[TitleEpisode]]:
    """The episodes that hold on a day, of many enterprises in one statement."""
    statement = select(TitleEpisode).where(
        TitleEpisode.enterprise_id.in_(list(enterprise_ids)),
        running(on),
        known(TitleEpisode, known_at),
    )
    found: dict[UUID, list[TitleEpisode]] = {}
    for episode in session.scalars(statement.order_by(TitleEpisode.title)):
        found.setdefault(episode.enterprise_id, []).append(episode)
    return found


Counts = dict[tuple[str, str], int]  # by title and managing division
YearCounts = dict[int, Counts]


def count_holders(session: Session, on: date, *, divisions: Collection[str]) -> Counts:
    """How many hold each title on a day, at or below `divisions`."""
    holding = select(TitleEpisode).where(running(on), known(TitleEpisode, None))
    one_each = func.count()  # Episodes of one title never overlap: nobody is counted twice.
    return _counts(session, holding, literal(0), one_each, divisions).get(0, {})


def count_rolls(
    session: Session, years: Sequence[int], *, divisions: Collection[str]
) -> YearCounts:
    """How many are on each title's roll of each year, at or below `divisions`."""
    entries = _roll_entries(years)
    distinct = func.count(TitleEpisode.enterprise_id.distinct())
    return _counts(session, entries, TitleEpisode.roll_year.expression, distinct, divisions)


def count_expiring(
    session: Session, years: Sequence[int], *, divisions: Collection[str]
) -> YearCounts:
    """How many episodes of each title end in each of consecutive `years`, nothing following."""
    ending = _ending(date(min(years), 1, 1), date(max(years) + 1, 1, 1), None)
    in_year = case(*((TitleEpisode.until < date(year + 1, 1, 1), year) for year in sorted(years)))
    return _counts(session, ending, in_year, func.count(), divisions)


def _counts(
    session: Session,
    episodes: Select[TitleEpisode],
    year: ColumnElement[Any],
    counted: ColumnElement[int],
    divisions: Collection[str],
) -> YearCounts:
    statement = (
        episodes.with_only_columns(
            year.label("year"), TitleEpisode.title, Enterprise.managing_division, counted
        )
        .join(Enterprise, Enterprise.id == TitleEpisode.enterprise_id)
        .where(Enterprise.managing_division.in_(within(divisions)))
        .group_by(text("year"), TitleEpisode.title, Enterprise.managing_division)
    )
    found: YearCounts = {}
    for of, title, place, count in session.execute(statement):
        found.setdefault(of, {})[title, place] = count
    return found


def count_events(
    session: Session,
    *,
    since: date,
    until: date,
    divisions: Collection[str],
    known_at: datetime | None = None,
) -> dict[tuple[str, EventKind], int]:
    """Events with their day in [since, until), by title and kind, at or below `divisions`."""
    counted = (
        select(TitleEvent.title, TitleEvent.kind, func.count())
        .join(Enterprise, Enterprise.id == TitleEvent.enterprise_id)
        .where(
            TitleEvent.on_day >= since,
            TitleEvent.on_day < until,
            known(TitleEvent, known_at),
            Enterprise.managing_division.in_(within(divisions)),
        )
        .group_by(TitleEvent.title, TitleEvent.kind)
    )
    return {(title, kind): count for title, kind, count in session.execute(counted)}


def expiring(
    title: str, *, since: date, until: date, known_at: datetime | None = None
) -> Select[UUID]:
    """Enterprises whose running episode of `title` ends in [since, until), nothing following."""
    ending = _ending(since, until, known_at).where(TitleEpisode.title == title)
    return ending.with_only_columns(TitleEpisode.enterprise_id)


def _ending(since: date, until: date, known_at: datetime | None) -> Select[TitleEpisode]:
    following = aliased(TitleEpisode)
    continued = (
        select(following.id)
        .where(
            following.enterprise_id == TitleEpisode.enterprise_id,
            following.title == TitleEpisode.title,
            following.since <= TitleEpisode.until,
            or_(following.until.is_(None), following.until > TitleEpisode.until),
            _known_as(following, known_at),
        )
        .exists()
    )
    return select(TitleEpisode).where(
        TitleEpisode.until >= since,
        TitleEpisode.until < until,
        known(TitleEpisode, known_at),
        ~continued,
    )
