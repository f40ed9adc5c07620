"""Runs jobs: takes one, calls its handler, and knows what to do when that ends, however it ends."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.foundation.actor import SYSTEM, Actor
from app.foundation.clock import now
from app.foundation.database import Sessions
from app.foundation.errors import Refusal
from app.jobs import queries, service
from app.jobs.domain import CLAIMS_ALLOWED, PAUSE, JobState
from app.jobs.errors import AlreadyActive, Interrupted, Stopped
from app.jobs.models import Job
from config import Settings
from rules.library import Library

log = structlog.get_logger()

Report = Callable[[int, int | None, str], None]  # done, total, message


def _silent(_done: int, _total: int | None, _message: str) -> None:
    """Nobody watches."""


@dataclass(slots=True)
class Run:
    """One run of one job: its arguments, where to resume, and how to say how far it is."""

    job_id: UUID
    fence: int
    division: str
    payload: dict[str, Any]
    cursor: str
    done: int
    tally: dict[str, Any]
    by: Actor
    sessions: Sessions
    settings: Settings
    library: Library
    report: Report = _silent
    is_stopping: Callable[[], bool] = field(default=lambda: False)

    def checkpoint(
        self,
        session: Session,
        *,
        cursor: str,
        done: int,
        total: int | None = None,
        tally: Mapping[str, Any] | None = None,
        message: str = "",
    ) -> None:
        """Say how far the job is, in the transaction of the page of work just done.

        Raises:
            Stopped: cancelled or taken over. Interrupted: the process is to end. Let both pass:
                the page is rolled back, and the next run resumes at the checkpoint before.
        """
        if self.is_stopping():
            raise Interrupted
        counted = self.tally if tally is None else dict(tally)
        service.checkpoint(
            session,
            self.job_id,
            self.fence,
            cursor=cursor,
            done=done,
            total=total,
            tally=counted,
            message=message,
            at=now(),
        )
        self.cursor, self.done, self.tally = cursor, done, counted
        self.report(done, total, message)


Handler = Callable[[Run], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: its handler, its name for people, and the page its result is on.

    `endpoint` is called with `argument`, whose value the handler leaves in the tally.
    """

    work: Handler
    name: str
    endpoint: str = ""
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job run in the foreground."""

    job_id: UUID
    state: JobState
    tally: dict[str, Any]
    message: str


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a runner works with; the factory fills it."""

    sessions: Sessions
    kinds: Mapping[str, Kind]
    settings: Settings
    library: Library
    find_actor: Callable[[Session, UUID, datetime], Actor | None]

    def work_once(self, is_stopping: Callable[[], bool] = lambda: False) -> bool:
        """Take one job and run it. False when there was none to take."""
        with self.sessions.read() as session:
            if not queries.has_work(session, at=now()):
                return False
        with self.sessions.begin() as session:
            job = service.claim(session, kinds=self.kinds.keys(), at=now())
        if job is None:
            return False
        self._run(job, is_stopping=is_stopping)
        return True

    def run_now(
        self,
        kind: str,
        *,
        key: str,
        payload: Mapping[str, Any],
        division: str,
        by: Actor = SYSTEM,
        report: Report = _silent,
    ) -> Outcome:
        """Run a job here and now. One left by an interrupted run is resumed where it stopped.

        Raises:
            AlreadyActive: another runner is at it.
        """
        with self.sessions.begin() as session:
            job = queries.find_active(session, kind, key) or service.enqueue(
                session, kind, key=key, payload=payload, division=division, by=by, at=now()
            )
            taken = service.claim_this(session, job, at=now())
        if taken is None:
            raise AlreadyActive("同一任务正由后台进程执行，请等它结束。", job_id=str(job.id))
        self._run(taken, report=report)
        with self.sessions.read() as session:
            ended = session.get_one(Job, taken.id)
            return Outcome(ended.id, ended.state, service.tally_of(ended), ended.message)

    def _run(
        self,
        job: Job,
        *,
        report: Report = _silent,
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        log.info("job.started", job=str(job.id), kind=job.kind, claim=job.fence, cursor=job.cursor)
        try:
            if job.fence > CLAIMS_ALLOWED:
                self._end(job, JobState.FAILED, "多次中断后仍未完成，已停止。请联系系统管理员。")
                return
            self.kinds[job.kind].work(self._open(job, report, is_stopping))
        except Stopped:
            log.info("job.left", job=str(job.id))
        except Refusal as refusal:
            self._end(job, JobState.FAILED, refusal.detail)
        except OperationalError as error:  # The database is busy or gone: later is better.
            log.warning("job.postponed", job=str(job.id), error=type(error.orig).__name__)
            self._release(job, PAUSE)
        except (Interrupted, KeyboardInterrupt, SystemExit):
            self._release(job, timedelta(0))
            raise
        except Exception:  # Whatever it was, the next job must run.
            log.exception("job.failed", job=str(job.id), kind=job.kind)
            self._end(
                job, JobState.FAILED, f"系统故障，已自动记录。请将编号 {job.id} 告知系统管理员。"
            )
        else:
            self._end(job, JobState.DONE, None)

    def _open(self, job: Job, report: Report, is_stopping: Callable[[], bool]) -> Run:
        by: Actor | None = SYSTEM
        if job.created_by_id is not None:
            with self.sessions.read() as session:
                by = self.find_actor(session, job.created_by_id, now())
        if by is None:
            raise Refusal("提交人的帐号已停用，任务没有执行。请由在岗人员重新提交。")
        return Run(
            job_id=job.id,
            fence=job.fence,
            division=job.division,
            payload=service.payload_of(job),
            cursor=job.cursor,
            done=job.done_count,
            tally=service.tally_of(job),
            by=by,
            sessions=self.sessions,
            settings=self.settings,
            library=self.library,
            report=report,
            is_stopping=is_stopping,
        )

    def _end(self, job: Job, state: JobState, message: str | None) -> None:
        with suppress(Stopped), self.sessions.begin() as session:
            service.end(session, job.id, job.fence, state=state, message=message, at=now())
        log.info("job.ended", job=str(job.id), kind=job.kind, state=state.value)

    def _release(self, job: Job, after: timedelta) -> None:
        with suppress(Stopped), self.sessions.begin() as session:
            service.release(session, job.id, job.fence, after=after, at=now())
