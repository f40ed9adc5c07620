"""Hashing: the right cost, and the same time for unknown names."""

import time

import pytest

from app.accounts import passwords
from app.accounts.domain import weaknesses
from tests.factories.accounts import PASSWORD, PASSWORD_HASH


def test_the_right_password_matches_and_a_wrong_one_does_not():
    assert passwords.matches(PASSWORD, PASSWORD_HASH)
    assert not passwords.matches(PASSWORD + "x", PASSWORD_HASH)


def test_nobody_signs_in_without_a_stored_hash():
    assert not passwords.matches("nobody's password", None)


def test_a_damaged_hash_is_no_match_and_no_error():
    assert not passwords.matches(PASSWORD, "not a hash")


def test_the_parameters_are_argon2id_with_two_passes_and_19_mib():
    assert passwords.make_hash("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_hash_made_with_other_parameters_is_outdated():
    assert passwords.is_outdated(PASSWORD_HASH.replace("t=2", "t=1"))
    assert not passwords.is_outdated(PASSWORD_HASH)


@pytest.mark.parametrize("_", range(20))
def test_an_invented_password_meets_the_rules(_):
    assert weaknesses(passwords.invent(), username="") == []


def median_time(stored, rounds=15):
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        passwords.matches("wrong", stored)
        times.append(time.perf_counter() - started)
    return sorted(times)[rounds // 2]


def test_an_unknown_name_costs_as_much_as_a_known_one():
    """The twin without the dummy hash answers at once, which tells who has an account."""
    known, unknown, twin = median_time(PASSWORD_HASH), median_time(None), 0.0

    assert unknown > known / 2
    assert not twin > known / 2
