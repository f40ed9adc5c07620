"""What the front page asks: how many hold what, what ends next, what waits for whom.

Every question starts at the enterprises visible to the actor.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, defer

from app.enterprises import holders
from app.enterprises.domain import LISTED, EventKind
from app.enterprises.models import Enterprise, TitleEpisode, TitleEvent
from app.enterprises.queries import visible
from app.foundation.actor import Actor
from app.intake.domain import LoadState
from app.intake.models import Load
from app.jobs.domain import JobState
from app.jobs.models import Job
from app.reference.models import DivisionClosure
from app.reference.queries import within
from app.reports.models import Edition

UPS = frozenset({EventKind.FIRST, EventKind.MOVED_IN, EventKind.RECORDED})
DOWNS = frozenset({EventKind.REVOKED, EventKind.MOVED_OUT, EventKind.LAPSED})


@dataclass(frozen=True, slots=True)
class Standing:
    """How a title stands among the firms an actor sees.

    Of a roll `count` is this year's and `down` who was on last year's and is not yet on it.
    """

    count: int
    up: int
    down: int
    last_year: int | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """A title that ends soon."""

    enterprise_id: UUID
    name: str
    title: str
    until: date  # half-open: the first day without the title


def listed(visible_to: Actor) -> ColumnElement[bool]:
    """The enterprises in business that the actor may know of: those of /enterprises."""
    return and_(visible(visible_to), Enterprise.operating_status.in_(LISTED))


def standings(
    session: Session,
    titles: Collection[str],
    rolls: Collection[str],
    *,
    on: date,
    visible_to: Actor,
) -> dict[str, Standing]:
    """Standing by title. A title of which no episode was ever loaded is left out: not zero.

    `rolls` are those of `titles` that are yearly rolls; their year is that of `on`.
    """
    known = set(
        session.scalars(select(TitleEpisode.title).where(TitleEpisode.title.in_(titles)).distinct())
    )
    held = _held(session, known - set(rolls), on, visible_to)
    moved = _moved(session, known - set(rolls), on, visible_to)
    found = {}
    for title in known:
        if title in rolls:
            found[title] = _roll(session, title, on, visible_to)
        else:
            ended = holders.expiring(title, since=date(on.year, 1, 1), until=on).where(
                TitleEpisode.closed_by_id.is_(None)  # What an event closed, the event counts.
            )
            lapsed = _count(session, ended, visible_to)
            ups = sum(n for (name, kind), n in moved.items() if name == title and kind in UPS)
            downs = sum(n for (name, kind), n in moved.items() if name == title and kind in DOWNS)
            found[title] = Standing(held.get(title, 0), ups, downs + lapsed)
    return found


def _held(session: Session, titles: Collection[str], on: date, visible_to: Actor) -> dict[str, int]:
    counted = (
        select(TitleEpisode.title, func.count(TitleEpisode.enterprise_id.distinct()))
        .join(Enterprise, Enterprise.id == TitleEpisode.enterprise_id)
        .where(
            TitleEpisode.title.in_(titles),
            holders.running(on),
            holders.known(TitleEpisode, None),
            listed(visible_to),
        )
        .group_by(TitleEpisode.title)
    )
    return dict(session.execute(counted).all())


def _moved(
    session: Session, titles: Collection[str], on: date, visible_to: Actor
) -> dict[tuple[str, EventKind], int]:
    """Events of this year up to and with `on`, also of firms that have left since."""
    counted = (
        select(TitleEvent.title, TitleEvent.kind, func.count())
        .join(Enterprise, Enterprise.id == TitleEvent.enterprise_id)
        .where(
            TitleEvent.title.in_(titles),
            TitleEvent.on_day >= date(on.year, 1, 1),
            TitleEvent.on_day <= on,
            holders.known(TitleEvent, None),
            visible(visible_to),
        )
        .group_by(TitleEvent.title, TitleEvent.kind)
    )
    return {(title, kind): number for title, kind, number in session.execute(counted)}


def _roll(session: Session, title: str, on: date, visible_to: Actor) -> Standing:
    this, last = holders.on_roll(title, on.year, on), holders.on_roll(title, on.year - 1)
    new = this.where(TitleEpisode.enterprise_id.not_in(last))
    pending = last.where(TitleEpisode.enterprise_id.not_in(this))
    return Standing(
        _count(session, this, visible_to),
        _count(session, new, visible_to),
        _count(session, pending, visible_to),
        _count(session, last, visible_to, everybody=True),
    )


def _count(
    session: Session, ids: Select[UUID], visible_to: Actor, *, everybody: bool = False
) -> int:
    """How many of them are in business; with `everybody` those that have left since as well."""
    seen = visible(visible_to) if everybody else listed(visible_to)
    counted = select(func.count()).select_from(Enterprise)
    return session.scalar(counted.where(Enterprise.id.in_(ids), seen)) or 0


def endings(
    session: Session,
    titles: Sequence[str],
    *,
    since: date,
    until: date,
    visible_to: Actor,
    limit: int,
) -> list[Ending]:
    """Titles whose last day lies in the span and that nothing follows, the earliest first."""
    found: list[Ending] = []
    for title in titles:
        ids = holders.expiring(title, since=since, until=until)
        rows = session.execute(
            select(Enterprise.id, Enterprise.name, TitleEpisode.title, TitleEpisode.until)
            .join(TitleEpisode, TitleEpisode.enterprise_id == Enterprise.id)
            .where(
                Enterprise.id.in_(ids),
                listed(visible_to),
                TitleEpisode.title == title,
                TitleEpisode.until >= since,
                TitleEpisode.until < until,
                holders.known(TitleEpisode, None),
            )
            .order_by(TitleEpisode.until, Enterprise.name_sort)
            .limit(limit)
        )
        found += [Ending(*row[:3], row[3]) for row in rows if row[3]]
    return sorted(found, key=lambda ending: (ending.until, ending.name))[:limit]


def count_endings(
    session: Session, title: str, *, since: date, until: date, visible_to: Actor
) -> int:
    """How many lose `title` in the span if nothing follows."""
    return _count(session, holders.expiring(title, since=since, until=until), visible_to)


def places_above(session: Session, division: str) -> frozenset[str]:
    """Codes of the place and of those it lies in: whose notices reach it."""
    above = select(DivisionClosure.ancestor_code).where(DivisionClosure.descendant_code == division)
    return frozenset(session.scalars(above))


def list_running_jobs(session: Session, *, visible_to: Actor) -> Sequence[Job]:
    """Jobs under way in the actor's divisions, the newest first."""
    under_way = select(Job).where(
        Job.state.in_((JobState.WAITING, JobState.RUNNING)),
        Job.division.in_(within(visible_to.divisions)),
    )
    return session.scalars(under_way.order_by(Job.created_at.desc()).limit(5)).all()


def list_open_loads(session: Session, *, visible_to: Actor) -> Sequence[Load]:
    """Loads tried and not yet confirmed in the actor's divisions, the newest first."""
    tried = select(Load).where(
        Load.state == LoadState.CHECKED, Load.division.in_(within(visible_to.divisions))
    )
    return session.scalars(tried.order_by(Load.created_at.desc()).limit(5)).all()


def list_editions(session: Session, *, visible_to: Actor) -> Sequence[Edition]:
    """The latest editions the actor may see, without their data."""
    latest = (
        select(Edition)
        .options(defer(Edition.data))
        .where(Edition.division.in_(within(visible_to.divisions)))
    )
    return session.scalars(latest.order_by(Edition.issued_at.desc()).limit(4)).all()
