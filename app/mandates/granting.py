"""Who may act for an enterprise: authorise, and end at once. Audited like all actions."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts import queries as accounts
from app.accounts.models import Account
from app.accounts.service import register_account
from app.audit import service as audit
from app.enterprises.models import Enterprise
from app.foundation.actor import Actor, EnterpriseRole
from app.foundation.clock import legal_day
from app.foundation.errors import Fault, Invalid
from app.mandates import queries
from app.mandates.domain import INVITED
from app.mandates.errors import (
    AlreadyMember,
    LastAdministrator,
    MandateEnded,
    NotYourEnterprise,
    StaffRepresentsNobody,
)
from app.mandates.models import Mandate
from app.mandates.permissions import deciding_divisions, may_authorise, may_leave
from app.notices import service as notices
from app.notices.domain import NoticeKind
from app.reference.queries import covers


def invite(
    session: Session,
    firm: Enterprise,
    account: Account,
    *,
    role: EnterpriseRole,
    since: date,
    until: date | None,
    by: Actor,
    at: datetime,
) -> Mandate:
    """Let an account act for the firm in a role over [since, until).

    Raises:
        NotYourEnterprise: `by` is not the firm's 企业管理员, or the role is not his to give.
        Invalid: the dates do not fit; an agent's mandate needs its last day.
        AlreadyMember: the account has this role for the firm.
        StaffRepresentsNobody: the account holds a role of a bureau.
    """
    _must_authorise(by, firm.id, role)
    _check_span(role, since, until, legal_day(at))
    check_person(session, account.id, at)
    given = grant(
        session,
        firm,
        Mandate(account_id=account.id, enterprise_id=firm.id, role=role, since=since, until=until),
        by=by,
        at=at,
    )
    told = f"{by.name}授权您担任“{firm.name}”的{role.label}。"
    tell(session, [account.id], told, "/my", at=at)
    return given


def invite_new(
    session: Session,
    firm: Enterprise,
    *,
    username: str,
    name: str,
    role: EnterpriseRole,
    since: date,
    until: date | None,
    by: Actor,
    at: datetime,
) -> tuple[Account, str]:
    """Create an account and authorise it; the temporary password is given back once.

    Raises: as `invite`, and
        UsernameTaken, Invalid: the user name or the name is not usable.
    """
    _must_authorise(by, firm.id, role)
    _check_span(role, since, until, legal_day(at))
    word = passwords.invent()
    account = register_account(
        session,
        username=username,
        name=name,
        division=firm.managing_division,
        password=word,
        temporary=True,
        by=by,
        at=at,
    )
    invite(session, firm, account, role=role, since=since, until=until, by=by, at=at)
    return account, word


def end(
    session: Session, firm: Enterprise, held: Mandate, *, reason: str, by: Actor, at: datetime
) -> None:
    """End a mandate at once: the holder's next request no longer acts for the firm.

    Raises:
        NotYourEnterprise: `by` is neither the holder, nor 企业管理员, nor checks claims there.
        Invalid: the county ends it without a reason.
        LastAdministrator: nobody of the firm could authorise others; only the county may.
        MandateEnded: it was ended before.
    """
    county = covers(session, deciding_divisions(by), firm.managing_division)
    if not county and not may_authorise(by, firm.id) and not may_leave(by, held.account_id):
        raise NotYourEnterprise("只有企业管理员、本人或归口地的工作人员可以终止授权。")
    why = given_reason(reason) if county else reason.strip()
    # The firm's row is the lock: two administrators must not remove each other at once.
    session.execute(select(Enterprise.id).where(Enterprise.id == firm.id).with_for_update())
    if not county and held.role is EnterpriseRole.ADMIN:
        left = queries.people_of(session, firm.id, EnterpriseRole.ADMIN, on=legal_day(at))
        if not set(left) - {held.account_id}:
            raise LastAdministrator(
                "企业须至少保留一名企业管理员。请先由接任者认领企业并经核对，再终止这项授权。"
            )
    ended = session.execute(
        update(Mandate)
        .where(Mandate.id == held.id, Mandate.ended_at.is_(None))
        .values(ended_at=at, ended_by_id=by.id, ending_reason=why)
        .returning(Mandate.id)
    )
    if ended.first() is None:
        raise MandateEnded("这项授权已经终止，未作更改。请刷新页面。")
    _record_mandate(session, "mandate.ended", firm, held, by=by, at=at)
    told = f"您在“{firm.name}”的{held.role.label}授权已终止" + (f"：{why}" if why else "。")
    tell(session, {held.account_id} - {by.id}, told, "/my", at=at)
    if county:
        admins = queries.people_of(session, firm.id, EnterpriseRole.ADMIN, on=legal_day(at))
        news = f"主管部门终止了“{firm.name}”一名{held.role.label}的授权：{why}"
        tell(session, set(admins) - {held.account_id}, news, members_page(firm.id), at=at)


def _must_authorise(by: Actor, enterprise_id: UUID, role: EnterpriseRole) -> None:
    if not may_authorise(by, enterprise_id):
        raise NotYourEnterprise("只有企业管理员可以授权他人。")
    if role not in INVITED:
        raise NotYourEnterprise("企业管理员须由本人凭授权书认领，经县区核对后取得。")


def _check_span(role: EnterpriseRole, since: date, until: date | None, today: date) -> None:
    faults = []
    if role is EnterpriseRole.AGENT and until is None:
        faults.append(Fault("until", "代理机构的授权须有截止日。"))
    if until is not None and until <= max(since, today):
        faults.append(Fault("until", "截止日须晚于起始日和今天；截止日当天起失效。"))
    if since < today:
        faults.append(Fault("since", "起始日不能早于今天。"))
    if faults:
        raise Invalid("".join(fault.detail for fault in faults), faults=tuple(faults))


def check_person(session: Session, account_id: UUID | None, at: datetime) -> UUID:
    """The account, which must be one that holds no role of a bureau.

    Raises:
        StaffRepresentsNobody: it holds one, or nobody is there.
    """
    if account_id is None or accounts.is_staff(session, account_id, on=legal_day(at)):
        raise StaffRepresentsNobody("局内工作帐号不能代表企业，请使用企业人员自己的帐号。")
    return account_id


def grant(
    session: Session, firm: Enterprise, given: Mandate, *, by: Actor, at: datetime
) -> Mandate:
    """Write a mandate. One that has run out makes way for the new one.

    Raises:
        AlreadyMember: the account has this role for the firm.
    """
    if by.id is None:
        raise NotYourEnterprise("授权须由具体的人作出。")
    session.execute(
        update(Mandate)
        .where(
            Mandate.account_id == given.account_id,
            Mandate.enterprise_id == firm.id,
            Mandate.role == given.role,
            Mandate.ended_at.is_(None),
            Mandate.until <= legal_day(at),
        )
        .values(ended_at=at, ended_by_id=by.id, ending_reason="到期后重新授权")
    )
    given.granted_at, given.granted_by_id = at, by.id
    session.add(given)
    try:
        session.flush()
    except IntegrityError as twin:
        raise AlreadyMember(f"该帐号已有“{given.role.label}”授权，未重复授予。") from twin
    _record_mandate(session, "mandate.granted", firm, given, by=by, at=at)
    return given


def given_reason(text: str) -> str:
    """The reason without what surrounds it.

    Raises:
        Invalid: there is none.
    """
    if not text.strip():
        detail = "请写明原因，对方将看到。"
        raise Invalid(detail, faults=(Fault("reason", detail),))
    return text.strip()


def members_page(enterprise_id: UUID) -> str:
    """Where people of an enterprise see who may act for it."""
    return f"/my/enterprises/{enterprise_id}/members"


def tell(
    session: Session,
    people: Iterable[UUID | None],
    text: str,
    link: str,
    *,
    at: datetime,
) -> None:
    """A notice of this room to each of `people`."""
    known = [each for each in people if each is not None]
    notices.notify(session, known, kind=NoticeKind.CLAIM, text=text, link=link, at=at)


def _record_mandate(
    session: Session, action: str, firm: Enterprise, held: Mandate, *, by: Actor, at: datetime
) -> None:
    audit.record(
        session,
        action,
        subject_kind="enterprise",
        subject_id=firm.id,
        division=firm.managing_division,
        by=by,
        at=at,
        body={
            "mandate": str(held.id),
            "account": str(held.account_id),
            "role": held.role.value,
            "since": held.since.isoformat(),
            "until": held.until.isoformat() if held.until else None,
        },
    )
