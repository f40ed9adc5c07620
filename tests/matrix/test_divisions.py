"""What lies in another county does not exist: not by its address, in no list, count or export."""

import io
import zipfile

import pytest

from app.foundation.actor import Role
from tests.factories.reference import OTHER_CITY, XIANGDU, XINDU
from tests.matrix.doors import doors, path_of
from tests.matrix.rules import OF_A_FIRM, OUTSIDE, RULES
from tests.matrix.things import SECRET, TITLES, make

EXPORTS = ("csv", "xlsx")
SPECIMENS = {"title": TITLES, "form": EXPORTS}
# These need a file, or rows of one, behind the row.
NEED_MORE = {"intake.row", "intake.faults", "intake.columns", "files.download", "mandates.letter"}


def rules_with_things(app, things):
    """Rules whose address names a thing."""
    named = [rule for rule in app.url_map.iter_rules() if rule.arguments & set(things)]
    return [rule for rule in named if RULES[rule.endpoint] != OF_A_FIRM]  # test_enterprises.py


def entering(rule):
    """A role that may open the door, the county's own reviewer where he may; None for no role."""
    allowed = RULES[rule.endpoint]
    if allowed == OUTSIDE:
        return None
    if isinstance(allowed, str):  # any account
        return Role.COUNTY_REVIEWER
    roles = allowed & set(Role)
    return Role.COUNTY_REVIEWER if Role.COUNTY_REVIEWER in roles else min(roles)


def token_of(client):
    """A CSRF token of this browser."""
    page = client.get("/account").text
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def told(answer):
    """Everything readable in an answer, workbooks unpacked."""
    if answer.data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return answer.data.decode("utf-8", "replace")


def test_every_id_in_an_address_has_a_thing_to_try(built_app, session):
    things = make(session)
    unknown = {
        name
        for rule in built_app.url_map.iter_rules()
        for name in rule.arguments
        if name.endswith("_id") and name not in things
    }

    assert unknown - {"annex_id"} == set(), "give tests/matrix/things.py one of these"


@pytest.mark.parametrize("place", [XINDU, OTHER_CITY], ids=["sibling county", "other city"])
def test_the_address_of_a_foreign_thing_is_not_found(app, client, session, sign_in, place):
    things, wrong = make(session), {}
    for rule in rules_with_things(app, things):
        sign_in(client, entering(rule), place)
        path = path_of(app, rule, **things, title="national.tech_sme", form="csv")
        answers = []
        if "GET" in rule.methods:
            answers.append(client.get(path))
        if "POST" in rule.methods:
            answers.append(client.post(path, data={"csrf_token": token_of(client)}))
        found = [(a.status_code, SECRET in told(a)) for a in answers]
        if any(one != (404, False) for one in found):
            wrong[rule.endpoint] = found

    assert wrong == {}


def test_the_same_addresses_exist_for_the_own_county(app, client, session, sign_in):
    """The twin: were the address wrong, the test above would pass for the wrong reason."""
    things, missing = make(session), []
    for rule in rules_with_things(app, things):
        if "GET" not in rule.methods or rule.endpoint.startswith("reports."):
            continue  # The edition above holds no data to show.
        sign_in(client, entering(rule), XIANGDU)
        answer = client.get(path_of(app, rule, **things, title="national.tech_sme", form="csv"))
        if answer.status_code == 404 or answer.status_code >= 500:
            missing.append(rule.endpoint)

    assert set(missing) <= NEED_MORE


def pages(app):
    """Addresses of lists and exports: doors to look through that name no thing."""
    found = [door.path for door in doors(app) if door.method == "GET" and "/0000" not in door.path]
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and rule.arguments and rule.arguments <= set(SPECIMENS):
            for title in SPECIMENS["title"]:
                found += [path_of(app, rule, title=title, form=form) for form in EXPORTS]
    return sorted({path for path in found if not path.startswith(("/static", "/bootstrap"))})


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_no_list_and_no_export_tells_of_another_county(app, client, session, sign_in, role):
    make(session)
    sign_in(client, role, XINDU)
    telling = [path for path in pages(app) if SECRET in told(client.get(path))]

    assert telling == []


def test_the_own_county_is_told_of_it(app, client, session, sign_in):
    """The twin: the name is in fact to be seen where it may be seen."""
    make(session)
    sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)
    telling = {path for path in pages(app) if SECRET in told(client.get(path))}

    assert {"/flags", "/desk/claims"} <= telling
