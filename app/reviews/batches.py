"""Recommendation batches: cases that leave a stage together, with 汇总表 and 推荐函."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.foundation.actor import Actor
from app.foundation.clock import legal_day
from app.notices.domain import NoticeKind
from app.notices.service import notify
from app.reference.queries import covers
from app.reviews import gathered, moving, queries
from app.reviews.domain import BatchState, CaseAction, CaseStatus, next_standing, stages_of
from app.reviews.errors import BatchUnfit, DecisionUnfit, NotYourCase
from app.reviews.models import RecommendationBatch, RecommendationItem, ReviewCase
from rules.library import Library
from rules.pack import Stage


def forward_stages(library: Library, title: str) -> list[Stage]:
    """The stages of a title that cases leave in batches."""
    procedure = library.procedure_of(title)
    return [stage for stage in procedure.stages if stage.kind == "forward"] if procedure else []


def may_handle(
    session: Session, library: Library, title: str, stage_id: str, division: str, by: Actor
) -> bool:
    """Whether `by` puts batches of a stage together for a place."""
    stage = next((s for s in forward_stages(library, title) if s.id == stage_id), None)
    if stage is None:
        return False
    line = library.titles[title].line
    return any(
        grant.role.value == stage.role
        and grant.line.value == line
        and covers(session, [grant.division], division)
        for grant in by.grants
    )


def places_of(library: Library, title: str, stage_id: str, by: Actor) -> list[str]:
    """The divisions in whose name `by` forwards: those of the grants that fit the stage."""
    stage = next((s for s in forward_stages(library, title) if s.id == stage_id), None)
    line = library.titles[title].line
    return sorted(
        {
            grant.division
            for grant in by.grants
            if stage and grant.role.value == stage.role and grant.line.value == line
        }
    )


def create(
    session: Session,
    library: Library,
    *,
    title: str,
    for_year: int,
    stage_id: str,
    division: str,
    name: str,
    by: Actor,
    at: datetime,
) -> RecommendationBatch:
    """Put the cases that passed a stage into a batch.

    Raises:
        NotYourCase: `by` does not act at the stage for the place.
        DecisionUnfit: the batch has no name.
        BatchUnfit: no case has passed and waits.
    """
    if by.id is None or not may_handle(session, library, title, stage_id, division, by):
        raise NotYourCase("推荐批次由相应环节的审核岗位整理。")
    if not name.strip():
        raise DecisionUnfit("name", "请填写批次名称，如“2026年第一批”。")
    cases = gathered.passed_cases(
        session, title, for_year, stage_id, visible_to=by, division=division
    )
    if not cases:
        raise BatchUnfit("没有已通过、待上报的申报。请先在待办中审核。")
    batch = RecommendationBatch(
        title=title,
        for_year=for_year,
        name=name.strip(),
        division=division,
        stage=stage_id,
        created_at=at,
        created_by_id=by.id,
    )
    session.add(batch)
    session.flush()  # generate the id
    _put(session, batch, cases)
    _tell(session, batch, "recommendation.created", by, at, len(cases))
    return batch


def add_waiting(
    session: Session, library: Library, batch: RecommendationBatch, *, by: Actor, at: datetime
) -> int:
    """Take cases that have passed meanwhile into an open batch; how many there were.

    Raises:
        NotYourCase, BatchUnfit: nothing was changed.
    """
    _allow(session, library, batch, by)
    cases = gathered.passed_cases(
        session,
        batch.title,
        batch.for_year,
        batch.stage,
        visible_to=by,
        division=batch.division,
    )
    _put(session, batch, cases)
    if cases:
        _tell(session, batch, "recommendation.changed", by, at, len(cases))
    return len(cases)


def take_out(
    session: Session,
    library: Library,
    batch: RecommendationBatch,
    case_id: UUID,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Leave a case for another batch.

    Raises:
        NotYourCase, BatchUnfit: nothing was changed.
    """
    _allow(session, library, batch, by)
    item = session.get(RecommendationItem, (batch.id, case_id))
    if item is None:
        raise BatchUnfit("这件申报不在本批次中，请刷新页面。")
    session.delete(item)
    session.flush()  # Another may have taken it out: it must speak now.
    _tell(session, batch, "recommendation.changed", by, at, -1)


