"""Pages of recommendation batches: put together, sent up, concluded by the announced list."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.enterprises.models import Enterprise
from app.evaluation import wording
from app.files.domain import Purpose
from app.files.models import StoredFile
from app.files.service import store
from app.foundation.actor import SEES_ENTERPRISES
from app.foundation.clock import legal_day, now
from app.foundation.errors import Conflict, Invalid
from app.reference.queries import industry_names, names
from app.reviews import batches as work
from app.reviews import gathered, queries, results, steps
from app.reviews.blueprint import bp
from app.reviews.domain import BatchState, CaseStatus
from app.reviews.forms import BatchForm, ForwardForm, UnlistForm, VersionForm
from app.reviews.models import RecommendationBatch, ReviewCase
from app.reviews.permissions import CONCLUDERS, REVIEWERS
from app.web import tables
from app.web.access import actor, requires
from app.web.deployment import uploads
from app.web.forms import Form, choice
from app.web.law import law
from app.web.transactions import db


@bp.get("/desk/recommendations")
@requires(*SEES_ENTERPRISES)
def batches() -> ResponseReturnValue:
    """The batches of one's places, and the cases that wait to be put into one."""
    return _list(_batch_form()), 200


def _list(form: BatchForm) -> str:
    found = gathered.list_batches(db(), visible_to=actor())
    return render_template(
        "reviews/batches.html",
        batches=found,
        form=form,
        places=names(db(), {batch.division for batch in found}),
        counts=gathered.batch_sizes(db(), [batch.id for batch in found]),
        name_of=_name_of,
        stage_of=_stage_name,
    )


def _name_of(title: str) -> str:
    return steps.title_name(law(), title, wording.language())


def _stage_name(batch: RecommendationBatch) -> str:
    stages = work.forward_stages(law(), batch.title)
    found = next((stage for stage in stages if stage.id == batch.stage), None)
    return found.name.in_language(wording.language()) if found else batch.stage


def _batch_form() -> BatchForm:
    """What could be put together: title, year, stage and place, each with its number of cases."""
    form = BatchForm.bind()
    years = queries.years_of_cases(db(), visible_to=actor())
    offers = []
    for title in dict.fromkeys(title for p in law().procedures for title in p.titles):
        for stage in work.forward_stages(law(), title):
            for place in work.places_of(law(), title, stage.id, actor()):
                for year in years:
                    key = f"{title}/{year}/{stage.id}/{place}"
                    offers += _offer(key, title, year, stage.id, place)
    form.what.choices = offers
    return form


def _offer(key: str, title: str, year: int, stage_id: str, place: str) -> list[Any]:
    waiting = gathered.passed_cases(db(), title, year, stage_id, visible_to=actor(), division=place)
    if not waiting:
        return []
    said = _(
        "%(title)s · %(year)s年度 · %(place)s（%(n)s 户）",
        title=_name_of(title),
        year=year,
        place=names(db(), [place]).get(place, place),
        n=len(waiting),
    )
    return [choice(key, said)]


@bp.post("/desk/recommendations")
@requires(*REVIEWERS)
def create_batch() -> ResponseReturnValue:
    """Put the cases that passed into a batch."""
    form = _batch_form()
    if not form.submitted():
        return _list(form), form.status
    title, year, stage_id, place = (form.what.data or "///").split("/")
    try:
        made = work.create(
            db(),
            law(),
            title=title,
            for_year=int(year),
            stage_id=stage_id,
            division=place,
            name=form.name.data or "",
            by=actor(),
            at=now(),
        )
    except Invalid as refused:
        form.blame(refused)
        return _list(form), form.status
    flash(_("批次已建立，请核对名单后上报。"))
    return redirect(url_for(".batch", batch_id=made.id))


@bp.get("/desk/recommendations/<uuid:batch_id>")
@requires(*SEES_ENTERPRISES)
def batch(batch_id: UUID) -> ResponseReturnValue:
    """One batch: its cases, its letter, what became of them."""
    found = gathered.get_batch(db(), batch_id, visible_to=actor())
    return _page(found, ForwardForm.bind(version=found.version), UnlistForm(formdata=None)), 200


def _page(found: RecommendationBatch, form: ForwardForm, unlist: UnlistForm) -> str:
    cases = gathered.cases_of_batch(db(), found)
    handles = work.may_handle(db(), law(), found.title, found.stage, found.division, actor())
    waits = any(case.status is CaseStatus.RECOMMENDED for case in cases)
    return render_template(
        "reviews/batch.html",
        batch=found,
        cases=cases,
        places=names(db(), {case.managing_division for case in cases} | {found.division}),
        name=_name_of(found.title),
        stage=_stage_name(found),
        letter=db().get(StoredFile, found.letter_id) if found.letter_id else None,
        may_edit=handles and found.state is BatchState.OPEN,
        may_conclude=waits and actor().holds(*CONCLUDERS),
        form=form,
        unlist=unlist,
        plain=Form(formdata=None),
    )


def _pressed() -> None:
    if not VersionForm.bind(version=0).submitted():
        raise Invalid(_("页面打开过久，请刷新后再试。"))


@bp.post("/desk/recommendations/<uuid:batch_id>/collection")
@requires(*REVIEWERS)
def collect(batch_id: UUID) -> ResponseReturnValue:
    """Take in the cases that passed meanwhile."""
    found = gathered.get_batch(db(), batch_id, visible_to=actor())
    _pressed()
    count = work.add_waiting(db(), law(), found, by=actor(), at=now())
    flash(_("已并入 %(n)s 件新通过的申报。", n=count))
    return redirect(url_for(".batch", batch_id=batch_id))


