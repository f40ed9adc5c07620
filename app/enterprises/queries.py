"""Questions about enterprises. Every one starts from what its actor may see."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.enterprises import holders
from app.enterprises.domain import (
    CODE_LENGTH,
    LISTED,
    Attribute,
    OperatingStatus,
    normal_code,
)
from app.enterprises.models import (
    Enterprise,
    EnterpriseAttribute,
    SavedView,
    SourceDocument,
    TitleEpisode,
)
from app.foundation.actor import Actor
from app.foundation.errors import NotFound
from app.foundation.paging import Page, Window, seek
from app.reference import queries as reference
from app.reference.models import Industry
from app.reference.queries import within

SUGGESTIONS: Final = 10
STREAMED: Final = 2_000  # rows fetched at once for an export
Holding = Literal["held", "not_held", "on_roll", "not_on_roll", "expiring"]
UNDATED: Final = date(9999, 12, 31)  # where a founding day is not known; after all that are

ORDERS: Final[Mapping[str, ColumnElement[Any]]] = {
    "name": Enterprise.name_sort.expression,
    "code": Enterprise.credit_code.expression,
    "registered_on": func.coalesce(Enterprise.registered_on, UNDATED),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to. Empty members narrow nothing; `status` empty is 在业."""

    on: date  # the day on which titles are held
    text: str = ""
    division: str = ""
    by_registration: bool = False  # else by 归口
    industry: str = ""  # section letter, or a code of 2 to 4 digits
    status: str = ""  # "" those in business, "all", or one OperatingStatus
    title: str = ""
    holding: Holding = "held"
    year: int | None = None  # of the roll; None is the year of `on`
    among: tuple[Select[UUID], ...] = field(default=())  # enterprise ids, from upper rooms


@dataclass(frozen=True, slots=True)
class Listed:
    """One enterprise as lists and exports show it."""

    enterprise: Enterprise
    registered: str
    managing: str
    industry: str
    titles: tuple[TitleEpisode, ...]
    formerly: str = ""  # the former name by which a search found it, its present one not


def visible(visible_to: Actor) -> ColumnElement[bool]:
    """Enterprises that an actor may know of.

    Those managed at or below his divisions, and those he may act for.
    """
    managed = Enterprise.managing_division.in_(within(visible_to.divisions))
    if not visible_to.mandates:
        return managed
    return or_(managed, Enterprise.id.in_(sorted(visible_to.enterprises)))


def get_enterprise(session: Session, enterprise_id: UUID, *, visible_to: Actor) -> Enterprise:
    """The enterprise with its two divisions.

    Raises:
        NotFound: there is none, or it is not in the actor's divisions.
    """
    statement = (
        select(Enterprise)
        .options(joinedload(Enterprise.registered), joinedload(Enterprise.managing))
        .where(Enterprise.id == enterprise_id, visible(visible_to))
    )
    return _found(session.scalar(statement))


def names(session: Session, ids: Collection[UUID], visible_to: Actor) -> dict[UUID, str]:
    """Enterprise -> present name, of those the actor may know of."""
    wanted = select(Enterprise.id, Enterprise.name).where(
        Enterprise.id.in_(ids), visible(visible_to)
    )
    return dict(session.execute(wanted).all())


def get_by_code(session: Session, code: str, *, visible_to: Actor) -> Enterprise:
    """The enterprise with this credit code.

    Raises:
        NotFound: there is none, or it is not in the actor's divisions.
    """
    statement = select(Enterprise).where(
        Enterprise.credit_code == normal_code(code), visible(visible_to)
    )
    return _found(session.scalar(statement))


def _found(enterprise: Enterprise | None) -> Enterprise:
    if enterprise is None:
        raise NotFound("没有这个企业，或它不在您的辖区内。")
    return enterprise


def select_enterprises(filters: Filters, *, visible_to: Actor) -> Select[Enterprise]:
    """The enterprises that pass `filters` and that the actor may see, unordered."""
    conditions = [visible(visible_to), *_narrow(filters)]
    conditions += [Enterprise.id.in_(ids) for ids in filters.among]
    return select(Enterprise).where(*conditions)


