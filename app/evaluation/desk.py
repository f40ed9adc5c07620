"""The bureau's pages: flags in lists and one by one, and batches."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.evaluation import flagwords, queries, rulebook, service, verdicts, wording
from app.evaluation.blueprint import bp
from app.evaluation.domain import FlagAct, FlagKind, FlagState, Grade
from app.evaluation.errors import BadOrder
from app.evaluation.forms import AssignForm, BatchForm, EndForm, NoteForm
from app.evaluation.models import Flag
from app.evaluation.order import Order
from app.evaluation.permissions import batch_divisions, may, may_batch
from app.foundation.actor import SEES_ENTERPRISES, Role
from app.foundation.clock import now, today
from app.foundation.errors import Conflict, Invalid, NotFound, Refusal
from app.jobs import queries as jobs
from app.jobs import service as job_service
from app.jobs.errors import AlreadyActive
from app.reference.queries import list_below, names
from app.web import tables
from app.web.access import actor, requires
from app.web.forms import choice
from app.web.law import law
from app.web.transactions import db

__all__ = ["bp", "rulebook"]  # one blueprint, its pages in three files
_REVIEW: Final = (Role.COUNTY_REVIEWER, Role.CITY_REVIEWER, Role.CITY_APPROVER)
_NOTE: Final = (*_REVIEW, Role.POLICY, Role.FINANCE)
EXPORT_LIMIT: Final = 50_000


# --- Flags in lists -------------------------------------------------------------------------------


@bp.get("/flags")
@requires(*SEES_ENTERPRISES)
def flags() -> ResponseReturnValue:
    """Flags by kind, filtered; those ticked can be given to an officer."""
    return _flag_list(_assign_form([]))


def _flag_list(form: AssignForm) -> ResponseReturnValue:
    chosen = _filter()
    page = queries.page_of_flags(
        db(), chosen, visible_to=actor(), after=request.args.get("after", "")
    )
    may_assign = actor().holds(*_REVIEW)
    form.assignee.choices = _officer_choices(page.rows if may_assign else [])
    everything = queries.FlagFilter(
        division=chosen.division, state=chosen.state, for_year=chosen.for_year
    )
    body = render_template(
        "evaluation/flags.html",
        page=page,
        chosen=chosen,
        form=form,
        counts=_by_kind(queries.count_flags(db(), everything, visible_to=actor())),
        detail=_details(page.rows, brief=True),
        kinds=list(FlagKind),
        states=list(FlagState),
        grades=list(Grade),
        subjects=_subjects(),
        divisions=[(each.code, each.name) for each in list_below(db(), actor().divisions)],
        years=queries.flag_years(db(), visible_to=actor()),
        may_assign=may_assign,
        name_of=subject_name,
        language=wording.language(),
    )
    return body, form.status


def _filter() -> queries.FlagFilter:
    """The filter of the address; the list opens on the flags of the latest year."""
    args = request.args
    assignee = actor().id if args.get("mine") == "yes" else None
    return queries.FlagFilter(
        kind=_member(FlagKind, args.get("kind", "")),
        subject=args.get("subject", ""),
        division=args.get("division", ""),
        grade=_member(Grade, args.get("grade", "")),
        state=_member(FlagState, args.get("state", "")),
        for_year=verdicts.read_year(0) or None,
        assignee_id=assignee,
        text=args.get("q", "").strip(),
    )


def _member(vocabulary: Any, text: str) -> Any:
    return next((member for member in vocabulary if member.value == text), None)


def _by_kind(counts: dict[tuple[FlagKind, str, Grade | None], int]) -> dict[FlagKind, int]:
    return {
        kind: sum(count for (each, _, _), count in counts.items() if each is kind)
        for kind in FlagKind
    }


def _details(rows: Sequence[queries.FlagRow], *, brief: bool) -> dict[UUID, list[str]]:
    lacks = flagwords.Lacks(queries.rule_sets_of(db(), rows))
    words = flagwords.FlagWords(law(), lacks, today())
    return words.of([row.flag for row in rows], brief=brief)


def _subjects() -> list[tuple[str, str]]:
    titles = [(t.id, t.name.in_language(wording.language())) for t in wording.in_order(law())]
    schemes = [(s.id, s.name.in_language(wording.language())) for s in law().schemes]
    return titles + schemes


def subject_name(subject: str) -> str:
    """The name of the title or scheme a flag is about; its id once no pack has it any more."""
    return dict(_subjects()).get(subject, subject)


def _officer_choices(chosen: Sequence[queries.FlagRow]) -> list[Any]:
    """Those who may take on every one of the flags; asked once per place and bureau."""
    common: dict[UUID, str] | None = None
    kinds = {
        (row.enterprise.managing_division, queries.lines_of(law(), row.flag)): row.flag
        for row in chosen
    }
    for flag in kinds.values():
        here = dict(queries.officers(db(), law(), flag, on=today()))
        common = here if common is None else {k: v for k, v in common.items() if k in here}
    mine = [choice(str(identity), name) for identity, name in (common or {}).items()]
    return [choice("", _("请选择")), *mine]


def _assign_form(chosen: Sequence[queries.FlagRow]) -> AssignForm:
    form = AssignForm.bind()
    form.assignee.choices = _officer_choices(chosen)
    return form


@bp.post("/flags")
@requires(*_REVIEW)
def assign_flags() -> ResponseReturnValue:
    """Give the flags ticked to an officer; all or none."""
    ticked = [_identity(text) for text in request.form.getlist("flag")]
    rows = queries.get_flags(db(), ticked, visible_to=actor())
    form = _assign_form(rows)
    if not rows:
        form.form_errors.append(_("请先勾选要分派的标记。"))
        return _flag_list(form)
    if not form.submitted():
        return _flag_list(form)
    service.assign(
        db(),
        law(),
        [row.flag for row in rows],
        assignee_id=UUID(form.assignee.data),
        note=form.note.data or "",
        by=actor(),
        at=now(),
    )
    flash(_("已分派 %(n)s 个标记。", n=len(rows)))
    query: dict[str, Any] = dict(request.args)
    return redirect(url_for(".flags", **query))


def _identity(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(_("没有这个标记，或您无权查看。")) from None


@bp.get("/flags/export.<form>")
@requires(*SEES_ENTERPRISES)
def flag_export(form: str) -> Response:
    """The list as it is filtered, whole, as a file."""
    if form not in {"csv", "xlsx"}:
        abort(404)
    rows = queries.page_of_flags(db(), _filter(), visible_to=actor(), size=EXPORT_LIMIT).rows
    details = _details(rows, brief=False)
    head = [
        _("企业名称"), _("统一社会信用代码"), _("归口"), _("标记"), _("称号或政策"), _("年度"),
        _("等级"), _("状态"), _("承办人"), _("说明"),
    ]  # fmt: skip
    body = [_export_row(row, details[row.flag.id]) for row in rows]
    return tables.download(form, _("标记"), head, body)


def _export_row(row: queries.FlagRow, details: list[str]) -> list[Any]:
    flag = row.flag
    return [
        row.enterprise.name,
        row.enterprise.credit_code,
        row.place,
        _(flag.kind.label),
        subject_name(flag.subject),
        flag.for_year,
        _(flag.grade.label) if flag.grade else "",
        _(flag.state.label),
        row.assignee or "",
        "；".join(details),
    ]


# --- One flag -------------------------------------------------------------------------------------


@bp.get("/flags/<uuid:flag_id>")
@requires(*SEES_ENTERPRISES)
def flag(flag_id: UUID) -> ResponseReturnValue:
    """One flag with its history and what can be done about it."""
    return _flag_page(queries.get_flag(db(), flag_id, visible_to=actor()), {})


def _flag_page(row: queries.FlagRow, forms: dict[str, Any]) -> ResponseReturnValue:
    roles = queries.roles_at(db(), law(), row.flag, actor())
    blank: dict[str, Any] = {"version": row.flag.version}
    shown = {
        "assign": forms.get("assign") or AssignForm(formdata=None, prefix="", **blank),
        "note": forms.get("note") or NoteForm(formdata=None, **blank),
        "end": forms.get("end") or EndForm(formdata=None, **blank),
    }
    shown["assign"].assignee.choices = _officer_choices([row])
    status = next((form.status for form in forms.values()), 200)
    body = render_template(
        "evaluation/flag.html",
        row=row,
        flag=row.flag,
        forms=shown,
        details=_details([row], brief=False)[row.flag.id],
        events=queries.list_events(db(), row.flag.id),
        may={act.value: may(act, row.flag.state, roles) for act in FlagAct},
        name=subject_name(row.flag.subject),
        verdict_href=_verdict_href(row.flag),
    )
    return body, status


def _verdict_href(flag: Flag) -> str | None:
    if flag.subject not in law().titles or flag.kind is FlagKind.EXPIRING:
        return None
    return verdicts.link(flag.enterprise_id, flag.subject, for_year=flag.for_year)


def _fresh(row: queries.FlagRow, form: Any) -> None:
    """Refuse what was written under a page that has gone stale."""
    if str(form.version.data) != str(row.flag.version):
        raise Conflict(_("这个标记在您打开页面之后已有变动，请刷新页面，核对后再提交。"))


@bp.post("/flags/<uuid:flag_id>/assignment")
@requires(*_REVIEW)
def assign(flag_id: UUID) -> ResponseReturnValue:
    """Give the flag to an officer."""
    row = queries.get_flag(db(), flag_id, visible_to=actor())
    form = _assign_form([row])
    if not form.submitted():
        return _flag_page(row, {"assign": form})
    _fresh(row, form)
    service.assign(
        db(),
        law(),
        [row.flag],
        assignee_id=UUID(form.assignee.data),
        note=form.note.data or "",
        by=actor(),
        at=now(),
    )
    flash(_("已分派。"))
    return redirect(url_for(".flag", flag_id=flag_id))


@bp.post("/flags/<uuid:flag_id>/note")
@requires(*_NOTE)
def note(flag_id: UUID) -> ResponseReturnValue:
    """Write a note."""
    row = queries.get_flag(db(), flag_id, visible_to=actor())
    form = NoteForm.bind()
    if not form.submitted():
        return _flag_page(row, {"note": form})
    service.note(db(), law(), row.flag, text=form.text.data or "", by=actor(), at=now())
    flash(_("备注已保存。"))
    return redirect(url_for(".flag", flag_id=flag_id))


@bp.post("/flags/<uuid:flag_id>/closing")
@requires(*_REVIEW)
def close(flag_id: UUID) -> ResponseReturnValue:
    """Close the flag with a reason."""
    row = queries.get_flag(db(), flag_id, visible_to=actor())
    form = EndForm.bind()
    if not form.submitted():
        return _flag_page(row, {"end": form})
    _fresh(row, form)
    service.close(db(), law(), row.flag, reason=form.reason.data or "", by=actor(), at=now())
    flash(_("标记已办结。"))
    return redirect(url_for(".flag", flag_id=flag_id))


@bp.post("/flags/<uuid:flag_id>/reopening")
@requires(Role.CITY_REVIEWER, Role.CITY_APPROVER)
def reopen(flag_id: UUID) -> ResponseReturnValue:
    """Take the flag up again."""
    row = queries.get_flag(db(), flag_id, visible_to=actor())
    form = EndForm.bind()
    if not form.submitted():
        return _flag_page(row, {"end": form})
    _fresh(row, form)
    service.reopen(db(), law(), row.flag, reason=form.reason.data or "", by=actor(), at=now())
    flash(_("标记已重新打开。"))
    return redirect(url_for(".flag", flag_id=flag_id))


# --- Batches --------------------------------------------------------------------------------------


@bp.route("/evaluation/batches", methods=["GET", "POST"])
@requires(*SEES_ENTERPRISES)
def batches() -> ResponseReturnValue:
    """Batches of one's divisions, and the form to order one."""
    form = BatchForm.bind(on=today(), for_year=today().year)
    places = list_below(db(), batch_divisions(actor()))
    form.division.choices = [choice(each.code, each.name) for each in places]
    form.titles.choices = [choice(name, text) for name, text in _subjects() if name in law().titles]
    if form.submitted():
        try:
            job = service.order_batch(db(), law(), _order(form), by=actor(), at=now())
        except (BadOrder, AlreadyActive) as refusal:
            form.blame(_plain(refusal))
        else:
            return redirect(url_for("jobs.show", job_id=job.id))
    body = render_template(
        "evaluation/batches.html",
        form=form,
        page=jobs.page(
            db(), visible_to=actor(), kind=service.BATCH, after=request.args.get("after", "")
        ),
        names=names(db()),
        order_of=lambda job: service.order_of(job_service.payload_of(job)),
        may_order=may_batch(actor()),
    )
    return body, form.status


def _plain(refusal: Refusal) -> Refusal:
    return refusal if refusal.faults else Invalid(refusal.detail)


def _order(form: BatchForm) -> Order:
    day: date = form.on.data or today()
    return Order(
        form.division.data, day, form.for_year.data or day.year, tuple(form.titles.data or ())
    )


@bp.get("/evaluation/batches/<uuid:job_id>")
@requires(*SEES_ENTERPRISES)
def batch(job_id: UUID) -> ResponseReturnValue:
    """What a batch found, by title."""
    job = jobs.get_job(db(), job_id, visible_to=actor())
    if job.kind != service.BATCH:
        raise NotFound(_("没有这次批量评价。"))
    return render_template(
        "evaluation/batch.html",
        job=job,
        place=names(db(), [job.division])[job.division],
        order=service.order_of(job_service.payload_of(job)),
        result=wording.batch_result(job_service.tally_of(job), law()),
        language=wording.language(),
    )
