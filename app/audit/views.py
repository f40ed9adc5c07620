"""What the web tells the trail of its own accord: who was refused where."""

from flask import request

from app.audit import service
from app.foundation.actor import Actor
from app.foundation.clock import now
from app.foundation.errors import Forbidden, Refusal, TooMany
from app.web.access import visitor
from app.web.deployment import settings
from app.web.transactions import aside

_REMEMBERED = (Forbidden, TooMany)
_PATH_LENGTH = 200  # an address is enough to see what was tried; a query may hold anything


def remember(refusal: Refusal) -> None:
    """Record a refusal for want of permission, in a transaction of its own.

    Called by the web after the request's own transaction was given up. Goes to the chain of
    the actor's own division where there is just one, else to that of the deployment.
    """
    if not isinstance(refusal, _REMEMBERED):
        return
    by = visitor()
    with aside() as session:
        service.record(
            session,
            "access.refused",
            subject_kind="endpoint",
            subject_id=(request.endpoint or "")[:40],
            division=_chain(by),
            by=by,
            at=now(),
            result="refused",
            body={
                "method": request.method,
                "path": request.path[:_PATH_LENGTH],
                "slug": refusal.slug,
            },
        )


def _chain(by: Actor) -> str:
    granted = {grant.division for grant in by.grants}
    return granted.pop() if len(granted) == 1 else settings().home_division
