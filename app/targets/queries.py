"""How far the register is towards the plan's targets, counted by place in the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.enterprises.domain import Attribute
from app.enterprises.facts import known
from app.enterprises.models import EnterpriseAttribute, TitleEpisode
from app.foundation.actor import Actor
from app.reference.models import Division, DivisionClosure
from app.targets.domain import Counting, Progress, TargetKind, counting, progress
from rules.library import Library
from rules.pack import Target

NOT_KEPT: Final = "登记簿中还没有这个称号的记录，请先导入公告名单"


@dataclass(frozen=True, slots=True)
class Share:
    """What one place contributes to a target."""

    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """A target with its progress and who contributes what. `is_partial`: own part only."""

    target: Target
    territory: str  # name of the place the target is for
    progress: Progress
    shares: tuple[Share, ...]
    is_partial: bool


def years(library: Library) -> list[int]:
    """Years for which the packs in force set targets."""
    return sorted({target.year for target in library.targets})


def board(
    session: Session,
    library: Library,
    *,
    year: int,
    on: date,
    known_at: datetime,
    visible_to: Actor,
) -> list[Line]:
    """The targets of `year` that concern the actor's divisions, in the order of the packs.

    A target of a place above the actor's shows the actor's own part only: what others
    contribute lies outside his divisions.
    """
    seen = set(session.scalars(_below(visible_to.divisions)))
    above = set(session.scalars(_above(visible_to.divisions)))
    wanted = [t for t in library.targets if t.year == year and t.territory in seen | above]
    return [_line(session, library, target, on, known_at, seen) for target in wanted]


def measure(
    session: Session, library: Library, target: Target, on: date, known_at: datetime
) -> Progress:
    """The progress of one target over its whole territory."""
    what = counting(target, on, rolls(library))
    if isinstance(what, str):
        return progress(target, None, on, what)
    within = _below([target.territory])
    counts = count_by_code(session, what, known_at, within=within)
    if not counts and not _is_kept(session, what, known_at, within):
        return progress(target, None, on, NOT_KEPT)
    return progress(target, sum(counts.values()), on)


def rolls(library: Library) -> frozenset[str]:
    """The titles that are yearly rolls."""
    return frozenset(title.id for title in library.titles.values() if title.is_yearly)


def count_by_code(
    session: Session, what: Counting, known_at: datetime, *, within: Select[str]
) -> dict[str, int]:
    """Distinct firms by the code of the division that manages them, as known at `known_at`."""
    if what.kind is TargetKind.NET:
        now = _count(session, _held(what, what.on), what.on, known_at, within)
        then = _count(session, _held(what, what.base), what.base, known_at, within)
        return {code: now.get(code, 0) - then.get(code, 0) for code in now.keys() | then.keys()}
    if what.kind is TargetKind.STOCK:
        return _count(session, _held(what, what.on), what.on, known_at, within)
    return _count(session, _new(what, known_at), what.on, known_at, within)


def _count(
    session: Session,
    episodes: ColumnElement[bool],
    day: date,
    known_at: datetime,
    within: Select[str],
) -> dict[str, int]:
    managed = EnterpriseAttribute
    rows = session.execute(
        select(managed.value, func.count(TitleEpisode.enterprise_id.distinct()))
        .join(managed, managed.enterprise_id == TitleEpisode.enterprise_id)
        .where(
            managed.attribute == Attribute.MANAGING_DIVISION,
            managed.value.in_(within),
            known(managed, known_at),
            or_(managed.since.is_(None), managed.since <= day),
            or_(managed.until.is_(None), managed.until > day),
            known(TitleEpisode, known_at),
            episodes,
        )
        .group_by(managed.value)
    )
    return dict(rows.all())


def _is_kept(session: Session, what: Counting, known_at: datetime, within: Select[str]) -> bool:
    """Whether the register holds any episode of the titles here: nothing at all is no zero."""
    managed = select(EnterpriseAttribute.enterprise_id).where(
        EnterpriseAttribute.attribute == Attribute.MANAGING_DIVISION,
        EnterpriseAttribute.value.in_(within),
        known(EnterpriseAttribute, known_at),
    )
    kept = exists().where(
        TitleEpisode.title.in_(what.titles),
        known(TitleEpisode, known_at),
        TitleEpisode.enterprise_id.in_(managed),
    )
    return bool(session.scalar(select(kept)))


def _held(what: Counting, day: date) -> ColumnElement[bool]:
    """Holding one of the titles on `day`; for rolls, on the roll of that day's year by then."""
    if what.roll_year is not None:
        return and_(
            TitleEpisode.title.in_(what.titles),
            TitleEpisode.roll_year == day.year,
            TitleEpisode.since <= day,
        )
    return and_(
        TitleEpisode.title.in_(what.titles),
        TitleEpisode.since <= day,
        or_(TitleEpisode.until.is_(None), TitleEpisode.until > day),
    )


