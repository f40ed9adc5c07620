"""Long work run by a command, with a progress bar: the same job as from a page."""

import sys
from collections.abc import Mapping
from typing import Any, Protocol, cast

import click
from flask import current_app

from app.foundation.actor import SYSTEM, Actor
from app.foundation.errors import Refusal

_WIDTH = 30  # characters of the bar


class Outcome(Protocol):
    """What came of the work."""

    @property
    def tally(self) -> dict[str, Any]:
        """What was counted."""

    @property
    def message(self) -> str:
        """One line for people."""

    @property
    def state(self) -> Any:
        """Where the job ended."""


def run_now(
    kind: str, *, key: str, payload: Mapping[str, Any], division: str, by: Actor = SYSTEM
) -> Outcome:
    """Run a job of `kind` here, showing how far it is. One left by an interruption is resumed.

    Raises:
        click.ClickException: it failed, or another process is at it.
    """
    workshop = current_app.extensions["workshop"]
    try:
        outcome = cast(
            "Outcome",
            workshop.run_now(
                kind, key=key, payload=payload, division=division, by=by, report=_show
            ),
        )
    except Refusal as refusal:
        raise click.ClickException(refusal.detail) from refusal
    finally:
        click.echo("", err=True)  # The next line must not be written over the bar.
    if outcome.state != "done":
        raise click.ClickException(outcome.message or f"任务{outcome.state.label}。")
    return outcome


def _show(done: int, total: int | None, message: str) -> None:
    """One line, written over on a terminal; one line per checkpoint elsewhere."""
    filled = _WIDTH * min(done, total) // total if total else 0
    bar = "█" * filled + "░" * (_WIDTH - filled) if total else ""
    counted = f"{done:,} / {total:,}" if total else f"{done:,}"
    start, end = ("\r\x1b[K", False) if sys.stderr.isatty() else ("", True)
    click.echo(f"{start}{bar} {counted} {message}".rstrip(), nl=end, err=True)
