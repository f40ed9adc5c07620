"""Questions about cases and batches; what an actor may not know of does not exist for him."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from app.accounts.models import Account, RoleGrant
from app.accounts.queries import in_force
from app.enterprises.models import Enterprise
from app.evaluation.models import TraceNote
from app.foundation.actor import Actor, Role
from app.foundation.errors import NotFound
from app.foundation.paging import PAGE_SIZE, Page, Window, seek
from app.mandates.models import Mandate
from app.mandates.queries import people_of
from app.profiles.models import ProfileContributor, ProfileRevision
from app.reference.models import DivisionClosure
from app.reference.queries import covers, within
from app.reviews.domain import CaseStatus, Standing
from app.reviews.models import (
    CaseEvent,
    Decision,
    ReturnItem,
    ReviewCase,
)
from app.reviews.permissions import APPLICANTS, Seat
from rules.library import Library

UNDATED: Final = date(9999, 12, 31)  # where nothing is due; after all that is
due: Final[ColumnElement[date]] = func.coalesce(ReviewCase.due_on, UNDATED)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What the queue is narrowed to. Empty members narrow nothing; `waiting`: what I am to do."""

    waiting: bool = False
    title: str = ""
    for_year: int | None = None
    status: CaseStatus | None = None
    division: str = ""
    role: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Waiter:
    """Whose queue is asked for: his grants with the titles of each line."""

    actor: Actor
    titles: dict[str, tuple[str, ...]]  # line -> titles


# --- Cases ----------------------------------------------------------------------------------------


def visible(visible_to: Actor) -> ColumnElement[bool]:
    """Cases of firms managed within the actor's divisions, or that he acts for."""
    return or_(
        ReviewCase.managing_division.in_(within(visible_to.divisions)),
        Enterprise.managing_division.in_(within(visible_to.divisions)),
        ReviewCase.enterprise_id.in_(sorted(visible_to.enterprises)),
    )


def cases(visible_to: Actor) -> Select[ReviewCase]:
    """Cases the actor may know of, each with its enterprise. Every query starts here."""
    joined = select(ReviewCase).join(ReviewCase.enterprise).where(visible(visible_to))
    return joined.options(contains_eager(ReviewCase.enterprise))


def get_case(session: Session, case_id: UUID, *, visible_to: Actor) -> ReviewCase:
    """The case as the database has it now, or NotFound."""
    wanted = cases(visible_to).where(ReviewCase.id == case_id)
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("没有这个事项，或您无权查看。")
    return found


def list_own(session: Session, *, visible_to: Actor) -> Sequence[ReviewCase]:
    """The cases of the firms the actor acts for, open ones first, newest first."""
    mine = cases(visible_to).where(ReviewCase.enterprise_id.in_(sorted(visible_to.enterprises)))
    order = mine.order_by(ReviewCase.ended_at.is_not(None), ReviewCase.opened_at.desc())
    return session.scalars(order).all()


def find_open(
    session: Session, enterprise_id: UUID, title: str, for_year: int
) -> ReviewCase | None:
    """The open case of a firm for a title and year."""
    return session.scalar(
        select(ReviewCase).where(
            ReviewCase.enterprise_id == enterprise_id,
            ReviewCase.title == title,
            ReviewCase.for_year == for_year,
            ReviewCase.ended_at.is_(None),
        )
    )


def waiter(library: Library, actor: Actor) -> Waiter:
    """Whose queue it is, with the titles of each line."""
    lines: dict[str, tuple[str, ...]] = {}
    for title in library.titles.values():
        lines[title.line] = (*lines.get(title.line, ()), title.id)
    return Waiter(actor, lines)


def _waits_for(who: Waiter) -> ColumnElement[bool]:
    """Cases that stand at a stage one of his grants decides."""
    parts: list[ColumnElement[bool]] = [
        and_(
            ReviewCase.role == grant.role.value,
            ReviewCase.title.in_(who.titles.get(grant.line.value, ())),
            ReviewCase.managing_division.in_(within([grant.division])),
        )
        for grant in who.actor.grants
    ]
    acting = ReviewCase.status.in_([CaseStatus.OPEN, CaseStatus.PASSED])
    return and_(acting, or_(false(), *parts))


