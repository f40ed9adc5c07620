"""Saved views: what a person asks of a list, kept under a name."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.enterprises.models import SavedView
from app.foundation.actor import Actor
from app.foundation.errors import Forbidden, NotFound


def save_view(session: Session, *, list_name: str, name: str, query: str, by: Actor) -> SavedView:
    """Keep a list's filters under a name for `by`; the same name again replaces them."""
    if by.id is None:
        raise Forbidden("只有登录帐号可以保存视图。")
    own = (
        SavedView.account_id == by.id,
        SavedView.list_name == list_name,
        SavedView.name == name,
    )
    session.execute(update(SavedView).where(*own).values(query=query))
    kept = session.scalar(select(SavedView).where(*own))
    if kept is None:
        kept = SavedView(account_id=by.id, list_name=list_name, name=name, query=query)
        session.add(kept)
        session.flush()  # The page that follows lists it.
    return kept


def drop_view(session: Session, view_id: UUID, *, by: Actor) -> None:
    """Forget a saved view of `by`.

    Raises:
        NotFound: there is none with this id, or it is another's.
    """
    view = session.get(SavedView, view_id)
    if view is None or view.account_id != by.id:
        raise NotFound("没有这个视图，它可能已被删除。")
    session.delete(view)
    session.flush()  # The list that follows shows it no more.
