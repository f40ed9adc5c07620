"""Pages of people of enterprises: claim a firm, choose among one's firms, its members."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from app.accounts.queries import find_account
from app.accounts.sessions import count_lookup
from app.enterprises.models import Enterprise
from app.enterprises.queries import get_enterprise
from app.foundation.actor import SEES_ENTERPRISES, Actor, EnterpriseRole
from app.foundation.clock import now, today
from app.foundation.errors import Conflict, Fault, Forbidden, Invalid
from app.mandates import granting, queries, service
from app.mandates.domain import DECIDERS, MandateState
from app.mandates.forms import ActionForm, ClaimForm, EndForm, InviteForm
from app.mandates.models import Mandate
from app.mandates.permissions import deciding_divisions, may_authorise
from app.reference.queries import covers
from app.web.access import actor, current_actor, outside, requires
from app.web.deployment import settings, uploads
from app.web.navigation import may_enter
from app.web.transactions import aside, db, glance

bp = Blueprint("mandates", __name__)

STANDING: Final = (MandateState.CURRENT, MandateState.UPCOMING)


def acting(find_actor: Callable[[], Actor | None]) -> Callable[[], Actor | None]:
    """The factory's hook: `find_actor` of the accounts room, with the mandates in force."""

    def found() -> Actor | None:
        known = find_actor()
        if known is None:
            return None
        with glance() as session:
            return queries.with_mandates(session, known, at=now())

    return found


@bp.get("/my")
@outside
def mine() -> ResponseReturnValue:
    """The firms one may act for: with one, its page; with several, a choice; with none, a claim."""
    firms = queries.list_own_enterprises(db(), visible_to=actor())
    if not firms:
        return redirect(url_for(".claims"))
    if len(firms) == 1:
        return redirect(page_of(firms[0][0].id))
    return render_template("mandates/mine.html", firms=firms, page_of=page_of)


def page_of(enterprise_id: UUID) -> str:
    """The page of a firm one may act for."""
    for endpoint in ("home.enterprise", "home.own_enterprise"):  # the bureau's page, the firm's own
        if may_enter(endpoint, actor()):
            return url_for(endpoint, enterprise_id=enterprise_id)
    return url_for("mandates.members", enterprise_id=enterprise_id)


@bp.route("/claims", methods=["GET", "POST"])
@outside
def claims() -> ResponseReturnValue:
    """One's own claims, and a new one. Nothing of any firm is told before it is confirmed."""
    form = ClaimForm.bind()
    if form.submitted():
        try:
            service.claim(
                db(),
                uploads(),
                code=form.code.data or "",
                letter=_letter(form.letter.data),
                home=settings().home_division,
                by=actor(),
                at=now(),
            )
        except (Invalid, Conflict) as refusal:
            form.blame(refusal)
        else:
            flash(_("认领已提交，等待县区核对授权书。核对结果会在这里和通知中告知。"))
            return redirect(url_for(".claims"))
    own = queries.list_own_claims(db(), visible_to=actor())
    page = render_template("mandates/claims.html", form=form, own=own, button=ActionForm())
    return page, form.status


def _letter(upload: FileStorage) -> service.Letter:
    return service.Letter(upload.filename or "", upload.stream)


@bp.post("/claims/<uuid:claim_id>/withdrawal")
@outside
def withdraw(claim_id: UUID) -> ResponseReturnValue:
    """Take one's own claim back."""
    made = queries.get_own_claim(db(), claim_id, visible_to=actor())
    if not ActionForm.bind().submitted():
        raise Invalid(_("页面已过期，请刷新后再操作。"))
    service.withdraw(db(), made, by=actor(), at=now())
    flash(_("认领已撤回。"))
    return redirect(url_for(".claims"))


@bp.get("/my/enterprises/<uuid:enterprise_id>/members")
@requires(*SEES_ENTERPRISES, enterprise=True)
def members(enterprise_id: UUID) -> ResponseReturnValue:
    """Who may act for a firm, in which role, from when to when, and who said so."""
    firm = get_enterprise(db(), enterprise_id, visible_to=actor())
    return _members(firm, InviteForm.bind(since=today(), account="existing"))


