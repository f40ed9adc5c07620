"""An enterprise keeps its ledgers: adds a record, lets one end, takes a mistake back."""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.enterprises.models import Enterprise
from app.foundation.actor import Actor
from app.foundation.clock import legal_day
from app.foundation.errors import Fault, Forbidden
from app.profiles import service
from app.profiles.errors import FiguresUnfit, RecordSuperseded
from app.profiles.models import (
    Award,
    EquityRound,
    IpRight,
    RdPlatform,
    Recorded,
    Standard,
)
from app.profiles.permissions import may_fill

KEPT: Final[dict[str, type[Recorded]]] = {  # what an enterprise keeps itself
    "ip_right": IpRight,
    "award": Award,
    "rd_platform": RdPlatform,
    "standard": Standard,
    "equity_round": EquityRound,
}


def add(
    session: Session,
    enterprise: Enterprise,
    register: str,
    values: dict[str, Any],
    *,
    by: Actor,
    at: datetime,
) -> Recorded:
    """Add one record; `values` has its columns and `since`, `until`.

    Raises:
        Forbidden: `by` may not fill for the enterprise.
        FiguresUnfit: its days do not fit.
    """
    _guard(by, enterprise)
    _check_days(values["since"], values["until"], legal_day(at))
    kind: Any = KEPT[register]
    record: Recorded = kind(enterprise_id=enterprise.id, document_id=None, **values)
    service.add_record(session, record, at=at)
    _tell(session, "record.added", enterprise, register, record, by=by, at=at)
    return record


def end(
    session: Session,
    enterprise: Enterprise,
    register: str,
    record: Recorded,
    *,
    until: date,
    by: Actor,
    at: datetime,
) -> Recorded:
    """Let a record end on `until` (the first day it is no longer in force).

    Raises:
        Forbidden: `by` may not fill for the enterprise.
        FiguresUnfit: the day lies before the record began.
        RecordSuperseded: it was corrected meanwhile.
    """
    _guard(by, enterprise)
    _check_days(record.since, until, legal_day(at))
    if record.superseded_at is not None:
        raise RecordSuperseded("这条记录已被更正，请刷新后核对最新内容。")
    kind: Any = type(record)
    kept = set(inspect(kind).columns.keys()) - {"id", "until", "recorded_at", "superseded_at"}
    again: Recorded = kind(**{name: getattr(record, name) for name in kept}, until=until)
    service.supersede_record(session, record, replacement=again, at=at)
    _tell(session, "record.ended", enterprise, register, again, by=by, at=at)
    return again


def withdraw(
    session: Session,
    enterprise: Enterprise,
    register: str,
    record: Recorded,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Take back a record that was entered by mistake; it stays in the history.

    Raises:
        Forbidden: `by` may not fill for the enterprise.
        RecordSuperseded: it was corrected meanwhile.
    """
    _guard(by, enterprise)
    service.supersede_record(session, record, at=at)
    _tell(session, "record.withdrawn", enterprise, register, record, by=by, at=at)


def _guard(by: Actor, enterprise: Enterprise) -> None:
    if not may_fill(by, enterprise.id):
        raise Forbidden("您没有为这户企业登记台账的授权，请联系企业管理员授权。")


def _check_days(since: date, until: date | None, today: date) -> None:
    if since > today:
        raise FiguresUnfit(
            "日期晚于今天，请核对。",
            faults=(Fault("/since", f"日期 {since.isoformat()} 晚于今天，请核对。"),),
        )
    if until is not None and until <= since:
        raise FiguresUnfit(
            "终止日期应晚于开始日期。",
            faults=(Fault("/until", f"终止日期应晚于 {since.isoformat()}，请核对。"),),
        )


def _tell(
    session: Session,
    action: str,
    enterprise: Enterprise,
    register: str,
    record: Recorded,
    *,
    by: Actor,
    at: datetime,
) -> None:
    audit.record(
        session,
        action,
        subject_kind="enterprise",
        subject_id=enterprise.id,
        division=enterprise.managing_division,
        by=by,
        at=at,
        body={"register": register, "record": str(record.id)},
    )
