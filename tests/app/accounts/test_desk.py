"""The administrator's pages."""

import pytest
from sqlalchemy import select

from app.accounts import passwords
from app.accounts.models import Account, RoleGrant
from app.foundation.actor import Line, Role
from tests.factories.accounts import AccountFactory, RoleGrantFactory
from tests.factories.reference import CITY, XIANGDU, XINDU


@pytest.fixture
def desk(client, sign_in):
    sign_in(client, Role.ADMINISTRATOR, CITY)
    return client


def test_the_list_shows_each_account_with_its_roles_of_today(desk, session):
    account = AccountFactory(name="李四")
    RoleGrantFactory(account_id=account.id, role=Role.COUNTY_REVIEWER, division=XIANGDU)

    page = desk.get("/accounts").text

    assert "李四" in page
    assert "襄都区 县区初审" in page


def test_the_list_is_searched_by_a_part_of_the_name(desk, session):
    AccountFactory(name="李四")
    AccountFactory(name="王五")

    page = desk.get("/accounts?q=王").text

    assert "王五" in page
    assert "李四" not in page


def test_a_new_account_gets_a_password_shown_once(desk, session):
    answer = desk.submit("/accounts/new", {"username": "li4", "name": "李四", "division": XIANGDU})

    account = session.scalar(select(Account).where(Account.username == "li4"))
    word = answer.text.split("<code>")[1].split("</code>")[0]
    assert account.password_is_temporary
    assert passwords.matches(word, account.password_hash)


def test_a_taken_user_name_is_told_and_nothing_typed_is_lost(desk, session):
    AccountFactory(username="li4")

    answer = desk.submit("/accounts/new", {"username": "li4", "name": "李四", "division": XIANGDU})

    assert answer.status_code == 422
    assert "已被使用" in answer.text
    assert 'value="李四"' in answer.text


def grant(desk, account, **changes):
    data = {"role": "policy", "division": XIANGDU, "line": "science", "since": "2026-01-01"}
    return desk.submit(f"/accounts/{account.id}", data | changes, action="grants")


def test_a_role_is_granted_and_revoked(desk, session):
    account = AccountFactory()

    assert grant(desk, account).status_code == 302

    held = session.scalar(select(RoleGrant).where(RoleGrant.account_id == account.id))
    assert (held.role, held.line, held.division) == (Role.POLICY, Line.SCIENCE, XIANGDU)
    desk.submit(f"/accounts/{account.id}", action="revocation")
    assert held.revoked_at is not None


def test_excluding_roles_are_refused_on_the_page(desk, session):
    account = AccountFactory()
    grant(desk, account, role="auditor")

    answer = grant(desk, account)

    assert answer.status_code == 422
    assert "三权分立" in answer.text


def test_an_account_of_another_division_does_not_exist(client, session, sign_in):
    sign_in(client, Role.ADMINISTRATOR, XINDU)
    account = AccountFactory(division=XIANGDU)

    assert client.get(f"/accounts/{account.id}").status_code == 404


def test_a_role_in_a_foreign_division_cannot_be_sent_past_the_form(client, session, sign_in):
    sign_in(client, Role.ADMINISTRATOR, XINDU)
    account = AccountFactory(division=XINDU)

    assert grant(client, account, division=XIANGDU).status_code == 422
    assert session.scalar(select(RoleGrant).where(RoleGrant.account_id == account.id)) is None


def test_a_password_is_reset_and_an_account_disabled_and_enabled(desk, session):
    account = AccountFactory()
    path = f"/accounts/{account.id}"

    assert "只显示这一次" in desk.submit(path, action="password-reset").text
    desk.submit(path, action="state/disabled")
    assert not account.is_enabled
    desk.submit(path, action="state/enabled")
    assert account.is_enabled


def test_the_own_account_offers_no_buttons_and_refuses_them_too(client, session, sign_in):
    account = sign_in(client, Role.ADMINISTRATOR, CITY)
    page = client.get(f"/accounts/{account.id}").text
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]

    answer = client.post(f"/accounts/{account.id}/state/disabled", data={"csrf_token": csrf})

    assert "另一位系统管理员" in page
    assert answer.status_code == 403
    assert account.is_enabled


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_no_other_role_enters(client, session, sign_in, role):
    sign_in(client, role, CITY)

    assert client.get("/accounts").status_code == 403
