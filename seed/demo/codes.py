"""Unified social credit codes with both check characters right (GB 32100-2015, GB 11714-1997)."""

from random import Random
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
_BODY_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_BODY_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def credit_code(random: Random, division: str) -> str:
    """A valid code of an enterprise (91) registered in `division` (six digits)."""
    body = "MA" + "".join(ALPHABET[random.randrange(len(ALPHABET))] for _ in range(6))
    return complete("91" + division + body + _body_check(body))


def complete(head: str) -> str:
    """The 17 characters of `head` with their check character (GB 32100, modulus 31)."""
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(head))
    return head + ALPHABET[-total % 31]


def _body_check(body: str) -> str:
    total = sum(_BODY_DIGITS.index(c) * w for c, w in zip(body, _BODY_WEIGHTS, strict=True))
    check = 11 - total % 11
    return {10: "X", 11: "0"}.get(check, str(check))
