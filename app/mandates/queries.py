"""Questions about claims and mandates, and the mandates with which an actor acts."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Account
from app.accounts.queries import find_actor as find_account
from app.enterprises.models import Enterprise
from app.enterprises.queries import visible
from app.files.models import StoredFile
from app.foundation.actor import Actor, ActsFor, EnterpriseRole
from app.foundation.clock import legal_day
from app.foundation.errors import NotFound
from app.foundation.paging import Page, Window, seek
from app.mandates.domain import ClaimState, MandateState, state_on
from app.mandates.models import Claim, Mandate
from app.mandates.permissions import deciding_divisions
from app.reference.queries import within

OWN_SHOWN: Final = 50  # of one account's claims, the newest


@dataclass(frozen=True, slots=True)
class Filed:
    """A claim as the desk reads it: who filed it, the letter, and the firm with that code."""

    claim: Claim
    claimant: Account
    letter: StoredFile
    enterprise: Enterprise | None


@dataclass(frozen=True, slots=True)
class Member:
    """A mandate with its holder, who gave it, and how it stands."""

    mandate: Mandate
    account: Account
    granted_by: str
    state: MandateState


def in_force(day: date) -> ColumnElement[bool]:
    """The condition that a mandate counts on `day`."""
    return and_(
        Mandate.ended_at.is_(None),
        Mandate.since <= day,
        or_(Mandate.until.is_(None), Mandate.until > day),
    )


def with_mandates(session: Session, actor: Actor, *, at: datetime) -> Actor:
    """The actor with the mandates in force at `at`; under a temporary password none acts.

    Nor does any while the account holds a role of a bureau, given to it after the mandate: who
    decides on enterprises acts for none.
    """
    if actor.grants:
        return actor
    rows = session.execute(
        select(Mandate.enterprise_id, Mandate.role)
        .join(Account, Account.id == Mandate.account_id)
        .where(
            Mandate.account_id == actor.id,
            Account.password_is_temporary.is_(False),
            in_force(legal_day(at)),
        )
        .order_by(Mandate.enterprise_id, Mandate.role)
    )
    mandates = tuple(ActsFor(enterprise_id, role) for enterprise_id, role in rows)
    return replace(actor, mandates=mandates) if mandates else actor


def find_actor(session: Session, account_id: UUID, at: datetime) -> Actor | None:
    """The account as it may act at `at`, for work done on its behalf; None when disabled."""
    found = find_account(session, account_id, at)
    return with_mandates(session, found, at=at) if found else None


def people_of(
    session: Session, enterprise_id: UUID, *roles: EnterpriseRole, on: date
) -> list[UUID]:
    """Enabled accounts that act for the enterprise on a day, in one of `roles` (any if none)."""
    found = (
        select(Mandate.account_id)
        .join(Account, Account.id == Mandate.account_id)
        .where(Mandate.enterprise_id == enterprise_id, Account.is_enabled.is_(True), in_force(on))
        .distinct()
        .order_by(Mandate.account_id)
    )
    if roles:
        found = found.where(Mandate.role.in_(roles))
    return list(session.scalars(found))


def list_own_enterprises(
    session: Session, *, visible_to: Actor
) -> list[tuple[Enterprise, list[EnterpriseRole]]]:
    """The enterprises the actor may act for, by name, with his roles in each."""
    wanted = select(Enterprise).where(Enterprise.id.in_(sorted(visible_to.enterprises)))
    firms = session.scalars(wanted.order_by(Enterprise.name_sort, Enterprise.id))
    order = list(EnterpriseRole)
    return [
        (
            firm,
            sorted(
                (held.role for held in visible_to.mandates if held.enterprise_id == firm.id),
                key=order.index,
            ),
        )
        for firm in firms
    ]


def list_own_claims(session: Session, *, visible_to: Actor) -> list[tuple[Claim, StoredFile, str]]:
    """The actor's own claims, latest first, with the letter.

    The firm's name only where a confirmed claim still lets him act for it.
    """
    rows = session.execute(
        select(Claim, StoredFile, func.coalesce(Enterprise.name, ""))
        .join(StoredFile, StoredFile.id == Claim.letter_id)
        .outerjoin(Enterprise, and_(Enterprise.id == Claim.enterprise_id, visible(visible_to)))
        .where(Claim.account_id == visible_to.id)
        .order_by(Claim.claimed_at.desc(), Claim.id.desc())
        .limit(OWN_SHOWN)
    )
    return [(made, letter, name) for made, letter, name in rows]


def get_own_claim(session: Session, claim_id: UUID, *, visible_to: Actor) -> Claim:
    """The actor's own claim, or NotFound."""
    own = select(Claim).where(Claim.id == claim_id, Claim.account_id == visible_to.id)
    found = session.scalar(own)
    if found is None:
        raise NotFound("没有这项认领。")
    return found


