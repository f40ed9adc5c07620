"""Judges the demo city and issues its reports, each at the time it would have been done."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.evaluation import batch, reconciling, writing
from app.evaluation.jobs import subjects
from app.evaluation.order import Order
from app.evaluation.sources import Reading
from app.foundation.actor import SYSTEM
from app.foundation.database import Sessions
from app.reports import service as reports
from app.reports.domain.period import Period
from app.reports.domain.vocabulary import EditionKind
from app.reports.papers.printing import render
from app.reports.queries import find_last
from rules.library import Library
from seed.demo.places import CITY

_AFTER: Final = timedelta(hours=1)  # between the batch and the edition that tells of it


@dataclass(frozen=True, slots=True)
class Review:
    """One round of work: judge the city as of a day, then issue a report on it."""

    on: date
    for_year: int
    kind: EditionKind
    at: datetime


def judge(sessions: Sessions, library: Library, review: Review) -> int:
    """Judge the whole city; how many firms. What equals the verdicts in force is not written."""
    asked = Order(CITY, review.on, review.for_year)
    with sessions.begin() as session:
        page = batch.plan(session, library, asked, known_at=review.at)
        writing.record_rule_sets(session, page.rule_sets, at=review.at)
        for portion in writing.portions(page, asked, at=review.at):
            writing.write(session, portion, at=review.at)
        _flag(session, library, asked, page, review.at)
    return page.count


def _flag(session: Session, library: Library, asked: Order, page: batch.Plan, at: datetime) -> None:
    reading = Reading(session, (), asked.on, at, asked.moment.base_year)
    about = subjects(library, list(page.judged))
    changes = reconciling.compare(reading, asked, "", UUID(hex=page.last), page.flags, about)
    for act, rows in reconciling.portions(changes):
        reconciling.write(session, act, rows, by=SYSTEM, at=at)


def issue(sessions: Sessions, library: Library, review: Review) -> bool:
    """Issue the edition of a round; False when an equal one is there."""
    at = review.at + _AFTER
    with sessions.begin() as session:
        _, is_new = reports.issue(
            session,
            library,
            division=CITY,
            kind=review.kind,
            on=review.on,
            known_at=at,
            by=SYSTEM,
            at=at,
            render=render,
        )
    return is_new


def is_issued(sessions: Sessions, review: Review) -> bool:
    """Whether the demo's report of that period was issued before."""
    period = Period.of(review.kind, review.on)
    with sessions.begin() as session:
        return find_last(session, CITY, period) is not None
