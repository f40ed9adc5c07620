"""People of enterprises make their own accounts: without roles, and not without end."""

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import service
from app.accounts.domain import REGISTRATIONS_ALLOWED
from app.accounts.errors import UsernameTaken
from app.accounts.models import Account, SignInSession
from app.accounts.queries import actor_of
from app.audit.models import AuditEvent
from app.foundation.actor import SYSTEM
from app.foundation.clock import now
from tests.factories.accounts import AccountFactory
from tests.factories.base import NOON
from tests.factories.reference import CITY, places

WORD = "Terrace-2026"


@pytest.fixture(autouse=True)
def _places(places):
    """Every page names its place."""


def register(client, username="zhao6", **more):
    given = {"username": username, "name": "赵六", "new": WORD, "again": WORD, **more}
    return client.submit("/register", given)


def test_who_registers_is_signed_in_and_holds_no_role(client, session):
    answer = register(client, " Zhao6 ")

    assert answer.status_code == 302
    made = session.scalar(select(Account))
    assert (made.username, made.name, made.division) == ("zhao6", "赵六", CITY)
    assert not made.password_is_temporary
    assert actor_of(session, made, at=now()).grants == ()
    assert client.get("/account").status_code == 200
    trail = session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)).all()
    assert trail == ["account.registered", "account.signed_in"]
    assert "zhao6" not in "".join(session.scalars(select(AuditEvent.body)))
    assert client.get("/enterprises").status_code == 403


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"username": "6zhao"}, "用户名以小写字母开头"),
        ({"username": "taken"}, "已被使用"),
        ({"new": "short", "again": "short"}, "密码至少"),
        ({"again": "Terrace-2027"}, "两次输入的密码不一致"),
        ({"name": " "}, "请填写本人姓名"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_kept(client, session, given, fault):
    AccountFactory(username="taken")

    answer = register(client, **given)

    assert answer.status_code == 422
    assert fault in answer.text
    assert WORD not in answer.text
    assert session.scalar(select(SignInSession)) is None


def test_registering_is_throttled_by_address(client, session):
    AccountFactory(username="taken")
    tried = [register(client, "taken").status_code for _ in range(REGISTRATIONS_ALLOWED)]

    answer = register(client, "fresh")

    assert tried == [422] * REGISTRATIONS_ALLOWED
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 900
    assert session.scalar(select(Account).where(Account.username == "fresh")) is None


def test_registering_needs_the_token_of_the_form(client, session):
    sent = {"username": "zhao6", "name": "赵六", "new": WORD, "again": WORD}

    assert client.post("/register", data=sent).status_code == 422
    assert session.scalar(select(Account)) is None


def test_of_two_who_take_one_name_at_once_one_is_told(own_engine):
    with Session(own_engine) as session:
        places(session)
        session.commit()
    barrier, refusals = threading.Barrier(2, timeout=2), []

    def run():
        try:
            with Session(own_engine) as session, session.begin():
                service.register_account(
                    session,
                    username="zhao6",
                    name="赵六",
                    division=CITY,
                    password=WORD,
                    by=SYSTEM,
                    at=NOON,
                )
                try:
                    barrier.wait()
                except threading.BrokenBarrierError:
                    return
        except UsernameTaken as refusal:
            refusals.append(refusal)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refusals) == 1
