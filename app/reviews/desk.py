"""The reviewer's desk: the queue, and the case with its material, trace and decision."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.evaluation import wording
from app.files.models import StoredFile
from app.files.queries import list_files
from app.foundation.actor import SEES_ENTERPRISES, Role
from app.foundation.clock import now, today
from app.foundation.errors import Conflict, Invalid
from app.reference.queries import list_below, names
from app.reviews import letters as writing
from app.reviews import meeting, queries, recommending, replay, service, steps, views
from app.reviews.blueprint import bp
from app.reviews.domain import DECISIONS, CaseAction, CaseStatus, stages_of
from app.reviews.forms import DecisionForm, LetterForm
from app.reviews.models import ReviewCase
from app.reviews.permissions import REVIEWERS, may, refusal
from app.reviews.queries import CaseFilter
from app.reviews.service import Meeting, Sent
from app.web import tables
from app.web.access import actor, requires
from app.web.forms import choice
from app.web.law import law
from app.web.transactions import db

__all__ = ["bp", "meeting", "recommending", "views"]  # one blueprint, its pages in four files
EXPORT_LIMIT: Final = 20_000
_KEYS: Final = {CaseAction.PASS: "a", CaseAction.RETURN: "b", CaseAction.REJECT: "r"}


# --- The queue ------------------------------------------------------------------------------------


@bp.get("/desk/cases")
@requires(*SEES_ENTERPRISES)
def queue() -> ResponseReturnValue:
    """Cases by what is due first; a reviewer's page opens on what waits for him."""
    who, chosen = queries.waiter(law(), actor()), _filter()
    page = queries.page_of_cases(db(), who, chosen, after=request.args.get("after", ""))
    return render_template(
        "reviews/queue.html",
        page=page,
        chosen=chosen,
        counts=_counts(who),
        tones=steps.due_tones(db(), page.rows, today()),
        places=names(db(), {case.managing_division for case in page.rows}),
        divisions=[(each.code, each.name) for each in list_below(db(), actor().divisions)],
        titles=_titles(),
        years=queries.years_of_cases(db(), visible_to=actor()),
        statuses=list(CaseStatus),
        roles=[role for role in Role if role in REVIEWERS],
        name_of=_name_of,
        stage_of=views.stage_name,
        is_reviewer=actor().holds(*REVIEWERS),
        may_meet=_meets(),
    )


def _meets() -> bool:
    """Whether the actor holds the role of a meeting in any procedure in force."""
    roles = {role.value for role in actor().roles}
    return any(s.kind == "meeting" and s.role in roles for p in law().procedures for s in p.stages)


def _name_of(title: str) -> str:
    return steps.title_name(law(), title, wording.language())


def _titles() -> list[tuple[str, str]]:
    known = dict.fromkeys(title for p in law().procedures for title in p.titles)
    return [(title, _name_of(title)) for title in known]


def _filter() -> CaseFilter:
    args = request.args
    year = args.get("for_year", "")
    tab = args.get("tab") or ("waiting" if actor().holds(*REVIEWERS) else "all")
    return CaseFilter(
        waiting=tab == "waiting",
        title=args.get("title", ""),
        for_year=int(year) if year.isdigit() else None,
        status=next((each for each in CaseStatus if each.value == args.get("status")), None),
        division=args.get("division", ""),
        role=args.get("role", ""),
        text=args.get("q", "").strip(),
    )


def _counts(who: queries.Waiter) -> dict[str, int]:
    return {
        "waiting": queries.count_cases(db(), who, CaseFilter(waiting=True)),
        "all": queries.count_cases(db(), who, CaseFilter()),
    }


@bp.get("/desk/cases/export.<form>")
@requires(*SEES_ENTERPRISES)
def export(form: str) -> Response:
    """The queue as it is filtered, whole, as a file."""
    who = queries.waiter(law(), actor())
    rows = queries.page_of_cases(db(), who, _filter(), size=EXPORT_LIMIT).rows
    places = names(db(), {case.managing_division for case in rows})
    head = [
        _("企业名称"), _("统一社会信用代码"), _("归口"), _("称号"), _("申报年度"), _("申报类型"),
        _("环节"), _("状态"), _("轮次"), _("评价结论"), _("提交日期"), _("办理期限"),
    ]  # fmt: skip
    body = [_export_row(case, places) for case in rows]
    return tables.download(form, _("申报事项"), head, body)


def _export_row(case: ReviewCase, places: dict[str, str]) -> Sequence[Any]:
    return [
        case.enterprise.name,
        case.enterprise.credit_code,
        places.get(case.managing_division, ""),
        _name_of(case.title),
        case.for_year,
        _(case.application_type.label),
        views.stage_name(case),
        _(case.status.label),
        case.round,
        wording_of(case.outcome),
        case.opened_at.date(),
        case.due_on,
    ]


def wording_of(outcome: str) -> str:
    """An outcome in words."""
    words: dict[str, str] = {
        "met": _("达标"),
        "unmet": _("未达标"),
        "unknown": _("资料不足"),
        "manual": _("待人工核"),
        "not_applicable": _("不适用"),
    }
    return words.get(outcome, outcome)


# --- A case ---------------------------------------------------------------------------------------


