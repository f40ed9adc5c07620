"""The meeting's page: what it decided of a list, with its day and the number of its minutes."""

from uuid import UUID

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.evaluation import wording
from app.foundation.clock import now, today
from app.foundation.errors import Invalid
from app.reference.queries import names
from app.reviews import queries, service, steps
from app.reviews.blueprint import bp
from app.reviews.domain import CaseAction, CaseStatus, stages_of
from app.reviews.forms import MeetingForm
from app.reviews.models import ReviewCase
from app.reviews.permissions import REVIEWERS
from app.reviews.queries import CaseFilter
from app.reviews.service import Done, Meeting, Row
from app.web.access import actor, requires
from app.web.law import law
from app.web.transactions import db

MOST = 500  # cases of one meeting


@bp.get("/desk/meeting")
@requires(*REVIEWERS)
def meeting() -> ResponseReturnValue:
    """The cases that wait for a meeting the actor may record."""
    return _page(MeetingForm.bind(meeting_on=today()), []), 200


@bp.post("/desk/meeting")
@requires(*REVIEWERS)
def hold_meeting() -> ResponseReturnValue:
    """Record what a meeting decided; a row whose case moved is refused, the others go through."""
    form = MeetingForm.bind()
    if not form.submitted():
        return _page(form, []), form.status
    rows = _rows(form.reason.data or "")
    if not rows:
        form.form_errors.append(_("请先为会议审议的企业选择“通过”或“不予通过”。"))
        return _page(form, []), form.status
    day = form.meeting_on.data or today()
    try:
        done = service.decide_list(
            db(),
            law(),
            rows,
            meeting=Meeting(day, form.number.data or ""),
            by=actor(),
            at=now(),
        )
    except Invalid as refused:
        form.blame(refused)
        return _page(form, []), form.status
    taken = sum(each.refusal is None for each in done)
    flash(_("已记录 %(n)s 件审定决定。", n=taken))
    return _page(form, [each for each in done if each.refusal]), 200


def _rows(reason: str) -> list[Row]:
    found = []
    for name, said in request.form.items():
        part, _mark, key = name.partition(":")
        if part != "action" or said not in {CaseAction.PASS.value, CaseAction.REJECT.value}:
            continue
        version = request.form.get(f"version:{key}", "")
        try:
            identity = UUID(key)
        except ValueError:
            continue  # not one of ours
        own = request.form.get(f"reason:{key}", "").strip()
        seen = int(version) if version.isdigit() else 0
        found.append(Row(identity, seen, CaseAction(said), (own or reason)[: service.LONGEST]))
    return found


def _waiting() -> list[ReviewCase]:
    who = queries.waiter(law(), actor())
    chosen = CaseFilter(waiting=True, status=CaseStatus.OPEN)
    rows = queries.page_of_cases(db(), who, chosen, size=MOST).rows
    return [row for row in rows if stages_of(row.steps)[row.stage].kind == "meeting"]


def _page(form: MeetingForm, refused: list[Done]) -> str:
    cases = _waiting()
    ids = [each.case_id for each in refused]
    return render_template(
        "reviews/meeting.html",
        form=form,
        cases=cases,
        refused=refused,
        firms=queries.names(db(), ids, actor()),
        places=names(db(), {case.managing_division for case in cases}),
        name_of=lambda title: steps.title_name(law(), title, wording.language()),
        may={case.id: queries.seat_of(db(), law(), case, actor()).part == "" for case in cases},
    )
