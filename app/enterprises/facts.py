"""The register read whole, for reports and targets: who was where and held what, by (on, known_at).

Set-based Core reads on the caller's own connection. Identifiers travel as 32 hexadecimal digits
on both databases.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.enterprises.domain import Attribute, EventKind, OperatingStatus
from app.enterprises.models import Enterprise, EnterpriseAttribute, TitleEpisode, TitleEvent
from app.reference.models import Division, DivisionClosure


@dataclass(frozen=True, slots=True)
class Area:
    """A division with the places below it; every code within leads to one of the places."""

    code: str
    name: str
    places: tuple[
        tuple[str, str], ...
    ]  # code and name, by code; itself last, when it has any below
    place_of: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Held:
    """One episode of a title as it was known."""

    enterprise: str
    title: str
    since: date
    until: date | None
    roll_year: int | None
    opened_as: EventKind
    closed_as: EventKind | None
    certificate: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of an enterprise on one day."""

    name: str
    managing: str | None
    registered: str | None
    status: OperatingStatus


@dataclass(frozen=True, slots=True)
class Register:
    """All enterprises that were ever managed or registered in an area, as known at an instant."""

    credit_codes: Mapping[str, str]
    registered_on: Mapping[str, date | None]
    history: Mapping[str, Mapping[str, list[tuple[date | None, date | None, str]]]]

    def on(self, day: date) -> dict[str, Standing]:
        """Each enterprise as it stood on `day`; one not yet founded, or not known, is absent."""
        return {
            firm: Standing(
                name=_value(attributes, Attribute.NAME, day) or "",
                managing=_value(attributes, Attribute.MANAGING_DIVISION, day),
                registered=_value(attributes, Attribute.REGISTERED_DIVISION, day),
                status=OperatingStatus(
                    _value(attributes, Attribute.STATUS, day) or OperatingStatus.ACTIVE
                ),
            )
            for firm, attributes in self.history.items()
            if (founded := self.registered_on.get(firm)) is None or founded <= day
        }


def key(column: InstrumentedAttribute[UUID]) -> ColumnElement[str]:
    """An identifier as 32 hexadecimal digits, on both databases."""
    return func.replace(cast(column, String(36)), "-", "", type_=String)


def known(model: Any, at: datetime) -> ColumnElement[bool]:
    """Only rows that were recorded, and not yet superseded, at `at`."""
    superseded = model.superseded_at
    return and_(model.recorded_at <= at, or_(superseded.is_(None), superseded > at))


def area(session: Session, division: str) -> Area | None:
    """The division of that code with its places, or None."""
    name = session.scalar(select(Division.name).where(Division.code == division))
    if name is None:
        return None
    children = session.execute(
        select(Division.code, Division.name)
        .where(Division.parent_code == division)
        .order_by(Division.code)
    ).all()
    closure = session.execute(
        select(DivisionClosure.ancestor_code, DivisionClosure.descendant_code).where(
            DivisionClosure.ancestor_code.in_([code for code, _ in children])
        )
    ).all()
    place_of = {below: above for above, below in closure} | {division: division}
    itself = f"{name}本级" if children else name
    places = (*((code, child) for code, child in children), (division, itself))
    return Area(division, name, places, place_of)


def within(division: str, at: datetime) -> Select[UUID]:
    """Enterprises known at `at` to have been managed or registered in the division at any time."""
    below = select(DivisionClosure.descendant_code).where(DivisionClosure.ancestor_code == division)
    places = (Attribute.MANAGING_DIVISION, Attribute.REGISTERED_DIVISION)
    return select(EnterpriseAttribute.enterprise_id).where(
        EnterpriseAttribute.attribute.in_(places),
        EnterpriseAttribute.value.in_(below),
        known(EnterpriseAttribute, at),
    )


def register(session: Session, division: str, known_at: datetime) -> Register:
    """The enterprises of the division with the attributes that a report needs."""
    chosen = within(division, known_at)
    firms = session.execute(
        select(key(Enterprise.id), Enterprise.credit_code, Enterprise.registered_on).where(
            Enterprise.id.in_(chosen)
        )
    ).all()
    wanted = (
        Attribute.NAME,
        Attribute.MANAGING_DIVISION,
        Attribute.REGISTERED_DIVISION,
        Attribute.STATUS,
    )
    rows = session.execute(
        select(
            key(EnterpriseAttribute.enterprise_id),
            cast(EnterpriseAttribute.attribute, String),
            EnterpriseAttribute.value,
            EnterpriseAttribute.since,
            EnterpriseAttribute.until,
        ).where(
            EnterpriseAttribute.enterprise_id.in_(chosen),
            EnterpriseAttribute.attribute.in_(wanted),
            known(EnterpriseAttribute, known_at),
        )
    )
    history: dict[str, dict[str, list[tuple[date | None, date | None, str]]]] = {}
    for firm, attribute, value, since, until in rows:
        history.setdefault(firm, {}).setdefault(attribute, []).append((since, until, value))
    return Register(
        {firm: code for firm, code, _ in firms}, {firm: day for firm, _, day in firms}, history
    )


def episodes(
    session: Session, division: str, titles: Collection[str], known_at: datetime
) -> list[Held]:
    """The episodes of `titles` of the division's enterprises, by beginning."""
    opened, closed = aliased(TitleEvent), aliased(TitleEvent)
    rows = session.execute(
        select(
            key(TitleEpisode.enterprise_id),
            TitleEpisode.title,
            TitleEpisode.since,
            TitleEpisode.until,
            TitleEpisode.roll_year,
            opened.kind,
            closed.kind,
            opened.certificate,
        )
        .join(opened, opened.id == TitleEpisode.opened_by_id)
        .outerjoin(closed, closed.id == TitleEpisode.closed_by_id)
        .where(
            TitleEpisode.title.in_(titles),
            TitleEpisode.enterprise_id.in_(within(division, known_at)),
            known(TitleEpisode, known_at),
        )
        .order_by(TitleEpisode.since, TitleEpisode.enterprise_id, TitleEpisode.title)
    )
    return [Held(*row) for row in rows]


def _value(
    attributes: Mapping[str, list[tuple[date | None, date | None, str]]], name: str, day: date
) -> str | None:
    for since, until, value in attributes.get(name, ()):
        if (since is None or since <= day) and (until is None or day < until):
            return value
    return None
