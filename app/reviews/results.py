"""How a case comes to its title: by our own decision, or by an announced list of others."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.enterprises.domain import OPENING, DocumentKind, EventKind, term
from app.enterprises.models import Enterprise, TitleEpisode, TitleEvent
from app.enterprises.service import record_document
from app.enterprises.titles import NewEvent, record_events
from app.evaluation.domain import ApplicationType
from app.foundation.actor import SYSTEM, Actor
from app.foundation.clock import legal_day
from app.reference.queries import within
from app.reviews import moving, queries
from app.reviews.domain import BatchState, CaseAction, CaseStatus, next_standing, stages_of
from app.reviews.errors import DecisionUnfit
from app.reviews.models import RecommendationBatch, RecommendationItem, ReviewCase
from app.reviews.permissions import refusal
from rules.library import Library
from rules.pack import Title

# Events by which a list gives a title; 迁入 and 更名 come from other papers.
_BY_LIST: Final = OPENING - {EventKind.MOVED_IN, EventKind.RENAMED}


def grant(
    session: Session,
    library: Library,
    case: ReviewCase,
    *,
    on_day: date,
    number: str,
    by: Actor,
    at: datetime,
) -> None:
    """Write an own title to the register, from the day of the decision.

    Raises:
        EventImpossible, Forbidden, NotYours: the register declines it; nothing is decided then.
    """
    title = library.titles[case.title]
    document = record_document(
        session,
        kind=DocumentKind.DECISION,
        title=f"{title.name}{case.for_year}年度审定",
        number=number,
        issued_on=on_day,
        by=by,
        at=at,
    )
    last = _last_episode(session, case)
    since = on_day
    kind = _kind(case, title, last)
    if kind is EventKind.REVIEWED and last and last.until and last.until > on_day:
        since = last.until  # A review prolongs: the new term follows the old one.
    span = term(
        since, None, end=title.end, is_yearly=title.is_yearly, validity_years=title.validity_years
    )
    event = NewEvent(
        enterprise_id=case.enterprise_id,
        title=case.title,
        kind=kind,
        on_day=on_day,
        since=span.since,
        until=span.until,
        roll_year=span.roll_year,
        document_id=document.id,
    )
    record_events(session, [event], by=by, at=at)
    session.refresh(case)
    text = f"认定为{title.name}，自{span.since.isoformat()}起有效。"
    moving.tell(session, case, "granted", text, by=by, at=at, document=str(document.id))


def _last_episode(session: Session, case: ReviewCase) -> TitleEpisode | None:
    found = select(TitleEpisode).where(
        TitleEpisode.enterprise_id == case.enterprise_id,
        TitleEpisode.title == case.title,
        TitleEpisode.superseded_at.is_(None),
    )
    return session.scalar(found.order_by(TitleEpisode.since.desc()).limit(1))


def _kind(case: ReviewCase, title: Title, last: TitleEpisode | None) -> EventKind:
    if title.is_yearly:
        return EventKind.ENROLLED
    if last is None:
        return EventKind.FIRST
    if case.application_type is ApplicationType.REVIEW:
        return EventKind.REVIEWED
    return EventKind.RENEWED


# --- Announced lists ------------------------------------------------------------------------------


def conclude(
    session: Session,
    library: Library,
    title: str,
    for_year: int,
    *,
    by: Actor = SYSTEM,
    at: datetime,
) -> list[ReviewCase]:
    """Close the recommended cases whose firm an imported list names since; returns them.

    The title is in the register already, from the list: no event is written here. Repeatable.
    Called after a list was imported, or by an officer on the page of a batch.

    Raises:
        NotYourCase: an officer may not for one of the cases.
    """
    closed = []
    for case in _recommended(session, title, for_year, by):
        paper = _listed(session, case)
        if paper is None:
            continue
        _allow(session, library, case, CaseAction.LIST, by)
        _end(session, case, CaseAction.LIST, by, at)
        text = f"公布名单（{paper}）已列入，按名单认定。"
        moving.tell(session, case, "granted", text, by=by, at=at)
        name = library.titles[title].name
        moving.tell_firm(session, case, f"贵企业已列入{for_year}年度“{name}”公布名单。", at=at)
        closed.append(case)
    _close_batches(session, closed)
    return closed


def conclude_of(
    session: Session, library: Library, firms: Collection[UUID], *, at: datetime
) -> list[ReviewCase]:
    """Conclude every title and year in which one of `firms` has a recommended case."""
    waiting = select(ReviewCase.title, ReviewCase.for_year).where(
        ReviewCase.status == CaseStatus.RECOMMENDED, ReviewCase.enterprise_id.in_(sorted(firms))
    )
    rows = session.execute(waiting.distinct().order_by(ReviewCase.title, ReviewCase.for_year))
    closed = []
    for title, year in rows.all():
        closed += conclude(session, library, title, year, at=at)
    return closed


def close_unlisted(
    session: Session,
    library: Library,
    case_ids: list[UUID],
    *,
    reason: str,
    by: Actor,
    at: datetime,
) -> list[ReviewCase]:
    """Close recommended cases that the announced list left out, with a reason (which list).

    Raises:
        DecisionUnfit: no reason, or no case.
        NotYourCase, IllegalTransition, StaleCase: nothing was changed.
    """
    if not reason.strip():
        raise DecisionUnfit("reason", "请写明依据的公布名单（文号）和未列入情况。")
    if not case_ids:
        raise DecisionUnfit("case", "请勾选要办结的企业。")
    closed = []
    cases = [queries.get_case(session, case_id, visible_to=by) for case_id in case_ids]
    for case in sorted(cases, key=lambda case: (case.managing_division, str(case.id))):
        _allow(session, library, case, CaseAction.UNLIST, by)
        _end(session, case, CaseAction.UNLIST, by, at)
        moving.tell(session, case, "not_listed", reason, by=by, at=at)
        name = library.titles[case.title].name
        said = f"贵企业未列入{case.for_year}年度“{name}”公布名单：{reason}"
        moving.tell_firm(session, case, said, at=at)
        closed.append(case)
    _close_batches(session, closed)
    return closed


def _allow(
    session: Session, library: Library, case: ReviewCase, action: CaseAction, by: Actor
) -> None:
    if by.id is None:
        return  # The system, after an import that an officer confirmed.
    seat = queries.seat_of(session, library, case, by)
    no = refusal(action, stages_of(case.steps), queries.standing_of(case), seat)
    if no is not None:
        raise no


def _end(session: Session, case: ReviewCase, action: CaseAction, by: Actor, at: datetime) -> None:
    there = next_standing(stages_of(case.steps), queries.standing_of(case), action)
    moving.move(session, case, there, by=by, at=at)
    moving.release_years(session, case, at=at)


def _recommended(session: Session, title: str, for_year: int, by: Actor) -> list[ReviewCase]:
    found: Select[ReviewCase] = (
        select(ReviewCase)
        .join(ReviewCase.enterprise)
        .where(
            ReviewCase.status == CaseStatus.RECOMMENDED,
            ReviewCase.title == title,
            ReviewCase.for_year == for_year,
        )
        .order_by(ReviewCase.managing_division, ReviewCase.id)
    )
    if by.id is not None:
        found = found.where(Enterprise.managing_division.in_(within(by.divisions)))
    return list(session.scalars(found))


def _listed(session: Session, case: ReviewCase) -> str | None:
    """The 文号 of a list that named the firm after it had applied; None where none did."""
    events = (
        select(TitleEvent)
        .where(
            TitleEvent.enterprise_id == case.enterprise_id,
            TitleEvent.title == case.title,
            TitleEvent.kind.in_(sorted(_BY_LIST)),
            TitleEvent.document_id.is_not(None),
            TitleEvent.superseded_at.is_(None),
            TitleEvent.on_day >= legal_day(case.opened_at),
        )
        .order_by(TitleEvent.on_day)
        .limit(1)
    )
    event = session.scalar(events)
    if event is None or event.document is None:
        return None
    return event.document.number or event.document.title


def _close_batches(session: Session, closed: list[ReviewCase]) -> None:
    """A batch none of whose cases waits any more is concluded."""
    if not closed:
        return
    mine = select(RecommendationItem.batch_id).where(
        RecommendationItem.case_id.in_([case.id for case in closed])
    )
    waiting: Any = (
        select(RecommendationItem.batch_id)
        .join(ReviewCase, ReviewCase.id == RecommendationItem.case_id)
        .where(ReviewCase.ended_at.is_(None))
    )
    done = select(RecommendationBatch).where(
        RecommendationBatch.id.in_(mine),
        RecommendationBatch.id.not_in(waiting),
        RecommendationBatch.state == BatchState.FORWARDED,
    )
    for batch in session.scalars(done):
        batch.state = BatchState.CONCLUDED
    session.flush()  # A batch changed meanwhile must speak before the view answers.
