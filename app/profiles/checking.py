"""A draft read and checked against last year: what the form, the review and filing all ask."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.foundation.clock import legal_day
from app.foundation.errors import Fault
from app.profiles.checks import Jump, blanks, faults_of, jumps, unexplained
from app.profiles.domain import Filing, Scalar, filing
from app.profiles.drafts import current_revision
from app.profiles.models import ProfileDraft
from app.profiles.typed import Typed, is_typed, read_all
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


def filing_of(
    session: Session,
    enterprise_id: UUID,
    year: int,
    typed: Typed,
    values: Mapping[str, Scalar],
    indicators: Mapping[str, Indicator],
    *,
    reasons: Mapping[str, str] | None = None,
) -> Filing:
    """What filing a form comes to.

    What the form does not ask stays as it was filed: others gave it (a city's file, an officer).
    """
    before = current_revision(session, enterprise_id, year)
    kept = json.loads(before.body) if before else {"figures": {}, "proxies": {}}
    others = {n for n in kept["figures"] if n not in indicators or not is_typed(indicators[n])}
    return filing(
        enterprise_id,
        year,
        {n: v for n, v in kept["figures"].items() if n in others}
        | {n: v for n, v in values.items() if indicators[n].is_yearly},
        proxies={n: other for n, other in kept["proxies"].items() if n in others},
        reasons=reasons,
        stage=typed.stage,
        scope=typed.scope,
    )
