"""The packs in force, as the faces reach them."""

from typing import cast

from flask import current_app

from rules.library import Library


def law() -> Library:
    """The library the factory loaded at start-up."""
    return cast("Library", current_app.extensions["library"])
