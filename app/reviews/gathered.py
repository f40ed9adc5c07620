"""Questions about recommendation batches and what waits to be put into one."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, contains_eager

from app.enterprises.models import Enterprise
from app.foundation.actor import Actor
from app.foundation.errors import NotFound
from app.reference.queries import within
from app.reviews.domain import CaseStatus, stages_of
from app.reviews.models import RecommendationBatch, RecommendationItem, ReviewCase
from app.reviews.queries import cases


def get_batch(session: Session, batch_id: UUID, *, visible_to: Actor) -> RecommendationBatch:
    """The batch, or NotFound."""
    found = session.scalar(_batches(visible_to).where(RecommendationBatch.id == batch_id))
    if found is None:
        raise NotFound("没有这个推荐批次，或您无权查看。")
    return found


def _batches(visible_to: Actor) -> Select[RecommendationBatch]:
    inside = RecommendationBatch.division.in_(within(visible_to.divisions))
    return select(RecommendationBatch).where(inside)


def list_batches(session: Session, *, visible_to: Actor) -> Sequence[RecommendationBatch]:
    """The batches, those being put together first, newest first."""
    found = _batches(visible_to).order_by(
        RecommendationBatch.forwarded_at.is_not(None), RecommendationBatch.created_at.desc()
    )
    return session.scalars(found.limit(500)).all()


def cases_of_batch(session: Session, batch: RecommendationBatch) -> Sequence[ReviewCase]:
    """The cases of a batch, by place and name."""
    found = (
        select(ReviewCase)
        .join(ReviewCase.enterprise)
        .join(RecommendationItem, RecommendationItem.case_id == ReviewCase.id)
        .options(contains_eager(ReviewCase.enterprise))
        .where(RecommendationItem.batch_id == batch.id)
        .order_by(ReviewCase.managing_division, Enterprise.name_sort, ReviewCase.id)
    )
    return session.scalars(found.execution_options(populate_existing=True)).all()


def batch_sizes(session: Session, ids: Collection[UUID]) -> dict[UUID, int]:
    """Batch -> how many cases it holds."""
    counted = (
        select(RecommendationItem.batch_id, func.count())
        .where(RecommendationItem.batch_id.in_(ids))
        .group_by(RecommendationItem.batch_id)
    )
    return dict(session.execute(counted).all())


def batch_names(session: Session, ids: Collection[UUID], visible_to: Actor) -> dict[UUID, str]:
    """Batch -> its name, of those the actor may know of."""
    rows = session.scalars(_batches(visible_to).where(RecommendationBatch.id.in_(ids)))
    return {row.id: row.name for row in rows}


def passed_cases(
    session: Session, title: str, for_year: int, stage_id: str, *, visible_to: Actor, division: str
) -> list[ReviewCase]:
    """Cases that passed the stage and are in no batch of it yet."""
    taken = exists().where(
        RecommendationItem.case_id == ReviewCase.id,
        RecommendationItem.stage == ReviewCase.stage,
        RecommendationItem.round == ReviewCase.round,
    )
    found = cases(visible_to).where(
        ReviewCase.status == CaseStatus.PASSED,
        ReviewCase.title == title,
        ReviewCase.for_year == for_year,
        ReviewCase.managing_division.in_(within([division])),
        ~taken,
    )
    rows = session.scalars(found.order_by(ReviewCase.managing_division, ReviewCase.id))
    return [row for row in rows if stages_of(row.steps)[row.stage].id == stage_id]
