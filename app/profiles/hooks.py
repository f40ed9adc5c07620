"""What the room above adds to a year's form: the trace beside it, and what filing leaves behind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.enterprises.models import Enterprise
from app.foundation.actor import Actor
from app.profiles.typed import Typed


@dataclass(frozen=True, slots=True)
class Hooks:
    """Set by the factory, so that nothing is imported upward.

    `trace` draws what a form leads to; `filed` is told of a filing in its transaction.
    """

    trace: Callable[[Session, Enterprise, int, Typed], Markup] = lambda *_: Markup("")
    filed: Callable[[Session, Enterprise, int, Typed, Actor, datetime], None] = lambda *_: None


def hooks() -> Hooks:
    """The hooks of this application."""
    return cast("Hooks", current_app.extensions.get("profile_hooks", Hooks()))
