"""Time-ordered identifiers (RFC 9562, version 7): new rows land at the end of an index."""

import os
import time
from typing import Final
from uuid import UUID

_RANDOM_BITS: Final = 74
_VERSION: Final = 0x7 << 76
_VARIANT: Final = 0b10 << 62


def uuid7() -> UUID:
    """A new identifier whose first 48 bits are the milliseconds since 1970."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10)) & ((1 << _RANDOM_BITS) - 1)
    high, low = random >> 62, random & ((1 << 62) - 1)
    return UUID(int=(milliseconds << 80) | _VERSION | (high << 64) | _VARIANT | low)
