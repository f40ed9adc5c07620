"""People of one firm: their own is there for them; any other firm, any list of firms, is not."""

import pytest

from app.foundation.actor import EnterpriseRole
from app.foundation.clock import today
from tests.factories.accounts import AccountFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.mandates import member
from tests.matrix.doors import doors, path_of
from tests.matrix.rules import OF_A_FIRM, RULES
from tests.matrix.test_divisions import pages, token_of, told
from tests.matrix.things import SECRET, TITLES, make

YESTERDAY = "yesterday's"
VISITORS = [*EnterpriseRole, "no firm", YESTERDAY]


def enter(client, sign_in, visitor, firm_id=None):
    """Sign in a person of a firm of the same county as the secret one, or of `firm_id`."""
    account = AccountFactory()
    if visitor == YESTERDAY:
        member(EnterpriseFactory(), account=account, until=today())
    elif visitor != "no firm":
        firm = EnterpriseFactory()
        member(firm, visitor, account)
    if firm_id is not None:
        member_of(firm_id, visitor, account)
    sign_in(client, None, account=account)


def member_of(firm_id, role, account):
    """Let the account act for the firm with this id."""
    firm = type("Firm", (), {"id": firm_id})
    member(firm, role, account)


def named(app, things):
    """Rules whose address names a thing."""
    return [rule for rule in app.url_map.iter_rules() if rule.arguments & set(things)]


def shut_wrongly(app, client, things):
    """Doors to the secret things that answer anything but 403 or 404, or tell their secret."""
    wrong = {}
    for rule in named(app, things):
        path = path_of(app, rule, **things, title=TITLES[0], form="csv")
        answers = []
        if "GET" in rule.methods:
            answers.append(client.get(path))
        if "POST" in rule.methods:
            answers.append(client.post(path, data={"csrf_token": token_of(client)}))
        found = [(a.status_code, SECRET in told(a)) for a in answers]
        if any(status not in {403, 404} or telling for status, telling in found):
            wrong[rule.endpoint] = found
    return wrong


@pytest.mark.parametrize("visitor", VISITORS, ids=str)
def test_another_firm_of_the_same_county_does_not_exist(app, client, session, sign_in, visitor):
    things = make(session)
    enter(client, sign_in, visitor)

    assert shut_wrongly(app, client, things) == {}


@pytest.mark.parametrize("visitor", VISITORS, ids=str)
def test_no_list_and_no_export_tells_of_another_firm(app, client, session, sign_in, visitor):
    make(session)
    enter(client, sign_in, visitor)

    assert [path for path in pages(app) if SECRET in told(client.get(path))] == []


@pytest.mark.parametrize("role", EnterpriseRole, ids=str)
def test_the_own_firm_is_there(app, client, session, sign_in, role):
    """The twin: were the addresses wrong, the tests above would pass for the wrong reason."""
    things = make(session)
    account = AccountFactory()
    member_of(things["enterprise_id"], role, account)
    sign_in(client, None, account=account)
    opening = [
        rule
        for rule in named(app, {"enterprise_id": None})
        if "GET" in rule.methods
        and isinstance(RULES[rule.endpoint], frozenset)
        and RULES[rule.endpoint] & OF_A_FIRM
        and rule.arguments <= {"enterprise_id", "title"}
    ]
    telling = {
        rule.endpoint
        for rule in opening
        if SECRET in told(client.get(path_of(app, rule, **things, title=TITLES[0])))
    }

    assert "mandates.members" in telling
    assert {rule.endpoint for rule in opening} - telling == set()


@pytest.mark.parametrize("role", EnterpriseRole, ids=str)
def test_of_the_own_firm_no_list_of_the_bureau_tells(app, client, session, sign_in, role):
    """Lists, flags, pools, reports and the claim desk are the bureau's own."""
    things = make(session)
    account = AccountFactory()
    member_of(things["enterprise_id"], role, account)
    sign_in(client, None, account=account)
    telling = {path for path in pages(app) if SECRET in told(client.get(path))}

    assert {path for path in telling if not path.startswith(("/my", "/claims"))} - {"/"} == set()


def test_the_doors_tried_are_many(app, session):
    things = make(session)

    assert len(named(app, things)) > 20
    assert len(doors(app)) > 60