def _put(session: Session, batch: RecommendationBatch, cases: Sequence[ReviewCase]) -> None:
    session.add_all(
        RecommendationItem(batch_id=batch.id, case_id=case.id, stage=case.stage, round=case.round)
        for case in cases
    )
    session.flush()  # A case in two batches must speak before the view answers.


def _allow(session: Session, library: Library, batch: RecommendationBatch, by: Actor) -> None:
    if not may_handle(session, library, batch.title, batch.stage, batch.division, by):
        raise NotYourCase("推荐批次由相应环节的审核岗位整理和上报。")
    if batch.state is not BatchState.OPEN:
        raise BatchUnfit(f"批次“{batch.name}”{batch.state.label}，不能再更改。")


def forward(
    session: Session,
    library: Library,
    batch: RecommendationBatch,
    *,
    number: str,
    letter_id: UUID | None,
    version: int,
    by: Actor,
    at: datetime,
) -> list[ReviewCase]:
    """Send the batch up under the 文号 of its 推荐函; its cases move on together.

    Raises:
        NotYourCase, BatchUnfit: it cannot be sent; nothing was changed.
        DecisionUnfit: the 文号 or the scan of the letter is missing.
        StaleCase: a case of the batch moved meanwhile.
    """
    _allow(session, library, batch, by)
    if not number.strip():
        raise DecisionUnfit("number", "请填写推荐函文号。")
    if letter_id is None:
        raise DecisionUnfit("letter", "请上传盖章推荐函的扫描件。")
    cases = gathered.cases_of_batch(session, batch)
    if not cases:
        raise BatchUnfit("批次中没有申报，不能上报。")
    sent: Any = session.execute(
        update(RecommendationBatch)
        .where(
            RecommendationBatch.id == batch.id,
            RecommendationBatch.version == version,
            RecommendationBatch.state == BatchState.OPEN,
        )
        .values(
            state=BatchState.FORWARDED,
            number=number.strip(),
            letter_id=letter_id,
            forwarded_at=at,
            version=version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    if sent.rowcount != 1:
        raise BatchUnfit("批次已被他人更改或上报，请刷新页面核对。")
    session.refresh(batch)
    _tell(session, batch, "recommendation.forwarded", by, at, len(cases))
    for case in cases:  # by place, and a city's code is below its counties': the trail's order
        _forward(session, library, batch, case, by, at)
    _tell_next(session, library, batch, cases, at)
    return list(cases)


def _forward(
    session: Session,
    library: Library,
    batch: RecommendationBatch,
    case: ReviewCase,
    by: Actor,
    at: datetime,
) -> None:
    stages = stages_of(case.steps)
    stage = stages[case.stage]
    there = next_standing(stages, queries.standing_of(case), CaseAction.FORWARD)
    moving.move(session, case, there, by=by, at=at)
    what = "recommended" if case.status is CaseStatus.RECOMMENDED else "forwarded"
    text = f"{stage.name}：随“{batch.name}”上报，推荐函 {batch.number}。"
    moving.tell(session, case, what, text, by=by, at=at, batch=str(batch.id))
    name = library.titles[case.title].name
    said = f"贵企业{case.for_year}年度“{name}”申报已随{batch.name}上报（{batch.number}）。"
    moving.tell_firm(session, case, said, at=at)


def _tell_next(
    session: Session,
    library: Library,
    batch: RecommendationBatch,
    cases: Sequence[ReviewCase],
    at: datetime,
) -> None:
    """One notice of the whole batch to those who act next, not one of every case."""
    first = cases[0]
    if first.status is not CaseStatus.OPEN:
        return
    title = library.titles[batch.title]
    who = queries.reviewers(session, title.line, first.role, first.managing_division, legal_day(at))
    notify(
        session,
        who,
        kind=NoticeKind.CASE,
        text=f"收到{batch.name}（{title.name}，{len(cases)} 户，{batch.number}），待审核。",
        link="/desk/cases",
        at=at,
        key=f"batch/{batch.id}",
    )


def _tell(
    session: Session,
    batch: RecommendationBatch,
    action: str,
    by: Actor,
    at: datetime,
    count: int,
) -> None:
    audit.record(
        session,
        action,
        subject_kind="recommendation",
        subject_id=str(batch.id),
        division=batch.division,
        by=by,
        at=at,
        body={
            "title": batch.title,
            "for_year": batch.for_year,
            "stage": batch.stage,
            "number": batch.number,
            "count": count,
        },
    )
