"""Doors of every account: signing in and out, one's own roles and password."""

from datetime import datetime
from typing import Final

import structlog
from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError

from app.accounts import passwords, queries, service, sessions
from app.accounts.domain import SEEN_EVERY, local_path
from app.accounts.forms import ActionForm, PasswordForm, RegisterForm, SignInForm
from app.accounts.models import Account
from app.foundation import places
from app.foundation.actor import Actor
from app.foundation.clock import now, today
from app.foundation.errors import Conflict, Invalid
from app.web.access import actor, address, public, signed_in, visitor
from app.web.deployment import settings
from app.web.transactions import aside, db, glance

COOKIE: Final = "terrace"

bp = Blueprint("accounts", __name__)
log = structlog.get_logger()


def find_actor() -> Actor | None:
    """The account of this request, for the guard; looked up before the request's own session.

    A separate short session, because the last use is written aside and SQLite has one writer.
    """
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    at = now()
    with glance() as session:
        found = queries.find_signed_in(session, token, at=at)
        if found is None:
            return None
        known = queries.actor_of(session, found.account, at=at, address=address())
    if at - found.session.seen_at >= SEEN_EVERY:
        _touch(found.session.token_hash, at)
    return known


def _touch(token_hash: str, at: datetime) -> None:
    try:
        with aside() as session:
            sessions.touch(session, token_hash, at=at)
    except OperationalError:  # Reading must go on while somebody else writes for long.
        log.warning("session.untouched")


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Sign in, and go on to the page that was asked for."""
    form = SignInForm.bind()
    if form.submitted():
        username = (form.username.data or "").strip().lower()
        password = form.password.data or ""
        if _is_right(username, password):
            return _enter(username, password)
        form.form_errors.append(
            _("用户名或密码不正确，请核对后重试。忘记密码请联系系统管理员重置。")
        )
    return render_template("accounts/sign_in.html", form=form), form.status


def _is_right(username: str, password: str) -> bool:
    """Count the attempt, look at the password; a failure is recorded, whatever its cause."""
    at = now()
    with aside() as session:
        sessions.count_attempt(session, username=username, address=address(), at=at)
    with glance() as session:
        account = queries.find_account(session, username)
    stored = account.password_hash if account and account.is_enabled else None
    if passwords.matches(password, stored):
        return True
    with aside() as session:
        home = settings().home_division
        sessions.refuse(session, account, username=username, home=home, by=visitor(), at=at)
    return False


def _enter(username: str, password: str) -> ResponseReturnValue:
    account = queries.find_account(db(), username)
    if account is None:  # Taken away between the two looks; accounts are never deleted.
        raise Invalid(_("登录未完成，请重试。"))
    at = now()
    if before := request.cookies.get(COOKIE):
        sessions.end_token(
            db(), before, at=at
        )  # A browser has one session, and a new id each time.
    by = Actor(id=account.id, name=account.name, address=address())
    token = sessions.open_session(db(), account, password=password, by=by, at=at)
    browser.clear()  # A form opened before signing in must not be sent after it.
    target = local_path(request.args.get("next"))
    if account.password_is_temporary:
        flash(_("您使用的是临时密码，请先设置自己的密码；在此之前，各项角色暂不生效。"), "warning")
        target = url_for(".password")
    response = make_response(redirect(target))
    response.set_cookie(
        COOKIE, token, httponly=True, samesite="Lax", secure=settings().secure_cookies == "yes"
    )
    return response


@bp.route("/register", methods=["GET", "POST"])
@public
def register() -> ResponseReturnValue:
    """A person of an enterprise makes an account without any role, and is signed in."""
    form = RegisterForm.bind()
    if form.submitted():
        at, username, word = now(), (form.username.data or "").strip().lower(), form.new.data or ""
        with aside() as session:
            sessions.count_registration(session, address=address(), at=at)
        try:
            service.register_account(
                db(),
                username=username,
                name=(form.name.data or "").strip(),
                division=settings().home_division,
                password=word,
                by=visitor(),
                at=at,
            )
        except (Invalid, Conflict) as refusal:
            form.blame(refusal)
        else:
            flash(_("帐号已注册。请认领您的企业：填写统一社会信用代码，上传盖章的授权书。"))
            return _enter(username, word)
    return render_template("accounts/register.html", form=form), form.status


@bp.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this browser's session on the server, and forget its cookie."""
    form = ActionForm.bind()
    if not form.submitted():
        raise Invalid(_("页面已过期，请刷新后再退出。"))
    token = request.cookies.get(COOKIE, "")
    sessions.close_session(db(), token, _own(), by=actor(), at=now())
    response = make_response(redirect(url_for(".sign_in")))
    response.delete_cookie(COOKIE)
    return response


@bp.get("/account")
@signed_in
def own() -> ResponseReturnValue:
    """One's own roles, and the browsers one is signed in with."""
    account = _own()
    return render_template(
        "accounts/own.html",
        account=account,
        grants=queries.list_grants(db(), account.id),
        sessions=queries.list_living(db(), account.id, at=now()),
        today=today(),
        place=places.names(db(), [account.division]).get(account.division, ""),
    )


@bp.post("/account/sign-out-elsewhere")
@signed_in
def sign_out_elsewhere() -> ResponseReturnValue:
    """End every session of one's own account but this one."""
    form = ActionForm.bind()
    if not form.submitted():
        raise Invalid(_("页面已过期，请刷新后再试。"))
    service.sign_out_elsewhere(
        db(), _own(), keep_token=request.cookies.get(COOKIE, ""), by=actor(), at=now()
    )
    flash(_("其他浏览器上的登录已全部退出。"))
    return redirect(url_for(".own"))


@bp.route("/account/password", methods=["GET", "POST"])
@signed_in
def password() -> ResponseReturnValue:
    """Change one's own password."""
    form = PasswordForm.bind()
    if form.submitted():
        try:
            service.change_password(
                db(),
                _own(),
                present=form.present.data or "",
                new=form.new.data or "",
                keep_token=request.cookies.get(COOKIE, ""),
                by=actor(),
                at=now(),
            )
        except Invalid as refusal:
            form.blame(refusal)
        else:
            flash(_("密码已更改；其他浏览器上的登录已全部退出。"))
            return redirect(url_for(".own"))
    return render_template("accounts/password.html", form=form), form.status


def _own() -> Account:
    return queries.get_own(db(), actor())
