"""What reviewers do: decide a case, and decide a meeting's list."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.foundation.actor import Actor
from app.foundation.clock import legal_day
from app.foundation.errors import Refusal
from app.profiles.domain import REGISTERS
from app.reviews import filing, moving, queries, results
from app.reviews.domain import (
    DECISIONS,
    FINAL,
    CaseAction,
    CaseStatus,
    Standing,
    next_standing,
    stages_of,
)
from app.reviews.errors import AlreadyDecided, DecisionUnfit
from app.reviews.models import Decision, ReturnItem, ReviewCase
from rules.library import Library

LONGEST: Final = 1000  # characters of a reason
_WHAT: Final = {
    CaseAction.PASS: "passed",
    CaseAction.RETURN: "returned",
    CaseAction.REJECT: "rejected",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One field sent back: an indicator of a year, or a register (no year)."""

    field: str
    year: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """The meeting that decided: its day and the number of its minutes (纪要号)."""

    on: date
    number: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a meeting's list, with the case as it was when the list was drawn up."""

    case_id: UUID
    version: int
    action: CaseAction
    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one line; `refusal` is None where it was decided."""

    case_id: UUID
    refusal: Refusal | None


def decide(
    session: Session,
    library: Library,
    case_id: UUID,
    *,
    action: CaseAction,
    reason: str,
    version: int,
    by: Actor,
    at: datetime,
    items: Sequence[Sent] = (),
    meeting: Meeting | None = None,
) -> ReviewCase:
    """Decide a case at its present stage, once.

    `version` is that of the case on the page the decision was made from. One conditional UPDATE
    decides who comes first; decision, event, trail, notices and title are of one transaction.

    Raises:
        AlreadyDecided, StaleCase, IllegalTransition: the case does not stand so any more.
        NotYourCase, MakerNotChecker: `by` may not decide it.
        DecisionUnfit: a reason, the fields sent back or the meeting is missing.
    """
    case = filing.take(session, library, case_id, action, version=version, by=by)
    stages, standing = stages_of(case.steps), queries.standing_of(case)
    stage = stages[standing.stage]
    _check(library, case, action, reason, items)
    if stage.kind == "meeting":
        _check_meeting(meeting, legal_day(at))
    there = next_standing(stages, standing, action)
    decision = _decision(case, action, reason, meeting, by, at)
    guards = [~bar for _, bar in queries.had_part(case, by.id)]
    moving.move(session, case, there, *guards, by=by, at=at)
    _keep(session, decision)
    said = f"{stage.name}：{action.label}。{reason}"
    more = {"action": action.value, "decision": str(decision.id)}
    moving.tell(session, case, _WHAT[action], said, by=by, at=at, **more)
    _follow(session, library, case, standing, items, meeting, by, at)
    return case


def _check(
    library: Library, case: ReviewCase, action: CaseAction, reason: str, items: Sequence[Sent]
) -> None:
    if action not in DECISIONS:
        raise DecisionUnfit("action", "请选择通过、退回补正或不予通过。")
    if not reason.strip():
        raise DecisionUnfit("reason", "请填写理由，企业会看到。")
    if len(reason) > LONGEST:
        raise DecisionUnfit("reason", f"理由最多 {LONGEST} 字，请精简。")
    if action is not CaseAction.RETURN:
        return
    if not items:
        raise DecisionUnfit("items", "退回补正须指明要补正的栏目，企业只能修改这些栏目。")
    years = {int(year) for year in json.loads(case.pinned)["revisions"]}
    for item in items:
        if item.field not in REGISTERS and (
            item.field not in library.indicators or item.year not in years
        ):
            raise DecisionUnfit("items", f"这件申报没有“{item.field}”（{item.year}年）这一栏。")
        if not item.reason.strip():
            raise DecisionUnfit("items", "请为每个退回的栏目写明原因。")


def _check_meeting(meeting: Meeting | None, today: date) -> None:
    if meeting is None or not meeting.number.strip():
        raise DecisionUnfit("number", "审定须填写会议日期和纪要号。")
    if meeting.on > today:
        raise DecisionUnfit("meeting_on", "会议日期晚于今天，请核对。")


def _decision(
    case: ReviewCase,
    action: CaseAction,
    reason: str,
    meeting: Meeting | None,
    by: Actor,
    at: datetime,
) -> Decision:
    return Decision(
        case_id=case.id,
        stage=case.stage,
        round=case.round,
        case_version=case.version,
        action=action,
        reason=reason,
        meeting_on=meeting.on if meeting else None,
        minutes_number=meeting.number if meeting else "",
        facts_hash=case.facts_hash,
        decided_at=at,
        decided_by_id=by.id,
    )


def _keep(session: Session, decision: Decision) -> None:
    """Write the decision; its unique row is the second lock behind the conditional UPDATE."""
    try:
        with session.begin_nested():
            session.add(decision)
            session.flush()
    except IntegrityError as error:
        raise AlreadyDecided("这一环节已有决定，您的操作没有生效，请刷新页面查看。") from error


def _follow(
    session: Session,
    library: Library,
    case: ReviewCase,
    before: Standing,
    items: Sequence[Sent],
    meeting: Meeting | None,
    by: Actor,
    at: datetime,
) -> None:
    """What a decision brings with it: unlocked fields, a title, notices."""
    name = library.titles[case.title].name
    what = f"贵企业{case.for_year}年度“{name}”申报"
    if case.status is CaseStatus.RETURNED:
        _send_back(session, case, items)
        named = "、".join(dict.fromkeys(_field(library, item.field) for item in items))
        moving.tell_firm(session, case, f"{what}退回补正：{named}。", at=at)
        return
    if case.status is CaseStatus.GRANTED:
        day = meeting.on if meeting else legal_day(at)
        number = meeting.number if meeting else ""
        results.grant(session, library, case, on_day=day, number=number, by=by, at=at)
    if case.status in FINAL:
        moving.release_years(session, case, at=at)
    elif case.stage != before.stage:
        moving.tell_reviewers(session, library, case, at=at)
    moving.tell_firm(session, case, f"{what}：{case.status.label}。", at=at)


def _field(library: Library, field: str) -> str:
    indicator = library.indicators.get(field)
    return REGISTERS.get(field) or (str(indicator.name) if indicator else field)


def _send_back(session: Session, case: ReviewCase, items: Sequence[Sent]) -> None:
    session.add_all(
        ReturnItem(
            case_id=case.id,
            round=case.round,
            field=item.field,
            year=None if item.field in REGISTERS else item.year,
            reason=item.reason,
        )
        for item in items
    )
    fields: dict[int | None, list[str]] = {}
    for item in items:
        year = None if item.field in REGISTERS else item.year
        fields.setdefault(year, []).append(item.field)
    moving.unlock_fields(session, case, fields)


def decide_list(
    session: Session,
    library: Library,
    rows: Sequence[Row],
    *,
    meeting: Meeting,
    by: Actor,
    at: datetime,
) -> list[Done]:
    """Decide a meeting's list at once. A row whose case moved meanwhile is refused; others go.

    Raises:
        DecisionUnfit: the meeting itself is not told well.
    """
    _check_meeting(meeting, legal_day(at))
    places = {row.case_id: _place(session, row.case_id) for row in rows}
    done = []
    # Chains of the trail are locked in the order of their divisions, else two lists could wait
    # for each other.
    for row in sorted(rows, key=lambda row: (places[row.case_id], str(row.case_id))):
        try:
            with session.begin_nested():
                decide(
                    session,
                    library,
                    row.case_id,
                    action=row.action,
                    reason=row.reason,
                    version=row.version,
                    by=by,
                    at=at,
                    meeting=meeting,
                )
            done.append(Done(row.case_id, None))
        except Refusal as refusal:
            done.append(Done(row.case_id, refusal))
    return done


def _place(session: Session, case_id: UUID) -> str:
    case = session.get(ReviewCase, case_id)
    return case.managing_division if case else ""
