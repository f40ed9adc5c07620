"""The name of the place in the header of every page."""

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from app.reference.queries import names
from app.web.deployment import settings
from app.web.transactions import glance


def place_name() -> str:
    """The name of the place this registry serves; empty while it cannot be read.

    Kept once it is known: it is on every page, also on the one that says the database is down.
    """
    known: str = current_app.extensions.get("known_place", "")
    if known:
        return known
    code = settings().home_division
    try:
        with glance() as session:
            known = names(session, [code]).get(code, "")
    except SQLAlchemyError:
        return ""
    current_app.extensions["known_place"] = known
    return known
