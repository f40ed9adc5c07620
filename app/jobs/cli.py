"""The worker."""

import signal
import time
from types import FrameType
from typing import Final, cast

import click
import structlog
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from app.jobs.errors import Interrupted
from app.jobs.runner import Workshop

cli = AppGroup("jobs", help="Long work in the background.")
log = structlog.get_logger()

_PAUSE: Final = 1.0  # seconds between looks for work


class _Signals:
    """Turns SIGTERM and SIGINT into a wish to stop at the next checkpoint."""

    def __init__(self) -> None:
        self.is_stopping = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.is_stopping = True


@cli.command("work")
@click.option("--once", is_flag=True, help="End when no job is waiting.")
def work(once: bool) -> None:
    """Run jobs as they come. Any number of workers may run; SIGTERM ends one gently."""
    workshop = cast("Workshop", current_app.extensions["workshop"])
    signals = _Signals()
    log.info("worker.started")
    while not signals.is_stopping:
        try:
            worked = workshop.work_once(lambda: signals.is_stopping)
        except Interrupted:
            break
        except OperationalError as error:  # The database is away: wait for it to come back.
            log.warning("worker.waiting", error=type(error.orig).__name__)
            worked = False
        if not worked:
            if once:
                break
            time.sleep(_PAUSE)
    log.info("worker.ended")
