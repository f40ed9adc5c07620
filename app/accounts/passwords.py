"""Passwords: argon2id, never more than two at a time, and as slow for unknown names."""

import secrets
import string
import threading
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.accounts.domain import weaknesses

# 50 sign-ins a second on two cores; the library's defaults would allow seven (QUALITY §0.5).
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE: Final = threading.BoundedSemaphore(2)  # hashing must not starve the pages
_DUMMY: Final = _HASHER.hash("nobody's password")
_LENGTH: Final = 14
_ALPHABET: Final = "".join(set(string.ascii_letters + string.digits) - set("0OoIl1"))  # read aloud


def make_hash(password: str) -> str:
    """The argon2id hash of `password`, parameters and salt included."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Whether `password` is the one stored. None costs the same time and is never right."""
    with _AT_ONCE:
        try:
            _HASHER.verify(stored or _DUMMY, password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


def invent() -> str:
    """A temporary password that meets the rules and can be read aloud."""
    while True:
        word = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
        if not weaknesses(word, username=""):
            return word
