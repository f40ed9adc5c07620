"""The register read whole, for reports and targets: who was where and held what, by (on, known_at).

Set-based Core reads on the caller's own connection. Identifiers travel as 32 hexadecimal digits
on both databases.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, String, and_, cast, func, or_, select
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
    is_founded: bool = True


Values = list[tuple[date | None, date | None, str]]  # since, until, value
History = Mapping[str, Mapping[str, Values]]  # by enterprise and attribute


@dataclass(frozen=True, slots=True)
class Register:
    """All enterprises that were ever managed or registered in an area, as known at an instant."""

    credit_codes: Mapping[str, str]
    registered_on: Mapping[str, date | None]
    fixed: Mapping[str, Standing]  # enterprises that never changed as far as is known
    moving: History  # the others

    def on(self, day: date) -> dict[str, Standing]:
        """Each enterprise as it stood on `day`.

        One whose founding day lies later is told apart but not left out: where a certificate is
        older than the firm, the register must show the contradiction, not hide the certificate.
        """
        standings = dict(self.fixed)
        for firm, attributes in self.moving.items():
            standings[firm] = _standing(attributes, day)
        for firm, founded in self.registered_on.items():
            if founded is not None and founded > day and firm in standings:
                standings[firm] = replace(standings[firm], is_founded=False)
        return standings


def key(column: InstrumentedAttribute[UUID]) -> ColumnElement[str]:
    """An identifier as 32 hexadecimal digits, on both databases."""
    return func.replace(cast(column, String(36)), "-", "", type_=String)


def known(model: Any, at: datetime) -> ColumnElement[bool]:
    """Only rows that were recorded, and not yet superseded, at `at`."""
    superseded = model.superseded_at
    return and_(model.recorded_at <= at, or_(superseded.is_(None), superseded > at))


def read(session: Session) -> Connection:
    """The session's own connection: rows of values come a third faster past the ORM's loading."""
    session.flush()  # What autoflush would do; a reading session has nothing to write.
    return session.connection()


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
    connection = read(session)
    firms = connection.execute(
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
    rows = connection.execute(
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
    history: dict[str, dict[str, Values]] = {}
    dated: set[str] = set()
    for firm, attribute, value, since, until in rows:
        history.setdefault(firm, {}).setdefault(attribute, []).append((since, until, value))
        if since is not None or until is not None:
            dated.add(firm)
    return Register(
        {firm: code for firm, code, _ in firms},
        {firm: day for firm, _, day in firms},
        {f: _standing(values, date.max) for f, values in history.items() if f not in dated},
        {firm: values for firm, values in history.items() if firm in dated},
    )


def episodes(
    session: Session, division: str, titles: Collection[str], known_at: datetime
) -> list[Held]:
    """The episodes of `titles` of the division's enterprises, by beginning."""
    opened, closed = aliased(TitleEvent), aliased(TitleEvent)
    rows = read(session).execute(
        select(
            key(TitleEpisode.enterprise_id),
            TitleEpisode.title,
            TitleEpisode.since,
            TitleEpisode.until,
            TitleEpisode.roll_year,
            cast(opened.kind, String),
            cast(closed.kind, String),
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
    return [
        Held(firm, title, since, until, year, _EVENTS[begun], _EVENTS.get(ended), certificate)
        for firm, title, since, until, year, begun, ended, certificate in rows
    ]


def _standing(attributes: Mapping[str, Values], day: date) -> Standing:
    return Standing(
        name=_value(attributes, Attribute.NAME, day) or "",
        managing=_value(attributes, Attribute.MANAGING_DIVISION, day),
        registered=_value(attributes, Attribute.REGISTERED_DIVISION, day),
        status=_STATUSES[_value(attributes, Attribute.STATUS, day) or OperatingStatus.ACTIVE.value],
    )


def _value(attributes: Mapping[str, Values], name: str, day: date) -> str | None:
    for since, until, value in attributes.get(name, ()):
        if (since is None or since <= day) and (until is None or day < until):
            return value
    return None


_STATUSES: Final = {status.value: status for status in OperatingStatus}
_EVENTS: Final[dict[str | None, EventKind]] = {kind.value: kind for kind in EventKind}
