"""One's own notices."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.foundation.clock import now
from app.foundation.errors import Invalid
from app.notices import queries, service
from app.web.access import actor, current_actor, signed_in
from app.web.forms import Form
from app.web.transactions import db, glance

bp = Blueprint("notices", __name__)


@bp.get("/notices")
@signed_in
def index() -> ResponseReturnValue:
    """What waits for the account, unread first."""
    notices = queries.list_notices(db(), visible_to=actor())
    return render_template("notices/index.html", notices=notices, form=Form())


@bp.post("/notices/<uuid:notice_id>/reading")
@signed_in
def follow(notice_id: UUID) -> ResponseReturnValue:
    """Mark one notice read and go where it points."""
    notice = queries.get_notice(db(), notice_id, visible_to=actor())
    if not Form.bind().submitted():
        raise Invalid("页面打开过久，请刷新后再试。")
    service.read(db(), notice, at=now())
    return redirect(notice.link)


@bp.post("/notices/reading")
@signed_in
def read_all() -> ResponseReturnValue:
    """Mark all read."""
    if not Form.bind().submitted():
        raise Invalid("页面打开过久，请刷新后再试。")
    service.read_all(db(), by=actor(), at=now())
    return redirect(url_for(".index"))


@bp.app_context_processor
def unread() -> dict[str, int]:
    """How many notices wait, for the bell in the header."""
    known = current_actor()
    if known is None or known.id is None:
        return {"unread_notices": 0}
    with glance() as session:
        return {"unread_notices": queries.count_unread(session, known.id)}