@bp.post("/desk/recommendations/<uuid:batch_id>/cases/<uuid:case_id>/removal")
@requires(*REVIEWERS)
def take_out(batch_id: UUID, case_id: UUID) -> ResponseReturnValue:
    """Leave a case for another batch."""
    found = gathered.get_batch(db(), batch_id, visible_to=actor())
    _pressed()
    work.take_out(db(), law(), found, case_id, by=actor(), at=now())
    flash(_("已移出本批次，可并入以后的批次。"))
    return redirect(url_for(".batch", batch_id=batch_id))


@bp.post("/desk/recommendations/<uuid:batch_id>/forwarding")
@requires(*REVIEWERS)
def forward(batch_id: UUID) -> ResponseReturnValue:
    """Send the batch up under its letter."""
    found = gathered.get_batch(db(), batch_id, visible_to=actor())
    form = ForwardForm.bind()
    if not form.submitted():
        return _page(found, form, UnlistForm(formdata=None)), form.status
    try:
        letter = store(
            db(),
            uploads(),
            form.letter.data.stream,
            name=form.letter.data.filename or "",
            purpose=Purpose.RECOMMENDATION,
            division=found.division,
            field="letter",
            by=actor(),
            at=now(),
        )
        sent = work.forward(
            db(),
            law(),
            found,
            number=form.number.data or "",
            letter_id=letter.id,
            version=form.version.data or 0,
            by=actor(),
            at=now(),
        )
    except Invalid as refused:
        form.blame(refused)
        return _page(found, form, UnlistForm(formdata=None)), form.status
    flash(_("已上报 %(n)s 户。", n=len(sent)))
    return redirect(url_for(".batch", batch_id=batch_id))


@bp.post("/desk/recommendations/<uuid:batch_id>/conclusion")
@requires(*CONCLUDERS)
def conclude(batch_id: UUID) -> ResponseReturnValue:
    """Fill in from the lists imported: whose firm is named there has its case closed."""
    found = gathered.get_batch(db(), batch_id, visible_to=actor())
    _pressed()
    closed = results.conclude(db(), law(), found.title, found.for_year, by=actor(), at=now())
    if closed:
        flash(_("按已导入名单回填 %(n)s 户。", n=len(closed)))
    else:
        flash(_("已导入的名单中还没有这些企业。请先在“数据导入”中导入公告名单。"), "warning")
    return redirect(url_for(".batch", batch_id=batch_id))


@bp.post("/desk/recommendations/<uuid:batch_id>/omissions")
@requires(*CONCLUDERS)
def unlist(batch_id: UUID) -> ResponseReturnValue:
    """Close the cases ticked, which the announced list left out."""
    found = gathered.get_batch(db(), batch_id, visible_to=actor())
    form = UnlistForm.bind()
    if not form.submitted():
        return _page(found, ForwardForm(formdata=None, version=found.version), form), form.status
    ticked = request.form.getlist("case")
    mine = {str(case.id): case.id for case in gathered.cases_of_batch(db(), found)}
    chosen = [mine[key] for key in ticked if key in mine]
    try:
        results.close_unlisted(
            db(), law(), chosen, reason=form.reason.data or "", by=actor(), at=now()
        )
    except (Invalid, Conflict) as refused:
        form.blame(refused)
        page = _page(found, ForwardForm(formdata=None, version=found.version), form)
        return page, form.status
    flash(_("已办结 %(n)s 件未列入名单的申报。", n=len(chosen)))
    return redirect(url_for(".batch", batch_id=batch_id))


@bp.get("/desk/recommendations/<uuid:batch_id>/sheet.<form>")
@requires(*SEES_ENTERPRISES)
def sheet(batch_id: UUID, form: str) -> Response:
    """汇总表: the batch as a file, in the order of columns the upper system takes."""
    found = gathered.get_batch(db(), batch_id, visible_to=actor())
    cases = gathered.cases_of_batch(db(), found)
    places = names(db(), {case.managing_division for case in cases} | {found.division})
    industries = industry_names(db())
    head = [
        _("序号"), _("企业名称"), _("统一社会信用代码"), _("推荐单位"), _("所在县（市、区）"),
        _("注册日期"), _("所属行业"), _("称号"), _("申报年度"), _("申报类型"), _("审核意见"),
        _("提交日期"), _("推荐函文号"), _("批次"),
    ]  # fmt: skip
    body = [_row(number, case, found, places, industries) for number, case in enumerate(cases, 1)]
    return tables.download(form, f"{_name_of(found.title)}{found.name}{_('汇总表')}", head, body)


def _row(
    number: int,
    case: ReviewCase,
    batch: RecommendationBatch,
    places: dict[str, str],
    industries: Any,
) -> Sequence[Any]:
    firm: Enterprise = case.enterprise
    return [
        number,
        firm.name,
        firm.credit_code,
        places.get(batch.division, ""),
        places.get(case.managing_division, ""),
        firm.registered_on,
        industries.get(firm.industry_code or "", ""),
        _name_of(case.title),
        case.for_year,
        _(case.application_type.label),
        _("同意推荐"),
        legal_day(case.opened_at),
        batch.number,
        batch.name,
    ]