def find_pending(session: Session, account_id: UUID, code: str) -> Claim | None:
    """The account's claim of a credit code that waits to be checked."""
    return session.scalar(
        select(Claim).where(
            Claim.account_id == account_id,
            Claim.credit_code == code,
            Claim.state == ClaimState.PENDING,
        )
    )


def find_claimed(session: Session, code: str) -> Enterprise | None:
    """The firm with this code, for the service alone: a claimant is told nothing of it."""
    return session.scalar(select(Enterprise).where(Enterprise.credit_code == code))


def page_of_claims(
    session: Session, *, pending: bool, visible_to: Actor, window: Window
) -> Page[Filed]:
    """Claims of the divisions in which the actor checks them.

    Those that wait with the oldest first, those decided with the latest first.
    """
    state = Claim.state == ClaimState.PENDING
    found = _filed(visible_to).where(state if pending else ~state)
    keys: list[ColumnElement[Any]] = [Claim.claimed_at.expression, Claim.id.expression]
    statement = cast("Select[Any]", found)  # of four columns, which paging need not know
    page = seek(session, statement, keys, window=window, descending=not pending)
    return Page([Filed(*_first_four(row)) for row in page.rows], page.after, before=page.before)


def _first_four(row: Any) -> tuple[Claim, Account, StoredFile, Enterprise | None]:
    """What was asked for, without the keys that paging adds."""
    return row[0], row[1], row[2], row[3]


def count_pending(session: Session, *, visible_to: Actor) -> int:
    """How many claims wait in the divisions in which the actor checks them."""
    waiting = _filed(visible_to).where(Claim.state == ClaimState.PENDING)
    return session.scalar(waiting.with_only_columns(func.count(), maintain_column_froms=True)) or 0


def get_claim(session: Session, claim_id: UUID, *, visible_to: Actor) -> Filed:
    """A claim of the divisions in which the actor checks them, or NotFound."""
    row = session.execute(_filed(visible_to).where(Claim.id == claim_id)).first()
    if row is None:
        raise NotFound("没有这项认领，或它不在您的辖区内。")
    return Filed(*row)


def _filed(visible_to: Actor) -> Select[Claim, Account, StoredFile, Enterprise | None]:
    """By the firm's present managing division; of an unknown code, by the claim's own."""
    area = within(deciding_divisions(visible_to))
    return (
        select(Claim, Account, StoredFile, Enterprise)
        .join(Account, Account.id == Claim.account_id)
        .join(StoredFile, StoredFile.id == Claim.letter_id)
        .outerjoin(Enterprise, Enterprise.credit_code == Claim.credit_code)
        .where(
            or_(
                Enterprise.managing_division.in_(area),
                and_(Enterprise.id.is_(None), Claim.division.in_(area)),
            )
        )
    )


def list_members(session: Session, enterprise_id: UUID, *, on: date) -> list[Member]:
    """Every mandate of an enterprise, those that count first. Visibility is the caller's."""
    granter = aliased(Account)
    rows = session.execute(
        select(Mandate, Account, granter.name)
        .join(Account, Account.id == Mandate.account_id)
        .join(granter, granter.id == Mandate.granted_by_id)
        .where(Mandate.enterprise_id == enterprise_id)
        .order_by(Mandate.granted_at.desc(), Mandate.id.desc())
    )
    members = [
        Member(
            mandate,
            account,
            name,
            state_on(
                on,
                since=mandate.since,
                until=mandate.until,
                ended=mandate.ended_at is not None,
            ),
        )
        for mandate, account, name in rows
    ]
    states, roles = list(MandateState), list(EnterpriseRole)
    return sorted(members, key=lambda m: (states.index(m.state), roles.index(m.mandate.role)))


def get_mandate(session: Session, enterprise_id: UUID, mandate_id: UUID) -> Mandate:
    """A mandate of this enterprise, or NotFound. Visibility is the caller's."""
    found = session.get(Mandate, mandate_id)
    if found is None or found.enterprise_id != enterprise_id:
        raise NotFound("没有这项授权。")
    return found


def get_holder(session: Session, held: Mandate) -> Account:
    """Who holds a mandate."""
    return session.get_one(Account, held.account_id)


def names(session: Session, ids: Collection[UUID], visible_to: Actor) -> dict[UUID, str]:
    """Claim -> its credit code, of those that the actor may know of, for the audit trail."""
    area = within(visible_to.divisions)
    rows = session.execute(
        select(Claim.id, Claim.credit_code).where(Claim.id.in_(ids), Claim.division.in_(area))
    )
    return dict(rows.all())