def _narrow(filters: Filters) -> Iterator[ColumnElement[bool]]:
    if filters.text.strip():
        yield matches(filters.text)
    if filters.division:
        place = (
            Enterprise.registered_division
            if filters.by_registration
            else Enterprise.managing_division
        )
        yield place.in_(within([filters.division]))
    if filters.industry:
        yield _in_industry(filters.industry)
    if filters.status == "":
        yield Enterprise.operating_status.in_(LISTED)
    elif filters.status != "all":
        yield Enterprise.operating_status == OperatingStatus(filters.status)
    if filters.title:
        yield _holds(filters)


def _in_industry(code: str) -> ColumnElement[bool]:
    if code.isalpha():
        section = select(Industry.code).where(Industry.section == code.upper())
        return Enterprise.industry_code.in_(section)
    return Enterprise.industry_code.startswith(code, autoescape=True)


def _holds(filters: Filters) -> ColumnElement[bool]:
    year = filters.year or filters.on.year
    if filters.holding == "expiring":
        next_year = date(year + 1, 1, 1)
        ending = holders.expiring(filters.title, since=date(year, 1, 1), until=next_year)
        return Enterprise.id.in_(ending)
    if filters.holding in {"held", "not_held"}:
        ids = holders.held_on(filters.title, filters.on)
    else:
        ids = holders.on_roll(filters.title, year)
    inside = Enterprise.id.in_(ids)
    return inside if filters.holding in {"held", "on_roll"} else ~inside


def matches(text: str) -> ColumnElement[bool]:
    """Enterprises that `text` may mean.

    A part of the name or of a former one; letters also as a part of its pinyin or of its
    initials; letters and digits also as the beginning of the credit code.
    """
    wanted = text.strip()
    ways: list[ColumnElement[bool]] = [
        Enterprise.name.contains(wanted, autoescape=True),
        Enterprise.id.in_(_formerly(wanted)),
    ]
    code = normal_code(wanted)
    if code.isascii() and code.isalnum():
        ways.append(Enterprise.credit_code.startswith(code, autoescape=True))
        if len(code) < CODE_LENGTH:
            ways.append(Enterprise.name_initials.contains(code.lower(), autoescape=True))
            ways.append(Enterprise.name_sort.contains(code.lower(), autoescape=True))
    return or_(*ways)


def _formerly(text: str) -> Select[UUID]:
    """Enterprises one of whose names before the present one contains `text`."""
    return select(EnterpriseAttribute.enterprise_id).where(
        EnterpriseAttribute.attribute == Attribute.NAME,
        EnterpriseAttribute.value.contains(text, autoescape=True),
        EnterpriseAttribute.superseded_at.is_(None),
        EnterpriseAttribute.until.is_not(None),
    )


def count(session: Session, filters: Filters, *, visible_to: Actor) -> int:
    """How many enterprises pass."""
    passing = select_enterprises(filters, visible_to=visible_to).with_only_columns(func.count())
    return session.scalar(passing) or 0


def page(
    session: Session,
    filters: Filters,
    *,
    visible_to: Actor,
    window: Window,
    order: str = "name",
    descending: bool = False,
) -> Page[Listed]:
    """One page of the list, with the number of all that pass."""
    statement = select_enterprises(filters, visible_to=visible_to)
    keys: list[ColumnElement[Any]] = [ORDERS[order], Enterprise.id.expression]
    found = seek(session, statement, keys, window=window, descending=descending)
    rows = [row[0] for row in found.rows]
    total = count(session, filters, visible_to=visible_to)
    return Page(_dress(session, rows, filters), found.after, total, found.before)


def stream(
    session: Session,
    filters: Filters,
    *,
    visible_to: Actor,
    order: str = "name",
    descending: bool = False,
) -> Iterator[Listed]:
    """Every enterprise of the list in its order, a few hundred at a time in memory."""
    statement = select_enterprises(filters, visible_to=visible_to)
    keys: list[ColumnElement[Any]] = [ORDERS[order], Enterprise.id.expression]
    window = Window(size=STREAMED)
    while True:
        found = seek(session, statement, keys, window=window, descending=descending)
        yield from _dress(session, [row[0] for row in found.rows], filters)
        if found.after is None:
            return
        window = Window(after=found.after, size=STREAMED)


