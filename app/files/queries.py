"""Questions about files; what an actor may not know of does not exist for him."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.enterprises.models import Enterprise
from app.enterprises.queries import visible
from app.files.models import StoredFile
from app.foundation.actor import Actor
from app.foundation.errors import NotFound
from app.reference.queries import within


def get_file(session: Session, file_id: UUID, *, visible_to: Actor) -> StoredFile:
    """The file, its uploader's own, its enterprise's or its division's; or NotFound."""
    of_firm = StoredFile.enterprise_id.in_(select(Enterprise.id).where(visible(visible_to)))
    of_place = and_(
        StoredFile.enterprise_id.is_(None),
        StoredFile.division.in_(within(visible_to.divisions)),
    )
    mine = StoredFile.uploaded_by_id == visible_to.id
    allowed = or_(of_firm, of_place, mine)
    found = session.scalar(select(StoredFile).where(StoredFile.id == file_id, allowed))
    if found is None:
        raise NotFound("没有这个文件，或您无权查看。")
    return found


def list_files(session: Session, enterprise_id: UUID, *, visible_to: Actor) -> list[StoredFile]:
    """The files of one enterprise, newest first."""
    firm = select(Enterprise.id).where(Enterprise.id == enterprise_id, visible(visible_to))
    found = select(StoredFile).where(StoredFile.enterprise_id.in_(firm))
    return list(session.scalars(found.order_by(StoredFile.id.desc())))


def hashes(session: Session) -> Iterator[str]:
    """Every hash that a row speaks of: bytes of any other hash are orphans."""
    yield from session.scalars(select(StoredFile.sha256).distinct())
