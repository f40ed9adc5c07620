"""Every door, tried by every role and by nobody: 0 wrong cells, 0 server errors."""

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEvent
from app.foundation.actor import EnterpriseRole, Role
from app.web.access import Access
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.mandates import member
from tests.factories.reference import CITY
from tests.matrix.doors import doors
from tests.matrix.rules import ANY_ACCOUNT, ANYBODY, OUTSIDE, RULES

VISITORS = [None, "no role", *Role, *EnterpriseRole]
HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def expected(rule, visitor):
    """How the door must answer: open, shut (403), or ask to sign in (401, or a redirect there)."""
    if rule == ANYBODY:
        return "open"
    if visitor is None:
        return "sign in"
    if rule == ANY_ACCOUNT:
        return "open"
    if rule == OUTSIDE:
        return "shut" if isinstance(visitor, Role) else "open"
    return "open" if visitor in rule else "shut"


def seen(answer):
    """How the door answered."""
    if answer.status_code >= 500:
        return f"error {answer.status_code}"
    if answer.status_code == 401 or "/sign-in?next=" in (answer.location or ""):
        return "sign in"
    return "shut" if answer.status_code == 403 else "open"


def faults(door, answer):
    """Headers that a response lacks, and a write that went through without its token."""
    found = [
        name
        for name, start in HEADERS.items()
        if not answer.headers.get(name, "").startswith(start)
    ]
    if door.method not in {"GET", "HEAD"} and answer.status_code < 400:
        found.append("written without the form's token")
    return found


def test_every_door_has_a_rule_and_every_rule_a_door(built_app):
    assert set(built_app.view_functions) == set(RULES)


def knock(app, client, visitor):
    """Try every door: (wrong cells, how many were shut)."""
    token = client.get_cookie("terrace")
    wrong, shut = {}, 0
    for door in doors(app):
        if token:
            client.set_cookie("terrace", token.value)
        answer = client.open(door.path, method=door.method)
        shut += answer.status_code == 403
        how = seen(answer)
        if how != expected(RULES.get(door.endpoint, ANYBODY), visitor) or faults(door, answer):
            wrong[f"{door.method} {door.path} ({door.endpoint})"] = how, faults(door, answer)
    return wrong, shut


@pytest.mark.parametrize("visitor", VISITORS, ids=str)
def test_every_door_opens_to_whom_it_should(app, client, session, sign_in, visitor):
    if isinstance(visitor, EnterpriseRole):
        sign_in(client, None, account=member(EnterpriseFactory(), visitor)[0])
    elif visitor is not None:
        sign_in(client, visitor if isinstance(visitor, Role) else None, CITY)

    wrong, shut = knock(app, client, visitor)

    assert wrong == {}
    refused = select(func.count()).where(AuditEvent.action == "access.refused")
    assert session.scalar(refused) == shut, "every refusal leaves its trace"


def test_a_door_with_the_wrong_mark_is_caught(app, client, sign_in):
    sign_in(client, Role.LEADER, CITY)
    view = app.view_functions["audit.index"]
    kept, view.access = view.access, Access()
    wrong, _ = knock(app, client, Role.LEADER)
    view.access = kept

    assert "GET /audit (audit.index)" in wrong
