"""How a case moves: one conditional UPDATE, and what is told of it.

Whoever comes second changes no row and is told why; the unique decision row and the partial
index on open cases stand behind it.
"""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.audit import service as audit
from app.foundation import canonical
from app.foundation.actor import Actor
from app.foundation.clock import legal_day
from app.foundation.errors import NotFound, Refusal
from app.notices.domain import NoticeKind
from app.notices.service import notify
from app.profiles.models import ProfileLock
from app.reference.errors import CalendarEnds
from app.reference.queries import working_calendar
from app.reviews import queries
from app.reviews.domain import FINAL, CaseStatus, Standing, stages_of
from app.reviews.errors import AlreadyDecided, MakerNotChecker, StaleCase
from app.reviews.models import CaseEvent, Decision, ReviewCase
from rules.library import Library
from rules.pack import Stage

SENTENCE: Final = 1000  # characters of an event's text


def move(
    session: Session,
    case: ReviewCase,
    there: Standing,
    *guards: ColumnElement[bool],
    by: Actor,
    at: datetime,
    **values: Any,
) -> None:
    """Move the case from where it was read to `there`, if it still stands so and `guards` hold.

    Raises:
        AlreadyDecided, StaleCase, MakerNotChecker, NotFound: nothing was changed, and why.
    """
    stages = stages_of(case.steps)
    due = due_on(session, stages[there.stage], there.status, legal_day(at))
    moved = session.execute(
        update(ReviewCase)
        .where(
            ReviewCase.id == case.id,
            ReviewCase.version == case.version,
            ReviewCase.status == case.status,
            ReviewCase.stage == case.stage,
            *guards,
        )
        .values(
            stage=there.stage,
            status=there.status,
            version=case.version + 1,
            role=stages[there.stage].role,
            ended_at=at if there.status in FINAL else None,
            **{"due_on": due, **values},
        )
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined] # an UPDATE has it
        raise why(session, case, by)
    session.refresh(case)


def due_on(session: Session, stage: Stage, status: CaseStatus, day: date) -> date | None:
    """The last day for the stage; None where nobody here acts, or the calendar ends before."""
    if status is not CaseStatus.OPEN or stage.working_days is None:
        return None
    try:
        return working_calendar(session).add_working_days(day, stage.working_days)
    except CalendarEnds:
        return None  # An unknown holiday must not invent a deadline.


def why(session: Session, seen: ReviewCase, by: Actor, *, version: int | None = None) -> Refusal:
    """Why an act on the case as it was seen changed nothing."""
    identity = seen.id
    expected = seen.version if version is None else version
    session.expire(seen)
    now = session.scalar(select(ReviewCase.version).where(ReviewCase.id == identity))
    if now is None:
        return NotFound("没有这个事项，或您无权查看。")
    taken = session.execute(
        select(Decision, Account.name)
        .join(Account, Account.id == Decision.decided_by_id)
        .where(Decision.case_id == identity, Decision.case_version == expected)
    ).first()
    if taken is not None:
        return _decided(*taken, now)
    if now != expected:
        return StaleCase(
            "在您打开页面之后，这件事项有了变化。您的操作没有生效，请刷新页面核对后再办理。",
            version=now,
        )
    if any(_holds(session, seen, bar) for _, bar in queries.had_part(seen, by.id)):
        return MakerNotChecker("您经手过这件申报，不能审核，请由其他有权限的同事办理。")
    return StaleCase("事项状态已变，您的操作没有生效，请刷新页面。", version=now)


def _decided(decision: Decision, name: str, version: int) -> Refusal:
    return AlreadyDecided(
        f"{name}已在这一环节作出决定：{decision.action.label}。您的操作没有生效，请刷新页面查看。",
        version=version,
    )


def _holds(session: Session, case: ReviewCase, bar: ColumnElement[bool]) -> bool:
    return bool(session.scalar(select(bar).select_from(ReviewCase).where(ReviewCase.id == case.id)))


