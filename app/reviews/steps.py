"""A case in words for both faces: its steps with dates, its title, what is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from app.reference.errors import CalendarEnds
from app.reference.queries import working_calendar
from app.reviews import queries
from app.reviews.domain import CaseStatus, stages_of
from app.reviews.models import ReviewCase
from rules.library import Library

SOON: Final = 3  # working days


@dataclass(frozen=True, slots=True)
class StepLine:
    """One stage as the case's page shows it."""

    name: str
    state: str  # done here ahead
    word: str  # what was decided, or empty
    at: datetime | None
    due_on: date | None


def steps(session: Session, case: ReviewCase, language: str) -> list[StepLine]:
    """The stages of the case's procedure, those of this round decided with their dates."""
    decided = {
        decision.stage: decision
        for decision, _ in queries.list_decisions(session, case)
        if decision.round == case.round
    }
    found = []
    for place, stage in enumerate(stages_of(case.steps)):
        decision = decided.get(place)
        is_here = place == case.stage and case.ended_at is None
        over = place < case.stage or decision is not None
        found.append(
            StepLine(
                name=stage.name.in_language(language),
                state="here" if is_here else "done" if over else "ahead",
                word=decision.action.label if decision else "",
                at=decision.decided_at if decision else None,
                due_on=case.due_on if is_here else None,
            )
        )
    return found


def title_name(library: Library, title: str, language: str) -> str:
    """A title's name; its id once no pack has it any more."""
    known = library.titles.get(title)
    return known.name.in_language(language) if known else title


def due_tones(session: Session, cases: Sequence[ReviewCase], today: date) -> dict[object, str]:
    """Case -> overdue, soon (within three working days), later, or none."""
    calendar = working_calendar(session)
    tones: dict[object, str] = {}
    for case in cases:
        if case.due_on is None or case.status is not CaseStatus.OPEN:
            tones[case.id] = "none"
        elif case.due_on < today:
            tones[case.id] = "overdue"
        else:
            try:
                left = calendar.working_days_between(today, case.due_on)
            except CalendarEnds:
                left = (case.due_on - today).days
            tones[case.id] = "soon" if left <= SOON else "later"
    return tones
