"""What this deployment was started with."""

from typing import cast

from flask import current_app

from config import Settings


def settings() -> Settings:
    """The settings of the running application."""
    return cast("Settings", current_app.extensions["settings"])
