"""Questions about flags and verdicts. Visibility is inside: outside one's divisions is nothing."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, RoleGrant
from app.accounts.queries import in_force
from app.enterprises.models import Enterprise
from app.enterprises.queries import visible
from app.evaluation.domain import FlagAct, FlagKind, FlagState, Grade
from app.evaluation.models import ClauseCheck, Evaluation, Flag, FlagEvent, RuleSetRecord
from app.evaluation.permissions import OPEN, WHO
from app.foundation.actor import Actor, Line, Role
from app.foundation.errors import NotFound
from app.foundation.paging import PAGE_SIZE, Page
from app.reference.models import Division, DivisionClosure
from app.reference.queries import within
from rules.library import Library


@dataclass(frozen=True, slots=True)
class FlagFilter:
    """Which flags a list shows; what is empty does not narrow it."""

    kind: FlagKind | None = None
    subject: str = ""
    division: str = ""
    grade: Grade | None = None
    state: FlagState | None = None  # None: those not ended
    for_year: int | None = None
    assignee_id: UUID | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class FlagRow:
    """One flag in a list."""

    flag: Flag
    enterprise: Enterprise
    place: str  # name of the 归口
    assignee: str | None


def get_firm(session: Session, enterprise_id: UUID, *, visible_to: Actor) -> Enterprise:
    """The firm, or NotFound."""
    firm = session.scalar(
        select(Enterprise).where(visible(visible_to), Enterprise.id == enterprise_id)
    )
    if firm is None:
        raise NotFound("没有这户企业，或您无权查看。")
    return firm


def select_flags(
    chosen: FlagFilter, *, visible_to: Actor
) -> Select[Flag, Enterprise, str, str | None]:
    """The flags of a list with their firms, by the firms' names; what ends, by its end."""
    statement = (
        select(Flag, Enterprise, Division.name, Account.name)
        .join(Enterprise, Enterprise.id == Flag.enterprise_id)
        .join(Division, Division.code == Enterprise.managing_division)
        .outerjoin(Account, Account.id == Flag.assignee_id)
        .where(_visible(visible_to), *_narrow(chosen))
    )
    return statement.order_by(_order(chosen), Flag.id)


_UNTIL_AT: Final = 11  # an ending certificate's detail closes with `"2027-11-01"}`
_DAY: Final = 10


def _order(chosen: FlagFilter) -> ColumnElement[str]:
    if chosen.kind is FlagKind.EXPIRING:
        start = func.length(Flag.detail) - _UNTIL_AT
        return func.substr(Flag.detail, start, _DAY, type_=String)
    return Enterprise.name_sort.expression


def _visible(visible_to: Actor) -> ColumnElement[bool]:
    """Flags are the bureau's worklists; verdicts are for the firm's own people as well."""
    return Enterprise.managing_division.in_(within(visible_to.divisions))


def _narrow(chosen: FlagFilter) -> list[ColumnElement[bool]]:
    state = Flag.state.in_(OPEN) if chosen.state is None else Flag.state == chosen.state
    tests: list[ColumnElement[bool]] = [state]
    if chosen.kind is not None:
        tests.append(Flag.kind == chosen.kind)
    if chosen.subject:
        tests.append(Flag.subject == chosen.subject)
    if chosen.division:
        tests.append(Enterprise.managing_division.in_(within([chosen.division])))
    if chosen.grade is not None:
        tests.append(Flag.grade == chosen.grade)
    if chosen.for_year is not None:
        tests.append(Flag.for_year == chosen.for_year)
    if chosen.assignee_id is not None:
        tests.append(Flag.assignee_id == chosen.assignee_id)
    if chosen.text:
        tests.append(
            or_(
                Enterprise.name.contains(chosen.text, autoescape=True),
                Enterprise.credit_code == chosen.text.upper(),
                Enterprise.name_initials.startswith(chosen.text.lower(), autoescape=True),
            )
        )
    return tests


