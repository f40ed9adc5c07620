"""Rules of accounts that need no database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.accounts.domain import (
    clashing,
    excludes,
    is_alive,
    local_path,
    overlaps,
    weaknesses,
)
from app.foundation.actor import Role

THEN = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("other", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_an_administrator_holds_nothing_else(other):
    assert excludes(Role.ADMINISTRATOR, other)
    assert excludes(other, Role.ADMINISTRATOR)


@pytest.mark.parametrize("other", list(Role))
def test_an_auditor_holds_nothing_that_decides(other):
    assert excludes(Role.AUDITOR, other) is (other not in {Role.AUDITOR, Role.LEADER})


@pytest.mark.parametrize("role", list(Role))
def test_a_role_never_excludes_itself(role):
    assert not excludes(role, role)


def test_the_first_clashing_role_is_named():
    assert clashing(Role.AUDITOR, {Role.LEADER, Role.POLICY}) is Role.POLICY
    assert clashing(Role.POLICY, {Role.FINANCE}) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((1, 10), (10, 20), False),
        ((1, 11), (10, 20), True),
        ((1, None), (10, None), True),
        ((10, 20), (1, 10), False),
        ((10, None), (1, 10), False),
        ((10, None), (1, 11), True),
    ],
)
def test_half_open_intervals_share_a_day_or_not(one, other, expected):
    def days(pair):
        return [date(2026, 1, number) if number else None for number in pair]

    assert overlaps(*days(one), *days(other)) is expected


@pytest.mark.parametrize(
    ("seen", "now", "alive"),
    [
        (0, timedelta(minutes=30) - timedelta(seconds=1), True),
        (0, timedelta(minutes=30), False),
        (11 * 60 + 45, timedelta(hours=12) - timedelta(seconds=1), True),
        (11 * 60 + 45, timedelta(hours=12), False),
    ],
    ids=["29:59 idle", "30:00 idle", "11:59:59 old", "12:00:00 old"],
)
def test_a_session_ends_after_thirty_idle_minutes_or_twelve_hours(seen, now, alive):
    assert is_alive(THEN, THEN + timedelta(minutes=seen), None, THEN + now) is alive


def test_an_ended_session_is_dead():
    assert not is_alive(THEN, THEN, THEN, THEN)


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("Abcdefg123", 0),
        ("Abcdefg12", 1),
        ("abcdefg123", 1),
        ("梯田abcdef123", 0),
        ("Zhang3-Zhang3", 1),
        ("A1-" + "a" * 200, 1),
    ],
)
def test_a_password_needs_ten_characters_of_three_kinds_without_the_user_name(password, faults):
    assert len(weaknesses(password, username="zhang3")) == faults


OFF_SITE = (
    *("https://evil.example", "//evil.example", "///evil.example", "/\\evil.example"),
    *("\\\\evil.example", "http:evil.example", "javascript:alert(1)", "/\t/evil.example"),
    *("/\n/evil.example", "/a\r\nSet-Cookie: x", "", "evil", ".", " //evil.example"),
    *("\x00/evil", "/\x0b/evil", "/\u2028evil", "//evil.example/%2f..", "data:text/html,x"),
    *("//[::1", "/\\/evil.example", "//пример.рф", "HTTPS://evil.example"),
)


@pytest.mark.parametrize("given", OFF_SITE)
def test_after_signing_in_nobody_is_sent_off_the_site(given):
    assert local_path(given) == "/"


@pytest.mark.parametrize("given", ["/", "/enterprises?q=%E6%B1%9F&after=1", "/a/b#c", "/企业"])
def test_after_signing_in_one_goes_on_to_the_page_asked_for(given):
    assert local_path(given) == given
