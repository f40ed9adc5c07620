"""What the jobs room declines to do, and how a runner learns that it must stop."""

from app.foundation.errors import Conflict


class AlreadyActive(Conflict):
    """The same work is already waiting or running. Nothing was started a second time.

    Open the job named here to see how far it is; start again when it has ended.
    """

    slug = "job-already-active"
    title = "同一任务正在进行"


class JobEnded(Conflict):
    """The job has already ended, so it cannot be cancelled. Nothing was changed."""

    slug = "job-ended"
    title = "任务已结束"


class Stopped(Exception):
    """The runner must leave the job: cancelled, or taken over after its lease ran out."""


class Interrupted(Exception):
    """This process is asked to end; another goes on from the last checkpoint."""