def page_of_flags(
    session: Session,
    chosen: FlagFilter,
    *,
    visible_to: Actor,
    after: str = "",
    size: int = PAGE_SIZE,
) -> Page[FlagRow]:
    """One page of a list, with how many there are in all."""
    statement = select_flags(chosen, visible_to=visible_to)
    inner = statement.with_only_columns(Flag.id).order_by(None).subquery()
    total = session.scalar(select(func.count()).select_from(inner)) or 0
    if after:
        statement = statement.where(_beyond(session, chosen, after))
    rows = [FlagRow(*row) for row in session.execute(statement.limit(size + 1))]
    more = len(rows) > size
    return Page(rows[:size], str(rows[size - 1].flag.id) if more else None, total)


def _beyond(session: Session, chosen: FlagFilter, after: str) -> ColumnElement[bool]:
    """Rows behind the flag whose id is the cursor; a cursor that is none gives nothing."""
    try:
        flag_id = UUID(after)
    except ValueError:
        raise NotFound("翻页位置无效，请从第一页重新打开。") from None
    order = _order(chosen)
    place = session.scalar(
        select(order)
        .select_from(Flag)
        .join(Enterprise, Flag.enterprise_id == Enterprise.id)
        .where(Flag.id == flag_id)
    )
    return or_(order > place, and_(order == place, Flag.id > flag_id))


def count_flags(
    session: Session, chosen: FlagFilter, *, visible_to: Actor
) -> dict[tuple[FlagKind, str, Grade | None], int]:
    """How many flags the filter finds, by kind, title or scheme, and grade."""
    rows = session.execute(
        select(Flag.kind, Flag.subject, Flag.grade, func.count())
        .join(Enterprise, Enterprise.id == Flag.enterprise_id)
        .where(_visible(visible_to), *_narrow(chosen))
        .group_by(Flag.kind, Flag.subject, Flag.grade)
    )
    return {(kind, subject, grade): count for kind, subject, grade, count in rows}


def flag_years(session: Session, *, visible_to: Actor) -> list[int]:
    """The 申报年度 for which there are flags, latest first."""
    rows = session.scalars(
        select(Flag.for_year)
        .join(Enterprise, Enterprise.id == Flag.enterprise_id)
        .where(_visible(visible_to))
        .distinct()
        .order_by(Flag.for_year.desc())
    )
    return list(rows)


def get_flag(session: Session, flag_id: UUID, *, visible_to: Actor) -> FlagRow:
    """One flag with its firm.

    Raises:
        NotFound: there is none, or it is outside the actor's divisions.
    """
    rows = get_flags(session, [flag_id], visible_to=visible_to)
    if not rows:
        raise NotFound("没有这个标记，或您无权查看。")
    return rows[0]


def get_flags(
    session: Session, flag_ids: Collection[UUID], *, visible_to: Actor
) -> Sequence[FlagRow]:
    """Those of the flags that the actor may know of."""
    rows = session.execute(
        select(Flag, Enterprise, Division.name, Account.name)
        .join(Enterprise, Enterprise.id == Flag.enterprise_id)
        .join(Division, Division.code == Enterprise.managing_division)
        .outerjoin(Account, Account.id == Flag.assignee_id)
        .where(_visible(visible_to), Flag.id.in_(flag_ids))
        .order_by(Enterprise.name_sort, Flag.id)
    )
    return [FlagRow(*row) for row in rows]


def list_flags_of(session: Session, enterprise_id: UUID, *, visible_to: Actor) -> Sequence[FlagRow]:
    """Every flag of one firm: those not ended first, then the latest."""
    rows = session.execute(
        select(Flag, Enterprise, Division.name, Account.name)
        .join(Enterprise, Enterprise.id == Flag.enterprise_id)
        .join(Division, Division.code == Enterprise.managing_division)
        .outerjoin(Account, Account.id == Flag.assignee_id)
        .where(_visible(visible_to), Flag.enterprise_id == enterprise_id)
        .order_by(Flag.ended_at.is_not(None), Flag.for_year.desc(), Flag.raised_at.desc())
    )
    return [FlagRow(*row) for row in rows]


def list_events(session: Session, flag_id: UUID) -> Sequence[FlagEvent]:
    """The history of a flag, latest first."""
    statement = select(FlagEvent).where(FlagEvent.flag_id == flag_id)
    return session.scalars(statement.order_by(FlagEvent.at.desc(), FlagEvent.id.desc())).all()


