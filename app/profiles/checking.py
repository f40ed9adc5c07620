"""A draft read and checked against last year: what the form, the review and filing all ask."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.foundation.clock import legal_day
from app.foundation.errors import Fault
from app.profiles.checks import Jump, blanks, faults_of, jumps, unexplained
from app.profiles.domain import Scalar
from app.profiles.drafts import current_revision
from app.profiles.models import ProfileDraft
from app.profiles.typed import Typed, read_all
from rules.indicators import Indicator


@dataclass(frozen=True, slots=True)
class Checked:
    """What a form says, what is wrong with it, and what it moves against last year."""

    typed: Typed
    values: dict[str, Scalar]
    last: dict[str, Scalar]  # last year's figures as filed
    faults: tuple[Fault, ...]
    jumps: tuple[Jump, ...]
    blanks: tuple[str, ...]  # yearly fields left blank: unknown to the law


def check(
    session: Session, draft: ProfileDraft, indicators: Mapping[str, Indicator], *, at: datetime
) -> Checked:
    """Read a draft and check it."""
    last = last_year(session, draft)
    return check_typed(Typed.loads(draft.raw), last, indicators, at=at)


def last_year(session: Session, draft: ProfileDraft) -> dict[str, Scalar]:
    """The figures filed for the year before; empty when there are none."""
    revision = current_revision(session, draft.enterprise_id, draft.year - 1)
    return json.loads(revision.body)["figures"] if revision else {}


def check_typed(
    typed: Typed,
    last: Mapping[str, Scalar],
    indicators: Mapping[str, Indicator],
    *,
    at: datetime,
) -> Checked:
    """Read and check a form, saved or not."""
    values, faults = read_all(typed, indicators)
    faults += faults_of(values, indicators, legal_day(at))
    found = jumps(values, last, typed.reasons, indicators)
    return Checked(
        typed=typed,
        values=values,
        last=dict(last),
        faults=(*faults, *unexplained(found, indicators)),
        jumps=tuple(found),
        blanks=tuple(blanks(values, indicators)),
    )
