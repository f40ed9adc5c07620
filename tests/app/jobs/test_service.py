"""Jobs as rows: one active per key, taken once, moved on only by who holds them."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditEvent
from app.foundation.actor import SYSTEM, Actor, Grant, Line, Role
from app.foundation.database import Sessions
from app.foundation.errors import Forbidden, NotFound
from app.foundation.identifiers import uuid7
from app.jobs import queries, service
from app.jobs.domain import LEASE, JobState
from app.jobs.errors import AlreadyActive, JobEnded, Stopped
from app.jobs.models import Job
from tests.factories.base import NOON
from tests.factories.jobs import JobFactory
from tests.factories.reference import CITY, XIANGDU, XINDU

KINDS = ("test.count",)


def ask(session, key="130500", by=SYSTEM, kind="test.count"):
    return service.enqueue(
        session, kind, key=key, payload={"upto": 5}, division=CITY, by=by, at=NOON
    )


def take(session, later=timedelta(0)):
    return service.claim(session, kinds=KINDS, at=NOON + later)


def step(session, job, done=1, at=NOON):
    service.checkpoint(
        session,
        job.id,
        job.fence,
        cursor=str(done),
        done=done,
        total=5,
        tally={"新增": done},
        message="进行中",
        at=at,
    )


def test_the_same_work_is_asked_for_once_while_it_is_active(session):
    job = ask(session)

    with pytest.raises(AlreadyActive) as refused:
        ask(session)

    assert refused.value.facts["job_id"] == str(job.id)
    assert ask(session, key="130502").id != job.id


def test_the_database_itself_allows_one_active_job_per_key(session):
    JobFactory(key="x")

    with pytest.raises(IntegrityError), session.begin_nested():
        JobFactory(key="x")
    JobFactory(key="x", done=True)


def test_ended_work_may_be_asked_for_again(session):
    job = take(session) if ask(session) else None
    service.end(session, job.id, job.fence, state=JobState.DONE, message=None, at=NOON)

    assert ask(session).state is JobState.WAITING


def test_the_oldest_job_of_a_known_kind_is_taken_first(session):
    JobFactory(kind="test.unknown", created_at=NOON - timedelta(days=9))
    younger = JobFactory(created_at=NOON)
    older = JobFactory(created_at=NOON - timedelta(hours=1))

    assert [take(session).id, take(session).id, take(session)] == [older.id, younger.id, None]


def test_a_taken_job_is_not_taken_again_until_its_lease_ran_out(session):
    JobFactory()
    first = take(session).fence

    assert take(session, LEASE - timedelta(seconds=1)) is None
    again = take(session, LEASE)
    assert (first, again.fence) == (1, 2)


def test_a_checkpoint_moves_the_job_on_and_renews_the_lease(session):
    JobFactory()
    job = take(session)

    step(session, job, done=2, at=NOON + LEASE / 2)

    session.expire_all()
    assert (job.cursor, job.done_count, job.total_count) == ("2", 2, 5)
    assert service.tally_of(job) == {"新增": 2}
    assert job.lease_until == NOON + LEASE * 1.5


def test_a_runner_whose_job_was_taken_over_is_stopped(session):
    """The twin without the fence would write its page twice."""
    JobFactory()
    stale = take(session).fence
    fresh = take(session, LEASE)

    with pytest.raises(Stopped):
        service.checkpoint(
            session,
            fresh.id,
            stale,
            cursor="9",
            done=9,
            total=9,
            tally={},
            message="",
            at=NOON,
        )
    assert fresh.cursor == ""


def test_a_cancelled_job_stops_its_runner(session):
    JobFactory()
    job = take(session)
    service.cancel(session, job, by=Actor(uuid7(), "管理员", (grant(Role.ADMINISTRATOR),)), at=NOON)

    with pytest.raises(Stopped):
        step(session, job)
    with pytest.raises(Stopped):
        service.end(session, job.id, job.fence, state=JobState.DONE, message=None, at=NOON)


def grant(role, division=CITY):
    return Grant(role, division, Line.SCIENCE)


def test_only_who_asked_or_who_runs_the_system_cancels(session):
    owner = Actor(uuid7(), "李四", (grant(Role.POLICY),))
    other = Actor(uuid7(), "王五", (grant(Role.POLICY),))
    job = ask(session, by=owner)

    with pytest.raises(Forbidden):
        service.cancel(session, job, by=other, at=NOON)
    service.cancel(session, job, by=owner, at=NOON)

    session.refresh(job)
    assert job.state is JobState.CANCELLED


def test_an_ended_job_is_not_cancelled(session):
    job = JobFactory(done=True)

    with pytest.raises(JobEnded, match="已完成"):
        service.cancel(session, job, by=SYSTEM, at=NOON)


def test_a_released_job_is_taken_again_after_the_pause(session):
    JobFactory()
    job = take(session)

    service.release(session, job.id, job.fence, after=timedelta(seconds=20), at=NOON)

    assert take(session, timedelta(seconds=19)) is None
    assert take(session, timedelta(seconds=20)).id == job.id


def test_asking_and_ending_leave_their_traces(session):
    ask(session)
    job = take(session)
    service.end(session, job.id, job.fence, state=JobState.FAILED, message="原因", at=NOON)

    said = list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))
    assert said == ["job.queued", "job.ended"]


def test_jobs_of_other_divisions_do_not_exist(session, places):
    mine = JobFactory(division=XIANGDU)
    other = JobFactory(division=XINDU)
    by = Actor(uuid7(), "李四", (grant(Role.COUNTY_REVIEWER, XIANGDU),))

    assert [job.id for job in queries.page(session, visible_to=by).rows] == [mine.id]
    with pytest.raises(NotFound):
        queries.get_job(session, other.id, visible_to=by)


def test_jobs_are_listed_page_by_page_latest_first(session, places):
    made = [JobFactory().id for _ in range(5)]
    by = Actor(uuid7(), "李四", (grant(Role.POLICY),))

    first = queries.page(session, visible_to=by, size=3)
    second = queries.page(session, visible_to=by, after=first.after, size=3)

    assert {j.id for j in first.rows} | {j.id for j in second.rows} == set(made)
    assert ([j.id for j in first.rows], second.after) == (
        sorted([j.id for j in first.rows], reverse=True),
        None,
    )


def test_four_runners_take_each_job_once(own_engine):
    sessions, taken = Sessions(own_engine), []
    with sessions.begin() as session:
        for number in range(40):
            ask(session, key=str(number))

    def work():
        while True:
            with sessions.begin() as session:
                job = service.claim(session, kinds=KINDS, at=NOON)
                if job is None:
                    return
                taken.append(job.id)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(taken) == len(set(taken)) == 40
    with sessions.read() as session:
        assert session.scalar(select(func.max(Job.fence))) == 1
