"""Accounts and grants: what is allowed, what is refused, and that each leaves its trace."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.accounts import passwords, queries, service
from app.accounts.errors import (
    AlreadyGranted,
    NotYourAccounts,
    RolesExclude,
    UsernameTaken,
    WeakPassword,
    WrongPassword,
)
from app.accounts.models import Account, RoleGrant
from app.audit.models import AuditEvent
from app.foundation.actor import SYSTEM, Actor, Grant, Line, Role
from app.foundation.database import Sessions
from app.foundation.errors import Conflict, Invalid, NotFound
from app.foundation.identifiers import uuid7
from tests.factories.accounts import (
    PASSWORD,
    AccountFactory,
    RoleGrantFactory,
    SignInSessionFactory,
)
from tests.factories.base import NOON, TODAY
from tests.factories.reference import CITY, OTHER_COUNTY, XIANGDU, XINDU, places

STRONG = "Lüliang-2026"


def administrator(division=CITY):
    return Actor(uuid7(), "管理员", (Grant(Role.ADMINISTRATOR, division, Line.SCIENCE),))


def create(session, **changes):
    given = {"username": "li4", "name": "李四", "division": XIANGDU, "password": STRONG}
    given |= {"by": administrator(), "at": NOON} | changes
    return service.create_account(session, **given)


def give(session, account, role=Role.COUNTY_REVIEWER, **changes):
    given = {"division": XIANGDU, "line": Line.SCIENCE, "since": TODAY}
    given |= {"by": administrator(), "at": NOON} | changes
    return service.grant_role(session, account, role=role, **given)


def actions(session):
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))


def test_a_created_account_signs_in_with_its_password_and_has_no_role(session, places):
    account = create(session)

    assert passwords.matches(STRONG, account.password_hash)
    assert queries.actor_of(session, account, at=NOON).grants == ()
    assert actions(session) == ["account.created"]


@pytest.mark.parametrize("username", ["", "A", "x", "Li4", "李四", "a b", "a" * 40, "1ab", "-ab"])
def test_a_user_name_of_other_characters_is_refused(session, places, username):
    with pytest.raises(Invalid, match="用户名"):
        create(session, username=username)


def test_a_user_name_is_taken_once(session, places):
    create(session)

    with pytest.raises(UsernameTaken, match="li4"):
        create(session, name="别人")


def test_a_weak_password_is_refused_with_every_reason(session, places):
    with pytest.raises(WeakPassword) as refused:
        create(session, password="li4")

    assert len(refused.value.faults) == 3


def test_a_place_that_does_not_exist_is_refused(session, places):
    with pytest.raises(NotFound):
        create(session, division="000000")


@pytest.mark.parametrize("division", [XINDU, CITY, OTHER_COUNTY])
def test_a_county_administrator_creates_accounts_only_in_the_county(session, places, division):
    with pytest.raises(NotYourAccounts):
        create(session, by=administrator(XIANGDU), division=division)


def test_a_granted_role_acts_from_its_first_day_until_before_its_last(session):
    account = AccountFactory()
    give(session, account, since=TODAY, until=TODAY + timedelta(days=2))

    def acts(days):
        actor = queries.actor_of(session, account, at=NOON + timedelta(days=days))
        return actor.holds(Role.COUNTY_REVIEWER)

    assert [acts(days) for days in (-1, 0, 1, 2)] == [False, True, True, False]
    assert actions(session) == ["role.granted"]


def test_no_role_acts_under_a_temporary_password(session):
    account = AccountFactory(temporary=True)
    give(session, account)

    assert queries.actor_of(session, account, at=NOON).grants == ()


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (Role.ADMINISTRATOR, Role.CITY_APPROVER),
        (Role.ADMINISTRATOR, Role.AUDITOR),
        (Role.ADMINISTRATOR, Role.LEADER),
        (Role.AUDITOR, Role.ADMINISTRATOR),
        (Role.AUDITOR, Role.POLICY),
        (Role.COUNTY_REVIEWER, Role.AUDITOR),
    ],
)
def test_roles_that_exclude_each_other_are_refused(session, held, wanted):
    account = AccountFactory()
    give(session, account, held)

    with pytest.raises(RolesExclude, match=held.label):
        give(session, account, wanted, division=XINDU)


def test_an_excluding_role_may_follow_when_the_first_has_ended(session):
    account = AccountFactory()
    give(session, account, Role.POLICY, until=date(2026, 7, 1))

    assert give(session, account, Role.AUDITOR, since=date(2026, 7, 1)).since == date(2026, 7, 1)


def test_an_auditor_may_also_read_as_a_leader(session):
    account = AccountFactory()
    give(session, account, Role.AUDITOR)

    assert give(session, account, Role.LEADER).role is Role.LEADER


@pytest.mark.parametrize("wanted", [Role.POLICY, Role.ADMINISTRATOR])
def test_the_database_itself_refuses_roles_that_exclude_each_other(session, wanted):
    account = AccountFactory()
    RoleGrantFactory(account_id=account.id, role=Role.AUDITOR)

    with pytest.raises(DBAPIError, match="exclude each other"), session.begin_nested():
        RoleGrantFactory(account_id=account.id, role=wanted)


def test_the_database_refuses_a_grant_changed_into_an_excluding_one(session):
    account = AccountFactory()
    RoleGrantFactory(account_id=account.id, role=Role.AUDITOR)
    RoleGrantFactory(account_id=account.id, role=Role.LEADER)

    with pytest.raises(DBAPIError, match="exclude each other"), session.begin_nested():
        session.execute(text("UPDATE role_grant SET role = 'policy' WHERE role = 'leader'"))


def test_the_same_role_is_granted_once(session):
    account = AccountFactory()
    give(session, account)

    with pytest.raises(AlreadyGranted):
        give(session, account)


def test_an_interval_without_a_day_is_refused(session):
    with pytest.raises(Invalid, match="截止日"):
        give(session, AccountFactory(), until=TODAY)


def test_a_revoked_role_acts_no_more_on_the_same_day_and_may_be_granted_again(session):
    account = AccountFactory()
    grant = give(session, account)

    service.revoke_role(session, account, grant, by=administrator(), at=NOON)

    assert queries.actor_of(session, account, at=NOON).grants == ()
    assert give(session, account).revoked_at is None
    assert actions(session) == ["role.granted", "role.revoked", "role.granted"]


def test_a_role_is_revoked_once(session):
    account = AccountFactory()
    grant = give(session, account)
    service.revoke_role(session, account, grant, by=administrator(), at=NOON)

    with pytest.raises(Conflict, match="管理员"):
        service.revoke_role(session, account, grant, by=administrator(), at=NOON)


def test_nobody_changes_the_own_grants(session):
    account = AccountFactory()
    oneself = Actor(account.id, account.name, (Grant(Role.ADMINISTRATOR, CITY, Line.SCIENCE),))

    with pytest.raises(NotYourAccounts, match="自己"):
        give(session, account, Role.ADMINISTRATOR, by=oneself)


def test_a_role_is_granted_only_where_one_administers(session):
    account = AccountFactory(division=XIANGDU)

    with pytest.raises(NotYourAccounts):
        give(session, account, division=XINDU, by=administrator(XIANGDU))


def test_a_reset_gives_a_temporary_password_and_ends_every_session(session):
    account = AccountFactory()
    SignInSessionFactory(account_id=account.id)

    word = service.reset_password(session, account, by=administrator(), at=NOON)

    assert passwords.matches(word, account.password_hash)
    assert account.password_is_temporary
    assert queries.list_living(session, account.id, at=NOON) == []
    assert actions(session) == ["account.password_reset"]


def test_a_changed_password_keeps_only_the_browser_it_was_changed_in(session):
    account = AccountFactory(temporary=True)
    SignInSessionFactory(account_id=account.id, token="here")
    SignInSessionFactory(account_id=account.id, token="elsewhere")

    service.change_password(
        session, account, present=PASSWORD, new=STRONG, keep_token="here", by=SYSTEM, at=NOON
    )

    assert passwords.matches(STRONG, account.password_hash)
    assert not account.password_is_temporary
    assert queries.find_signed_in(session, "here", at=NOON) is not None
    assert queries.find_signed_in(session, "elsewhere", at=NOON) is None


@pytest.mark.parametrize(
    ("present", "new", "refusal"),
    [
        ("wrong", STRONG, WrongPassword),
        (PASSWORD, "short", WeakPassword),
        (PASSWORD, PASSWORD, WeakPassword),
    ],
)
def test_a_password_is_changed_only_for_a_better_one(session, present, new, refusal):
    account = AccountFactory()

    with pytest.raises(refusal):
        service.change_password(
            session, account, present=present, new=new, keep_token="", by=SYSTEM, at=NOON
        )

    assert passwords.matches(PASSWORD, account.password_hash)


def test_a_disabled_account_is_signed_out_at_once_and_may_be_enabled_again(session):
    account = AccountFactory()
    SignInSessionFactory(account_id=account.id, token="t")

    service.disable(session, account, by=administrator(), at=NOON)
    ended = queries.find_signed_in(session, "t", at=NOON)
    service.enable(session, account, by=administrator(), at=NOON)

    assert ended is None
    assert queries.find_signed_in(session, "t", at=NOON) is None
    assert account.is_enabled


def test_an_administrator_sees_the_accounts_of_the_own_divisions_only(session):
    mine, other = AccountFactory(division=XIANGDU), AccountFactory(division=XINDU)
    by = administrator(XIANGDU)

    assert [a.id for a in queries.page(session, visible_to=by).rows] == [mine.id]
    with pytest.raises(NotFound):
        queries.get_account(session, other.id, visible_to=by)


def test_the_list_of_accounts_is_read_page_by_page(session):
    for number in range(5):
        AccountFactory(username=f"u{number}")

    first = queries.page(session, visible_to=administrator(), size=3)
    second = queries.page(session, visible_to=administrator(), after=first.after, size=3)

    assert [a.username for a in first.rows] == ["u0", "u1", "u2"]
    assert ([a.username for a in second.rows], second.after) == (["u3", "u4"], None)


def test_two_grants_at_the_same_instant_do_not_miss_each_other(own_engine):
    """Each excludes the other: whatever the order, exactly one is held in the end."""
    sessions = Sessions(own_engine)
    with sessions.begin() as session:
        places(session)
        account = create(session, by=SYSTEM)
        identity = account.id
    start, outcomes = threading.Barrier(2), []

    def work(role):
        start.wait()
        try:
            with sessions.begin() as session:
                give(session, session.get(Account, identity), role, by=SYSTEM)
        except RolesExclude:
            outcomes.append("refused")
        else:
            outcomes.append("granted")

    threads = [threading.Thread(target=work, args=(role,)) for role in (Role.AUDITOR, Role.POLICY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["granted", "refused"]
    with sessions.read() as session:
        assert session.scalar(select(func.count()).select_from(RoleGrant)) == 1
