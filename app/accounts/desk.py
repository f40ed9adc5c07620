"""The administrator's pages: accounts of the divisions administered, and their roles."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import passwords, queries, service
from app.accounts.forms import AccountForm, ActionForm, GrantForm
from app.accounts.models import Account
from app.accounts.permissions import administered, may_touch
from app.accounts.views import bp
from app.foundation import places
from app.foundation.actor import Line, Role
from app.foundation.clock import now, today
from app.foundation.errors import Conflict, Invalid
from app.reference.queries import list_below
from app.web.access import actor, requires
from app.web.forms import choice
from app.web.transactions import db

__all__ = ["bp"]  # one blueprint, its pages in two files


@bp.get("/accounts")
@requires(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    """The accounts one administers, by user name."""
    text = request.args.get("q", "").strip()
    page = queries.page(db(), visible_to=actor(), text=text, after=request.args.get("after", ""))
    roles = queries.roles_by_account(db(), page.rows, on=today())
    named = places.names(db(), {account.division for account in page.rows})
    return render_template("accounts/index.html", page=page, roles=roles, text=text, places=named)


@bp.route("/accounts/new", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def create() -> ResponseReturnValue:
    """Create an account; its temporary password is shown once, on the answer."""
    form = AccountForm.bind()
    form.division.choices = _places()
    if form.submitted():
        word = passwords.invent()
        try:
            account = service.create_account(
                db(),
                username=(form.username.data or "").strip(),
                name=(form.name.data or "").strip(),
                division=form.division.data,
                password=word,
                by=actor(),
                at=now(),
            )
        except (Invalid, Conflict) as refusal:
            form.blame(refusal)
        else:
            return render_template("accounts/secret.html", account=account, word=word)
    return render_template("accounts/new.html", form=form), form.status


@bp.get("/accounts/<uuid:account_id>")
@requires(Role.ADMINISTRATOR)
def show(account_id: UUID) -> ResponseReturnValue:
    """One account: its state, its roles past and present, and what can be done."""
    return _page(_account(account_id), _grant_form())


@bp.post("/accounts/<uuid:account_id>/grants")
@requires(Role.ADMINISTRATOR)
def grant(account_id: UUID) -> ResponseReturnValue:
    """Grant a role."""
    account, form = _account(account_id), _grant_form()
    if form.submitted():
        try:
            service.grant_role(
                db(),
                account,
                role=Role(form.role.data),
                division=form.division.data,
                line=Line(form.line.data),
                since=form.since.data or today(),
                until=form.until.data,
                by=actor(),
                at=now(),
            )
        except (Invalid, Conflict) as refusal:
            form.blame(refusal)
        else:
            flash(_("角色已授予，立即生效。"))
            return redirect(url_for(".show", account_id=account.id))
    return _page(account, form)


@bp.post("/accounts/<uuid:account_id>/grants/<uuid:grant_id>/revocation")
@requires(Role.ADMINISTRATOR)
def revoke(account_id: UUID, grant_id: UUID) -> ResponseReturnValue:
    """Revoke a role, at once."""
    account = _submitted(account_id)
    held = queries.get_grant(db(), account, grant_id)
    service.revoke_role(db(), account, held, by=actor(), at=now())
    flash(_("角色已撤销，立即失效。"))
    return redirect(url_for(".show", account_id=account.id))


@bp.post("/accounts/<uuid:account_id>/password-reset")
@requires(Role.ADMINISTRATOR)
def reset_password(account_id: UUID) -> ResponseReturnValue:
    """Give a temporary password, shown once, on the answer."""
    account = _submitted(account_id)
    word = service.reset_password(db(), account, by=actor(), at=now())
    return render_template("accounts/secret.html", account=account, word=word)


@bp.post("/accounts/<uuid:account_id>/state/<any(enabled,disabled):state>")
@requires(Role.ADMINISTRATOR)
def set_state(account_id: UUID, state: str) -> ResponseReturnValue:
    """Disable the account and end its sessions, or enable it again."""
    account = _submitted(account_id)
    if state == "disabled":
        service.disable(db(), account, by=actor(), at=now())
        flash(_("帐号已停用，其登录已全部退出。"))
    else:
        service.enable(db(), account, by=actor(), at=now())
        flash(_("帐号已启用。"))
    return redirect(url_for(".show", account_id=account.id))


def _account(account_id: UUID) -> Account:
    return queries.get_account(db(), account_id, visible_to=actor())


def _submitted(account_id: UUID) -> Account:
    """The account a button was pressed for; the button carries the CSRF token."""
    if not ActionForm.bind().submitted():
        raise Invalid(_("页面已过期，请刷新后再操作。"))
    return _account(account_id)


def _grant_form() -> GrantForm:
    form = GrantForm.bind(since=today())
    form.division.choices = _places()
    return form


def _places() -> list[Any]:
    found = list_below(db(), administered(actor()))
    return [choice(place.code, f"{place.name} {place.code}") for place in found]


def _page(account: Account, form: GrantForm) -> ResponseReturnValue:
    page = render_template(
        "accounts/show.html",
        account=account,
        grants=queries.list_grants(db(), account.id),
        form=form,
        button=ActionForm(),
        may_touch=may_touch(actor(), account.id),
        today=today(),
        place=places.names(db(), [account.division]).get(account.division, ""),
    )
    return page, form.status