def _dress(session: Session, enterprises: Sequence[Enterprise], filters: Filters) -> list[Listed]:
    """Add the names of places and industries and the titles held, a statement for each."""
    places = {e.registered_division for e in enterprises}
    places |= {e.managing_division for e in enterprises}
    names = reference.names(session, places)
    codes = {e.industry_code for e in enterprises if e.industry_code}
    industries = dict(
        session.execute(select(Industry.code, Industry.name).where(Industry.code.in_(codes))).all()
    )
    titles = holders.titles_by_enterprise(session, [e.id for e in enterprises], filters.on)
    former = _found_by(session, enterprises, filters.text.strip())
    return [
        Listed(
            enterprise,
            names.get(enterprise.registered_division, enterprise.registered_division),
            names.get(enterprise.managing_division, enterprise.managing_division),
            industries.get(enterprise.industry_code or "", ""),
            tuple(titles.get(enterprise.id, ())),
            former.get(enterprise.id, ""),
        )
        for enterprise in enterprises
    ]


def _found_by(session: Session, enterprises: Sequence[Enterprise], text: str) -> dict[UUID, str]:
    """The former name that has `text`, of enterprises whose present name has it not."""
    renamed = [each.id for each in enterprises if text and text not in each.name]
    if not renamed:
        return {}
    statement = _formerly(text).add_columns(EnterpriseAttribute.value)
    latest_last = statement.where(EnterpriseAttribute.enterprise_id.in_(renamed)).order_by(
        EnterpriseAttribute.until
    )
    return dict(session.execute(latest_last).all())


def suggest(session: Session, text: str, *, visible_to: Actor) -> Sequence[Enterprise]:
    """The first few enterprises that `text` may mean, for a field that completes itself."""
    if not text.strip():
        return []
    statement = select(Enterprise).where(visible(visible_to), matches(text))
    ordered = statement.order_by(Enterprise.name_sort, Enterprise.id)
    return session.scalars(ordered.limit(SUGGESTIONS)).all()


def history(
    session: Session, enterprise_id: UUID, *, known_at: datetime | None = None
) -> Sequence[tuple[EnterpriseAttribute, SourceDocument | None]]:
    """Every value an enterprise's attributes had, each with its source.

    In the order of the vocabulary, and of one attribute the latest first.

    Visibility is the caller's: ask for the enterprise first.
    """
    statement = (
        select(EnterpriseAttribute, SourceDocument)
        .outerjoin(SourceDocument, SourceDocument.id == EnterpriseAttribute.document_id)
        .where(EnterpriseAttribute.enterprise_id == enterprise_id, _known(known_at))
        .order_by(func.coalesce(EnterpriseAttribute.since, date.min).desc())
    )
    rows = [(row, document) for row, document in session.execute(statement)]
    order = list(Attribute)
    return sorted(rows, key=lambda found: order.index(found[0].attribute))  # stable


def values_on(
    session: Session,
    enterprise_ids: Collection[UUID],
    on: date,
    *,
    known_at: datetime | None = None,
) -> dict[UUID, dict[Attribute, str]]:
    """The attributes of enterprises as they were on a day, as known at an instant."""
    statement = select(
        EnterpriseAttribute.enterprise_id, EnterpriseAttribute.attribute, EnterpriseAttribute.value
    ).where(
        EnterpriseAttribute.enterprise_id.in_(list(enterprise_ids)),
        _known(known_at),
        or_(EnterpriseAttribute.since.is_(None), EnterpriseAttribute.since <= on),
        or_(EnterpriseAttribute.until.is_(None), EnterpriseAttribute.until > on),
    )
    found: dict[UUID, dict[Attribute, str]] = {}
    for enterprise_id, attribute, value in session.execute(statement):
        found.setdefault(enterprise_id, {})[attribute] = value
    return found


def former_names(session: Session, enterprise_id: UUID) -> list[str]:
    """Names the enterprise had before its present one, latest first."""
    rows = history(session, enterprise_id)
    return [
        row.value for row, _ in rows if row.attribute is Attribute.NAME and row.until is not None
    ]


def _known(known_at: datetime | None) -> ColumnElement[bool]:
    if known_at is None:
        return EnterpriseAttribute.superseded_at.is_(None)
    return and_(
        EnterpriseAttribute.recorded_at <= known_at,
        or_(
            EnterpriseAttribute.superseded_at.is_(None),
            EnterpriseAttribute.superseded_at > known_at,
        ),
    )


def list_views(session: Session, list_name: str, *, by: Actor) -> Sequence[SavedView]:
    """The views an account saved of one list, by name."""
    own = select(SavedView).where(SavedView.account_id == by.id, SavedView.list_name == list_name)
    return session.scalars(own.order_by(SavedView.name)).all()
