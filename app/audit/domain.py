"""The chain: each event carries the hash of the one before, so that no edit goes unseen."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from app.foundation import canonical

FORMAT: Final = "sha256/1"  # SHA-256 over canonical JSON of `Entry` without its own hash
GENESIS: Final = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event as the chain sees it. `at` is ISO 8601 in UTC to the microsecond."""

    chain: str
    seq: int
    prev: str
    at: str
    actor_id: str
    actor_name: str
    address: str
    action: str
    result: str
    subject_kind: str
    subject_id: str
    body: str
    format: str = FORMAT


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain stands: its last number and hash. Kept outside, it shows a cut tail."""

    chain: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along one chain found; `first_bad` is None when all is well."""

    head: Head
    first_bad: int | None = None
    reason: str = ""


def stamp(at: datetime) -> str:
    """The instant as the chain writes it; the same on both databases.

    >>> from datetime import UTC
    >>> stamp(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    '2026-01-02T03:04:05.000000+00:00'
    """
    return at.isoformat(timespec="microseconds")


def digest(entry: Entry) -> str:
    """The hash of an event, over everything it says and the hash before it."""
    return canonical.sha256(canonical.dumps(asdict(entry)))


def body_text(facts: Mapping[str, Any] | None) -> str:
    """The canonical text of an event's scalars.

    Raises:
        TypeError: a value is neither text, whole number, yes/no nor nothing.
    """
    for name, value in (facts or {}).items():
        if value is not None and not isinstance(value, str | int | bool):
            raise TypeError(f"audit fact {name} is a {type(value).__name__}, not a scalar")
    return canonical.dumps(dict(facts or {}))


def verify(chain: str, walk: Iterable[tuple[Entry, str]], anchor: Head | None = None) -> Verdict:
    """Walk events in the order of their numbers, recomputing every hash.

    `walk` yields each event with the hash stored for it. `anchor` is a head kept outside the
    database: the chain must still contain it, or its tail was cut or rewritten.
    """
    expected, prev = 1, GENESIS
    for entry, stored in walk:
        if entry.seq != expected:
            return Verdict(Head(chain, expected - 1, prev), expected, "编号不连续，此前的事件缺失")
        if entry.prev != prev:
            return Verdict(Head(chain, expected - 1, prev), expected, "与前一事件的哈希不衔接")
        if digest(entry) != stored:
            return Verdict(Head(chain, expected - 1, prev), expected, "内容与哈希不符，已被改动")
        if anchor and anchor.seq == entry.seq and anchor.hash != stored:
            return Verdict(
                Head(chain, expected - 1, prev), expected, "与外部留存的链头不符，链被重写"
            )
        expected, prev = expected + 1, stored
    head = Head(chain, expected - 1, prev)
    if anchor and anchor.seq > head.seq:
        return Verdict(head, head.seq + 1, "外部留存的链头之后被截断")
    return Verdict(head)
