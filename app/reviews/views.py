"""Pages of firms: where one may apply, the application, the case with its steps and letters."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.enterprises.models import Enterprise
from app.evaluation import wording
from app.evaluation.domain import ApplicationType
from app.evaluation.errors import NoLaw
from app.evaluation.order import application_type
from app.evaluation.service import Assessment, evaluate
from app.files.models import StoredFile
from app.foundation.actor import SEES_ENTERPRISES
from app.foundation.clock import legal_day, now
from app.foundation.errors import Conflict, Invalid, NotFound
from app.mandates.queries import list_own_enterprises
from app.profiles.domain import REGISTERS
from app.reviews import filing, letters, queries, replay, steps
from app.reviews.blueprint import bp
from app.reviews.domain import CaseAction, is_open, next_window, stages_of
from app.reviews.forms import ApplyForm, LetterForm, ResubmitForm, UploadForm, WithdrawForm
from app.reviews.models import ReviewCase
from app.reviews.permissions import APPLICANTS, may
from app.web.access import actor, requires
from app.web.deployment import uploads
from app.web.forms import choice
from app.web.law import law
from app.web.transactions import db
from rules.days import Moment
from rules.pack import Title, Window


@dataclass(frozen=True, slots=True)
class Offer:
    """One title a firm may apply for, with its window and how it stands today."""

    title: Title
    window: Window | None  # open now
    following: Window | None
    assessment: Assessment | None
    case: ReviewCase | None  # in hand already


@bp.get("/my/cases")
@requires(enterprise=True)
def own() -> ResponseReturnValue:
    """The cases of one's firms, and where one may apply now."""
    cases = queries.list_own(db(), visible_to=actor())
    return render_template(
        "reviews/own.html",
        cases=cases,
        firms=[firm for firm, _roles in list_own_enterprises(db(), visible_to=actor())],
        name_of=_name_of,
        stage_of=stage_name,
    )


def _name_of(title: str) -> str:
    return steps.title_name(law(), title, wording.language())


def stage_name(case: ReviewCase) -> str:
    """The name of the stage a case stands at."""
    return stages_of(case.steps)[case.stage].name.in_language(wording.language())


def _firm(enterprise_id: UUID) -> Enterprise:
    firms = list_own_enterprises(db(), visible_to=actor())
    found = next((firm for firm, _roles in firms if firm.id == enterprise_id), None)
    if found is None:
        raise NotFound(_("没有这个企业，或您没有它的授权。"))
    return found


@bp.get("/my/enterprises/<uuid:enterprise_id>/apply")
@requires(enterprise=True)
def apply(enterprise_id: UUID) -> ResponseReturnValue:
    """The titles with a procedure here: their windows, and how the firm stands today."""
    firm, at = _firm(enterprise_id), now()
    titles = {t: law().titles[t] for p in law().procedures for t in p.titles}
    offers = [_offer(firm, title, at) for title in titles.values()]
    return render_template(
        "reviews/apply.html",
        firm=firm,
        offers=[offer for offer in offers if offer is not None],
        may_apply=actor().acts_for(firm.id, *APPLICANTS),
        language=wording.language(),
        stage_of=stage_name,
    )


def _offer(firm: Enterprise, title: Title, at: datetime) -> Offer | None:
    windows = filing.windows_of(db(), law(), firm, title)
    following = next_window(windows, at)
    window = next((each for each in windows if is_open(each, at)), None)
    if window is None and following is None:
        return None
    year = window.year if window else legal_day(at).year
    return Offer(
        title=title,
        window=window,
        following=following,
        assessment=_assess(firm, title, year, at),
        case=queries.find_open(db(), firm.id, title.id, year),
    )


def _assess(
    firm: Enterprise, title: Title, year: int, at: datetime, kind: ApplicationType | None = None
) -> Assessment | None:
    moment = Moment.of(legal_day(at), year)
    try:
        return evaluate(db(), law(), firm.id, title, moment=moment, known_at=at, kind=kind)
    except NoLaw:
        return None


@bp.route(
    "/my/enterprises/<uuid:enterprise_id>/apply/<title>/<int:for_year>", methods=["GET", "POST"]
)
@requires(enterprise=True)
def application(enterprise_id: UUID, title: str, for_year: int) -> ResponseReturnValue:
    """One page with all an application leads to: the verdict, what is pinned, the pledge."""
    firm, at = _firm(enterprise_id), now()
    if title not in law().titles:
        raise NotFound(_("规则包中没有这个称号。"))
    chosen = law().titles[title]
    kinds = _kinds(chosen, for_year, at)
    form = ApplyForm.bind(application_type=kinds[0].value if kinds else None)
    form.application_type.choices = [choice(kind.value, _(kind.label)) for kind in kinds]
    if form.submitted():
        try:
            case = filing.open_case(
                db(),
                law(),
                firm,
                chosen,
                application_type=ApplicationType(form.application_type.data),
                for_year=for_year,
                by=actor(),
                at=at,
            )
        except Conflict as refused:  # closed, not filed, in hand: said on the page, nothing lost
            form.blame(refused)
            return _application(firm, chosen, for_year, form, at), 409
        flash(_("申报已提交。请打印申报书，盖章后上传。"))
        return redirect(url_for(".show", case_id=case.id))
    return _application(firm, chosen, for_year, form, at), form.status


def _application(
    firm: Enterprise, title: Title, for_year: int, form: ApplyForm, at: datetime
) -> str:
    said = next((k for k in ApplicationType if k.value == form.application_type.data), None)
    windows = filing.windows_of(db(), law(), firm, title)
    assessment = _assess(firm, title, for_year, at, said)
    return render_template(
        "reviews/application.html",
        firm=firm,
        title=title,
        for_year=for_year,
        form=form,
        window=next((w for w in windows if w.year == for_year and is_open(w, at)), None),
        coming=filing.coming(windows, at),
        assessment=assessment,
        lines=wording.lines(assessment) if assessment else [],
        language=wording.language(),
    )


