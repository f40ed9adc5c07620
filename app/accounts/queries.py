"""Questions about accounts, their grants and their sessions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from app.accounts.domain import IDLE, is_alive
from app.accounts.models import Account, RoleGrant, SignInSession, Throttle
from app.accounts.permissions import administered, is_system
from app.foundation import canonical
from app.foundation.actor import Actor, Grant, Role
from app.foundation.clock import legal_day
from app.foundation.errors import NotFound
from app.foundation.paging import PAGE_SIZE, Page
from app.reference.models import Division
from app.reference.queries import within


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A living session and who holds it."""

    session: SignInSession
    account: Account


def find_account(session: Session, username: str) -> Account | None:
    """The account that signs in under this name, disabled ones included."""
    return session.scalar(select(Account).where(Account.username == username))


def find_signed_in(session: Session, token: str, *, at: datetime) -> SignedIn | None:
    """The living session of a token; None when it ended, idled out, or its account is disabled."""
    row = session.execute(
        select(SignInSession, Account)
        .join(Account, Account.id == SignInSession.account_id)
        .where(SignInSession.token_hash == canonical.sha256(token), Account.is_enabled.is_(True))
    ).first()
    if row is None:
        return None
    found = SignedIn(*row)
    held = found.session
    return found if is_alive(held.created_at, held.seen_at, held.ended_at, at) else None


def in_force(day: date) -> ColumnElement[bool]:
    """The condition that a grant counts on `day`."""
    return (
        RoleGrant.revoked_at.is_(None)
        & (RoleGrant.since <= day)
        & or_(RoleGrant.until.is_(None), RoleGrant.until > day)
    )


def actor_of(session: Session, account: Account, *, at: datetime, address: str = "") -> Actor:
    """The account as it may act at `at`: no role acts under a temporary password."""
    grants: tuple[Grant, ...] = ()
    if not account.password_is_temporary:
        rows = session.execute(
            select(RoleGrant.role, RoleGrant.division, RoleGrant.line)
            .where(RoleGrant.account_id == account.id, in_force(legal_day(at)))
            .order_by(RoleGrant.role, RoleGrant.division, RoleGrant.line)
        )
        grants = tuple(Grant(role, division, line) for role, division, line in rows)
    return Actor(id=account.id, name=account.name, grants=grants, address=address)


def find_actor(session: Session, account_id: UUID, at: datetime) -> Actor | None:
    """The account as it may act at `at`, for work done on its behalf; None when disabled."""
    account = session.get(Account, account_id)
    return actor_of(session, account, at=at) if account and account.is_enabled else None


def is_staff(session: Session, account_id: UUID, *, on: date) -> bool:
    """Whether the account holds, or will hold, a role of a bureau."""
    held = select(RoleGrant.id).where(
        RoleGrant.account_id == account_id,
        RoleGrant.revoked_at.is_(None),
        or_(RoleGrant.until.is_(None), RoleGrant.until > on),
    )
    return session.scalar(held.limit(1)) is not None


def page(
    session: Session, *, visible_to: Actor, text: str = "", after: str = "", size: int = PAGE_SIZE
) -> Page[Account]:
    """Accounts by user name; `text` is a part of the user name or name."""
    found = _accounts(visible_to).order_by(Account.username)
    if text:
        found = found.where(
            or_(
                Account.username.contains(text, autoescape=True),
                Account.name.contains(text, autoescape=True),
            )
        )
    if after:
        found = found.where(Account.username > after)
    rows = list(session.scalars(found.limit(size + 1)))
    more = len(rows) > size
    return Page(rows[:size], rows[size - 1].username if more else None)


def get_account(session: Session, account_id: UUID, *, visible_to: Actor) -> Account:
    """The account, or NotFound."""
    account = session.scalar(_accounts(visible_to).where(Account.id == account_id))
    if account is None:
        raise NotFound("没有这个帐号，或您无权查看。")
    return account


def get_own(session: Session, visible_to: Actor) -> Account:
    """The actor's own account."""
    account = session.get(Account, visible_to.id) if visible_to.id else None
    if account is None:
        raise NotFound("没有这个帐号。")
    return account


def get_grant(session: Session, account: Account, grant_id: UUID) -> RoleGrant:
    """A grant of this account, or NotFound."""
    grant = session.get(RoleGrant, grant_id)
    if grant is None or grant.account_id != account.id:
        raise NotFound("没有这项授权。")
    return grant


def list_grants(session: Session, account_id: UUID) -> Sequence[tuple[RoleGrant, str]]:
    """Every grant of an account, past ones included, with the name of its place; latest first."""
    rows = session.execute(
        select(RoleGrant, Division.name)
        .join(Division, Division.code == RoleGrant.division)
        .where(RoleGrant.account_id == account_id)
        .order_by(RoleGrant.since.desc(), RoleGrant.id.desc())
    )
    return [(grant, place) for grant, place in rows]


def roles_by_account(
    session: Session, accounts: Sequence[Account], *, on: date
) -> dict[UUID, list[tuple[Role, str]]]:
    """The roles in force of each account with the names of their places."""
    rows = session.execute(
        select(RoleGrant.account_id, RoleGrant.role, Division.name)
        .join(Division, Division.code == RoleGrant.division)
        .where(RoleGrant.account_id.in_([account.id for account in accounts]), in_force(on))
        .order_by(RoleGrant.role, Division.code)
        .distinct()
        .add_columns(Division.code)
    )
    found: dict[UUID, list[tuple[Role, str]]] = {account.id: [] for account in accounts}
    for account_id, role, place, _ in rows:
        found[account_id].append((role, place))
    return found


def holders(session: Session, *roles: Role, division: str, on: date) -> Sequence[tuple[UUID, str]]:
    """Accounts (id, name) that hold one of `roles` in force for exactly `division`, by name."""
    rows = session.execute(
        select(Account.id, Account.name)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            Account.is_enabled.is_(True),
            RoleGrant.role.in_(roles),
            RoleGrant.division == division,
            in_force(on),
        )
        .distinct()
        .order_by(Account.name)
    )
    return [(identity, name) for identity, name in rows]


def list_living(session: Session, account_id: UUID, *, at: datetime) -> Sequence[SignInSession]:
    """The browsers in which an account is signed in, latest use first."""
    rows = session.scalars(
        select(SignInSession)
        .where(
            SignInSession.account_id == account_id,
            SignInSession.ended_at.is_(None),
            SignInSession.seen_at > at - IDLE,
        )
        .order_by(SignInSession.seen_at.desc())
    )
    return [row for row in rows if is_alive(row.created_at, row.seen_at, row.ended_at, at)]


def names(session: Session, ids: Collection[UUID], _visible_to: Actor) -> dict[UUID, str]:
    """Account -> name, for who may read of the accounts by other means, as the trail."""
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return dict(rows.all())


def find_throttle(session: Session, key: str) -> Throttle | None:
    """The count of attempts under `key`."""
    return session.get(Throttle, key)


def _accounts(visible_to: Actor) -> Select[Account]:
    """Accounts the actor administers. Every query starts here."""
    if is_system(visible_to):
        return select(Account)
    return select(Account).where(Account.division.in_(within(administered(visible_to))))
