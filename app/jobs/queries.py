"""Questions about jobs. Who may see one follows from the division whose work it is."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from app.foundation.actor import Actor
from app.foundation.errors import NotFound
from app.foundation.paging import PAGE_SIZE, Page
from app.foundation.places import below
from app.jobs.domain import ACTIVE, JobState
from app.jobs.models import Job


def claimable(at: datetime) -> ColumnElement[bool]:
    """The condition that a runner may take a job: it waits, or its runner's lease ran out."""
    return (Job.state == JobState.WAITING) | (
        (Job.state == JobState.RUNNING) & (Job.lease_until <= at)
    )


def has_work(session: Session, *, at: datetime) -> bool:
    """Whether there is a job to take; asked first, because taking one locks SQLite."""
    return session.scalar(select(Job.id).where(claimable(at)).limit(1)) is not None


def find_active(session: Session, kind: str, key: str) -> Job | None:
    """The job of this kind and key that waits or runs."""
    return session.scalar(
        select(Job).where(Job.kind == kind, Job.key == key, Job.state.in_(ACTIVE))
    )


def page(
    session: Session,
    *,
    visible_to: Actor,
    own: bool = False,
    state: JobState | None = None,
    kind: str = "",
    after: str = "",
    size: int = PAGE_SIZE,
) -> Page[Job]:
    """Jobs, latest first; `own` keeps those the actor asked for, `kind` those of one kind.

    Raises:
        NotFound: the cursor is not one of ours.
    """
    found = _jobs(visible_to).order_by(Job.id.desc())
    if own:
        found = found.where(Job.created_by_id == visible_to.id)
    if state:
        found = found.where(Job.state == state)
    if kind:
        found = found.where(Job.kind == kind)
    if after:
        found = found.where(Job.id < _cursor(after))
    rows = list(session.scalars(found.limit(size + 1)))
    return Page(rows[:size], str(rows[size - 1].id) if len(rows) > size else None)


def get_job(session: Session, job_id: UUID, *, visible_to: Actor) -> Job:
    """The job, or NotFound."""
    job = session.scalar(_jobs(visible_to).where(Job.id == job_id))
    if job is None:
        raise NotFound("没有这项任务，或您无权查看。")
    return job


def names(session: Session, ids: Collection[UUID], visible_to: Actor) -> dict[UUID, str]:
    """Job -> what it works on, of those the actor may know of."""
    found = session.scalars(_jobs(visible_to).where(Job.id.in_(ids)))
    return {job.id: job.key for job in found}


def _jobs(visible_to: Actor) -> Select[Job]:
    """Jobs the actor may know of: those of his divisions, and his own."""
    divisions = {grant.division for grant in visible_to.grants}
    return select(Job).where(
        Job.division.in_(below(divisions)) | (Job.created_by_id == visible_to.id)
    )


def _cursor(after: str) -> UUID:
    try:
        return UUID(after)
    except ValueError:
        raise NotFound("没有这一页，请从第一页重新查看。") from None