def _kinds(title: Title, for_year: int, at: datetime) -> list[ApplicationType]:
    """The application types with a rule set in force, what is usual first."""
    day = legal_day(at)
    usual = application_type(law(), title, Moment.of(day, for_year))
    found = [k for k in ApplicationType if law().rule_set(title.id, k.value, day, for_year)]
    return sorted(found, key=lambda kind: kind is not usual)


@bp.get("/my/cases/<uuid:case_id>")
@requires(enterprise=True)
def show(case_id: UUID) -> ResponseReturnValue:
    """One's own case: the steps with dates, what was sent back, letters, the papers."""
    return _page(_own(case_id), {})


def _own(case_id: UUID) -> ReviewCase:
    case = queries.get_case(db(), case_id, visible_to=actor())
    if not actor().acts_for(case.enterprise_id):
        raise NotFound(_("没有这个事项，或您无权查看。"))
    return case


def _page(case: ReviewCase, forms: dict[str, Any], status: int = 200) -> ResponseReturnValue:
    seat = queries.seat_of(db(), law(), case, actor())
    stages, standing = stages_of(case.steps), queries.standing_of(case)
    may_file = seat.is_applicant
    given = {
        "upload": UploadForm(formdata=None),
        "letter": LetterForm(formdata=None),
        "withdraw": WithdrawForm(formdata=None, version=case.version),
        "resubmit": ResubmitForm(formdata=None, version=case.version),
        **forms,
    }
    body = render_template(
        "reviews/show.html",
        case=case,
        name=_name_of(case.title),
        steps=steps.steps(db(), case, wording.language()),
        events=queries.list_events(db(), case),
        returned=queries.list_returned(db(), case),
        field_of=field_name,
        file=db().get(StoredFile, case.application_file_id) if case.application_file_id else None,
        may={
            "upload": may_file and letters.may_attach(case),
            "withdraw": may(CaseAction.WITHDRAW, stages, standing, seat),
            "resubmit": may(CaseAction.RESUBMIT, stages, standing, seat),
        },
        forms=given,
    )
    return body, status


def field_name(field: str) -> str:
    """An indicator or a register by name."""
    from_registers = REGISTERS.get(field)
    known = law().indicators.get(field)
    return from_registers or (known.name.in_language(wording.language()) if known else field)


@bp.get("/my/cases/<uuid:case_id>/paper")
@requires(*SEES_ENTERPRISES, enterprise=True)
def paper(case_id: UUID) -> ResponseReturnValue:
    """The application to print, with the pledge and the place for the stamp."""
    case = queries.get_case(db(), case_id, visible_to=actor())
    assessment = replay.assess(db(), law(), case)
    language = wording.language()
    return render_template(
        "reviews/paper.html",
        case=case,
        name=_name_of(case.title),
        assessment=assessment,
        lines=wording.lines(assessment),
        figures=replay.figures(db(), law(), case, assessment.rule_set, language),
        years=sorted(queries.pinned_revisions(db(), case), reverse=True),
        pledge=ApplyForm(formdata=None).pledge.label.text,
    )


@bp.post("/my/cases/<uuid:case_id>/paper")
@requires(enterprise=True)
def upload(case_id: UUID) -> ResponseReturnValue:
    """The stamped application, uploaded."""
    case = _own(case_id)
    form = UploadForm.bind()
    if not form.submitted():
        return _page(case, {"upload": form}, form.status)
    try:
        letters.attach(
            db(),
            uploads(),
            case,
            form.file.data.stream,
            name=form.file.data.filename or "",
            by=actor(),
            at=now(),
        )
    except Invalid as refused:
        form.blame(refused)
        return _page(case, {"upload": form}, form.status)
    flash(_("盖章申报书已上传。"))
    return redirect(url_for(".show", case_id=case_id))


@bp.post("/my/cases/<uuid:case_id>/letters")
@requires(enterprise=True)
def write(case_id: UUID) -> ResponseReturnValue:
    """A letter to the reviewers."""
    case = _own(case_id)
    form = LetterForm.bind()
    if not form.submitted():
        return _page(case, {"letter": form}, form.status)
    letters.say(db(), law(), case, text=form.text.data or "", by=actor(), at=now())
    flash(_("已发送。"))
    return redirect(url_for(".show", case_id=case_id))


@bp.post("/my/cases/<uuid:case_id>/withdrawal")
@requires(enterprise=True)
def withdraw(case_id: UUID) -> ResponseReturnValue:
    """Take the application back."""
    case = _own(case_id)
    form = WithdrawForm.bind()
    if not form.submitted():
        return _page(case, {"withdraw": form}, form.status)
    filing.withdraw(
        db(),
        law(),
        case_id,
        reason=form.reason.data or "",
        version=form.version.data or 0,
        by=actor(),
        at=now(),
    )
    flash(_("申报已撤回。"))
    return redirect(url_for(".show", case_id=case_id))


@bp.post("/my/cases/<uuid:case_id>/resubmission")
@requires(enterprise=True)
def resubmit(case_id: UUID) -> ResponseReturnValue:
    """Hand in again what was corrected."""
    case = _own(case_id)
    form = ResubmitForm.bind()
    if not form.submitted():
        return _page(case, {"resubmit": form}, form.status)
    filing.resubmit(
        db(),
        law(),
        case_id,
        note=form.note.data or "",
        version=form.version.data or 0,
        by=actor(),
        at=now(),
    )
    flash(_("补正材料已提交，从第一个环节重新审核。"))
    return redirect(url_for(".show", case_id=case_id))