@bp.get("/desk/cases/<uuid:case_id>")
@requires(*SEES_ENTERPRISES)
def case(case_id: UUID) -> ResponseReturnValue:
    """Material left, trace middle, decision right, history below."""
    found = queries.get_case(db(), case_id, visible_to=actor())
    return _page(found, DecisionForm.bind(version=found.version), LetterForm(formdata=None))


def _page(
    found: ReviewCase, form: DecisionForm, letter: LetterForm, status: int = 200
) -> ResponseReturnValue:
    stages = stages_of(found.steps)
    before, after = queries.neighbour(db(), queries.waiter(law(), actor()), found)
    body = render_template(
        "reviews/case.html",
        case=found,
        name=_name_of(found.title),
        place=names(db(), [found.managing_division]).get(found.managing_division, ""),
        stage=stages[found.stage],
        steps=steps.steps(db(), found, wording.language()),
        events=queries.list_events(db(), found),
        decisions=queries.list_decisions(db(), found),
        form=form,
        letter=letter,
        keys=_KEYS,
        before=before,
        after=after,
        today=today(),
        **_material(found),
        **_rights(found, form),
    )
    return body, status


def _material(found: ReviewCase) -> dict[str, Any]:
    """What is decided on: figures and papers, and the trace from the facts pinned."""
    language = wording.language()
    assessment = replay.assess(db(), law(), found)
    return {
        "assessment": assessment,
        "lines": wording.lines(assessment),
        "word": wording_of(found.outcome),
        "figures": replay.figures(db(), law(), found, assessment.rule_set, language),
        "years": sorted(queries.pinned_revisions(db(), found), reverse=True),
        "fields": replay.returnables(law(), found, assessment.rule_set, language),
        "ticked": request.form.getlist("item"),
        "whys": {key: text for key, text in request.form.items() if key.startswith("why:")},
        "files": list_files(db(), found.enterprise_id, visible_to=actor()),
        "file": _file(found),
        "notes": queries.trace_notes(db(), found),
        "field_of": views.field_name,
    }


def _rights(found: ReviewCase, form: DecisionForm) -> dict[str, Any]:
    """What the actor may do here, by the service's own predicate, and why not."""
    stages, standing = stages_of(found.steps), queries.standing_of(found)
    seat = queries.seat_of(db(), law(), found, actor())
    can = [action for action in DECISIONS if may(action, stages, standing, seat)]
    form.action.choices = [choice(action.value, _(action.label)) for action in can]
    no = refusal(CaseAction.PASS, stages, standing, seat)
    asked = stages[found.stage].actions and found.status is CaseStatus.OPEN
    return {
        "may": can,
        "refused": no.detail if no and asked else "",
        "may_write": not seat.roles.isdisjoint(REVIEWERS),
    }


def _file(found: ReviewCase) -> StoredFile | None:
    return db().get(StoredFile, found.application_file_id) if found.application_file_id else None


@bp.post("/desk/cases/<uuid:case_id>/decision")
@requires(*REVIEWERS)
def decide(case_id: UUID) -> ResponseReturnValue:
    """Take one decision; what was typed stays on the page when it is not taken."""
    found = queries.get_case(db(), case_id, visible_to=actor())
    form = DecisionForm.bind()
    if not form.submitted():
        return _page(found, form, LetterForm(formdata=None), form.status)
    day = form.meeting_on.data
    held = Meeting(day, form.number.data or "") if day else None
    try:
        service.decide(
            db(),
            law(),
            case_id,
            action=CaseAction(form.action.data),
            reason=form.reason.data or "",
            version=form.version.data or 0,
            by=actor(),
            at=now(),
            items=_items(form.reason.data or ""),
            meeting=held,
        )
    except (Invalid, Conflict) as refused:  # Nothing typed is lost, whatever came between.
        form.blame(refused)
        form.version.data = found.version
        status = HTTPStatus.CONFLICT if isinstance(refused, Conflict) else form.status
        return _page(found, form, LetterForm(formdata=None), status)
    flash(_("%(name)s：审核意见已记录。", name=found.enterprise.name))
    following = queries.neighbour(db(), queries.waiter(law(), actor()), found)[1]
    if following is not None:
        return redirect(url_for(".case", case_id=following))
    return redirect(url_for(".queue"))


def _items(reason: str) -> list[Sent]:
    """The fields ticked, each with its own reason or the decision's."""
    found = []
    for key in request.form.getlist("item"):
        field, _mark, year = key.partition("@")
        why = request.form.get(f"why:{key}", "").strip() or reason
        found.append(Sent(field[:40], int(year) if year.isdigit() else None, why[:1000]))
    return found


@bp.post("/desk/cases/<uuid:case_id>/letters")
@requires(*REVIEWERS)
def answer(case_id: UUID) -> ResponseReturnValue:
    """A letter to the firm."""
    found = queries.get_case(db(), case_id, visible_to=actor())
    letter = LetterForm.bind()
    if not letter.submitted():
        form = DecisionForm(formdata=None, version=found.version)
        return _page(found, form, letter, letter.status)
    writing.say(db(), law(), found, text=letter.text.data or "", by=actor(), at=now())
    flash(_("已发送给企业。"))
    return redirect(url_for(".case", case_id=case_id))
