"""Which figures are held while a case that uses them is open. Written by the room of cases."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation import canonical
from app.foundation.errors import Fault
from app.profiles.drafts import editable
from app.profiles.errors import ProfileLocked
from app.profiles.models import ProfileLock
from app.profiles.typed import Typed, read_all
from rules.indicators import Indicator


def lock(
    session: Session,
    enterprise_id: UUID,
    year: int,
    case_id: UUID,
    fields: Collection[str],
    *,
    at: datetime,
) -> None:
    """Hold a year for a case: only `fields` may change.

    `fields` are those sent back, by indicator id, `stage` or `scope`; none while it is handled.
    """
    held = session.scalar(
        select(ProfileLock).where(
            ProfileLock.enterprise_id == enterprise_id,
            ProfileLock.year == year,
            ProfileLock.case_id == case_id,
            ProfileLock.released_at.is_(None),
        )
    )
    if held is None:
        held = ProfileLock(
            enterprise_id=enterprise_id, year=year, case_id=case_id, locked_at=at, released_at=None
        )
        session.add(held)
    held.fields = canonical.dumps(sorted(fields))
    session.flush()


def release(session: Session, case_id: UUID, *, at: datetime) -> None:
    """Let the years of a case go, when it has ended."""
    rows = session.scalars(
        select(ProfileLock).where(ProfileLock.case_id == case_id, ProfileLock.released_at.is_(None))
    )
    for row in rows:
        row.released_at = at
    session.flush()


def hold(
    session: Session,
    enterprise_id: UUID,
    year: int,
    before: Typed,
    after: Typed,
    indicators: Mapping[str, Indicator],
) -> None:
    """Let a change pass that touches no field an open case holds; another unit changes none.

    Raises:
        ProfileLocked: it touches one; each is named.
    """
    allowed = editable(session, enterprise_id, year)
    if allowed is None:
        return
    old, new = (_meant(typed, indicators) for typed in (before, after))
    changed = {name for name in {*old, *new} if old.get(name) != new.get(name)} - allowed
    if not changed:
        return
    names = {name: str(indicators[name].name) for name in sorted(changed) if name in indicators}
    names |= {n: w for n, w in (("stage", "数据阶段"), ("scope", "主体口径")) if n in changed}
    raise ProfileLocked(
        f"该年度正在审核，以下内容不能更改：{'、'.join(names.values())}。",
        faults=tuple(Fault(f"/{n}", f"“{w}”正在审核，不能更改。") for n, w in names.items()),
    )


def _meant(typed: Typed, indicators: Mapping[str, Indicator]) -> dict[str, Any]:
    values, faults = read_all(typed, indicators)
    unread = {fault.pointer.removeprefix("/") for fault in faults}
    texts = {name: (typed.figures[name],) for name in unread}
    return {**values, **texts, "stage": typed.stage, "scope": typed.scope}
