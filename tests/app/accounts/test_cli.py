"""Accounts from the command line."""

from sqlalchemy import select

from app.accounts import passwords
from app.accounts.models import Account, RoleGrant
from app.foundation.actor import Role
from tests.factories.accounts import AccountFactory, RoleGrantFactory
from tests.factories.reference import CITY, XIANGDU


def run(app, *words, **more):
    return app.test_cli_runner().invoke(args=["accounts", *words], **more)


def create(app, typed):
    options = ("--username", "root1", "--name", "王五")
    return run(app, "create-administrator", *options, input=f"{typed}\n{typed}\n")


def test_the_first_administrator_types_the_password(app, session, places):
    result = create(app, "Xingtai-2026")

    account = session.scalar(select(Account))
    assert result.exit_code == 0, result.output
    assert passwords.matches("Xingtai-2026", account.password_hash)
    grants = session.execute(select(RoleGrant.role, RoleGrant.division)).all()
    assert grants == [(Role.ADMINISTRATOR, CITY)]


def test_a_weak_password_creates_nothing(app, session, places):
    result = create(app, "short")

    assert result.exit_code == 1
    assert "密码" in result.output
    assert session.scalar(select(Account)) is None


def test_a_place_not_yet_loaded_is_named(app, session):
    result = create(app, "Xingtai-2026")

    assert result.exit_code == 1
    assert CITY in result.output


def test_the_list_shows_name_state_and_roles(app, session):
    account = AccountFactory(username="li4", name="李四", disabled=True)
    RoleGrantFactory(account_id=account.id, role=Role.POLICY, division=XIANGDU)

    assert "li4\t李四\t停用\t襄都区政策" in run(app, "list").output
