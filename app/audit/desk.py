"""The auditor's pages: what was done, refused and read, and whether the chain is whole."""

from datetime import date
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit import queries
from app.audit.queries import Filter
from app.foundation.actor import Role
from app.foundation.errors import NotFound
from app.web.access import actor, requires
from app.web.transactions import db

bp = Blueprint("audit", __name__)

_LONGEST = 100  # characters of a filter


@bp.get("/audit")
@requires(Role.AUDITOR)
def index() -> ResponseReturnValue:
    """Events of the divisions one audits, latest first."""
    wanted = _filter()
    page = queries.page(db(), wanted, visible_to=actor(), after=request.args.get("after", ""))
    heads = queries.readable(db(), actor())
    return render_template("audit/index.html", page=page, wanted=wanted, heads=heads)


@bp.get("/audit/events/<uuid:event_id>")
@requires(Role.AUDITOR)
def show(event_id: UUID) -> ResponseReturnValue:
    """One event with everything it says, and its place in the chain."""
    event = queries.get_event(db(), event_id, visible_to=actor())
    return render_template("audit/show.html", event=event, body=queries.body_of(event))


@bp.get("/audit/chains")
@requires(Role.AUDITOR)
def chains() -> ResponseReturnValue:
    """The chains one may read, with their heads, to be kept outside the system."""
    return render_template("audit/chains.html", heads=queries.readable(db(), actor()))


@bp.get("/audit/chains/<chain>")
@requires(Role.AUDITOR)
def verify(chain: str) -> ResponseReturnValue:
    """Walk one chain from its first event and say whether it is whole."""
    if chain not in {head.chain for head in queries.readable(db(), actor())}:
        raise NotFound(_("没有这条审计链，或您无权查看。"))
    return render_template("audit/verified.html", verdict=queries.verify_chain(db(), chain))


def _filter() -> Filter:
    def text(name: str) -> str:
        return request.args.get(name, "").strip()[:_LONGEST]

    return Filter(
        division=text("division"),
        action=text("action"),
        result=text("result"),
        actor=text("actor"),
        subject=text("subject"),
        since=_day(text("since")),
        until=_day(text("until")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise NotFound(_("日期应写成 2026-11-22 的样子。")) from None
