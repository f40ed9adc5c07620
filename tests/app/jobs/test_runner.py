"""Running: to the end, through an interruption, and whatever a handler throws."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.foundation.actor import SYSTEM, Actor, Grant, Line, Role
from app.foundation.clock import now
from app.foundation.database import Sessions
from app.foundation.errors import Refusal
from app.foundation.identifiers import uuid7
from app.jobs import service
from app.jobs.domain import CLAIMS_ALLOWED, JobState
from app.jobs.errors import AlreadyActive, Interrupted
from app.jobs.models import Job
from app.jobs.runner import Kind, Workshop
from app.reference.models import CalendarDay
from tests.factories.base import TODAY
from tests.factories.reference import CITY

ADMIN = Actor(uuid7(), "管理员", (Grant(Role.ADMINISTRATOR, CITY, Line.SCIENCE),))


def count(run, fail_at=None, error=None):
    """Writes one row per step, each in a page of its own."""
    for number in range(run.done + 1, run.payload["upto"] + 1):
        with run.sessions.begin() as session:
            session.add(
                CalendarDay(
                    day=TODAY.replace(day=number), is_working=True, name=run.by.name, source="测试"
                )
            )
            run.checkpoint(
                session,
                cursor=str(number),
                done=number,
                total=run.payload["upto"],
                tally={"新增": number},
                message=f"第 {number} 步",
            )
            if number == fail_at:
                raise error


@pytest.fixture
def shop(own_engine, tmp_path):
    def find_actor(session, identity, at):
        return None

    kinds = {"test.count": Kind(count, "数数")}
    return Workshop(Sessions(own_engine), kinds, None, None, find_actor)


def ask(shop, by=SYSTEM, key="x"):
    with shop.sessions.begin() as session:
        return service.enqueue(
            session, "test.count", key=key, payload={"upto": 5}, division=CITY, by=by, at=now()
        )


def state(shop):
    with shop.sessions.read() as session:
        return session.scalar(select(Job))


def days(shop):
    with shop.sessions.read() as session:
        return [day.day for day in session.scalars(select(CalendarDay.day).order_by("day"))]


def failing(shop, at, error):
    def work(run):
        count(run, at, error)

    return replace(shop, kinds={"test.count": Kind(work, "数数")})


def test_a_job_is_run_to_its_end(shop):
    ask(shop)

    assert shop.work_once() is True
    assert shop.work_once() is False

    job = state(shop)
    assert (job.state, job.done_count, job.total_count) == (JobState.DONE, 5, 5)
    assert (job.tally, job.message) == ('{"新增":5}', "第 5 步")
    assert days(shop) == [1, 2, 3, 4, 5]


def test_a_refusal_ends_the_job_with_its_words_and_keeps_the_pages_before(shop):
    ask(shop)

    failing(shop, 3, Refusal("第三行有误。")).work_once()

    job = state(shop)
    assert (job.state, job.message, job.cursor) == (JobState.FAILED, "第三行有误。", "2")
    assert days(shop) == [1, 2]


def test_a_bug_ends_the_job_without_telling_its_inside(shop):
    ask(shop)

    failing(shop, 3, ZeroDivisionError("secret")).work_once()

    job = state(shop)
    assert job.state is JobState.FAILED
    assert "secret" not in job.message
    assert str(job.id) in job.message


def test_an_interrupted_job_goes_on_at_its_last_checkpoint(shop):
    ask(shop)
    with pytest.raises(Interrupted):
        failing(shop, 3, Interrupted()).work_once()
    between = days(shop)

    shop.work_once()

    assert between == [1, 2]
    assert (state(shop).state, state(shop).fence) == (JobState.DONE, 2)
    assert days(shop) == [1, 2, 3, 4, 5]


def test_a_worker_asked_to_end_stops_at_the_next_checkpoint(shop):
    ask(shop)

    with pytest.raises(Interrupted):
        shop.work_once(lambda: len(days(shop)) >= 2)

    assert days(shop) == [1, 2]


def test_a_busy_database_postpones_the_job(shop):
    ask(shop)

    failing(shop, 2, OperationalError("x", {}, Exception("locked"))).work_once()

    assert (state(shop).state, state(shop).cursor) == (JobState.RUNNING, "1")
    assert shop.work_once() is False  # not before the pause is over


def test_work_that_takes_its_runner_down_each_time_is_given_up(shop):
    job = ask(shop)
    with shop.sessions.begin() as session:
        session.get_one(Job, job.id).fence = CLAIMS_ALLOWED

    shop.work_once()

    assert state(shop).state is JobState.FAILED
    assert days(shop) == []


def test_a_job_of_a_disabled_account_is_not_run(shop):

    ask(shop, by=Actor(uuid7(), "李四"))

    shop.work_once()

    assert state(shop).state is JobState.FAILED
    assert "停用" in state(shop).message


def test_a_job_cancelled_between_two_pages_is_left(shop):
    ask(shop)

    def cancelled(run):
        with run.sessions.begin() as session:
            service.cancel(session, session.get_one(Job, run.job_id), by=ADMIN, at=now())
        count(run)

    replace(shop, kinds={"test.count": Kind(cancelled, "数数")}).work_once()

    assert state(shop).state is JobState.CANCELLED
    assert days(shop) == []


def run_now(shop, **more):
    return shop.run_now("test.count", key="x", payload={"upto": 5}, division=CITY, **more)


def test_a_command_runs_a_job_in_the_foreground_and_watches_it(shop):
    seen = []

    outcome = run_now(shop, report=lambda done, total, _: seen.append((done, total)))

    assert outcome.state is JobState.DONE
    assert outcome.tally == {"新增": 5}
    assert seen == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


def test_a_command_stopped_by_the_keyboard_is_resumed_by_the_next(shop):
    with pytest.raises(KeyboardInterrupt):
        run_now(failing(shop, 4, KeyboardInterrupt()))

    seen = []
    run_now(shop, report=lambda done, *_: seen.append(done))

    assert seen == [4, 5]


def test_a_command_does_not_disturb_a_runner_at_work(shop):
    ask(shop)
    with shop.sessions.begin() as session:
        service.claim(session, kinds=["test.count"], at=now())

    with pytest.raises(AlreadyActive):
        run_now(shop)
