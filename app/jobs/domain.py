"""Where a job stands."""

from datetime import timedelta
from typing import Final

from app.foundation.labelled import Labelled

LEASE: Final = timedelta(minutes=5)  # a page of work must be done within it
PAUSE: Final = timedelta(seconds=20)  # before trying again what the database was too busy for
CLAIMS_ALLOWED: Final = 10  # work that takes its runner down each time is given up


class JobState(Labelled):
    """Where a job stands."""

    WAITING = "waiting", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"
    CANCELLED = "cancelled", "已取消"


ACTIVE: Final = (JobState.WAITING, JobState.RUNNING)