def _new(what: Counting, known_at: datetime) -> ColumnElement[bool]:
    """Beginning to hold one of the titles after `base`, without having held it then."""
    before = aliased(TitleEpisode)
    held_before = exists().where(
        before.enterprise_id == TitleEpisode.enterprise_id,
        before.title == TitleEpisode.title,
        before.since <= what.base,
        or_(before.until.is_(None), before.until > what.base),
        before.recorded_at <= known_at,
        or_(before.superseded_at.is_(None), before.superseded_at > known_at),
    )
    return and_(
        TitleEpisode.title.in_(what.titles),
        TitleEpisode.since > what.base,
        TitleEpisode.since <= what.on,
        ~held_before,
    )


def _line(
    session: Session,
    library: Library,
    target: Target,
    on: date,
    known_at: datetime,
    seen: set[str],
) -> Line:
    name = session.scalar(select(Division.name).where(Division.code == target.territory)) or ""
    partial = target.territory not in seen
    what = counting(target, on, rolls(library))
    if isinstance(what, str):
        return Line(target, name, progress(target, None, on, what), (), partial)
    within = _below([target.territory])
    counts = count_by_code(session, what, known_at, within=within)
    if not counts and not _is_kept(session, what, known_at, within):
        return Line(target, name, progress(target, None, on, NOT_KEPT), (), partial)
    shares = _shares(session, target.territory, counts, seen)
    counted = sum(share.count for share in shares) if partial else sum(counts.values())
    if partial:
        done = progress(
            target, None, on, f"上级指标，本单位 {counted:,} 户，全域完成情况请看上级报告"
        )
        return Line(target, name, done, shares, is_partial=True)
    return Line(target, name, progress(target, counted, on), shares, is_partial=False)


def _shares(
    session: Session, territory: str, counts: dict[str, int], seen: set[str]
) -> tuple[Share, ...]:
    """Counts gathered by the territory's places, or by itself where the code is its own."""
    children = session.execute(
        select(Division.code, Division.name).where(Division.parent_code == territory)
    ).all()
    closure = session.execute(
        select(DivisionClosure.descendant_code, DivisionClosure.ancestor_code).where(
            DivisionClosure.ancestor_code.in_([code for code, _ in children])
        )
    )
    place_of = dict(closure.all())
    own = session.scalar(select(Division.name).where(Division.code == territory)) or ""
    names = dict(children) | {territory: f"{own}本级" if children else own}
    gathered: dict[str, int] = {}
    for code, count in counts.items():
        if code in seen:
            place = place_of.get(code, territory)
            gathered[place] = gathered.get(place, 0) + count
    return tuple(Share(code, names[code], gathered[code]) for code in sorted(gathered))


def _below(divisions: Collection[str]) -> Select[str]:
    return select(DivisionClosure.descendant_code).where(
        DivisionClosure.ancestor_code.in_(divisions)
    )


def _above(divisions: Collection[str]) -> Select[str]:
    return select(DivisionClosure.ancestor_code).where(
        DivisionClosure.descendant_code.in_(divisions)
    )
