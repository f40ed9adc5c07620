"""Rules of accounts that need no database."""

from datetime import timedelta
from typing import Final

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
FAILURES_ALLOWED: Final = 5  # per account and address, then LOCKED_FOR
LOCKED_FOR: Final = timedelta(minutes=15)
