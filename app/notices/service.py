"""Tell people. A notice is a row of the business transaction: no act, no notice."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.foundation.actor import Actor
from app.notices.domain import NoticeKind
from app.notices.models import Notice


def notify(
    session: Session,
    accounts: Iterable[UUID],
    *,
    kind: NoticeKind,
    text: str,
    link: str,
    at: datetime,
    key: str = "",
) -> None:
    """One notice to each account. With a `key`, an account is told once of one cause.

    `link` is a local path; `text` is one sentence in Chinese.
    """
    wanted = sorted(set(accounts))
    if key:
        told = select(Notice.account_id).where(Notice.key == key, Notice.account_id.in_(wanted))
        known = set(session.scalars(told))
        wanted = [account for account in wanted if account not in known]
    session.add_all(
        Notice(account_id=account, kind=kind, key=key, text=text, link=link, created_at=at)
        for account in wanted
    )
    session.flush()  # A broken key must speak before the view answers.


def read(session: Session, notice: Notice, *, at: datetime) -> None:
    """Mark a notice read; the first time counts."""
    notice.read_at = notice.read_at or at
    session.flush()


def read_all(session: Session, *, by: Actor, at: datetime) -> None:
    """Mark all of the account's notices read."""
    unread = update(Notice).where(Notice.account_id == by.id, Notice.read_at.is_(None))
    session.execute(unread.values(read_at=at))