def lines_of(library: Library, flag: Flag) -> frozenset[Line]:
    """The bureaus a flag concerns: its title's; for money the finance bureau as well."""
    title = flag.subject
    lines: set[Line] = set()
    if flag.kind is FlagKind.SUBSIDY:
        lines.add(Line.FINANCE)
        title = next((s.title for s in library.schemes if s.id == flag.subject), "")
    if title in library.titles:
        lines |= {line for line in Line if line.value == library.titles[title].line}
    return frozenset(lines)


def roles_at(session: Session, library: Library, flag: Flag, by: Actor) -> frozenset[Role]:
    """The roles of `by` that reach the flag: its firm's division, and its line."""
    if by.id is None:
        return frozenset(Role)
    above = set(
        session.scalars(
            select(DivisionClosure.ancestor_code)
            .join(Enterprise, Enterprise.managing_division == DivisionClosure.descendant_code)
            .where(Enterprise.id == flag.enterprise_id)
        )
    )
    lines = lines_of(library, flag)
    return frozenset(
        grant.role for grant in by.grants if grant.division in above and grant.line in lines
    )


def officers(
    session: Session, library: Library, flag: Flag, *, on: date
) -> Sequence[tuple[UUID, str]]:
    """Whom the flag may be given to: (account, name) of those who may close it, by name."""
    above = (
        select(DivisionClosure.ancestor_code)
        .join(Enterprise, Enterprise.managing_division == DivisionClosure.descendant_code)
        .where(Enterprise.id == flag.enterprise_id)
    )
    rows = session.execute(
        select(Account.id, Account.name)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            Account.is_enabled.is_(True),
            RoleGrant.role.in_(WHO[FlagAct.CLOSED]),
            RoleGrant.line.in_(lines_of(library, flag)),
            RoleGrant.division.in_(above),
            in_force(on),
        )
        .distinct()
        .order_by(Account.name, Account.id)
    )
    return [(identity, name) for identity, name in rows]


def list_evaluations_of(
    session: Session, enterprise_id: UUID, *, visible_to: Actor
) -> Sequence[Evaluation]:
    """The verdicts in force of one firm, latest 申报年度 first."""
    statement = (
        select(Evaluation)
        .join(Enterprise, Enterprise.id == Evaluation.enterprise_id)
        .where(
            visible(visible_to),
            Evaluation.enterprise_id == enterprise_id,
            Evaluation.superseded_at.is_(None),
        )
        .order_by(Evaluation.for_year.desc(), Evaluation.title, Evaluation.id)
    )
    return session.scalars(statement).all()


def list_verdict_history(
    session: Session, enterprise_id: UUID, title: str, *, visible_to: Actor
) -> Sequence[Evaluation]:
    """Every verdict ever stored for one firm and title, latest first."""
    statement = (
        select(Evaluation)
        .join(Enterprise, Enterprise.id == Evaluation.enterprise_id)
        .where(
            visible(visible_to),
            Evaluation.enterprise_id == enterprise_id,
            Evaluation.title == title,
        )
        .order_by(Evaluation.recorded_at.desc(), Evaluation.id.desc())
    )
    return session.scalars(statement.limit(50)).all()


def find_rule_sets(session: Session, fingerprints: Collection[str]) -> dict[str, RuleSetRecord]:
    """The stored trees behind fingerprints."""
    statement = select(RuleSetRecord).where(RuleSetRecord.fingerprint.in_(sorted(fingerprints)))
    return {record.fingerprint: record for record in session.scalars(statement)}


def rule_sets_of(session: Session, rows: Sequence[FlagRow]) -> dict[str, RuleSetRecord]:
    """The stored trees that the details of some flags refer to."""
    said = (json.loads(row.flag.detail).get("fingerprint") for row in rows)
    return find_rule_sets(session, {fingerprint for fingerprint in said if fingerprint})


def list_checks(session: Session) -> Sequence[ClauseCheck]:
    """Every clause an officer verified in the official text, latest first."""
    return session.scalars(select(ClauseCheck).order_by(ClauseCheck.recorded_at.desc())).all()


def decisive(findings: str) -> list[list[Any]]:
    """The decisive findings of a stored document that are not met, as codes and numbers."""
    return list(json.loads(findings)["decisive"])
