"""Questions to what is being typed: drafts, who signed, what is locked, who helped."""

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.enterprises.models import Enterprise
from app.enterprises.queries import get_enterprise
from app.foundation.actor import Actor, EnterpriseRole
from app.foundation.errors import NotFound
from app.profiles.domain import RevisionState
from app.profiles.models import (
    ProfileContributor,
    ProfileDraft,
    ProfileLock,
    ProfileRevision,
    SignOff,
    Statement,
)
from app.profiles.permissions import may_see


def own_enterprise(session: Session, enterprise_id: UUID, *, visible_to: Actor) -> Enterprise:
    """The enterprise, for those who act for it.

    Raises:
        NotFound: there is none, or the actor does not act for it.
    """
    if not may_see(visible_to, enterprise_id):
        raise NotFound("没有这户企业，或您没有代表它的授权。")
    return get_enterprise(session, enterprise_id, visible_to=visible_to)


def find_draft(
    session: Session, enterprise_id: UUID, year: int, *, lock: bool = False
) -> ProfileDraft | None:
    """The draft of a year, if there is one; `lock` keeps other writers out until the end."""
    statement = select(ProfileDraft).where(
        ProfileDraft.enterprise_id == enterprise_id, ProfileDraft.year == year
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalar(statement)


def list_drafts(session: Session, enterprise_ids: Collection[UUID]) -> Sequence[ProfileDraft]:
    """The drafts of some enterprises, newest year first."""
    statement = select(ProfileDraft).where(ProfileDraft.enterprise_id.in_(enterprise_ids))
    return session.scalars(statement.order_by(ProfileDraft.year.desc())).all()


def signatures(session: Session, draft: ProfileDraft) -> dict[EnterpriseRole, tuple[SignOff, str]]:
    """Who confirmed the draft as it stands, by role, with their names.

    A confirmation given before the last change is void, also when the text is the same again.
    """
    rows = session.execute(
        select(SignOff, Account.name)
        .join(Account, Account.id == SignOff.signed_by_id)
        .where(
            SignOff.enterprise_id == draft.enterprise_id,
            SignOff.year == draft.year,
            SignOff.raw_hash == draft.raw_hash,
            SignOff.signed_at >= draft.saved_at,
        )
    )
    return {sign_off.role: (sign_off, name) for sign_off, name in rows}


def signed_by(
    session: Session, enterprise_id: UUID, year: int
) -> dict[EnterpriseRole, tuple[SignOff, str]]:
    """Who confirmed the year last, by role, with their names: for the filed page."""
    rows = session.execute(
        select(SignOff, Account.name)
        .join(Account, Account.id == SignOff.signed_by_id)
        .where(SignOff.enterprise_id == enterprise_id, SignOff.year == year)
        .order_by(SignOff.signed_at)
    )
    return {sign_off.role: (sign_off, name) for sign_off, name in rows}


def editable(session: Session, enterprise_id: UUID, year: int) -> frozenset[str] | None:
    """The fields that may be changed while cases are open; None: no case, so all of them."""
    rows = session.scalars(
        select(ProfileLock.fields).where(
            ProfileLock.enterprise_id == enterprise_id,
            ProfileLock.year == year,
            ProfileLock.released_at.is_(None),
        )
    ).all()
    if not rows:
        return None
    return frozenset.intersection(*(frozenset(json.loads(row)) for row in rows))


def contributors(session: Session, enterprise_id: UUID, year: int) -> frozenset[UUID]:
    """The accounts that helped to fill a year: none of them reviews it."""
    return frozenset(
        session.scalars(
            select(ProfileContributor.account_id).where(
                ProfileContributor.enterprise_id == enterprise_id,
                ProfileContributor.year == year,
            )
        )
    )


def current_revision(
    session: Session, enterprise_id: UUID, year: int, *, known_at: datetime | None = None
) -> ProfileRevision | None:
    """The filed revision of a year in force, now or as it was known at `known_at`."""
    found = current_revisions(session, enterprise_id, [year], known_at=known_at)
    return found[0] if found else None


def current_revisions(
    session: Session,
    enterprise_id: UUID,
    years: Collection[int],
    *,
    known_at: datetime | None = None,
) -> Sequence[ProfileRevision]:
    """The filed revisions of some years in force, newest year first: what a case pins."""
    statement = select(ProfileRevision).where(
        ProfileRevision.enterprise_id == enterprise_id,
        ProfileRevision.year.in_(years),
        ProfileRevision.state != RevisionState.DRAFT,
    )
    if known_at is None:
        statement = statement.where(ProfileRevision.superseded_at.is_(None))
    else:
        statement = statement.where(
            ProfileRevision.recorded_at <= known_at,
            ProfileRevision.superseded_at.is_(None) | (ProfileRevision.superseded_at > known_at),
        )
    return session.scalars(statement.order_by(ProfileRevision.year.desc())).all()


def statements_in_force(session: Session, enterprise_id: UUID, on: date) -> dict[str, Statement]:
    """What the enterprise last stated of itself, by indicator; of several the latest to begin."""
    rows = session.scalars(
        select(Statement)
        .where(
            Statement.enterprise_id == enterprise_id,
            Statement.superseded_at.is_(None),
            Statement.since <= on,
            Statement.until.is_(None) | (Statement.until > on),
        )
        .order_by(Statement.since, Statement.recorded_at)
    )
    return {row.indicator: row for row in rows}


def saver(session: Session, draft: ProfileDraft) -> str:
    """The name of who saved the draft last."""
    return session.scalar(select(Account.name).where(Account.id == draft.saved_by_id)) or ""
