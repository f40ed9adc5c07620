"""The worker as it is started."""

import pytest

from app.jobs.domain import JobState
from app.jobs.runner import Kind
from tests.factories.jobs import JobFactory


@pytest.fixture(autouse=True)
def kept_signals(monkeypatch):
    monkeypatch.setattr("app.jobs.cli.signal.signal", lambda *_: None)


def test_the_worker_runs_what_waits_and_ends_when_told_once(app, session):
    given = app.extensions["workshop"].kinds
    given["test.count"] = Kind(lambda _: None, "数数")
    job = JobFactory()

    result = app.test_cli_runner().invoke(args=["jobs", "work", "--once"])
    del given["test.count"]

    session.refresh(job)
    assert result.exit_code == 0, result.output
    assert job.state is JobState.DONE
