"""From a draft to a filing: everything on one page, who confirms it, the pledge, what was filed."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.enterprises.models import Enterprise
from app.foundation.actor import EnterpriseRole
from app.foundation.clock import now
from app.foundation.errors import Conflict, Invalid, NotFound, Refusal
from app.profiles import confirming, drafting, drafts, queries, sent
from app.profiles.blueprint import bp
from app.profiles.checking import check
from app.profiles.domain import Scalar
from app.profiles.hooks import hooks
from app.profiles.models import ProfileDraft
from app.profiles.permissions import SIGNS, may_file, may_fill, may_sign
from app.profiles.sheet import differences
from app.profiles.typed import MoneyUnit, Typed
from app.profiles.wording import section_name, shown, unit_name
from app.web.access import actor, requires
from app.web.forms import Form
from app.web.i18n import said
from app.web.law import law
from app.web.pages import percent
from app.web.transactions import db


@bp.get("/my/enterprises/<uuid:enterprise_id>/profiles/<int:year>/review")
@requires(enterprise=True)
def review(enterprise_id: UUID, year: int) -> ResponseReturnValue:
    """Everything on one page before it is confirmed and filed."""
    firm = sent.own(enterprise_id, year)
    return _review(firm, _draft(firm, year))


def _draft(firm: Enterprise, year: int) -> ProfileDraft:
    draft = drafts.find_draft(db(), firm.id, year)
    if draft is None:
        raise NotFound(_("%(year)s 年度没有草稿，可能已经提交。请从年度列表进入。", year=year))
    return draft


def _review(firm: Enterprise, draft: ProfileDraft, told: tuple[str, ...] = ()) -> str:
    checked = check(db(), draft, law().indicators, at=now())
    typed = checked.typed
    filed = drafts.current_revision(db(), firm.id, draft.year)
    signed = drafts.signatures(db(), draft)
    return render_template(
        "profiles/review.html",
        firm=firm,
        year=draft.year,
        draft=draft,
        checked=checked,
        told=told,
        rows=figure_rows(checked.values, checked.last, typed.unit, typed.reasons),
        blanks=[said(law().indicators[name].name) for name in checked.blanks],
        changed=_changed(typed, filed),
        filed=filed,
        trace=hooks().trace(db(), firm, draft.year, typed),
        signed=signed,
        missing=[role for role in SIGNS if role not in signed],
        may_sign=[role for role in SIGNS if may_sign(actor(), firm.id, role)],
        may_file=may_file(actor(), firm.id),
        may_fill=may_fill(actor(), firm.id),
        signs=SIGNS,
        form=Form(),
    )


def _changed(typed: Typed, filed: Any) -> list[Any]:
    if filed is None:
        return []
    before = drafting.of_revision(filed, law().indicators, unit=typed.unit)
    return [each for each in differences(typed, before, law().indicators) if each.id != "unit"]


def figure_rows(
    values: Mapping[str, Scalar],
    last: Mapping[str, Scalar],
    unit: MoneyUnit,
    reasons: Mapping[str, str],
) -> list[dict[str, str]]:
    """Every figure said, with last year's, the change and its reason, in the catalogue's order."""
    rows = []
    for name, indicator in law().indicators.items():
        if name not in values:
            continue
        value, before = values[name], last.get(name)
        rows.append(
            {
                "section": section_name(indicator.section),
                "name": said(indicator.name),
                "unit": unit_name(indicator.unit, unit),
                "value": shown(indicator, value, unit),
                "before": shown(indicator, before, unit),
                "change": _change(value, before),
                "reason": reasons.get(name, ""),
            }
        )
    return rows


def _change(value: Scalar, before: Scalar | None) -> str:
    if isinstance(value, int) and isinstance(before, int) and not isinstance(value, bool):
        return percent(value - before, abs(before))
    return ""


@bp.post("/my/enterprises/<uuid:enterprise_id>/profiles/<int:year>/request")
@requires(enterprise=True)
def ask(enterprise_id: UUID, year: int) -> ResponseReturnValue:
    """Ask 财务 to confirm the draft."""
    firm = sent.own(enterprise_id, year)
    sent.guard_token()
    asked = confirming.ask(db(), firm, year, by=actor(), at=now())
    if asked:
        flash(_("已通知 %(n)s 位财务人员确认。", n=asked))
    else:
        flash(_("还没有授权财务人员，请企业管理员先在“成员与授权”中授权。"), "warning")
    return redirect(url_for(".review", enterprise_id=firm.id, year=year))


@bp.post(
    "/my/enterprises/<uuid:enterprise_id>/profiles/<int:year>/signatures/<any(enterprise_finance,legal):role>"
)
@requires(enterprise=True)
def sign(enterprise_id: UUID, year: int, role: str) -> ResponseReturnValue:
    """Confirm the draft as 财务 or 法人."""
    firm = sent.own(enterprise_id, year)
    sent.guard_token()
    try:
        confirming.sign(
            db(),
            firm,
            year,
            EnterpriseRole(role),
            version=sent.version(),
            indicators=law().indicators,
            by=actor(),
            at=now(),
        )
    except (Conflict, Invalid) as refused:
        return _again(firm, year, refused)
    flash(_("已确认。草稿如再更改，须重新确认。"))
    return redirect(url_for(".review", enterprise_id=firm.id, year=year))


def _again(firm: Enterprise, year: int, refused: Refusal) -> ResponseReturnValue:
    """The review once more with what was declined; the session has nothing to keep."""
    told = (refused.detail, *(fault.detail for fault in refused.faults))
    status = (
        HTTPStatus.UNPROCESSABLE_ENTITY if isinstance(refused, Invalid) else HTTPStatus.CONFLICT
    )
    return _review(firm, _draft(firm, year), told), status


@bp.post("/my/enterprises/<uuid:enterprise_id>/profiles/<int:year>/filing")
@requires(enterprise=True)
def file(enterprise_id: UUID, year: int) -> ResponseReturnValue:
    """File the signed draft; with the pledge."""
    firm, at = sent.own(enterprise_id, year), now()
    sent.guard_token()
    draft = _draft(firm, year)
    if request.form.get("pledge") != "yes":
        told = (_("请先勾选承诺，再提交。"),)
        return _review(firm, draft, told), HTTPStatus.UNPROCESSABLE_ENTITY
    typed = Typed.loads(draft.raw)
    try:
        drafting.file(
            db(),
            firm,
            year,
            version=sent.version(),
            indicators=law().indicators,
            by=actor(),
            at=at,
        )
    except (Conflict, Invalid) as refused:
        return _again(firm, year, refused)
    hooks().filed(db(), firm, year, typed, actor(), at)
    flash(_("%(year)s 年度数据已提交。", year=year))
    return redirect(url_for(".show", enterprise_id=firm.id, year=year))


@bp.get("/my/enterprises/<uuid:enterprise_id>/profiles/<int:year>/filed")
@requires(enterprise=True)
def show(enterprise_id: UUID, year: int) -> ResponseReturnValue:
    """What was filed of a year, to read and to print."""
    firm = sent.own(enterprise_id, year)
    history = queries.list_revisions(db(), firm.id, year, visible_to=actor())
    revision = drafts.current_revision(db(), firm.id, year)
    if revision is None:
        raise NotFound(_("%(year)s 年度还没有提交。", year=year))
    last = drafts.current_revision(db(), firm.id, year - 1)
    said_now = json.loads(revision.body)
    unit = MoneyUnit.YUAN if request.args.get("unit") == MoneyUnit.YUAN.value else MoneyUnit.WAN
    return render_template(
        "profiles/show.html",
        firm=firm,
        year=year,
        revision=revision,
        history=history,
        rows=figure_rows(
            said_now["figures"],
            json.loads(last.body)["figures"] if last else {},
            unit,
            said_now.get("reasons", {}),
        ),
        unit=unit,
        units=list(MoneyUnit),
        draft=drafts.find_draft(db(), firm.id, year),
        editable=drafts.editable(db(), firm.id, year),
        signed=drafts.signed_by(db(), firm.id, year),
        signs=SIGNS,
        may_fill=may_fill(actor(), firm.id),
        form=Form(),
    )
