"""One enterprise at the bureau's desk: registering it, its changes, its titles, its history."""

from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.enterprises import holders, lists, queries, register, service, titles
from app.enterprises.blueprint import bp
from app.enterprises.domain import (
    CLOSING,
    OPENING,
    Attribute,
    DocumentKind,
    EventKind,
    OperatingStatus,
    Term,
    check_code,
    term,
)
from app.enterprises.forms import (
    ChangeForm,
    ChoiceChangeForm,
    EventForm,
    IndustryChangeForm,
    NameChangeForm,
    RegisterForm,
    WithdrawForm,
)
from app.enterprises.models import Enterprise, SourceDocument
from app.enterprises.permissions import KEEPERS, keeping_divisions, may_keep
from app.enterprises.service import Firm
from app.foundation.actor import SEES_ENTERPRISES
from app.foundation.clock import now
from app.foundation.errors import Conflict, Invalid, NotFound, Refusal
from app.reference import queries as reference
from app.reference.domain import bare_industry_code
from app.web.access import actor, requires
from app.web.deployment import settings
from app.web.forms import choice
from app.web.i18n import label, said
from app.web.law import law
from app.web.transactions import db

__all__ = ["bp", "lists", "register"]  # one blueprint, its pages in three files
_PLACES: Final = (Attribute.REGISTERED_DIVISION, Attribute.MANAGING_DIVISION)


@bp.route("/enterprises/new", methods=["GET", "POST"])
@requires(*KEEPERS)
def create() -> ResponseReturnValue:
    """Register one enterprise."""
    form = RegisterForm.bind()
    form.registered_division.choices = _home_places()
    form.managing_division.choices = _own_places()
    if form.submitted():
        try:
            made = service.register(
                db(), _firm(form), document_id=_source(form).id, by=actor(), at=now()
            )
        except (Invalid, Conflict) as refusal:
            form.blame(refusal)
        else:
            flash(_("已登记 %(name)s。", name=made.name))
            if warning := check_code(made.credit_code).warning:
                flash(warning, "warning")
            return redirect(_page(made.id))
    return render_template("enterprises/new.html", form=form), form.status


def _firm(form: RegisterForm) -> Firm:
    return Firm(
        credit_code=form.credit_code.data or "",
        credit_code_override=form.credit_code_override.data or "",
        name=(form.name.data or "").strip(),
        registered_division=form.registered_division.data,
        managing_division=form.managing_division.data,
        industry_code=bare_industry_code(form.industry_code.data or "") or None,
        registered_on=form.registered_on.data,
        operating_status=OperatingStatus(form.operating_status.data),
    )


def _source(form: RegisterForm | ChangeForm) -> SourceDocument:
    return service.record_document(
        db(),
        kind=DocumentKind.OFFICER,
        title=(form.source.data or "").strip(),
        number=(form.number.data or "").strip(),
        by=actor(),
        at=now(),
    )


def _home_places() -> list[Any]:
    home = reference.list_below(db(), {settings().home_division})
    return [choice("", _("请选择")), *(choice(each.code, each.name) for each in home)]


def _own_places() -> list[Any]:
    own = reference.list_below(db(), keeping_divisions(actor()))
    return [choice("", _("请选择")), *(choice(each.code, each.name) for each in own)]


def _page(enterprise_id: UUID) -> str:
    return url_for("home.enterprise", enterprise_id=enterprise_id)


# --- Changes --------------------------------------------------------------------------------------


@bp.route("/enterprises/<uuid:enterprise_id>/edit", methods=["GET", "POST"])
@requires(*KEEPERS)
def edit(enterprise_id: UUID) -> ResponseReturnValue:
    """Record a change, or a correction, of one attribute."""
    firm = queries.get_enterprise(db(), enterprise_id, visible_to=actor())
    attribute = _attribute()
    form = _change_form(firm, attribute)
    if form.submitted() and form.is_dated():
        try:
            changed = _change(firm, attribute, form)
        except Refusal as refusal:
            if isinstance(refusal, NotFound):
                raise
            form.blame(refusal)
        else:
            flash(_("已登记。") if changed else _("内容与现有登记相同，未作更改。"))
            return redirect(_page(firm.id))
    body = render_template(
        "enterprises/edit.html", enterprise=firm, attribute=attribute, form=form,
        attributes=list(Attribute), shown=_shown(firm, attribute),
    )  # fmt: skip
    return body, form.status


def _attribute() -> Attribute:
    wanted = request.args.get("attribute", "")
    return next((each for each in Attribute if each.value == wanted), Attribute.NAME)


def _change_form(firm: Enterprise, attribute: Attribute) -> Any:
    if attribute is Attribute.NAME:
        return NameChangeForm.bind(version=firm.version)
    if attribute is Attribute.INDUSTRY:
        return IndustryChangeForm.bind(version=firm.version)
    form = ChoiceChangeForm.bind(version=firm.version)
    if attribute is Attribute.STATUS:
        form.value.choices = [choice(each.value, label(each)) for each in OperatingStatus]
    elif attribute is Attribute.MANAGING_DIVISION:
        form.value.choices = _own_places()
    else:
        form.value.choices = _home_places()
    if request.method == "GET":
        form.value.data = str(getattr(firm, attribute.value))
    return form


