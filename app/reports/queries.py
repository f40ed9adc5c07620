"""Editions as they were issued. What lies outside an actor's divisions does not exist for him."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, defer

from app.foundation.actor import Actor
from app.foundation.errors import NotFound
from app.reference.queries import within
from app.reports.domain.period import Period
from app.reports.domain.vocabulary import EditionKind
from app.reports.models import Edition, EditionFile

PAGE = 50


def _editions(visible_to: Actor) -> Select[Edition]:
    """Editions of the actor's divisions and of those below. Every read starts here."""
    return select(Edition).where(Edition.division.in_(within(visible_to.divisions)))


def page(
    session: Session,
    *,
    visible_to: Actor,
    division: str = "",
    kind: EditionKind | None = None,
    year: int | None = None,
    after: datetime | None = None,
) -> list[Edition]:
    """Editions by issue, newest first, without their data; those issued before `after`."""
    chosen = _editions(visible_to).options(defer(Edition.data), defer(Edition.changes))
    if division:
        chosen = chosen.where(Edition.division == division)
    if kind is not None:
        chosen = chosen.where(Edition.kind == kind)
    if year is not None:
        chosen = chosen.where(Edition.for_year == year)
    if after is not None:
        chosen = chosen.where(Edition.issued_at < after)
    ordered = chosen.order_by(Edition.issued_at.desc(), Edition.id.desc()).limit(PAGE + 1)
    return list(session.scalars(ordered))


def get_edition(session: Session, edition_id: UUID, *, visible_to: Actor) -> Edition:
    """The edition; its data is read from the database when it is first asked for.

    Raises:
        NotFound: there is none, or it lies outside the actor's divisions.
    """
    light = _editions(visible_to).options(defer(Edition.data), defer(Edition.changes))
    edition = session.scalar(light.where(Edition.id == edition_id))
    if edition is None:
        raise NotFound("没有这一期报告，或它不在您的管辖范围内。")
    return edition


def names(session: Session, ids: Collection[UUID], visible_to: Actor) -> dict[UUID, str]:
    """Edition -> what it is called, of those the actor may know of."""
    found = session.scalars(
        _editions(visible_to).where(Edition.id.in_(ids)).options(defer(Edition.data))
    )
    return {one.id: f"{one.on_day} {one.kind.label} {one.number}" for one in found}


def get_file(session: Session, edition: Edition, name: str) -> EditionFile:
    """A file of an edition the actor may see.

    Raises:
        NotFound: the edition has no file of that name.
    """
    found = session.scalar(
        select(EditionFile).where(EditionFile.edition_id == edition.id, EditionFile.name == name)
    )
    if found is None:
        raise NotFound("这一期报告没有这个文件。")
    return found


def list_files(session: Session, edition: Edition) -> Sequence[tuple[str, str, int, str]]:
    """Name, media type, size in bytes and SHA-256 of an edition's files."""
    return [
        (name, media_type, size, sha256)
        for name, media_type, size, sha256 in session.execute(
            select(
                EditionFile.name,
                EditionFile.media_type,
                func.length(EditionFile.content),
                EditionFile.sha256,
            )
            .where(EditionFile.edition_id == edition.id)
            .order_by(EditionFile.id)
        )
    ]


def find_last(session: Session, division: str, period: Period) -> Edition | None:
    """The newest edition of a division's report of a kind and period."""
    return session.scalar(
        select(Edition)
        .where(
            Edition.division == division,
            Edition.kind == period.kind,
            Edition.period_since == period.since,
            Edition.period_until == period.until,
        )
        .order_by(Edition.number.desc())
        .limit(1)
    )
