"""What can be done to an account. Each function is one business action, audited."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import passwords, queries, sessions
from app.accounts.domain import USERNAME, clashing, overlaps, weaknesses
from app.accounts.errors import (
    AlreadyGranted,
    NotYourAccounts,
    RolesExclude,
    UsernameTaken,
    WeakPassword,
    WrongPassword,
)
from app.accounts.models import Account, RoleGrant
from app.accounts.permissions import administered, is_system, may_touch
from app.audit import service as audit
from app.foundation.actor import Actor, Line, Role
from app.foundation.errors import Conflict, Fault, Invalid
from app.reference.queries import covers, get_division


def create_account(
    session: Session,
    *,
    username: str,
    name: str,
    division: str,
    password: str,
    temporary: bool = True,
    by: Actor,
    at: datetime,
) -> Account:
    """Create an account without roles. A temporary password must be changed at first sign-in.

    Raises:
        NotYourAccounts: `by` does not administer `division`.
        UsernameTaken: the user name is in use.
        WeakPassword, Invalid: the password or the user name does not meet the rules.
    """
    get_division(session, division)
    _must_administer(session, by, division)
    account = _add(session, username, name, division, password, temporary=temporary, at=at)
    _record(session, "account.created", account, by=by, at=at, username=username)
    return account


def register_account(
    session: Session,
    *,
    username: str,
    name: str,
    division: str,
    password: str,
    temporary: bool = False,
    by: Actor,
    at: datetime,
) -> Account:
    """Create an account for a person of an enterprise: it holds no role of any bureau.

    Who may ask is the caller's to decide: whoever registers himself, or one who invites.

    Raises:
        UsernameTaken: the user name is in use.
        WeakPassword, Invalid: the password or the user name does not meet the rules.
    """
    account = _add(session, username, name, division, password, temporary=temporary, at=at)
    _record(session, "account.registered", account, by=by, at=at)
    return account


def _add(
    session: Session,
    username: str,
    name: str,
    division: str,
    password: str,
    *,
    temporary: bool,
    at: datetime,
) -> Account:
    if not USERNAME.fullmatch(username):
        detail = "用户名以小写字母开头，由小写字母、数字、点、下划线、连字符组成，2–39 个字符。"
        raise Invalid(detail, faults=(Fault("username", detail),))
    if not name.strip():
        detail = "请填写本人姓名。"
        raise Invalid(detail, faults=(Fault("name", detail),))
    if queries.find_account(session, username):
        raise UsernameTaken(f"用户名“{username}”已被使用，请另选一个，如工号。")
    _must_be_strong(password, username)
    account = Account(
        username=username,
        name=name,
        division=division,
        password_hash=passwords.make_hash(password),
        password_set_at=at,
        password_is_temporary=temporary,
        created_at=at,
    )
    session.add(account)
    try:
        session.flush()
    except IntegrityError as twin:  # Taken by another since we looked; nothing is written.
        raise UsernameTaken(f"用户名“{username}”刚刚已被使用，请另选一个。") from twin
    return account


def grant_role(
    session: Session,
    account: Account,
    *,
    role: Role,
    division: str,
    line: Line,
    since: date,
    until: date | None = None,
    by: Actor,
    at: datetime,
) -> RoleGrant:
    """Let the account act as `role` in `division` over [since, until).

    Raises:
        NotYourAccounts: `by` administers not the account, not the division, or is the account.
        RolesExclude: a role held in that time excludes this one (三权分立).
        AlreadyGranted: the same role is already granted there from that day.
    """
    get_division(session, division)
    _must_touch(session, by, account)
    _must_administer(session, by, division)
    if until is not None and until <= since:
        detail = "截止日须晚于起始日；截止日当天起角色失效。"
        raise Invalid(detail, faults=(Fault("until", detail),))
    # The account's row is the lock: two grants at the same instant must not miss each other.
    session.execute(select(Account.id).where(Account.id == account.id).with_for_update())
    standing = _standing(session, account, since, until)
    if other := clashing(role, {grant.role for grant in standing}):
        raise RolesExclude(
            f"该帐号在此期间已是“{other.label}”，不能同时担任“{role.label}”（三权分立）。"
            "请授权给另一个人，或先终止原角色。"
        )
    wanted = (role, division, line, since)
    if any((held.role, held.division, held.line, held.since) == wanted for held in standing):
        raise AlreadyGranted(f"该帐号自{since}起已有“{role.label}”角色，未重复授予。")
    grant = RoleGrant(
        account_id=account.id,
        role=role,
        division=division,
        line=line,
        since=since,
        until=until,
        granted_by_id=by.id,
        recorded_at=at,
    )
    session.add(grant)
    session.flush()  # The database's own refusal must speak before the view answers.
    _record(session, "role.granted", account, by=by, at=at, **_facts(grant))
    return grant


def revoke_role(
    session: Session, account: Account, grant: RoleGrant, *, by: Actor, at: datetime
) -> None:
    """End a grant at once; the account's next request no longer has the role.

    Raises:
        Conflict: it was revoked before.
    """
    _must_touch(session, by, account)
    if grant.revoked_at is not None:
        raise Conflict(f"该授权已由{grant.revoked_by_name}撤销。请刷新页面。")
    grant.revoked_at, grant.revoked_by_id, grant.revoked_by_name = at, by.id, by.name
    session.flush()
    _record(session, "role.revoked", account, by=by, at=at, **_facts(grant))


def reset_password(session: Session, account: Account, *, by: Actor, at: datetime) -> str:
    """Give a temporary password, end every session of the account, and return the password."""
    _must_touch(session, by, account)
    word = passwords.invent()
    _set_password(account, word, temporary=True, at=at)
    sessions.end_all(session, account.id, at=at)
    session.flush()
    _record(session, "account.password_reset", account, by=by, at=at)
    return word


def change_password(
    session: Session,
    account: Account,
    *,
    present: str,
    new: str,
    keep_token: str,
    by: Actor,
    at: datetime,
) -> None:
    """Change one's own password; every other browser is signed out.

    Raises:
        WrongPassword: `present` is not the password.
        WeakPassword: `new` does not meet the rules, or is the old one.
    """
    if not passwords.matches(present, account.password_hash):
        detail = "当前密码不正确，密码未更改。"
        raise WrongPassword(detail, faults=(Fault("present", detail),))
    _must_be_strong(new, account.username)
    if new == present:
        detail = "新密码不能与当前密码相同。"
        raise WeakPassword(detail, faults=(Fault("new", detail),))
    _set_password(account, new, temporary=False, at=at)
    sessions.end_all(session, account.id, at=at, except_token=keep_token)
    session.flush()
    _record(session, "account.password_changed", account, by=by, at=at)


def sign_out_elsewhere(
    session: Session, account: Account, *, keep_token: str, by: Actor, at: datetime
) -> None:
    """End every session of one's own account but that of `keep_token`."""
    sessions.end_all(session, account.id, at=at, except_token=keep_token)
    _record(session, "account.signed_out_elsewhere", account, by=by, at=at)