# --- What is told ---------------------------------------------------------------------------------


def tell(
    session: Session,
    case: ReviewCase,
    what: str,
    text: str,
    *,
    by: Actor,
    at: datetime,
    **more: str,
) -> None:
    """Append to the case's history and to the trail: nothing happens to a case untold."""
    last = select(func.max(CaseEvent.seq)).where(CaseEvent.case_id == case.id)
    session.add(
        CaseEvent(
            case_id=case.id,
            seq=(session.scalar(last) or 0) + 1,
            what=what,
            text=text[:SENTENCE],
            at=at,
            by_id=by.id,
            by_name=by.name,
            by_enterprise=case.enterprise_id in by.enterprises,
        )
    )
    session.flush()  # A second event of the same number must speak before the view answers.
    body: dict[str, str | int | bool | None] = {
        "enterprise": str(case.enterprise_id),
        "title": case.title,
        "for_year": case.for_year,
        "stage": stages_of(case.steps)[case.stage].id,
        "round": case.round,
        "status": case.status.value,
        "version": case.version,
        "facts_hash": case.facts_hash,
        "fingerprint": case.fingerprint,
        **more,
    }
    audit.record(
        session,
        f"case.{what}",
        subject_kind="case",
        subject_id=str(case.id),
        division=case.managing_division,
        by=by,
        at=at,
        body=body,
    )


def tell_reviewers(session: Session, library: Library, case: ReviewCase, *, at: datetime) -> None:
    """Notice to those who may act on the case at its present stage."""
    stage = stages_of(case.steps)[case.stage]
    title = library.titles[case.title]
    who = queries.reviewers(session, title.line, stage.role, case.managing_division, legal_day(at))
    due = f"，请于 {case.due_on.isoformat()} 前办理" if case.due_on else ""
    notify(
        session,
        who,
        kind=NoticeKind.CASE,
        text=f"{case.enterprise.name}申报{case.for_year}年度{title.name}，待{stage.name}{due}。",
        link=f"/desk/cases/{case.id}",
        at=at,
        key=f"case/{case.id}/{case.round}/{case.stage}",
    )


def tell_firm(
    session: Session,
    case: ReviewCase,
    text: str,
    *,
    at: datetime,
    kind: NoticeKind = NoticeKind.CASE,
) -> None:
    """Notice to those who may file for the firm, and to who filed."""
    who = {*queries.people(session, case.enterprise_id, legal_day(at)), case.opened_by_id}
    notify(session, who, kind=kind, text=text[:SENTENCE], link=f"/my/cases/{case.id}", at=at)


# --- The years of an open case --------------------------------------------------------------------


def lock_years(session: Session, case: ReviewCase, years: list[int], *, at: datetime) -> None:
    """Make the years the case rests on read-only; a year already locked by it stays so."""
    locked = set(session.scalars(_locks(case).with_only_columns(ProfileLock.year)))
    session.add_all(
        ProfileLock(
            enterprise_id=case.enterprise_id, year=year, case_id=case.id, fields="[]", locked_at=at
        )
        for year in years
        if year not in locked
    )
    session.flush()  # A lock already there must speak now.


def unlock_fields(session: Session, case: ReviewCase, fields: dict[int | None, list[str]]) -> None:
    """Let only these fields of each year be changed; under None those of no year (registers)."""
    for lock in session.scalars(_locks(case)):
        named = {*fields.get(lock.year, ()), *fields.get(None, ())}
        lock.fields = canonical.dumps(sorted(named))
    session.flush()  # The form asks for them in this transaction.


def release_years(session: Session, case: ReviewCase, *, at: datetime) -> None:
    """The case has ended: its years may be changed again."""
    for lock in session.scalars(_locks(case)):
        lock.released_at = at
    session.flush()


def _locks(case: ReviewCase) -> Any:
    return select(ProfileLock).where(
        ProfileLock.case_id == case.id, ProfileLock.released_at.is_(None)
    )
