"""财务 and 法人 confirm a draft as it stands, in this order; those who wait are told."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.enterprises.models import Enterprise
from app.foundation.actor import Actor, EnterpriseRole
from app.foundation.clock import legal_day
from app.foundation.errors import Forbidden
from app.mandates.queries import people_of
from app.notices import service as notices
from app.notices.domain import NoticeKind
from app.profiles.drafting import draft_at, fit, guard_filling, person, tell
from app.profiles.drafts import find_draft, signatures
from app.profiles.errors import NothingToFile, NotSigned
from app.profiles.models import ProfileDraft, SignOff
from app.profiles.permissions import FILES, SIGNS, may_sign
from rules.indicators import Indicator


def sign(
    session: Session,
    enterprise: Enterprise,
    year: int,
    role: EnterpriseRole,
    *,
    version: int,
    indicators: Mapping[str, Indicator],
    by: Actor,
    at: datetime,
) -> SignOff:
    """Confirm the draft as it stands, 财务 first, then 法人.

    Raises:
        Forbidden: `by` does not sign in that role.
        DraftStale: the draft has changed since it was shown.
        FiguresUnfit: it has faults; they are mended first.
        NotSigned: 财务 has not confirmed it yet.
    """
    if not may_sign(by, enterprise.id, role):
        raise Forbidden(f"您没有以“{role.label}”身份确认的授权，请由获得该授权的人员确认。")
    draft = draft_at(session, enterprise, year, version)
    fit(session, draft, indicators, at)
    known = signatures(session, draft)
    if role is EnterpriseRole.LEGAL and EnterpriseRole.FINANCE not in known:
        raise NotSigned("请先由财务确认，再由法人确认。")
    if role in known:
        return known[role][0]
    signed = session.scalar(
        select(SignOff).where(
            SignOff.enterprise_id == enterprise.id,
            SignOff.year == year,
            SignOff.role == role,
            SignOff.raw_hash == draft.raw_hash,
        )
    ) or SignOff(
        enterprise_id=enterprise.id, year=year, role=role, raw_hash=draft.raw_hash
    )  # The same text was confirmed before it changed and changed back: it is confirmed anew.
    signed.signed_at, signed.signed_by_id = at, person(by)
    session.add(signed)
    session.flush()
    tell(
        session,
        "profile.signed",
        enterprise,
        by=by,
        at=at,
        body={"year": year, "role": role.value, "draft": draft.raw_hash},
    )
    _notify(session, draft, None if role is SIGNS[-1] else SIGNS[-1], by=by, at=at)
    return signed


def ask(session: Session, enterprise: Enterprise, year: int, *, by: Actor, at: datetime) -> int:
    """Tell who signs next that the draft waits; how many were told.

    Raises:
        Forbidden: `by` may not fill for the enterprise.
        NothingToFile: there is no draft.
    """
    guard_filling(by, enterprise)
    draft = find_draft(session, enterprise.id, year)
    if draft is None:
        raise NothingToFile(f"{year} 年度没有草稿，可能已经提交，请刷新页面核对。")
    known = signatures(session, draft)
    role = next((role for role in SIGNS if role not in known), None)
    return _notify(session, draft, role, by=by, at=at) if role else 0


def _notify(
    session: Session, draft: ProfileDraft, role: EnterpriseRole | None, *, by: Actor, at: datetime
) -> int:
    """Tell who signs as `role`; with None everything is signed, and who files is told."""
    roles = FILES if role is None else (role,)
    people = people_of(session, draft.enterprise_id, *roles, on=legal_day(at))
    waits = "已确认完毕，可以提交" if role is None else f"等待{role.label}确认"
    told = [each for each in people if each != by.id]
    notices.notify(
        session,
        told,
        kind=NoticeKind.SIGN_OFF,
        text=f"{draft.year} 年度数据{waits}。",
        link=f"/my/enterprises/{draft.enterprise_id}/profiles/{draft.year}/review",
        key=f"profile/{draft.id}/{draft.version}/{role or 'all'}",
        at=at,
    )
    return len(people)
