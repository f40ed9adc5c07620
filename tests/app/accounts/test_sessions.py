"""The throttle on guessing, and the sessions themselves."""

import threading
from datetime import timedelta

import pytest

from app.accounts import queries, sessions
from app.accounts.errors import TooManyAttempts
from app.foundation.actor import Actor
from app.foundation.database import Sessions
from tests.factories.accounts import PASSWORD, PASSWORD_HASH, AccountFactory, SignInSessionFactory
from tests.factories.base import NOON


def attempt(session, minutes=0.0, username="li4", address="10.0.0.1"):
    at = NOON + timedelta(minutes=minutes)
    sessions.count_attempt(session, username=username, address=address, at=at)


def test_the_sixth_attempt_is_refused_and_says_how_long_to_wait(session):
    for _ in range(5):
        attempt(session)

    with pytest.raises(TooManyAttempts, match="15 分钟") as refused:
        attempt(session)

    assert refused.value.facts["retry_after"] == 900


def test_the_wait_counts_from_the_fifth_attempt(session):
    for minute in range(5):
        attempt(session, minute)

    with pytest.raises(TooManyAttempts):
        attempt(session, 18.9)
    attempt(session, 19)


def test_attempts_made_while_waiting_do_not_lengthen_the_wait(session):
    for _ in range(5):
        attempt(session)
    for minute in (1, 7, 14):
        with pytest.raises(TooManyAttempts):
            attempt(session, minute)

    attempt(session, 15)


def test_another_address_and_another_name_are_not_affected(session):
    for _ in range(5):
        attempt(session)

    attempt(session, address="10.0.0.2")
    attempt(session, username="wang5")


def test_a_success_forgets_the_failures(session):
    account = AccountFactory(username="li4")
    for _ in range(5):
        attempt(session)
    by = Actor(account.id, account.name, address="10.0.0.1")

    sessions.open_session(session, account, password=PASSWORD, by=by, at=NOON)

    attempt(session)


def test_a_session_is_found_by_its_token_and_only_its_hash_is_kept(session):
    account = AccountFactory()
    by = Actor(account.id, account.name, address="10.0.0.1")

    token = sessions.open_session(session, account, password=PASSWORD, by=by, at=NOON)

    found = queries.find_signed_in(session, token, at=NOON)
    assert found.account is account
    assert token not in (found.session.token_hash, found.session.address)
    assert queries.find_signed_in(session, token + "x", at=NOON) is None


def test_an_outdated_hash_is_renewed_at_sign_in(session):
    old = PASSWORD_HASH.replace("t=2", "t=3")
    account = AccountFactory(password_hash=old)
    by = Actor(account.id, account.name)

    sessions.open_session(session, account, password=PASSWORD, by=by, at=NOON)

    assert account.password_hash != old


def test_a_late_touch_does_not_bring_an_ended_session_back(session):
    held = SignInSessionFactory(token="t")
    sessions.end_token(session, "t", at=NOON)

    sessions.touch(session, held.token_hash, at=NOON + timedelta(minutes=1))

    session.expire_all()
    assert queries.find_signed_in(session, "t", at=NOON) is None
    assert held.seen_at == NOON


def test_forty_parallel_guesses_get_five_chances(own_engine):
    """The twin that reads, checks and writes lets more through on PostgreSQL."""
    opened, allowed = Sessions(own_engine), []

    def work():
        try:
            with opened.begin() as session:
                attempt(session)
        except TooManyAttempts:
            return
        allowed.append(1)

    threads = [threading.Thread(target=work) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(allowed) == 5