@bp.post("/my/enterprises/<uuid:enterprise_id>/members")
@requires(enterprise=True)
def invite(enterprise_id: UUID) -> ResponseReturnValue:
    """Authorise somebody; a new account's temporary password is shown once, on the answer."""
    with aside() as session:
        count_lookup(session, by=actor(), at=now())
    firm = get_enterprise(db(), enterprise_id, visible_to=actor())
    form = InviteForm.bind()
    if form.submitted():
        try:
            return _invited(firm, form)
        except (Invalid, Conflict, Forbidden) as refusal:
            form.blame(refusal)
    return _members(firm, form)


def _invited(firm: Enterprise, form: InviteForm) -> ResponseReturnValue:
    username = (form.username.data or "").strip().lower()
    role, since = EnterpriseRole(form.role.data), form.since.data or today()
    if form.account.data == "new":
        account, word = granting.invite_new(
            db(),
            firm,
            username=username,
            name=(form.name.data or "").strip(),
            role=role,
            since=since,
            until=form.until.data,
            by=actor(),
            at=now(),
        )
        return render_template("mandates/secret.html", firm=firm, account=account, word=word)
    found = find_account(db(), username)
    if found is None or not found.is_enabled:
        detail = _("没有这个用户名。请向本人核对，或为其建立帐号。")
        raise Invalid(detail, faults=(Fault("username", detail),))
    granting.invite(
        db(),
        firm,
        found,
        role=role,
        since=since,
        until=form.until.data,
        by=actor(),
        at=now(),
    )
    flash(_("授权已生效，对方已收到通知。"))
    return redirect(url_for(".members", enterprise_id=firm.id))


def _members(firm: Enterprise, form: InviteForm) -> ResponseReturnValue:
    people = queries.list_members(db(), firm.id, on=today())
    page = render_template(
        "mandates/members.html",
        firm=firm,
        form=form,
        standing=[member for member in people if member.state in STANDING],
        former=[member for member in people if member.state not in STANDING],
        may_authorise=may_authorise(actor(), firm.id),
        may_end=_may_end,
        county=_is_county(firm),
        page_of=page_of(firm.id),
    )
    return page, form.status


def _is_county(firm: Enterprise) -> bool:
    """Whether the reader may end a mandate for the bureau of the place."""
    return covers(db(), deciding_divisions(actor()), firm.managing_division)


def _may_end(held: Mandate, *, county: bool) -> bool:
    return county or may_authorise(actor(), held.enterprise_id) or held.account_id == actor().id


@bp.route(
    "/my/enterprises/<uuid:enterprise_id>/members/<uuid:mandate_id>/ending",
    methods=["GET", "POST"],
)
@requires(*DECIDERS, enterprise=True)
def end(enterprise_id: UUID, mandate_id: UUID) -> ResponseReturnValue:
    """End a mandate after saying what follows; the bureau gives a reason."""
    firm = get_enterprise(db(), enterprise_id, visible_to=actor())
    held = queries.get_mandate(db(), firm.id, mandate_id)
    form, county = EndForm.bind(), _is_county(firm)
    if not _may_end(held, county=county):
        raise Forbidden(_("只有企业管理员、本人或归口地的工作人员可以终止授权。"))
    if form.submitted():
        try:
            granting.end(db(), firm, held, reason=form.reason.data or "", by=actor(), at=now())
        except Invalid as refusal:
            form.blame(refusal)
        else:
            flash(_("授权已终止，立即失效。"))
            if held.account_id == actor().id:  # The firm may be none of one's business now.
                return redirect(url_for(".mine"))
            return redirect(url_for(".members", enterprise_id=firm.id))
    page = render_template(
        "mandates/end.html",
        firm=firm,
        held=held,
        holder=queries.get_holder(db(), held),
        form=form,
        county=county,
        own=held.account_id == actor().id,
    )
    return page, form.status


@bp.app_context_processor
def own_enterprises() -> dict[str, int]:
    """How many firms one may act for: with several, the header offers to change."""
    known = current_actor()
    return {"own_enterprise_count": len(known.enterprises) if known else 0}
