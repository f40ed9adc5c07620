"""Signing in and out as a person does it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Account, SignInSession
from app.audit.models import AuditEvent
from app.foundation.actor import Role
from app.foundation.clock import now
from tests.factories.accounts import PASSWORD, AccountFactory, SignInSessionFactory


def enter(client, username, password=PASSWORD, path="/sign-in"):
    return client.submit(path, {"username": username, "password": password})


def actions(session):
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.at)))


def test_the_right_password_opens_a_session_and_goes_on(client, session):
    account = AccountFactory(username="li4")

    answer = enter(client, "li4", path="/sign-in?next=/account")

    assert (answer.status_code, answer.location) == (302, "/account")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "我的帐号" in client.get("/account").text
    assert actions(session) == ["account.signed_in"]
    assert session.scalar(select(SignInSession.account_id)) == account.id


def test_a_user_name_may_be_typed_in_capitals_and_with_spaces(client, session):
    AccountFactory(username="li4")

    assert enter(client, " LI4 ").status_code == 302


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil"])
def test_nobody_is_sent_off_the_site(client, session, target):
    AccountFactory(username="li4")

    assert enter(client, "li4", path=f"/sign-in?next={target}").location == "/"


def refused(client, username, password):
    answer = enter(client, username, password)
    return answer.status_code, "用户名或密码不正确" in answer.text


def test_a_wrong_password_an_unknown_name_and_a_disabled_account_look_the_same(client, session):
    AccountFactory(username="li4")
    AccountFactory(username="gone", disabled=True)

    tried = [refused(client, *pair) for pair in [("li4", "x"), ("who", "x"), ("gone", PASSWORD)]]

    assert tried == [(422, True)] * 3
    assert actions(session) == ["account.sign_in_refused"] * 3
    assert session.scalar(select(SignInSession)) is None


def test_the_trail_of_a_failed_sign_in_holds_no_name_in_clear(client, session):
    enter(client, "my-secret-password", "x")

    event = session.scalar(select(AuditEvent))
    assert "my-secret-password" not in event.body + event.subject_id


def test_the_sixth_attempt_is_refused_even_with_the_right_password(client, session):
    AccountFactory(username="li4")
    for _ in range(5):
        enter(client, "li4", "x")

    answer = enter(client, "li4")

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 900
    assert session.scalar(select(SignInSession)) is None


def test_signing_in_needs_the_token_of_the_form(client, session):
    AccountFactory(username="li4")

    answer = client.post("/sign-in", data={"username": "li4", "password": PASSWORD})

    assert answer.status_code == 422
    assert session.scalar(select(SignInSession)) is None


def test_signing_in_again_gives_a_new_session_and_ends_the_old(client, session):
    AccountFactory(username="li4")
    enter(client, "li4")
    first = client.get_cookie("terrace").value
    enter(client, "li4")

    assert client.get_cookie("terrace").value != first
    assert [held.ended_at is None for held in session.scalars(
        select(SignInSession).order_by(SignInSession.created_at)
    )] == [False, True]  # fmt: skip


def test_a_temporary_password_leads_to_a_new_one_and_no_role_acts_before(client, session, sign_in):
    account = AccountFactory(username="li4", temporary=True)
    sign_in(client, Role.ADMINISTRATOR, account=account)
    client.delete_cookie("terrace")

    answer = enter(client, "li4")

    assert answer.location == "/account/password"
    assert client.get("/accounts").status_code == 403
    changed = client.submit(
        "/account/password", {"present": PASSWORD, "new": "Neu-Wort-12", "again": "Neu-Wort-12"}
    )
    assert changed.location == "/account"
    assert client.get("/accounts").status_code == 200


def test_signing_out_ends_the_session_on_the_server(client, session, sign_in):
    sign_in(client)
    token = client.get_cookie("terrace").value
    page = client.get("/account").text
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]

    assert client.post("/sign-out", data={"csrf_token": csrf}).location == "/sign-in"

    client.set_cookie("terrace", token)
    assert client.get("/account").status_code == 302
    assert "account.signed_out" in actions(session)


def test_signing_out_needs_the_token_of_the_form(client, session, sign_in):
    sign_in(client)

    assert client.post("/sign-out").status_code == 422
    assert client.get("/account").status_code == 200


def test_without_a_session_one_is_asked_to_sign_in_and_comes_back(client):
    answer = client.get("/account")

    assert answer.location == "/sign-in?next=/account"


def test_a_machine_is_told_so_as_a_problem(client):
    answer = client.get("/account", headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert answer.json["type"] == "/problems/sign-in-required"


@pytest.mark.parametrize(
    ("created", "seen", "status"),
    [(0, 29, 200), (0, 31, 302), (719, 0, 200), (721, 0, 302)],
    ids=["29 min idle", "31 min idle", "almost 12 h", "over 12 h"],
)
def test_a_session_idles_out_and_grows_old(client, session, created, seen, status):
    SignInSessionFactory(
        token="t",
        created_at=now() - timedelta(minutes=max(created, seen)),
        seen_at=now() - timedelta(minutes=seen),
    )
    client.set_cookie("terrace", "t")

    assert client.get("/account").status_code == status


@pytest.mark.parametrize(("ago", "written"), [(50, False), (70, True)])
def test_the_last_use_is_written_once_a_minute(client, session, ago, written):
    before = now() - timedelta(seconds=ago)
    held = SignInSessionFactory(token="t", created_at=before, seen_at=before)
    client.set_cookie("terrace", "t")

    client.get("/account")

    assert (held.seen_at > before) is written


def test_a_disabled_account_is_out_at_the_next_request(client, session, sign_in):
    account = sign_in(client)
    account.is_enabled = False

    assert client.get("/account").status_code == 302


def test_a_password_is_changed_on_the_own_page(client, session, sign_in):
    account = sign_in(client)
    wrong = {"present": "wrong", "new": "Neu-Wort-12", "again": "Neu-Wort-12"}

    answer = client.submit("/account/password", wrong)

    assert answer.status_code == 422
    assert "当前密码不正确" in answer.text
    assert client.submit("/account/password", wrong | {"present": PASSWORD}).status_code == 302
    assert session.get(Account, account.id).password_is_temporary is False


def test_the_two_new_passwords_must_agree(client, session, sign_in):
    sign_in(client)
    data = {"present": PASSWORD, "new": "Neu-Wort-12", "again": "Neu-Wort-13"}

    assert "两次输入的新密码不一致" in client.submit("/account/password", data).text


def test_the_other_browsers_can_be_signed_out(client, session, sign_in):
    account = sign_in(client)
    SignInSessionFactory(token="other", account_id=account.id, created_at=now(), seen_at=now())

    client.submit("/account", action="sign-out-elsewhere")

    assert client.get("/account").status_code == 200
    client.set_cookie("terrace", "other")
    assert client.get("/account").status_code == 302


def test_a_refused_door_is_remembered_in_the_trail(client, session, sign_in):
    account = sign_in(client, Role.LEADER)

    assert client.get("/accounts").status_code == 403

    event = session.scalar(select(AuditEvent))
    assert (event.action, event.result, event.actor_id) == ("access.refused", "refused", account.id)
    assert (event.subject_id, event.address) == ("accounts.index", "127.0.0.1")
