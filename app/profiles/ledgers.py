"""The ledgers of an enterprise as pages: what it keeps itself, and incidents to read."""

from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from app.enterprises.models import Enterprise
from app.foundation.clock import now, today
from app.foundation.errors import Fault, NotFound
from app.foundation.money import NotMoney, format_wan, parse_fen
from app.profiles import drafts, keeping, queries, sent
from app.profiles.blueprint import bp
from app.profiles.domain import REGISTERS, StandardLevel
from app.profiles.errors import FiguresUnfit
from app.profiles.forms import FORMS, EndForm, LedgerForm
from app.profiles.models import (
    Award,
    EquityRound,
    Incident,
    IpRight,
    RdPlatform,
    Recorded,
    Standard,
)
from app.profiles.permissions import may_fill
from app.web.access import actor, requires
from app.web.forms import Form
from app.web.i18n import label
from app.web.law import law
from app.web.transactions import db

REGISTER: Final = f"any({','.join(keeping.KEPT)})"  # the ledgers an address can name
_YES_NO: Final = frozenset({"supports_main_product", "is_disputed", "is_qualified"})


@bp.get("/my/enterprises/<uuid:enterprise_id>/records")
@requires(enterprise=True)
def records(enterprise_id: UUID) -> ResponseReturnValue:
    """Every ledger of the enterprise, those that have ended included."""
    firm = drafts.own_enterprise(db(), enterprise_id, visible_to=actor())
    kept = [
        {
            "register": register,
            "name": _(REGISTERS[register]),
            "rows": [_row(record) for record in _list(firm, kind)],
        }
        for register, kind in keeping.KEPT.items()
    ]
    return render_template(
        "profiles/records.html",
        firm=firm,
        kept=kept,
        incidents=queries.list_records(db(), Incident, firm.id, visible_to=actor()),
        today=today(),
        may_fill=may_fill(actor(), firm.id),
        form=Form(),
    )


def _list(firm: Enterprise, kind: type[Recorded]) -> list[Recorded]:
    return list(queries.list_records(db(), kind, firm.id, visible_to=actor()))


def _row(record: Recorded) -> dict[str, Any]:
    """A record in words: what it is, and its particulars."""
    return {
        "record": record,
        "name": _name(record),
        "note": " · ".join(filter(None, _note(record))),
    }


def _name(record: Recorded) -> str:
    return record.investor if isinstance(record, EquityRound) else str(getattr(record, "name", ""))


def _note(record: Recorded) -> list[str]:
    match record:
        case IpRight():
            dispute = _("有权属争议") if record.is_disputed else ""
            return [label(record.kind), record.number, label(record.origin), dispute]
        case Award():
            return [label(record.level), _("第 %(n)s 名", n=record.rank) if record.rank else ""]
        case RdPlatform():
            return [label(record.level), record.kind]
        case Standard():
            level = next((label(each) for each in StandardLevel if each == record.level), "")
            return [level, _("起草排名第 %(n)s", n=record.rank) if record.rank else ""]
        case EquityRound():
            qualified = _("合格机构投资者") if record.is_qualified else ""
            return [_("%(wan)s 万元", wan=format_wan(record.amount_fen)), qualified]
    return []


@bp.route(
    f"/my/enterprises/<uuid:enterprise_id>/records/<{REGISTER}:register>/new",
    methods=["GET", "POST"],
)
@requires(enterprise=True)
def add_record(enterprise_id: UUID, register: str) -> ResponseReturnValue:
    """Add one record to a ledger."""
    firm = drafts.own_enterprise(db(), enterprise_id, visible_to=actor())
    form = FORMS[register].bind()
    if form.submitted():
        try:
            values = _values(register, form)
            with db().begin_nested():
                keeping.add(db(), firm, register, values, by=actor(), at=now())
        except FiguresUnfit as refused:
            form.blame(refused)
        except IntegrityError:
            form.form_errors.append(_("台账中已有同一类别、同一编号的记录，请先核对。"))
        else:
            flash(_("已登记。"))
            return redirect(url_for(".records", enterprise_id=firm.id, _anchor=register))
    page = render_template(
        "profiles/record.html",
        firm=firm,
        register=register,
        name=_(REGISTERS[register]),
        form=form,
        is_new=True,
        record=None,
    )
    return page, form.status


def _values(register: str, form: LedgerForm) -> dict[str, Any]:
    """The columns of a record as the form says them."""
    said = {name: value for name, value in form.data.items() if name != "csrf_token"}
    for name in _YES_NO & said.keys():
        said[name] = {"yes": True, "no": False}.get(said[name])
    if register == "ip_right":
        said["is_disputed"] = bool(said["is_disputed"])
        said["used_in_event_id"] = None
    if register == "equity_round":
        said["amount_fen"] = _amount(said["amount_fen"])
    return {**said, "until": said.get("until")}


def _amount(text: str) -> int:
    try:
        amount = parse_fen(text, "万元")
    except NotMoney as fault:
        detail = _("%(fault)s请填数字，如 500 或 500.5，单位万元。", fault=str(fault))
        raise FiguresUnfit(detail, faults=(Fault("/amount_fen", detail),)) from None
    if not 0 < amount <= law().indicators["latest_valuation"].bounds[1]:
        detail = _("金额应大于 0，请核对单位。")
        raise FiguresUnfit(detail, faults=(Fault("/amount_fen", detail),))
    return amount


@bp.route(
    f"/my/enterprises/<uuid:enterprise_id>/records/<{REGISTER}:register>/<uuid:record_id>/ending",
    methods=["GET", "POST"],
)
@requires(enterprise=True)
def end_record(enterprise_id: UUID, register: str, record_id: UUID) -> ResponseReturnValue:
    """Say when a record ended, or ends."""
    firm = drafts.own_enterprise(db(), enterprise_id, visible_to=actor())
    record = _find(firm, register, record_id)
    form = EndForm.bind()
    if form.submitted() and form.until.data:
        try:
            keeping.end(db(), firm, register, record, until=form.until.data, by=actor(), at=now())
        except FiguresUnfit as refused:
            form.blame(refused)
        else:
            flash(_("已登记终止日期。"))
            return redirect(url_for(".records", enterprise_id=firm.id, _anchor=register))
    page = render_template(
        "profiles/record.html",
        firm=firm,
        register=register,
        name=_(REGISTERS[register]),
        form=form,
        is_new=False,
        record=_row(record),
    )
    return page, form.status


def _find(firm: Enterprise, register: str, record_id: UUID) -> Recorded:
    found = next((r for r in _list(firm, keeping.KEPT[register]) if r.id == record_id), None)
    if found is None:
        raise NotFound(_("没有这条记录，可能已被更正，请从台账页面进入。"))
    return found


@bp.post(
    f"/my/enterprises/<uuid:enterprise_id>/records/<{REGISTER}:register>/<uuid:record_id>/withdrawal"
)
@requires(enterprise=True)
def withdraw_record(enterprise_id: UUID, register: str, record_id: UUID) -> ResponseReturnValue:
    """Take back a record entered by mistake."""
    firm = drafts.own_enterprise(db(), enterprise_id, visible_to=actor())
    sent.guard_token()
    record = _find(firm, register, record_id)
    keeping.withdraw(db(), firm, register, record, by=actor(), at=now())
    flash(_("已撤销，历史中仍可查到。"))
    return redirect(url_for(".records", enterprise_id=firm.id, _anchor=register))
