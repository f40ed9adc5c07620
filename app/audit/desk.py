"""The auditor's pages: what was done, refused and read, and whether the chain is whole."""

from datetime import date
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit import queries, service, words
from app.audit.domain import stamp
from app.audit.models import AuditEvent
from app.audit.naming import named
from app.audit.queries import Filter
from app.foundation import places
from app.foundation.actor import Role
from app.foundation.clock import now, parse_day
from app.foundation.errors import NotFound
from app.web import tables
from app.web.access import actor, requires
from app.web.deployment import settings
from app.web.navigation import may_enter
from app.web.transactions import aside, db

bp = Blueprint("audit", __name__)

_LONGEST = 100  # characters of a filter
_MOST = 50_000  # events of one export; more is asked for by narrowing the days


@bp.get("/audit")
@requires(Role.AUDITOR)
def index() -> ResponseReturnValue:
    """Events of the divisions one audits, latest first."""
    wanted = _filter()
    page = queries.page(db(), wanted, visible_to=actor(), after=request.args.get("after", ""))
    chains = [head.chain for head in queries.readable(db(), actor())]
    return render_template(
        "audit/index.html",
        page=page,
        wanted=wanted,
        chains=chains,
        places=places.names(db(), chains),
        named=named(db(), page.rows, visible_to=actor(), may_enter=_may_enter),
        nouns=words.NOUNS,
        action_word=words.action_word,
        subject_word=words.subject_word,
    )


@bp.get("/audit/export.<form>")
@requires(Role.AUDITOR)
def export(form: str) -> ResponseReturnValue:
    """Exactly the events the list shows, as a file; the export itself is recorded."""
    wanted = _filter()
    head = (
        "时间",
        "区划",
        "编号",
        "何人",
        "网络地址",
        "动作",
        "结果",
        "对象",
        "对象编号",
        "内容",
        "哈希",
    )
    found = queries.stream(db(), wanted, visible_to=actor(), most=_MOST)
    rows = [_row(event) for event in found]
    answer = tables.download(form, "审计记录", head, rows)
    with aside() as session:
        service.record(
            session,
            "audit.exported",
            subject_kind="trail",
            subject_id=wanted.division or "",
            division=wanted.division or settings().home_division,
            by=actor(),
            at=now(),
            body={
                "query": request.query_string.decode("ascii", "replace")[: _LONGEST * 5],
                "rows": len(rows),
            },
        )
    return answer


def _row(event: AuditEvent) -> tuple[str | int, ...]:
    return (
        stamp(event.at),
        event.chain,
        event.seq,
        event.actor_name,
        event.address,
        words.action_word(event.action),
        event.result,
        words.subject_word(event.subject_kind),
        event.subject_id,
        event.body,
        event.hash,
    )


@bp.get("/audit/events/<uuid:event_id>")
@requires(Role.AUDITOR)
def show(event_id: UUID) -> ResponseReturnValue:
    """One event with everything it says, and its place in the chain."""
    event = queries.get_event(db(), event_id, visible_to=actor())
    return render_template(
        "audit/show.html",
        event=event,
        body=queries.body_of(event),
        subject=named(db(), [event], visible_to=actor(), may_enter=_may_enter).get(event.id),
        place=places.names(db(), [event.chain]).get(event.chain, ""),
        action_word=words.action_word,
        subject_word=words.subject_word,
    )


@bp.get("/audit/chains")
@requires(Role.AUDITOR)
def chains() -> ResponseReturnValue:
    """The chains one may read, with their heads, to be kept outside the system."""
    heads = queries.readable(db(), actor())
    named = places.names(db(), [head.chain for head in heads])
    return render_template("audit/chains.html", heads=heads, places=named)


@bp.get("/audit/chains/<chain>")
@requires(Role.AUDITOR)
def verify(chain: str) -> ResponseReturnValue:
    """Walk one chain from its first event and say whether it is whole."""
    if chain not in {head.chain for head in queries.readable(db(), actor())}:
        raise NotFound(_("没有这条审计链，或您无权查看。"))
    place = places.names(db(), [chain]).get(chain, chain)
    verdict = queries.verify_chain(db(), chain)
    return render_template("audit/verified.html", verdict=verdict, place=place)


def _may_enter(endpoint: str) -> bool:
    return may_enter(endpoint, actor())


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
    found = parse_day(text)
    if text and found is None:
        raise NotFound(_("日期应写成 2026-11-22 的样子。"))
    return found