def disable(session: Session, account: Account, *, by: Actor, at: datetime) -> None:
    """Let nobody sign in under this account any more, and end its sessions now."""
    _must_touch(session, by, account)
    account.is_enabled = False
    sessions.end_all(session, account.id, at=at)
    session.flush()
    _record(session, "account.disabled", account, by=by, at=at)


def enable(session: Session, account: Account, *, by: Actor, at: datetime) -> None:
    """Let the account sign in again, with the roles it still has."""
    _must_touch(session, by, account)
    account.is_enabled = True
    session.flush()
    _record(session, "account.enabled", account, by=by, at=at)


def _set_password(account: Account, password: str, *, temporary: bool, at: datetime) -> None:
    account.password_hash = passwords.make_hash(password)
    account.password_set_at = at
    account.password_is_temporary = temporary


def _standing(
    session: Session, account: Account, since: date, until: date | None
) -> list[RoleGrant]:
    """The account's grants that stand on some day of the interval."""
    grants = session.scalars(
        select(RoleGrant).where(RoleGrant.account_id == account.id, RoleGrant.revoked_at.is_(None))
    )
    return [held for held in grants if overlaps(since, until, held.since, held.until)]


def _must_administer(session: Session, by: Actor, division: str) -> None:
    if not is_system(by) and not covers(session, administered(by), division):
        raise NotYourAccounts("您只能管理所辖区划内的帐号和授权。")


def _must_touch(session: Session, by: Actor, account: Account) -> None:
    if not may_touch(by, account.id):
        raise NotYourAccounts("不能更改自己的授权、密码重置或停用状态，请由另一位管理员办理。")
    _must_administer(session, by, account.division)


def _must_be_strong(password: str, username: str) -> None:
    if found := weaknesses(password, username=username):
        raise WeakPassword("".join(found), faults=tuple(Fault("new", each) for each in found))


def _facts(grant: RoleGrant) -> dict[str, str | None]:
    return {
        "role": grant.role.value,
        "division": grant.division,
        "line": grant.line.value,
        "since": grant.since.isoformat(),
        "until": grant.until.isoformat() if grant.until else None,
    }


def _record(
    session: Session, action: str, account: Account, *, by: Actor, at: datetime, **body: str | None
) -> None:
    audit.record(
        session,
        action,
        subject_kind="account",
        subject_id=account.id,
        division=account.division,
        by=by,
        at=at,
        body=body,
    )
