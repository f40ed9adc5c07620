"""What a batch is asked for: whom it covers, on which day, by which rule sets."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.enterprises.domain import LISTED, Attribute
from app.enterprises.models import Enterprise, EnterpriseAttribute
from app.evaluation.domain import ApplicationType
from app.evaluation.models import Evaluation
from app.reference.models import DivisionClosure
from rules.days import Moment
from rules.library import Library
from rules.pack import Title
from rules.ruleset import RuleSet

COUNTRY: Final = "0"
PAGE: Final = 20_000  # enterprises read and judged at a time


@dataclass(frozen=True, slots=True)
class Order:
    """What a batch is asked for: whom, on which day, for which 申报年度, which titles."""

    division: str
    on: date
    for_year: int
    titles: tuple[str, ...] = ()  # empty: all
    enterprises: tuple[UUID, ...] = ()  # empty: the whole division

    @property
    def moment(self) -> Moment:
        """The base year is the one before the 申报年度."""
        return Moment.of(self.on, self.for_year)

    @property
    def is_preliminary(self) -> bool:
        """Whether the base year is not closed on the day (预评)."""
        return self.moment.base_year >= self.on.year


def application_type(library: Library, title: Title, moment: Moment) -> ApplicationType | None:
    """What a batch judges a title for: a yearly roll by 年度评价, others by 新申报."""
    preferred = (ApplicationType.YEARLY, ApplicationType.NEW)
    for kind in preferred if title.is_yearly else reversed(preferred):
        if library.rule_set(title.id, kind.value, moment.on, moment.for_year):
            return kind
    return None


def page_of(session: Session, order: Order, after: str) -> list[UUID]:
    """The ids of the next page after the cursor, in order."""
    statement = scope(order).order_by(Enterprise.id).limit(PAGE)
    if after:
        statement = statement.where(Enterprise.id > UUID(after))
    return list(session.scalars(statement))


def scope(order: Order) -> Select[UUID]:
    """Every enterprise of the order, active or not."""
    if order.enterprises:
        return select(Enterprise.id).where(Enterprise.id.in_(order.enterprises))
    below = select(DivisionClosure.descendant_code).where(
        DivisionClosure.ancestor_code == order.division
    )
    return select(Enterprise.id).where(Enterprise.managing_division.in_(below))


def within(order: Order, after: str, last: UUID) -> Select[UUID]:
    """The page as a query, so that no statement carries twenty thousand ids."""
    page = scope(order).where(Enterprise.id <= last)
    return page.where(Enterprise.id > UUID(after)) if after else page


def active(page: Select[UUID], on: date, known_at: datetime) -> Select[UUID]:
    """Those of the page that exist on the day and have not left (注销、吊销、迁出)."""
    status = EnterpriseAttribute
    said = (
        select(status.value)
        .where(
            status.enterprise_id == Enterprise.id,
            status.attribute == Attribute.STATUS,
            status.recorded_at <= known_at,
            or_(status.superseded_at.is_(None), status.superseded_at > known_at),
            or_(status.since.is_(None), status.since <= on),
            or_(status.until.is_(None), status.until > on),
        )
        .limit(1)
        .correlate(Enterprise)
        .scalar_subquery()
    )
    listed = [status.value for status in LISTED]
    in_business = or_(
        said.in_(listed), and_(said.is_(None), Enterprise.operating_status.in_(LISTED))
    )
    founded = or_(Enterprise.registered_on.is_(None), Enterprise.registered_on <= on)
    return page.where(in_business, founded)


def own_titles(library: Library) -> frozenset[str]:
    """The titles on the ladders in force and those that schemes reward; all, without a ladder."""
    steps = {step.title for ladder in library.ladders.values() for step in ladder.steps}
    rewarded = {scheme.title for scheme in library.schemes}
    return frozenset(steps | rewarded) if steps else frozenset(library.titles)


def rule_sets(library: Library, order: Order) -> dict[str, tuple[RuleSet, ApplicationType]]:
    """By title the rule set in force, and the application type it is judged for.

    An order that names no titles is for those of the ladders and schemes in force here; the
    other titles of the packs are judged when somebody asks for them.
    """
    found: dict[str, tuple[RuleSet, ApplicationType]] = {}
    wanted = order.titles or own_titles(library)
    for name, title in library.titles.items():
        if name not in wanted:
            continue
        kind = application_type(library, title, order.moment)
        if kind is None:
            continue
        rule_set = library.rule_set(name, kind.value, order.on, order.for_year)
        if rule_set is not None:
            found[name] = (rule_set, kind)
    return found


def places(session: Session, library: Library) -> dict[str, frozenset[str]]:
    """Per pack the divisions its law reaches."""
    roots = {pack.division for pack in library.packs.values()}
    rows = session.execute(
        select(DivisionClosure.ancestor_code, DivisionClosure.descendant_code).where(
            DivisionClosure.ancestor_code.in_(roots)
        )
    )
    below: dict[str, set[str]] = {root: {root} for root in roots}
    for root, place in rows:
        below[root].add(place)
    return {name: frozenset(below[pack.division]) for name, pack in library.packs.items()}


def territories(session: Session, division: str) -> frozenset[str]:
    """The division and every place it lies in: whose notices count here."""
    above = select(DivisionClosure.ancestor_code).where(DivisionClosure.descendant_code == division)
    return frozenset(session.scalars(above)) | {division}


def count(session: Session, order: Order, until: str = "") -> int:
    """How many enterprises the order covers, those that left included; up to a cursor if given."""
    covered = scope(order)
    if until:
        covered = covered.where(Enterprise.id <= UUID(until))
    return session.scalar(select(func.count()).select_from(covered.subquery())) or 0


def judged_days(session: Session, division: str) -> dict[int, date]:
    """By 申报年度 the last day on which a verdict in force of the division was reached."""
    below = select(DivisionClosure.descendant_code).where(DivisionClosure.ancestor_code == division)
    rows = session.execute(
        select(Evaluation.for_year, func.max(Evaluation.on_day))
        .join(Enterprise, Enterprise.id == Evaluation.enterprise_id)
        .where(Evaluation.superseded_at.is_(None), Enterprise.managing_division.in_(below))
        .group_by(Evaluation.for_year)
    )
    return dict(rows.all())
