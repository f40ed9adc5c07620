"""What the file layout does not carry: changes, titles with their papers, rights, statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.enterprises import service as enterprises
from app.enterprises import titles
from app.enterprises.domain import Attribute, DocumentKind, EventKind
from app.enterprises.models import Enterprise
from app.foundation import canonical
from app.foundation.actor import SYSTEM
from app.profiles import service as profiles
from app.profiles.domain import IpKind, IpOrigin, Level
from app.profiles.models import IpRight, RdPlatform, Statement
from seed.demo.firms import City, Firm, Paper, TitleRow

DECLARED_ON: Final = date(2021, 1, 1)
_MORNING: Final = time(2, 0, tzinfo=UTC)  # ten o'clock in Shanghai
_DAYS_TO_RECORD: Final = 3  # an office needs some days to enter a paper

Ids = Mapping[str, UUID]


def entered(day: date, since: datetime, until: datetime) -> datetime:
    """When something of `day` was entered, within the time the register has existed."""
    usual = datetime.combine(day + timedelta(days=_DAYS_TO_RECORD), _MORNING)
    return min(max(usual, since), until)


def ids_of(session: Session, city: City) -> Ids:
    """Identifiers by credit code of the city's firms that are registered."""
    codes = {firm.credit_code for firm in city.firms}
    rows = session.execute(select(Enterprise.credit_code, Enterprise.id))
    return {code: enterprise_id for code, enterprise_id in rows if code in codes}


def record_changes(
    session: Session, city: City, ids: Ids, *, since: datetime, until: datetime
) -> int:
    """Renamings and closings, each with its day; how many were new."""
    changed = 0
    for firm in city.firms:
        for attribute, value, day, reason in _changes(firm):
            changed += enterprises.change_attribute(
                session,
                session.get_one(Enterprise, ids[firm.credit_code]),
                attribute,
                value,
                since=day,
                reason=reason,
                by=SYSTEM,
                at=entered(day, since, until),
            )
    return changed


def _changes(firm: Firm) -> Iterable[tuple[Attribute, str, date, str]]:
    names = [*(former.name for former in firm.former_names), firm.name]
    for former, name in zip(firm.former_names, names[1:], strict=True):
        yield Attribute.NAME, name, former.until, "登记机关核准变更名称"
    if firm.status_since is not None:
        yield Attribute.STATUS, firm.status, firm.status_since, "登记机关公示信息"


def record_titles(
    session: Session, city: City, ids: Ids, *, since: datetime, until: datetime
) -> titles.Recorded:
    """Title events, paper by paper, in the order the papers came."""
    by_paper: dict[Paper, list[tuple[Firm, TitleRow]]] = defaultdict(list)
    for firm in city.firms:
        for row in firm.titles:
            by_paper[row.paper].append((firm, row))
    created = corrected = unchanged = 0
    for paper in sorted(by_paper, key=lambda paper: (paper.issued_on, paper.number)):
        at = entered(paper.issued_on, since, until)
        done = titles.record_events(
            session, _events(session, paper, by_paper[paper], ids, at), by=SYSTEM, at=at
        )
        created += done.created
        corrected += done.corrected
        unchanged += done.unchanged
    return titles.Recorded(created, corrected, unchanged)


def _events(
    session: Session,
    paper: Paper,
    rows: Iterable[tuple[Firm, TitleRow]],
    ids: Ids,
    at: datetime,
) -> list[titles.NewEvent]:
    document = enterprises.record_document(
        session,
        kind=DocumentKind.LIST,
        title=paper.title,
        number=paper.number,
        batch=paper.batch,
        issued_on=paper.issued_on,
        note="演示数据，文号为虚构。",
        by=SYSTEM,
        at=at,
    )
    return [
        titles.NewEvent(
            enterprise_id=ids[firm.credit_code],
            title=row.title,
            kind=EventKind(row.kind),
            on_day=row.on_day,
            since=row.since,
            until=row.until,
            roll_year=row.roll_year,
            certificate=row.certificate,
            document_id=document.id,
        )
        for firm, row in rows
    ]


def record_rights(session: Session, city: City, ids: Ids, *, at: datetime) -> None:
    """Intellectual property and what the firms declared of themselves."""
    profiles.record_all(session, IpRight, list(_rights(city, ids)), document_id=None, at=at)
    profiles.record_all(session, Statement, list(_statements(city, ids)), document_id=None, at=at)
    rows = session.execute(select(RdPlatform.enterprise_id, RdPlatform.name))
    known = {(enterprise_id, name) for enterprise_id, name in rows}
    for firm in city.firms:
        enterprise_id = ids[firm.credit_code]
        for platform in firm.platforms:
            if (enterprise_id, platform.name) not in known:
                record = RdPlatform(
                    enterprise_id=enterprise_id,
                    name=platform.name,
                    kind=platform.kind,
                    level=Level(platform.level),
                    since=platform.since,
                    until=None,
                    document_id=None,
                )
                profiles.add_record(session, record, at=at)


def _rights(city: City, ids: Ids) -> Iterable[dict[str, Any]]:
    for firm in city.firms:
        for right in firm.rights:
            yield {
                "enterprise_id": ids[firm.credit_code],
                "kind": IpKind(right.kind),
                "number": right.number,
                "name": right.name,
                "applied_on": right.applied_on,
                "since": right.granted_on,
                "until": right.until,
                "origin": IpOrigin(right.origin),
                "supports_main_product": True,
                "is_disputed": False,
                "used_in_event_id": None,
            }


def _statements(city: City, ids: Ids) -> Iterable[dict[str, Any]]:
    for firm in city.firms:
        for indicator, value in firm.statements.items():
            yield {
                "enterprise_id": ids[firm.credit_code],
                "indicator": indicator,
                "value": canonical.dumps(bool(value)),
                "since": max(DECLARED_ON, firm.registered_on),
                "until": None,
                "is_assumed": False,
                "reason": "",
                "proxy_of": "",
            }
