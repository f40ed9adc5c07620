"""What this deployment was started with."""

from pathlib import Path
from typing import cast

from flask import current_app

from config import Settings


def settings() -> Settings:
    """The settings of the running application."""
    return cast("Settings", current_app.extensions["settings"])


def uploads() -> Path:
    """The folder in which the bytes of uploads lie."""
    return Path(settings().data_dir).resolve() / "files"