def _change(firm: Enterprise, attribute: Attribute, form: Any) -> bool:
    value = (form.value.data or "").strip()
    return service.change_attribute(
        db(),
        firm,
        attribute,
        bare_industry_code(value) if attribute is Attribute.INDUSTRY else value,
        since=None if form.mode.data == "correction" else form.since.data,
        reason=(form.reason.data or "").strip(),
        document_id=_source(form).id,
        version=form.version.data,
        by=actor(),
        at=now(),
    )


def _shown(firm: Enterprise, attribute: Attribute) -> str:
    """The present value as people read it."""
    value = getattr(firm, attribute.value)
    if attribute is Attribute.STATUS:
        return str(label(value))
    if attribute in _PLACES:
        return str(reference.names(db(), [value]).get(value, value))
    if attribute is Attribute.INDUSTRY and value:
        return f"{value} {reference.industry_names(db()).get(value, '')}"
    return str(value or "")


@bp.get("/enterprises/<uuid:enterprise_id>/history")
@requires(*SEES_ENTERPRISES)
def history(enterprise_id: UUID) -> ResponseReturnValue:
    """Every value the attributes had and every title event, each with its source."""
    firm = queries.get_enterprise(db(), enterprise_id, visible_to=actor())
    rows = queries.history(db(), firm.id)
    industries = reference.industry_names(db()) if rows else {}
    return render_template(
        "enterprises/history.html",
        enterprise=firm,
        rows=rows,
        events=holders.list_events(db(), firm.id),
        places=reference.names(db(), {row.value for row, _source in rows}),
        industries=industries,
        statuses={each.value: label(each) for each in OperatingStatus},
        title_name=lists.title_name,
        may_keep=may_keep(actor()),
    )


# --- Titles ---------------------------------------------------------------------------------------


@bp.route("/enterprises/<uuid:enterprise_id>/titles/new", methods=["GET", "POST"])
@requires(*KEEPERS)
def record_title(enterprise_id: UUID) -> ResponseReturnValue:
    """Record one title event from a published paper."""
    firm = queries.get_enterprise(db(), enterprise_id, visible_to=actor())
    form = EventForm.bind(title=request.args.get("title", ""))
    form.title.choices = [
        choice("", _("请选择")),
        *(choice(each.id, said(each.name)) for each in law().titles.values() if each.adopted),
    ]
    if form.submitted() and form.fits():
        try:
            done = titles.record_events(db(), [_event(firm, form)], by=actor(), at=now())
        except Invalid as refusal:
            form.blame(refusal)
        else:
            same = done.unchanged > 0
            flash(_("这一事件早已登记，未重复登记。") if same else _("已登记称号事件。"))
            return redirect(_page(firm.id))
    return render_template("enterprises/title.html", enterprise=firm, form=form), form.status


def _event(firm: Enterprise, form: EventForm) -> titles.NewEvent:
    kind, on_day = EventKind(form.kind.data), form.on_day.data
    if on_day is None:  # InputRequired has refused it; said again for the type checker.
        raise Invalid(_("请填写日期。"))
    span = _term(form, kind, on_day)
    document = service.record_document(
        db(),
        kind=DocumentKind.LIST,
        title=(form.source.data or "").strip(),
        number=(form.number.data or "").strip(),
        batch=(form.batch.data or "").strip(),
        issued_on=form.issued_on.data,
        by=actor(),
        at=now(),
    )
    return titles.NewEvent(
        enterprise_id=firm.id,
        title=form.title.data,
        kind=kind,
        on_day=on_day,
        since=span.since if span else None,
        until=span.until if span else None,
        roll_year=span.roll_year if span else None,
        certificate=(form.certificate.data or "").strip(),
        document_id=document.id,
        note=(form.note.data or "").strip(),
    )


def _term(form: EventForm, kind: EventKind, on_day: Any) -> Term | None:
    """The term of an opening event; None for those that open nothing.

    A review without a printed end changes no date.
    """
    title, printed_end = law().title(form.title.data), form.printed_end.data
    unchanged = kind is EventKind.REVIEWED and printed_end is None
    if kind in CLOSING or kind not in OPENING or unchanged:
        return None
    return term(
        on_day,
        printed_end,
        end=title.end,
        is_yearly=title.is_yearly,
        validity_years=title.validity_years,
    )


@bp.route(
    "/enterprises/<uuid:enterprise_id>/titles/<uuid:event_id>/withdrawal", methods=["GET", "POST"]
)
@requires(*KEEPERS)
def withdraw_title(enterprise_id: UUID, event_id: UUID) -> ResponseReturnValue:
    """Take back an event that was recorded in error; it stays readable as known until then."""
    firm = queries.get_enterprise(db(), enterprise_id, visible_to=actor())
    events = {event.id: event for event in holders.list_events(db(), firm.id)}
    if event_id not in events:
        raise NotFound(_("没有这个称号事件，或它已被更正。"))
    form = WithdrawForm.bind()
    if form.submitted():
        reason = (form.reason.data or "").strip()
        titles.withdraw_event(db(), event_id, reason=reason, by=actor(), at=now())
        flash(_("已撤回这一登记，称号时段已随之更新。"))
        return redirect(url_for(".history", enterprise_id=firm.id))
    body = render_template(
        "enterprises/withdraw.html", enterprise=firm, event=events[event_id], form=form,
        title_name=lists.title_name,
    )  # fmt: skip
    return body, form.status
