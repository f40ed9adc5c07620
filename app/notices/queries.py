"""Questions about notices: each account sees its own."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.foundation.actor import Actor
from app.foundation.errors import NotFound
from app.notices.models import Notice

SHOWN = 100  # the newest; older ones have been read or have lost their cause


def list_notices(session: Session, *, visible_to: Actor) -> list[Notice]:
    """The newest notices of the account, unread first."""
    mine = select(Notice).where(Notice.account_id == visible_to.id)
    order = mine.order_by(Notice.read_at.is_not(None), Notice.created_at.desc()).limit(SHOWN)
    return list(session.scalars(order))


def count_unread(session: Session, account_id: UUID) -> int:
    """How many notices of the account are unread."""
    unread = select(func.count()).where(Notice.account_id == account_id, Notice.read_at.is_(None))
    return session.scalar(unread) or 0


def get_notice(session: Session, notice_id: UUID, *, visible_to: Actor) -> Notice:
    """The account's own notice, or NotFound."""
    mine = select(Notice).where(Notice.id == notice_id, Notice.account_id == visible_to.id)
    found = session.scalar(mine)
    if found is None:
        raise NotFound("没有这条通知。")
    return found
