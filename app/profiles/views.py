"""The enterprise's years: what is filed, what is being typed, and the form itself."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.enterprises.models import Enterprise
from app.foundation.actor import EnterpriseRole
from app.foundation.clock import SHANGHAI, now, today
from app.foundation.errors import Fault, Invalid, Refusal
from app.mandates.queries import list_own_enterprises
from app.profiles import drafting, drafts, ledgers, queries, sent, signing
from app.profiles.blueprint import bp
from app.profiles.checking import Checked, check_typed
from app.profiles.domain import FigureStage, StatementScope
from app.profiles.errors import DraftStale, ProfileLocked
from app.profiles.hooks import hooks
from app.profiles.models import ProfileDraft
from app.profiles.permissions import SIGNS, may_file, may_fill
from app.profiles.sheet import Beside, differences, flat, sections
from app.profiles.typed import MoneyUnit, Typed, convert
from app.web.access import actor, requires
from app.web.forms import Form
from app.web.law import law
from app.web.problems import wants_json
from app.web.transactions import db

__all__ = ["bp", "ledgers", "signing"]  # one blueprint, its pages in three files
OFFERED: Final = 4  # closed years a list offers; older ones are there when they were filed


@bp.get("/my/profiles")
@requires(enterprise=True)
def index() -> ResponseReturnValue:
    """The years of each own enterprise: how far they have come, and who signed."""
    firms = [
        {"firm": firm, "roles": roles, "years": _years(firm)}
        for firm, roles in list_own_enterprises(db(), visible_to=actor())
    ]
    return render_template("profiles/index.html", firms=firms, signs=SIGNS, form=Form())


def _years(firm: Enterprise) -> list[dict[str, Any]]:
    filed = {each.year: each for each in queries.list_years(db(), firm.id, visible_to=actor())}
    typed = {draft.year: draft for draft in drafts.list_drafts(db(), [firm.id])}
    founded = firm.registered_on.year if firm.registered_on else sent.FIRST_YEAR
    offered = range(max(founded, today().year - OFFERED), today().year + 1)
    return [
        {
            "year": year,
            "filed": filed.get(year),
            "draft": typed.get(year),
            "signed": _signed(typed.get(year)),
        }
        for year in sorted({*filed, *typed, *offered}, reverse=True)
    ]


def _signed(draft: ProfileDraft | None) -> dict[EnterpriseRole, str]:
    if draft is None:
        return {}
    return {role: name for role, (_row, name) in drafts.signatures(db(), draft).items()}


@bp.post("/my/enterprises/<uuid:enterprise_id>/profiles/<int:year>/beginning")
@requires(enterprise=True)
def begin(enterprise_id: UUID, year: int) -> ResponseReturnValue:
    """Begin a year, or a correction of what was filed."""
    firm = sent.own(enterprise_id, year)
    sent.guard_token()
    drafting.start(db(), firm, year, indicators=law().indicators, by=actor(), at=now())
    return redirect(url_for(".edit", enterprise_id=firm.id, year=year))


@bp.post("/my/enterprises/<uuid:enterprise_id>/profiles/<int:year>/removal")
@requires(enterprise=True)
def discard(enterprise_id: UUID, year: int) -> ResponseReturnValue:
    """Throw the draft away; what was filed stays."""
    firm = sent.own(enterprise_id, year)
    sent.guard_token()
    drafting.discard(db(), firm, year, version=sent.version(), by=actor(), at=now())
    flash(_("草稿已删除。"))
    return redirect(url_for(".index"))


@bp.get("/my/enterprises/<uuid:enterprise_id>/profiles/<int:year>")
@requires(enterprise=True)
def edit(enterprise_id: UUID, year: int) -> ResponseReturnValue:
    """The form of a year; a year that is filed and not being corrected shows what was filed."""
    firm = sent.own(enterprise_id, year)
    draft = drafts.find_draft(db(), firm.id, year)
    if draft is None and drafts.current_revision(db(), firm.id, year) is not None:
        return redirect(url_for(".show", enterprise_id=firm.id, year=year))
    typed = Typed.loads(draft.raw) if draft else Typed()
    return _page(Shown(firm, year, typed, draft.version if draft else 0, draft))


@bp.post("/my/enterprises/<uuid:enterprise_id>/profiles/<int:year>")
@requires(enterprise=True)
def save(enterprise_id: UUID, year: int) -> ResponseReturnValue:
    """Save what is typed: by the clock (JSON), or by a button (to the form, or on to review)."""
    firm, at = sent.own(enterprise_id, year), now()
    typed, version = sent.form(), sent.version()
    token_fits = Form.bind().submitted()
    if not token_fits and wants_json():
        raise Invalid(_("页面打开过久，请稍候，将自动重新保存。"))
    if not token_fits:
        told = Fault("", _("页面打开过久，或您已在别处重新登录。填写的内容仍在，请再保存一次。"))
        shown = Shown(firm, year, typed, version, told=(told,))
        return _page(shown), HTTPStatus.UNPROCESSABLE_ENTITY
    if turned := next((u for u in MoneyUnit if request.form.get("do") == f"to-{u}"), None):
        typed = convert(typed, law().indicators, turned)
    try:
        draft = drafting.save_draft(
            db(), firm, year, typed, version=version, indicators=law().indicators, by=actor(), at=at
        )
    except Refusal as refused:
        if wants_json():
            raise
        return _refused(Shown(firm, year, typed, version), refused)
    if wants_json():
        return _saved(draft, typed, at)
    if request.form.get("do") == "review":
        return redirect(url_for(".review", enterprise_id=firm.id, year=year))
    flash(_("已保存 %(at)s", at=_clock(at)))
    return redirect(url_for(".edit", enterprise_id=firm.id, year=year))


def _clock(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%H:%M:%S")


def _saved(draft: ProfileDraft, typed: Typed, at: datetime) -> ResponseReturnValue:
    """What the page shows after the clock saved: the new version, and what is amiss by field."""
    beside = Beside.of(db(), draft.enterprise_id, draft.year, at)
    checked = check_typed(typed, beside.last, law().indicators, at=at)
    return jsonify(
        version=draft.version,
        saved=_("已保存 %(at)s", at=_clock(at)),
        faults=[{"field": f.pointer.removeprefix("/"), "detail": f.detail} for f in checked.faults],
        jumps=[jump.indicator for jump in checked.jumps],
    )


def _refused(shown: "Shown", refused: Refusal) -> ResponseReturnValue:
    """A save that was declined, with everything typed still on the page."""
    if isinstance(refused, DraftStale):
        return _conflict(shown), HTTPStatus.CONFLICT
    if not isinstance(refused, ProfileLocked):
        raise refused
    told = refused.faults or (Fault("", refused.detail),)
    return _page(Shown(shown.firm, shown.year, shown.typed, shown.version, told=told)), 409


@dataclass(frozen=True, slots=True)
class Shown:
    """A form about to be shown: saved (with its draft), or as it was sent."""

    firm: Enterprise
    year: int
    typed: Typed
    version: int
    draft: ProfileDraft | None = None
    told: tuple[Fault, ...] = ()  # faults of the last action, above those of the figures


def _page(shown: Shown) -> str:
    at = now()
    beside = Beside.of(db(), shown.firm.id, shown.year, at)
    checked = check_typed(shown.typed, beside.last, law().indicators, at=at)
    return render_template(
        "profiles/edit.html",
        firm=shown.firm,
        year=shown.year,
        checked=checked,
        sections=sections(checked, beside, law().indicators),
        beside=beside,
        seen_version=shown.version,
        draft=shown.draft,
        told=shown.told,
        faults=_linked(shown.told, checked),
        trace=hooks().trace(db(), shown.firm, shown.year, shown.typed),
        signed=_signed(shown.draft),
        signs=SIGNS,
        stages=list(FigureStage),
        scopes=list(StatementScope),
        units=list(MoneyUnit),
        may_fill=may_fill(actor(), shown.firm.id),
        may_file=may_file(actor(), shown.firm.id),
        form=Form(),
    )


def _linked(told: tuple[Fault, ...], checked: Checked) -> list[tuple[str, str]]:
    """The error summary: (id of the field, what is wrong), each once."""
    faults = dict.fromkeys(
        (f.pointer.removeprefix("/"), f.detail) for f in (*told, *checked.faults)
    )
    return list(faults)


def _conflict(shown: Shown) -> str:
    """Both versions side by side, field by field; the choice is saved on top of the other's."""
    draft = drafts.find_draft(db(), shown.firm.id, shown.year)
    filed = drafts.current_revision(db(), shown.firm.id, shown.year)
    theirs = Typed()
    if draft is not None:
        theirs = Typed.loads(draft.raw)
    elif filed is not None:
        theirs = drafting.of_revision(filed, law().indicators)
    found = differences(shown.typed, theirs, law().indicators)
    differing = {each.id for each in found}
    return render_template(
        "profiles/conflict.html",
        firm=shown.firm,
        year=shown.year,
        draft=draft,
        saved_by=drafts.saver(db(), draft) if draft else "",
        found=found,
        same={n: t for n, t in flat(shown.typed).items() if n not in differing},
        form=Form(),
    )