def select_queue(who: Waiter, chosen: CaseFilter) -> Select[ReviewCase]:
    """The cases that pass the filter, unordered."""
    found = cases(who.actor)
    if chosen.waiting:
        found = found.where(_waits_for(who))
    pairs: tuple[tuple[Any, Any], ...] = (
        (ReviewCase.title, chosen.title),
        (ReviewCase.for_year, chosen.for_year),
        (ReviewCase.status, chosen.status),
        (ReviewCase.role, chosen.role),
    )
    for column, value in pairs:
        if value:
            found = found.where(column == value)
    if chosen.division:
        found = found.where(ReviewCase.managing_division.in_(within([chosen.division])))
    if chosen.text:
        found = found.where(
            or_(
                Enterprise.name.contains(chosen.text, autoescape=True),
                Enterprise.name_initials.contains(chosen.text.lower(), autoescape=True),
                Enterprise.credit_code == chosen.text.upper(),
            )
        )
    return found


def page_of_cases(
    session: Session, who: Waiter, chosen: CaseFilter, *, after: str = "", size: int = PAGE_SIZE
) -> Page[ReviewCase]:
    """One page of the queue, what is due first on top."""
    found = select_queue(who, chosen)
    page = seek(
        session, found, [due, ReviewCase.id.expression], window=Window(after=after, size=size)
    )
    return Page([row[0] for row in page.rows], page.after, count_cases(session, who, chosen))


def count_cases(session: Session, who: Waiter, chosen: CaseFilter) -> int:
    """How many cases pass the filter."""
    found = select_queue(who, chosen).with_only_columns(ReviewCase.id).order_by(None)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def neighbour(session: Session, who: Waiter, case: ReviewCase) -> tuple[UUID | None, UUID | None]:
    """The cases before and after this one in the actor's own queue, for the keys j and k."""
    day = case.due_on or UNDATED
    queue = select_queue(who, CaseFilter(waiting=True)).with_only_columns(ReviewCase.id)
    before = or_(due < day, and_(due == day, ReviewCase.id < case.id))
    after = or_(due > day, and_(due == day, ReviewCase.id > case.id))
    down = queue.where(before).order_by(due.desc(), ReviewCase.id.desc()).limit(1)
    up = queue.where(after).order_by(due, ReviewCase.id).limit(1)
    return session.scalar(down), session.scalar(up)


def years_of_cases(session: Session, *, visible_to: Actor) -> list[int]:
    """The 申报年度 of the cases the actor may know of, newest first."""
    found = cases(visible_to).with_only_columns(ReviewCase.for_year).distinct()
    return sorted(session.scalars(found), reverse=True)


def list_events(session: Session, case: ReviewCase) -> Sequence[CaseEvent]:
    """What happened to a case, in order."""
    events = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    return session.scalars(events).all()


def list_decisions(session: Session, case: ReviewCase) -> Sequence[tuple[Decision, str]]:
    """The decisions of a case with who took them, in order."""
    rows = session.execute(
        select(Decision, Account.name)
        .join(Account, Account.id == Decision.decided_by_id)
        .where(Decision.case_id == case.id)
        .order_by(Decision.round, Decision.stage)
    )
    return [(decision, name) for decision, name in rows]


def list_returned(session: Session, case: ReviewCase) -> Sequence[ReturnItem]:
    """The fields sent back in the latest return."""
    last = select(func.max(ReturnItem.round)).where(ReturnItem.case_id == case.id)
    items = select(ReturnItem).where(
        ReturnItem.case_id == case.id, ReturnItem.round == last.scalar_subquery()
    )
    return session.scalars(items.order_by(ReturnItem.id)).all()


def names(session: Session, ids: Collection[UUID], visible_to: Actor) -> dict[UUID, str]:
    """Case -> its firm's name, of those the actor may know of."""
    wanted = cases(visible_to).where(ReviewCase.id.in_(ids))
    rows = session.execute(wanted.with_only_columns(ReviewCase.id, Enterprise.name))
    return dict(rows.all())


# --- Who stands how to a case ---------------------------------------------------------------------


