"""Where a job stands."""

from app.foundation.labelled import Labelled


class JobState(Labelled):
    """Where a job stands."""

    WAITING = "waiting", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"
    CANCELLED = "cancelled", "已取消"
