"""What can be done to a year's draft: begin, save, correct, file.

What is typed is kept as typed. A stale save changes nothing and gives both versions back.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.enterprises.models import Enterprise
from app.foundation import canonical
from app.foundation.actor import Actor
from app.foundation.clock import legal_day
from app.foundation.errors import Forbidden
from app.profiles import locks, service
from app.profiles.checking import Checked, check, filing_of
from app.profiles.domain import Scalar, StatementScope
from app.profiles.drafts import (
    current_revision,
    editable,
    find_draft,
    signatures,
    statements_in_force,
)
from app.profiles.errors import DraftStale, FiguresUnfit, NothingToFile, NotSigned, ProfileLocked
from app.profiles.models import (
    ProfileContributor,
    ProfileDraft,
    ProfileRevision,
    Statement,
)
from app.profiles.permissions import SIGNS, may_file, may_fill
from app.profiles.typed import MoneyUnit, Typed, of_values
from rules.indicators import Indicator

NEW: Final = 0  # the version of a form that no draft stands behind yet


def start(
    session: Session,
    enterprise: Enterprise,
    year: int,
    *,
    indicators: Mapping[str, Indicator],
    by: Actor,
    at: datetime,
) -> ProfileDraft:
    """Begin a year, or a correction of what was filed; a draft that is there is given back.

    A new year takes its 口径 from last year's filing, and none of its figures.

    Raises:
        Forbidden: `by` may not fill for the enterprise.
        ProfileLocked: a case is open and no field was sent back.
    """
    guard_filling(by, enterprise)
    if found := find_draft(session, enterprise.id, year, lock=True):
        return found
    filed = current_revision(session, enterprise.id, year)
    if filed is not None:
        if editable(session, enterprise.id, year) == frozenset():
            raise ProfileLocked("该年度的数据正用于审核中的申报，办结或退回补正后才能更正。")
        typed = of_revision(filed, indicators)
    else:
        last = current_revision(session, enterprise.id, year - 1)
        typed = Typed(scope=last.scope if last else StatementScope.SINGLE)
    draft = _add(session, enterprise.id, year, typed, by=by, at=at)
    action = "profile.started" if filed is None else "profile.reopened"
    tell(session, action, enterprise, by=by, at=at, body={"year": year})
    return draft


def of_revision(
    revision: ProfileRevision,
    indicators: Mapping[str, Indicator],
    unit: MoneyUnit = MoneyUnit.WAN,
) -> Typed:
    """The form that would say what was filed, with the reasons given.

    A figure of another 口径 that stood in is left blank: it was never said of this one.
    """
    body = json.loads(revision.body)
    own = {name: value for name, value in body["figures"].items() if name not in body["proxies"]}
    typed = of_values(own, indicators, unit=unit, stage=revision.stage, scope=revision.scope)
    return replace(typed, reasons=body.get("reasons", {}))


def save_draft(
    session: Session,
    enterprise: Enterprise,
    year: int,
    typed: Typed,
    *,
    version: int,
    indicators: Mapping[str, Indicator],
    by: Actor,
    at: datetime,
) -> ProfileDraft:
    """Keep the form as typed; what cannot be read is kept too. An equal save writes nothing.

    Raises:
        Forbidden: `by` may not fill for the enterprise.
        DraftStale: the draft was saved, filed or begun elsewhere since `version` was loaded.
        ProfileLocked: a field is changed that an open case holds.
    """
    guard_filling(by, enterprise)
    draft = find_draft(session, enterprise.id, year, lock=True)
    if (draft.version if draft else NEW) != version:
        raise _stale()
    if draft is None:
        if current_revision(session, enterprise.id, year) is not None:
            raise _stale()
        return _add(session, enterprise.id, year, typed, by=by, at=at)
    raw = typed.dumps()
    if raw == draft.raw:
        return draft
    locks.hold(session, enterprise.id, year, Typed.loads(draft.raw), typed, indicators)
    draft.raw, draft.raw_hash = raw, canonical.sha256(raw)
    draft.saved_at, draft.saved_by_id = at, person(by)
    session.flush()
    _contribute(session, draft, by=by, at=at)
    return draft


def discard(
    session: Session, enterprise: Enterprise, year: int, *, version: int, by: Actor, at: datetime
) -> None:
    """Throw a draft away; what was filed stays as it is.

    Raises:
        Forbidden: `by` may not fill for the enterprise.
        DraftStale: it was saved elsewhere meanwhile.
    """
    guard_filling(by, enterprise)
    draft = draft_at(session, enterprise, year, version)
    session.delete(draft)
    session.flush()
    tell(session, "profile.discarded", enterprise, by=by, at=at, body={"year": year})


def file(
    session: Session,
    enterprise: Enterprise,
    year: int,
    *,
    version: int,
    indicators: Mapping[str, Indicator],
    by: Actor,
    at: datetime,
) -> ProfileRevision:
    """Make the signed draft the year's revision, in one transaction with all that follows.

    Raises:
        Forbidden: `by` may not file for the enterprise.
        DraftStale: the draft has changed since it was shown.
        NotSigned: 财务 or 法人 has not confirmed it as it stands.
        FiguresUnfit: it has faults.
        ProfileLocked: a figure differs that an open case holds.
        RevisionVerified: an officer has verified the year.
    """
    if not may_file(by, enterprise.id):
        raise Forbidden("您不能提交这户企业的年度数据，请由企业管理员、填报员或法人提交。")
    draft = draft_at(session, enterprise, year, version)
    known = signatures(session, draft)
    if missing := [role.label for role in SIGNS if role not in known]:
        raise NotSigned(f"还缺{'、'.join(missing)}的确认。草稿每次更改后都须重新确认。")
    checked = fit(session, draft, indicators, at)
    before = current_revision(session, enterprise.id, year)
    if before is not None:
        locks.hold(
            session, enterprise.id, year, of_revision(before, indicators), checked.typed, indicators
        )
    revision = _write(session, draft, checked, indicators, by=by, at=at)
    stated = {n: v for n, v in checked.values.items() if not indicators[n].is_yearly}
    _state(session, enterprise.id, stated, at=at)
    _contribute(session, draft, by=by, at=at)
    signed_hash = draft.raw_hash
    session.delete(draft)
    session.flush()
    tell(
        session,
        "profile.filed",
        enterprise,
        by=by,
        at=at,
        body={
            "year": year,
            "number": revision.number,
            "figures": revision.body_hash,
            "draft": signed_hash,
        },
    )
    return revision


def _write(
    session: Session,
    draft: ProfileDraft,
    checked: Checked,
    indicators: Mapping[str, Indicator],
    *,
    by: Actor,
    at: datetime,
) -> ProfileRevision:
    """The yearly figures as a revision, with the reasons of those that jumped."""
    return service.file_revision(
        session,
        filing_of(
            session,
            draft.enterprise_id,
            draft.year,
            checked.typed,
            checked.values,
            indicators,
            reasons={jump.indicator: jump.reason for jump in checked.jumps},
        ),
        indicators=indicators,
        document_id=None,
        by=by,
        at=at,
    )


def guard_filling(by: Actor, enterprise: Enterprise) -> None:
    """Refuse whoever does not fill for the enterprise.

    Raises:
        Forbidden: `by` has no such mandate.
    """
    if not may_fill(by, enterprise.id):
        raise Forbidden("您没有为这户企业填报的授权，请联系企业管理员授权。")


def person(by: Actor) -> UUID:
    """The account of who acts."""
    if by.id is None:  # pragma: no cover  # nobody acts for an enterprise without an account
        raise Forbidden("请先登录。")
    return by.id


def _stale() -> DraftStale:
    return DraftStale("在您打开页面之后，这份草稿已在别处保存、提交或删除。请核对两个版本。")


def draft_at(session: Session, enterprise: Enterprise, year: int, version: int) -> ProfileDraft:
    """The draft as its reader saw it, held until the end of the transaction.

    Raises:
        NothingToFile: there is none.
        DraftStale: it has changed since.
    """
    draft = find_draft(session, enterprise.id, year, lock=True)
    if draft is None:
        raise NothingToFile(f"{year} 年度没有草稿，可能已经提交，请刷新页面核对。")
    if draft.version != version:
        raise _stale()
    return draft


def fit(
    session: Session, draft: ProfileDraft, indicators: Mapping[str, Indicator], at: datetime
) -> Checked:
    """The draft read and checked.

    Raises:
        FiguresUnfit: it has faults; each is named.
    """
    checked = check(session, draft, indicators, at=at)
    if checked.faults:
        raise FiguresUnfit("有数据须先修改，请逐项核对。", faults=checked.faults)
    return checked


def _add(
    session: Session, enterprise_id: UUID, year: int, typed: Typed, *, by: Actor, at: datetime
) -> ProfileDraft:
    raw = typed.dumps()
    draft = ProfileDraft(
        enterprise_id=enterprise_id,
        year=year,
        raw=raw,
        raw_hash=canonical.sha256(raw),
        saved_at=at,
        saved_by_id=person(by),
    )
    try:
        with session.begin_nested():
            session.add(draft)
    except IntegrityError:  # Another tab began the year in the same instant.
        raise _stale() from None
    _contribute(session, draft, by=by, at=at)
    return draft


def _contribute(session: Session, draft: ProfileDraft, *, by: Actor, at: datetime) -> None:
    key = {"enterprise_id": draft.enterprise_id, "year": draft.year, "account_id": person(by)}
    if session.get(ProfileContributor, tuple(key.values())) is None:
        session.add(ProfileContributor(**key, first_at=at))
        session.flush()


def _state(
    session: Session, enterprise_id: UUID, stated: Mapping[str, Scalar], *, at: datetime
) -> None:
    """Let what the enterprise states of itself begin today, where it says something new."""
    today = legal_day(at)
    known = statements_in_force(session, enterprise_id, today)
    for indicator, value in stated.items():
        said, old = canonical.dumps(value), known.get(indicator)
        if old is not None and old.value == said and not old.is_assumed and not old.proxy_of:
            continue
        new = Statement(
            enterprise_id=enterprise_id,
            indicator=indicator,
            value=said,
            since=today,
            until=None,
            document_id=None,
        )
        if old is not None and old.since == today:
            service.supersede_record(session, old, replacement=new, at=at)
        else:
            service.add_record(session, new, at=at)


def tell(
    session: Session,
    action: str,
    enterprise: Enterprise,
    *,
    by: Actor,
    at: datetime,
    body: Mapping[str, str | int | bool | None],
) -> None:
    """Record an act on the enterprise's figures in the audit trail."""
    audit.record(
        session,
        action,
        subject_kind="enterprise",
        subject_id=enterprise.id,
        division=enterprise.managing_division,
        by=by,
        at=at,
        body=body,
    )