def had_part(case: ReviewCase, by_id: UUID | None) -> list[tuple[str, ColumnElement[bool]]]:
    """What bars an account from reviewing a case, in words and as a condition on `review_case`.

    The same conditions stand in the WHERE of the decision's UPDATE: no race slips past them.
    """
    firm, stage = case.enterprise_id, case.stage
    filled = exists().where(
        ProfileContributor.enterprise_id == firm, ProfileContributor.account_id == by_id
    )
    acts = exists().where(Mandate.enterprise_id == firm, Mandate.account_id == by_id)
    elsewhere = exists().where(
        Decision.case_id == case.id, Decision.decided_by_id == by_id, Decision.stage != stage
    )
    return [
        ("您提交了这件申报", ReviewCase.opened_by_id == by_id),
        ("您参与了这家企业的填报", filled),
        ("您是或曾是这家企业的经办人", acts),
        ("您已在另一环节作过决定", elsewhere),
    ]


def seat_of(session: Session, library: Library, case: ReviewCase, by: Actor) -> Seat:
    """How the actor stands to the case at its present stage."""
    bars = had_part(case, by.id)
    row = session.execute(
        select(*(bar for _, bar in bars)).select_from(ReviewCase).where(ReviewCase.id == case.id)
    ).one()
    part = next((words for (words, _), holds in zip(bars, row, strict=True) if holds), "")
    return Seat(
        roles=roles_at(session, library, case.title, case.managing_division, by),
        is_applicant=by.acts_for(case.enterprise_id, *APPLICANTS),
        part=part,
    )


def roles_at(
    session: Session, library: Library, title: str, division: str, by: Actor
) -> frozenset[Role]:
    """The roles the actor holds for a place on the line of a title."""
    known = library.titles.get(title)
    mine = [grant for grant in by.grants if known and grant.line.value == known.line]
    return frozenset(grant.role for grant in mine if covers(session, [grant.division], division))


def standing_of(case: ReviewCase) -> Standing:
    """Where the case is, for the interpreter."""
    return Standing(case.stage, case.status)


def reviewers(session: Session, line: str, role: str, division: str, on: date) -> Sequence[UUID]:
    """Accounts that hold `role` in force for a place on a line."""
    above = select(DivisionClosure.ancestor_code).where(DivisionClosure.descendant_code == division)
    found = select(RoleGrant.account_id).where(
        RoleGrant.role == role,
        RoleGrant.line == line,
        RoleGrant.division.in_(above),
        in_force(on),
    )
    return session.scalars(found.distinct()).all()


def people(session: Session, enterprise_id: UUID, on: date) -> Sequence[UUID]:
    """Accounts that may file for a firm on a day."""
    return people_of(session, enterprise_id, *APPLICANTS, on=on)


# --- What was pinned ------------------------------------------------------------------------------


def trace_notes(session: Session, case: ReviewCase) -> Sequence[TraceNote]:
    """Figures that were changed after their criterion had shown unmet, in the years pinned."""
    years = [int(year) for year in json.loads(case.pinned)["revisions"]]
    found = select(TraceNote).where(
        TraceNote.enterprise_id == case.enterprise_id, TraceNote.year.in_(years)
    )
    return session.scalars(found.order_by(TraceNote.noted_at)).all()


def pinned_revisions(session: Session, case: ReviewCase) -> dict[int, ProfileRevision]:
    """The profile revisions the case rests on, by year."""
    kept = json.loads(case.pinned)["revisions"]
    ids = [UUID(entry["id"]) for entry in kept.values()]
    rows = session.scalars(select(ProfileRevision).where(ProfileRevision.id.in_(ids)))
    return {row.year: row for row in rows}


def revisions_before(session: Session, case: ReviewCase) -> dict[int, ProfileRevision]:
    """Per pinned year what it is compared with: of the round before, else the filing before."""
    kept = json.loads(case.pinned)
    before = {int(year): UUID(entry["id"]) for year, entry in kept.get("before", {}).items()}
    found = {}
    for year, revision in pinned_revisions(session, case).items():
        earlier = select(ProfileRevision).where(
            ProfileRevision.enterprise_id == case.enterprise_id, ProfileRevision.year == year
        )
        if year in before:
            earlier = earlier.where(ProfileRevision.id == before[year])
        else:
            earlier = earlier.where(ProfileRevision.number < revision.number)
        row = session.scalar(earlier.order_by(ProfileRevision.number.desc()).limit(1))
        if row is not None:
            found[year] = row
    return found
