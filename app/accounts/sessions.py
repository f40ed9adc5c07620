"""Signing in and out: server-side sessions, and the throttle on guessing."""

import secrets
from datetime import datetime
from math import ceil
from uuid import UUID

from sqlalchemy import case, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.domain import FAILURES_ALLOWED, LOCKED_FOR, LOOKUPS_ALLOWED, REGISTRATIONS_ALLOWED
from app.accounts.errors import TooManyAttempts, TooManyLookups, TooManyRegistrations
from app.accounts.models import Account, SignInSession, Throttle
from app.audit import service as audit
from app.foundation import canonical
from app.foundation.actor import Actor


def count_attempt(session: Session, *, username: str, address: str, at: datetime) -> None:
    """Count one attempt before the password is looked at, so that parallel guesses count too.

    One atomic upsert: five attempts, each starting the wait anew, then none until it is over.

    Raises:
        TooManyAttempts: five attempts failed within the last fifteen minutes.
    """
    wait = _count(session, _key(username, address), allowed=FAILURES_ALLOWED, at=at)
    if wait:
        raise TooManyAttempts(
            f"连续 {FAILURES_ALLOWED} 次登录未成功，请于 {ceil(wait / 60)} 分钟后再试。"
            "忘记密码时，请联系系统管理员重置。",
            retry_after=wait,
        )


def count_registration(session: Session, *, address: str, at: datetime) -> None:
    """Count one attempt to register, whatever comes of it: names must not be tried out.

    Raises:
        TooManyRegistrations: ten were made from this address within the last fifteen minutes.
    """
    wait = _count(session, f"register:{address}", allowed=REGISTRATIONS_ALLOWED, at=at)
    if wait:
        raise TooManyRegistrations(
            f"本网络短时间内注册次数过多，请于 {ceil(wait / 60)} 分钟后再试。", retry_after=wait
        )


def count_lookup(session: Session, *, by: Actor, at: datetime) -> None:
    """Count one user name given by somebody who authorises others: names must not be tried out.

    Raises:
        TooManyLookups: thirty were given within the last fifteen minutes.
    """
    wait = _count(session, f"lookup:{by.id}", allowed=LOOKUPS_ALLOWED, at=at)
    if wait:
        raise TooManyLookups(
            f"短时间内提交的用户名过多，请于 {ceil(wait / 60)} 分钟后再试。", retry_after=wait
        )


def _count(session: Session, key: str, *, allowed: int, at: datetime) -> int:
    """Count under `key`; the seconds to wait when more than `allowed` were made, else 0."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    over = Throttle.window_started_at <= at - LOCKED_FOR
    counted = case((over, 1), else_=Throttle.hit_count + 1)
    kept = case((over | (Throttle.hit_count < allowed), at), else_=Throttle.window_started_at)
    hits, started = session.execute(
        insert(Throttle)
        .values(key=key, window_started_at=at, hit_count=1)
        .on_conflict_do_update(
            index_elements=[Throttle.key], set_={"hit_count": counted, "window_started_at": kept}
        )
        .returning(Throttle.hit_count, Throttle.window_started_at)
    ).one()
    return ceil((started + LOCKED_FOR - at).total_seconds()) if hits > allowed else 0


def open_session(
    session: Session, account: Account, *, password: str, by: Actor, at: datetime
) -> str:
    """Sign the account in and return the new token, of which only the hash is kept."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignInSession(
            token_hash=canonical.sha256(token),
            account_id=account.id,
            address=by.address,
            created_at=at,
            seen_at=at,
        )
    )
    if passwords.is_outdated(account.password_hash):
        account.password_hash = passwords.make_hash(password)
    mine = Throttle.key == _key(account.username, by.address)
    over = Throttle.window_started_at <= at - LOCKED_FOR  # what guessing left behind goes, too
    session.execute(delete(Throttle).where(mine | over))
    session.flush()
    _record(session, "account.signed_in", account, by=by, at=at)
    return token


def refuse(
    session: Session, account: Account | None, *, username: str, home: str, by: Actor, at: datetime
) -> None:
    """Record a sign-in that failed. The name given is hashed: people type passwords there."""
    audit.record(
        session,
        "account.sign_in_refused",
        subject_kind="account",
        subject_id=account.id if account else "",
        division=account.division if account else home,
        by=by,
        at=at,
        result="refused",
        body={"username_sha256": canonical.sha256(username), "known": account is not None},
    )


def touch(session: Session, token_hash: str, *, at: datetime) -> None:
    """Remember that the session was used at `at`."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.token_hash == token_hash, SignInSession.ended_at.is_(None))
        .values(seen_at=at)
    )


def close_session(
    session: Session, token: str, account: Account, *, by: Actor, at: datetime
) -> None:
    """Sign this browser out; the token is worth nothing from now on."""
    end_token(session, token, at=at)
    _record(session, "account.signed_out", account, by=by, at=at)


def end_token(session: Session, token: str, *, at: datetime) -> None:
    """End the session of a token, if it still stands."""
    session.execute(
        update(SignInSession)
        .where(
            SignInSession.token_hash == canonical.sha256(token), SignInSession.ended_at.is_(None)
        )
        .values(ended_at=at)
    )


def end_all(session: Session, account_id: UUID, *, at: datetime, except_token: str = "") -> None:
    """End every session of an account, but that of `except_token`."""
    session.execute(
        update(SignInSession)
        .where(
            SignInSession.account_id == account_id,
            SignInSession.ended_at.is_(None),
            SignInSession.token_hash != canonical.sha256(except_token),
        )
        .values(ended_at=at)
    )


def _key(username: str, address: str) -> str:
    return f"sign-in:{canonical.sha256(username)}:{address}"


def _record(session: Session, action: str, account: Account, *, by: Actor, at: datetime) -> None:
    audit.record(
        session,
        action,
        subject_kind="account",
        subject_id=account.id,
        division=account.division,
        by=by,
        at=at,
    )
