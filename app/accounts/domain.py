"""Rules of accounts that need no database."""

import re
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from app.foundation.actor import Role

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
SEEN_EVERY: Final = timedelta(minutes=1)  # a session's last use is written at most this often
FAILURES_ALLOWED: Final = 5  # per account and address, then LOCKED_FOR
LOCKED_FOR: Final = timedelta(minutes=15)
LOOKUPS_ALLOWED: Final = 30  # of user names, per account that authorises others
REGISTRATIONS_ALLOWED: Final = 10  # per address, failed ones counted; an office shares one

MIN_PASSWORD: Final = 10  # characters; 等保三级 practice: length and three of four kinds
MAX_PASSWORD: Final = 200  # characters; hashing time must not be the visitor's choice
KINDS_NEEDED: Final = 3
_KINDS: Final = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")
USERNAME: Final = re.compile(r"[a-z][a-z0-9._-]{1,38}")

# 三权分立 (GB/T 22239-2019 8.1.4.2 d): what each role may be held together with, if not anything.
_ONLY_WITH: Final = {
    Role.ADMINISTRATOR: frozenset({Role.ADMINISTRATOR}),
    Role.AUDITOR: frozenset({Role.AUDITOR, Role.LEADER}),
}


def excludes(one: Role, other: Role) -> bool:
    """Whether one account may not hold both roles at the same time.

    >>> excludes(Role.ADMINISTRATOR, Role.LEADER), excludes(Role.AUDITOR, Role.LEADER)
    (True, False)
    """
    everything = frozenset(Role)
    return other not in _ONLY_WITH.get(one, everything) or one not in _ONLY_WITH.get(
        other, everything
    )


def overlaps(since: date, until: date | None, other_since: date, other_until: date | None) -> bool:
    """Whether two half-open intervals of days share a day; None is open-ended."""
    return (until is None or other_since < until) and (other_until is None or since < other_until)


def is_alive(
    created_at: datetime, seen_at: datetime, ended_at: datetime | None, at: datetime
) -> bool:
    """Whether a sign-in session still stands at the instant `at`."""
    return ended_at is None and at < created_at + ABSOLUTE and at < seen_at + IDLE


def weaknesses(password: str, *, username: str) -> list[str]:
    """What is wrong with a password, as sentences; empty when it is fit."""
    found = []
    if len(password) < MIN_PASSWORD:
        found.append(f"密码至少 {MIN_PASSWORD} 个字符。")
    if len(password) > MAX_PASSWORD:
        found.append(f"密码不超过 {MAX_PASSWORD} 个字符。")
    if sum(bool(re.search(kind, password)) for kind in _KINDS) < KINDS_NEEDED:
        found.append("密码须含小写字母、大写字母、数字、其他字符中的至少三类。")
    if username and username.lower() in password.lower():
        found.append("密码不能包含用户名。")
    return found


def local_path(given: str | None) -> str:
    r"""The path to go to after signing in; "/" unless `given` surely stays on this site.

    >>> local_path("/enterprises?q=a"), local_path("//evil.example"), local_path("/\\evil")
    ('/enterprises?q=a', '/', '/')
    """
    if not given or not given.startswith("/") or given.startswith("//"):
        return "/"
    if any(mark in given for mark in "\\\r\n\t") or not given.isprintable():
        return "/"
    try:
        parts = urlsplit(given)
    except ValueError:
        return "/"
    return given if not parts.scheme and not parts.netloc else "/"


def clashing(role: Role, held: Collection[Role]) -> Role | None:
    """The first role of `held` that excludes `role`, or None."""
    return next((other for other in Role if other in held and excludes(role, other)), None)
