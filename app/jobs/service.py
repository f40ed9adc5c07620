"""What can be done to a job: asked for, taken, moved on, ended. Nothing here runs one."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.foundation import canonical
from app.foundation.actor import SYSTEM, Actor
from app.foundation.errors import Forbidden
from app.jobs import queries
from app.jobs.domain import ACTIVE, LEASE, JobState
from app.jobs.errors import AlreadyActive, JobEnded, Stopped
from app.jobs.models import Job
from app.jobs.permissions import may_cancel

_SENTENCE = 1000  # characters of `Job.message`


def enqueue(
    session: Session,
    kind: str,
    *,
    key: str,
    payload: Mapping[str, Any],
    division: str,
    by: Actor,
    at: datetime,
) -> Job:
    """Ask for work, in the transaction of what it is about.

    Raises:
        AlreadyActive: the same kind of work on the same `key` waits or runs.
    """
    if found := queries.find_active(session, kind, key):
        raise AlreadyActive(
            f"同一任务已由{found.created_by_name}提交，{found.state.label}，没有重复提交。",
            job_id=str(found.id),
        )
    job = Job(
        kind=kind,
        key=key,
        payload=canonical.dumps(dict(payload)),
        division=division,
        created_by_id=by.id,
        created_by_name=by.name,
        created_at=at,
    )
    session.add(job)
    session.flush()  # A twin asked for meanwhile must speak before the view answers.
    _record(session, "job.queued", job, by=by, at=at)
    return job


def claim(session: Session, *, kinds: Collection[str], at: datetime) -> Job | None:
    """Take the oldest job that waits or whose runner's lease ran out; None when there is none.

    On PostgreSQL any number of runners take different jobs; SQLite has one writer anyway.
    """
    oldest = (
        select(Job.id)
        .where(Job.kind.in_(sorted(kinds)), queries.claimable(at))
        .order_by(Job.created_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    return _take(session, oldest, at)


def claim_this(session: Session, job: Job, *, at: datetime) -> Job | None:
    """Take this very job, to run it in the foreground; None when somebody else has it."""
    return _take(session, select(Job.id).where(Job.id == job.id).scalar_subquery(), at)


def _take(session: Session, identity: Any, at: datetime) -> Job | None:
    return session.scalar(
        update(Job)
        .where(Job.id == identity, queries.claimable(at))
        .values(
            state=JobState.RUNNING,
            fence=Job.fence + 1,
            lease_until=at + LEASE,
            started_at=func.coalesce(Job.started_at, at),
        )
        .returning(Job)
        .execution_options(populate_existing=True)
    )


def checkpoint(
    session: Session,
    job_id: UUID,
    fence: int,
    *,
    cursor: str,
    done: int,
    total: int | None,
    tally: Mapping[str, Any],
    message: str,
    at: datetime,
) -> None:
    """Say how far the job is, in the transaction of the page of work just done.

    Raises:
        Stopped: the job was cancelled, or another runner took it; the page must be rolled back.
    """
    _move(
        session,
        job_id,
        fence,
        cursor=cursor,
        done_count=done,
        total_count=total,
        tally=canonical.dumps(dict(tally)),
        message=message[:_SENTENCE],
        lease_until=at + LEASE,
    )


def release(session: Session, job_id: UUID, fence: int, *, after: timedelta, at: datetime) -> None:
    """Give the job back, to be taken again after a while.

    Raises:
        Stopped: the job was cancelled, or another runner took it.
    """
    _move(session, job_id, fence, lease_until=at + after)


def end(
    session: Session,
    job_id: UUID,
    fence: int,
    *,
    state: JobState,
    message: str | None,
    at: datetime,
) -> None:
    """End the job as done or failed; `message` None keeps what the last checkpoint said.

    Raises:
        Stopped: the job was cancelled, or another runner took it.
    """
    said = {} if message is None else {"message": message[:_SENTENCE]}
    _move(session, job_id, fence, state=state, ended_at=at, lease_until=None, **said)
    job = session.get_one(Job, job_id, populate_existing=True)
    _record(session, "job.ended", job, by=SYSTEM, at=at, state=state.value)


def cancel(session: Session, job: Job, *, by: Actor, at: datetime) -> None:
    """Cancel a job: its runner stops at its next checkpoint and rolls that page back.

    Raises:
        JobEnded: it has ended before.
        Forbidden: `by` neither asked for it nor runs the system.
    """
    if job.state not in ACTIVE:
        raise JobEnded(f"任务{job.state.label}，不能再取消。")
    if not may_cancel(by, job):
        raise Forbidden("只有提交人或系统管理员可以取消任务。")
    changed = session.execute(
        update(Job)
        .where(Job.id == job.id, Job.state.in_(ACTIVE))
        .values(state=JobState.CANCELLED, ended_at=at, lease_until=None)
    )
    if cast("CursorResult[Any]", changed).rowcount != 1:
        raise JobEnded("任务刚刚结束，不能再取消。请刷新页面。")
    _record(session, "job.cancelled", job, by=by, at=at)


def payload_of(job: Job) -> dict[str, Any]:
    """The arguments the job was asked for with."""
    return cast("dict[str, Any]", json.loads(job.payload))


def tally_of(job: Job) -> dict[str, Any]:
    """What came of the job so far."""
    return cast("dict[str, Any]", json.loads(job.tally))


def _move(session: Session, job_id: UUID, fence: int, **values: Any) -> None:
    """Change the job if this runner still holds it."""
    changed = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.fence == fence, Job.state == JobState.RUNNING)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", changed).rowcount != 1:
        raise Stopped


def _record(
    session: Session, action: str, job: Job, *, by: Actor, at: datetime, **body: str
) -> None:
    audit.record(
        session,
        action,
        subject_kind="job",
        subject_id=job.id,
        division=job.division,
        by=by,
        at=at,
        body={"kind": job.kind, "key": job.key, **body},
    )
