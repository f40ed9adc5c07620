"""What can be done to an enterprise: register it, record a change, keep a source."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.enterprises import holders, titles
from app.enterprises.domain import (
    GONE,
    Attribute,
    DocumentKind,
    EventKind,
    OperatingStatus,
    check_code,
)
from app.enterprises.errors import ChangeImpossible, CreditCodeFaulty, CreditCodeTaken, NotYours
from app.enterprises.models import (
    Enterprise,
    EnterpriseAttribute,
    SourceDocument,
)
from app.enterprises.permissions import keeping_divisions, may_keep
from app.enterprises.pinyin import spell
from app.foundation.actor import Actor
from app.foundation.clock import legal_day
from app.foundation.errors import Conflict, Fault, Forbidden, Invalid
from app.reference import queries as reference
from app.reference.models import Division, Industry

NAME_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """The particulars of an enterprise as a source tells them.

    `managing_division` None: the source does not tell; it starts as the registered division.
    """

    credit_code: str
    name: str
    registered_division: str
    managing_division: str | None = None
    industry_code: str | None = None
    registered_on: date | None = None
    operating_status: OperatingStatus = OperatingStatus.ACTIVE
    credit_code_override: str = ""  # why a code that fails the check is right
    title_history_from: date | None = None
    is_sample: bool = False


def register(
    session: Session, firm: Firm, *, document_id: UUID | None, by: Actor, at: datetime
) -> Enterprise:
    """Register an enterprise that nobody registered before.

    Raises:
        CreditCodeFaulty: the code fails GB 32100 and no reason to override is given.
        CreditCodeTaken: the code is registered.
        Invalid: a name, place or industry is not usable.
        NotYours: `by` does not keep the register in the managing division.
    """
    checked = check_code(firm.credit_code)
    if checked.fault and not (checked.is_wellformed and firm.credit_code_override.strip()):
        raise CreditCodeFaulty(checked.fault)
    managing = firm.managing_division or firm.registered_division
    _check_particulars(session, firm, managing, legal_day(at))
    _check_keeps(session, by, managing)
    taken = session.scalar(select(Enterprise.id).where(Enterprise.credit_code == checked.code))
    if taken is not None:
        raise CreditCodeTaken(f"信用代码 {checked.code} 已经登记，不能重复登记。")
    reason = firm.credit_code_override.strip() if checked.fault else ""
    enterprise = _enterprise(replace(firm, credit_code=checked.code), managing, reason, at)
    session.add(enterprise)
    try:
        session.flush()  # The attributes below need their enterprise.
    except IntegrityError as twin:  # Registered by another since we looked; nothing is written.
        raise CreditCodeTaken(f"信用代码 {checked.code} 刚刚已被登记，请刷新后查看。") from twin
    session.add_all(
        EnterpriseAttribute(
            enterprise_id=enterprise.id,
            attribute=attribute,
            value=str(value),
            recorded_at=at,
            document_id=document_id,
        )
        for attribute in Attribute
        if (value := getattr(enterprise, attribute.value)) is not None
    )
    _tell(session, "enterprise.registered", enterprise, by=by, at=at)
    session.flush()  # What the database refuses must be heard before the view answers.
    return enterprise


def _enterprise(firm: Firm, managing: str, override: str, at: datetime) -> Enterprise:
    spelling = spell(firm.name)
    return Enterprise(
        credit_code=firm.credit_code,
        credit_code_override=override,
        name=firm.name,
        name_sort=spelling.sort,
        name_initials=spelling.initials,
        registered_on=firm.registered_on,
        registered_division=firm.registered_division,
        managing_division=managing,
        industry_code=firm.industry_code,
        operating_status=firm.operating_status,
        title_history_from=firm.title_history_from,
        is_sample=firm.is_sample,
        created_at=at,
    )


def _check_particulars(session: Session, firm: Firm, managing: str, today: date) -> None:
    faults = []
    if not firm.name.strip() or len(firm.name) > NAME_LENGTH:
        faults.append(Fault("name", f"请填写企业名称，不超过 {NAME_LENGTH} 字。"))
    for field, code in (
        ("registered_division", firm.registered_division),
        ("managing_division", managing),
    ):
        if session.get(Division, code) is None:
            faults.append(Fault(field, f"区划代码 {code} 不在区划表中。"))
    if firm.industry_code is not None and session.get(Industry, firm.industry_code) is None:
        faults.append(Fault("industry_code", f"行业代码 {firm.industry_code} 不在 GB/T 4754 中。"))
    if firm.registered_on is not None and firm.registered_on > today:
        faults.append(Fault("registered_on", "成立日期不能晚于今天。"))
    if faults:
        raise Invalid("企业登记信息有误。", faults=tuple(faults))


def _check_keeps(session: Session, by: Actor, division: str) -> None:
    if not may_keep(by):
        raise Forbidden("登记和变更企业信息由县区初审、市级复核或审定人员办理。")
    if by.id is not None and not reference.covers(session, keeping_divisions(by), division):
        raise NotYours("该区划不在您的辖区内；跨县区划转由市局办理。")


def change_attribute(
    session: Session,
    enterprise: Enterprise,
    attribute: Attribute,
    value: str,
    *,
    since: date | None,
    reason: str,
    document_id: UUID | None = None,
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """Record that `attribute` has had `value` since a day; False if that was known already.

    The value holds to the next change known after `since`, so a late entry never hides a
    later one. `since` None corrects the present value: it was never right. A former name
    stays findable. An enterprise that is gone loses its titles on that day.

    Raises:
        Conflict: `version`, the one the person saw, is no longer the present one.
        ChangeImpossible: the day lies ahead or before founding, or the value is not usable.
        NotYours: `by` does not keep the register where the enterprise is managed, or would be.
    """
    if version is not None and version != enterprise.version:
        raise Conflict("在您打开页面之后，已有人更改了该企业。请刷新页面，核对后再提交。")
    _check_keeps(session, by, enterprise.managing_division)
    _check_change(session, enterprise, attribute, value, since, legal_day(at))
    if attribute is Attribute.MANAGING_DIVISION:
        _check_keeps(session, by, value)
    session.execute(  # Two writers of one enterprise queue here; SQLite's queue at BEGIN.
        select(Enterprise.id).where(Enterprise.id == enterprise.id).with_for_update(key_share=True)
    )
    before = getattr(enterprise, attribute.value)
    running = _row_on(session, enterprise.id, attribute, since)
    if running is not None and running.value == value:
        return False
    is_present = _replace(session, enterprise, attribute, value, running, since, document_id, at)
    if is_present:
        _show(enterprise, attribute, value)
    body = {
        "attribute": attribute.value,
        "before": str(before or ""),
        "after": value,
        "since": since.isoformat() if since else "",
        "reason": reason,
    }
    _tell(session, "enterprise.changed", enterprise, by=by, at=at, body=body)
    session.flush()  # A stale version must speak before the view answers.
    if attribute is Attribute.STATUS and OperatingStatus(value) in GONE and since is not None:
        _lose_titles(session, enterprise, OperatingStatus(value), since, document_id, by, at)
    return True


def _check_change(
    session: Session,
    enterprise: Enterprise,
    attribute: Attribute,
    value: str,
    since: date | None,
    today: date,
) -> None:
    if since is not None and since > today:
        raise ChangeImpossible("since", "生效日期不能晚于今天；请在变更生效后登记。")
    founded = enterprise.registered_on
    if since is not None and founded is not None and since < founded:
        raise ChangeImpossible("since", f"生效日期不能早于成立日期 {founded.isoformat()}。")
    if not value.strip() or len(value) > NAME_LENGTH:
        raise ChangeImpossible("value", f"请填写新的{attribute.label}，不超过 {NAME_LENGTH} 字。")
    places = {Attribute.REGISTERED_DIVISION, Attribute.MANAGING_DIVISION}
    if attribute in places and session.get(Division, value) is None:
        raise ChangeImpossible("value", f"区划代码 {value} 不在区划表中。")
    if attribute is Attribute.INDUSTRY and session.get(Industry, value) is None:
        raise ChangeImpossible("value", f"行业代码 {value} 不在 GB/T 4754 中。")
    if attribute is Attribute.STATUS and value not in {status.value for status in OperatingStatus}:
        raise ChangeImpossible("value", f"登记状态“{value}”不在词表中。")


def _row_on(
    session: Session, enterprise_id: UUID, attribute: Attribute, on: date | None
) -> EnterpriseAttribute | None:
    """The row in force that holds on `on`; None asks for the latest."""
    rows = session.scalars(
        select(EnterpriseAttribute).where(
            EnterpriseAttribute.enterprise_id == enterprise_id,
            EnterpriseAttribute.attribute == attribute,
            EnterpriseAttribute.superseded_at.is_(None),
        )
    ).all()
    for row in rows:
        begun = row.since is None or (on is not None and row.since <= on)
        if (on is None and row.until is None) or (
            on is not None and begun and (row.until is None or row.until > on)
        ):
            return row
    return None


def _replace(
    session: Session,
    enterprise: Enterprise,
    attribute: Attribute,
    value: str,
    running: EnterpriseAttribute | None,
    since: date | None,
    document_id: UUID | None,
    at: datetime,
) -> bool:
    """Supersede the running row by what was before `since` and what is after.

    Returns whether the new value is the present one.
    """
    until = running.until if running is not None else None
    begun = since
    if running is not None:
        running.superseded_at = at
        if since is None:
            begun = running.since
        elif running.since != since:
            session.add(_row(enterprise.id, attribute, running.value, running.since, since,
                             running.document_id, at))  # fmt: skip
    session.add(_row(enterprise.id, attribute, value, begun, until, document_id, at))
    return until is None


def _row(
    enterprise_id: UUID,
    attribute: Attribute,
    value: str,
    since: date | None,
    until: date | None,
    document_id: UUID | None,
    at: datetime,
) -> EnterpriseAttribute:
    return EnterpriseAttribute(
        enterprise_id=enterprise_id,
        attribute=attribute,
        value=value,
        since=since,
        until=until,
        recorded_at=at,
        document_id=document_id,
    )


def _show(enterprise: Enterprise, attribute: Attribute, value: str) -> None:
    """Keep the present columns in step with the history."""
    shown = OperatingStatus(value) if attribute is Attribute.STATUS else value
    setattr(enterprise, attribute.value, shown)
    if attribute is Attribute.NAME:
        spelling = spell(value)
        enterprise.name_sort, enterprise.name_initials = spelling.sort, spelling.initials


def _lose_titles(
    session: Session,
    enterprise: Enterprise,
    status: OperatingStatus,
    since: date,
    document_id: UUID | None,
    by: Actor,
    at: datetime,
) -> None:
    kind = EventKind.MOVED_OUT if status is OperatingStatus.MOVED_OUT else EventKind.LAPSED
    lost = [
        titles.NewEvent(
            enterprise_id=enterprise.id,
            title=title,
            kind=kind,
            on_day=since,
            document_id=document_id,
            note=f"登记状态变更为{status.label}",
        )
        for title in holders.held_titles(session, enterprise.id, since)
    ]
    titles.record_events(session, lost, by=by, at=at)


def record_document(
    session: Session,
    *,
    kind: DocumentKind,
    title: str,
    number: str = "",
    batch: str = "",
    issued_on: date | None = None,
    file_name: str = "",
    sha256: str = "",
    note: str = "",
    by: Actor,
    at: datetime,
) -> SourceDocument:
    """Keep a source; the same file, or the same 文号 and 批次 of one kind, is kept once."""
    same = select(SourceDocument).where(SourceDocument.kind == kind)
    if sha256:
        same = select(SourceDocument).where(SourceDocument.sha256 == sha256)
    else:
        same = same.where(
            SourceDocument.number == number,
            SourceDocument.batch == batch,
            SourceDocument.title == title,
            SourceDocument.sha256 == "",
        )
    known = session.scalar(same.limit(1)) if sha256 or number else None
    if known is not None:
        return known
    document = SourceDocument(
        kind=kind,
        number=number,
        batch=batch,
        title=title,
        issued_on=issued_on,
        file_name=file_name,
        sha256=sha256,
        note=note,
        recorded_at=at,
        recorded_by_id=by.id,
    )
    session.add(document)
    session.flush()  # Facts are about to name it.
    return document


def _tell(
    session: Session,
    action: str,
    enterprise: Enterprise,
    *,
    by: Actor,
    at: datetime,
    body: Mapping[str, str] | None = None,
) -> None:
    audit.record(
        session,
        action,
        subject_kind="enterprise",
        subject_id=enterprise.id,
        division=enterprise.managing_division,
        by=by,
        at=at,
        body=body or {"credit_code": enterprise.credit_code, "name": enterprise.name},
    )
