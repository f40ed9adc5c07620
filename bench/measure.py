"""Taking times and printing them: medians and 95th percentiles, ratios within one run."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

_MICRO: Final = 1_000  # nanoseconds
_MILLI: Final = 1_000_000
_SECOND: Final = 1_000_000_000


def sample(call: Callable[[], object], times: int, warm_up: int = 2) -> list[int]:
    """Nanoseconds of each of `times` calls, after some that are not counted."""
    for _ in range(warm_up):
        call()
    taken = []
    for _ in range(times):
        start = time.perf_counter_ns()
        call()
        taken.append(time.perf_counter_ns() - start)
    return taken


def percentile(samples: Sequence[int], hundredths: int) -> int:
    """The smallest sample that at least `hundredths` of a hundred do not exceed."""
    ordered = sorted(samples)
    return ordered[max(0, -(-len(ordered) * hundredths // 100) - 1)]


def spell(nanoseconds: int) -> str:
    """A time with three digits and a unit that fits it."""
    for unit, size in (("s", _SECOND), ("ms", _MILLI), ("µs", _MICRO)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds} ns"


@dataclass(slots=True)
class Stopwatch:
    """Named stretches of one run: elapsed and processor time. A busy machine shows in the gap."""

    taken: dict[str, int] = field(default_factory=dict)
    worked: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        """Time the block under `name`, and print it."""
        start, busy = time.perf_counter_ns(), time.process_time_ns()
        yield
        self.taken[name] = time.perf_counter_ns() - start
        self.worked[name] = time.process_time_ns() - busy
        spelled = f"{spell(self.taken[name]):>10} {spell(self.worked[name]):>10}"
        print(f"{name:<44} {spelled} of processor", flush=True)

    def ratio(self, name: str, whole: str, part: str) -> None:
        """Print how many times the processor time of `part` the stretch `whole` took."""
        print(f"{name:<44} {self.worked[whole] / max(1, self.worked[part]):>9.2f}×", flush=True)


def heading(text: str) -> None:
    """A line that begins a part of the output."""
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


def row(name: str, samples: Sequence[int]) -> None:
    """One line: name, median, 95th percentile, number of calls."""
    middle, high = percentile(samples, 50), percentile(samples, 95)
    print(f"{name:<44} {spell(middle):>10} {spell(high):>10} {len(samples):>6}", flush=True)
