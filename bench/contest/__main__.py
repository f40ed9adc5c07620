"""The contest: times, ratios and errors, printed and written as JSON."""

import argparse
import ctypes
import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np
import polars as pl

from bench.contest import engines, hand, mine
from bench.contest.firms import Columns, firms
from rules.ruleset import RuleSet

WORKLOADS: Final = ("tech_sme", "high_tech")
ANSWERS: Final = ("outcome", "lo", "hi")
SIZES: Final = (100_000, 1_000_000)
ROUNDS: Final = 9
ONE: Final = 3_000  # calls for one firm
MEGABYTE: Final = 1 << 20
Runs = dict[str, Callable[[], Any]]


class Kernel:
    """The C kernel, compiled now, on two threads."""

    def __init__(self, folder: Path, workload: str) -> None:
        library = folder / "kernel.so"
        source = Path(__file__).with_name("kernel.c")
        if not library.exists():
            flags = ["-O3", "-march=native", "-fopenmp", "-shared", "-fPIC"]
            subprocess.run(["cc", *flags, source, "-o", library, "-lm"], check=True)  # noqa: S603, S607
        self._call = getattr(ctypes.CDLL(str(library)), workload)
        self._workload = workload

    def many(self, columns: Columns) -> dict[str, Any]:
        """outcome, lo and hi of every firm."""
        count = len(columns["staff"])
        out = [np.empty(count, kind) for kind in (np.uint8, np.int16, np.int16)]
        given = [columns[name] for name in ARGUMENTS[self._workload]]
        pointers = [ctypes.c_void_p(column.ctypes.data) for column in (*given, *out)]
        if self._workload == "high_tech":
            pointers.insert(len(given), ctypes.c_int64(hand.ON))  # type: ignore[arg-type]
        self._call(ctypes.c_int64(count), *pointers)
        return dict(zip(ANSWERS, out, strict=True))


ARGUMENTS: Final = {
    "tech_sme": (
        "staff", "science", "sales", "assets", "rd", "cost", "class1", "class2", "resident",
        "prohibited", "held", "safety", "quality", "environment", "misconduct", "abnormal",
        "dishonest", "award", "platform", "standard",
    ),
    "high_tech": (
        "days", "staff", "science", "s0", "s1", "s2", "r0", "r1", "r2", "d0", "d1", "d2", "a0",
        "a1", "a2", "product", "income", "untaxed", "expert_ip", "expert_results",
        "expert_management", "rights", "field", "safety", "quality", "environment",
    ),
}  # fmt: skip


def raced(runs: Runs, rounds: int) -> dict[str, float]:
    """Best seconds of each, taken in turns: what else the machine does touches all alike."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            taken[name].append(time.perf_counter() - start)
    return {name: min(times) for name, times in taken.items()}


def each(runs: Runs, calls: int) -> dict[str, float]:
    """Median seconds of one call of each."""
    found = {}
    for name, run in runs.items():
        times = []
        for _ in range(calls if run_is_quick(run) else calls // 30):
            start = time.perf_counter()
            run()
            times.append(time.perf_counter() - start)
        found[name] = median(times)
    return found


def run_is_quick(run: Callable[[], Any]) -> bool:
    """Whether a call takes less than a third of a millisecond."""
    run()
    start = time.perf_counter()
    run()
    return time.perf_counter() - start < 1 / 3000


def memory(run: Callable[[], Any]) -> float:
    """Megabytes by which the process grows at most while `run` runs; Linux only, else 0."""
    clear, status = Path("/proc/self/clear_refs"), Path("/proc/self/status")
    if not clear.exists():
        return 0.0
    clear.write_text("5", encoding="ascii")
    before = _kilobytes(status, "VmRSS")
    run()
    return max(0, _kilobytes(status, "VmHWM") - before) * 1024 / MEGABYTE


def _kilobytes(status: Path, name: str) -> int:
    lines = status.read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


def single(workload: str, law: RuleSet, fisca: engines.OpenFisca) -> dict[str, float]:
    """One firm, without and with trace."""
    columns = firms(workload, 8, edge=0, seed=3)
    table = mine.frame(workload, law, columns).row(5, named=True)
    facts = {key: None if value is None else int(value) for key, value in table.items()}
    firm = {name: columns[name][5].item() for name in engines.names(workload)}
    alone = fisca.prepared({name: columns[name][5:6] for name in engines.names(workload)})
    graph, plain = engines.Zen(workload), hand.PLAIN[workload]
    assert graph.one(firm)["outcome"] == plain(firm)[0] == law.trace(facts, mine.MOMENT)[0]  # noqa: S101
    return each(
        {
            "ours": lambda: law.decide(facts, mine.MOMENT),
            "ours, trace": lambda: law.trace(facts, mine.MOMENT),
            "ours, trace as findings": lambda: law.judge(facts, mine.MOMENT).findings,
            "plain Python": lambda: plain(firm),
            "zen": lambda: graph.one(firm),
            "zen, trace": lambda: graph.one(firm, trace=True),
            "OpenFisca": lambda: fisca.many(alone),
            "OpenFisca, trace": lambda: fisca.many(alone, trace=True),
        },
        ONE,
    )


def many(
    workload: str, law: RuleSet, fisca: engines.OpenFisca, kernel: Kernel, count: int
) -> tuple[dict[str, float], dict[str, float]]:
    """Seconds and megabytes for `count` firms; verdicts are compared before the clock runs."""
    columns = firms(workload, count, edge=0.01)
    table, own = mine.frame(workload, law, columns), pl.DataFrame(columns)
    prepared = fisca.prepared(columns)
    runs: Runs = {
        "ours": lambda: law.frame(table, mine.MOMENT, findings=False),
        "ours, findings": lambda: law.frame(table, mine.MOMENT),
        "ours, findings with values": lambda: law.frame(table, mine.MOMENT, values=True),
        "Polars by hand": lambda: hand.POLARS[workload](own),
        "OpenFisca": lambda: fisca.many(prepared),
        "C, two threads": lambda: kernel.many(columns),
    }
    assert differing(kernel.many(columns), runs["ours"]()) == 0  # noqa: S101
    assert differing(kernel.many(columns), runs["Polars by hand"]()) == 0  # noqa: S101
    grown = {name: memory(run) for name, run in runs.items()}
    return raced(runs, ROUNDS), grown


def differing(left: Any, right: Any) -> int:
    """Firms that come out otherwise in the outcome or in the points."""
    wrong = np.zeros(len(left["outcome"]), bool)
    for name in ANSWERS:
        wrong |= np.asarray(left[name]).astype(np.int64) != np.asarray(right[name]).astype(np.int64)
    return int(wrong.sum())


def boundary(
    workload: str, law: RuleSet, fisca: engines.OpenFisca, kernel: Kernel
) -> dict[str, int]:
    """Errors on 10⁵ firms of which a third stand on an edge, against exact integers by hand."""
    columns = firms(workload, SIZES[0], edge=0.33, seed=11)
    names = engines.names(workload)
    rows = zip(*(columns[name].tolist() for name in names), strict=True)
    graph, plain = engines.Zen(workload), hand.PLAIN[workload]
    people = [dict(zip(names, row, strict=True)) for row in rows]
    exact = dict(zip(ANSWERS, np.array([plain(firm) for firm in people]).T, strict=True))
    floats = dict(zip(ANSWERS, fisca.many(fisca.prepared(columns)), strict=True))
    told = [graph.one(firm) for firm in people[: SIZES[0] // 20]]
    few = {name: exact[name][: len(told)] for name in ANSWERS}
    frame = mine.frame(workload, law, columns)
    return {
        "ours": differing(exact, law.frame(frame, mine.MOMENT, findings=False)),
        "C, two threads": differing(exact, kernel.many(columns)),
        "Polars by hand": differing(exact, hand.POLARS[workload](pl.DataFrame(columns))),
        "OpenFisca (float32)": differing(exact, floats),
        f"zen (of {len(told)})": differing(
            few, {name: np.array([answer[name] for answer in told]) for name in ANSWERS}
        ),
    }


def main() -> None:
    """Run the contest; `--json FILE` writes the ratios."""
    parser = argparse.ArgumentParser(prog="python bench/rules.py", description=__doc__)
    parser.add_argument("--json", type=Path, help="where to write the ratios")
    given = parser.parse_args()
    ratios: dict[str, Any] = {"boundary_errors": 0, "detail": {}}
    with tempfile.TemporaryDirectory() as folder:
        for workload in WORKLOADS:
            _contest(workload, Path(folder), ratios)
    for name in ("trace_vs_zen", "trace_vs_openfisca"):
        ratios[name] = min(ratios["detail"][workload][name] for workload in WORKLOADS)
    print(json.dumps({k: v for k, v in ratios.items() if k != "detail"}, indent=2))
    if given.json:
        given.json.write_text(json.dumps(ratios, indent=2, ensure_ascii=False), encoding="utf-8")


def _contest(workload: str, folder: Path, ratios: dict[str, Any]) -> None:
    law = mine.rule_set(workload)
    fisca, kernel = engines.OpenFisca(workload), Kernel(folder, workload)
    detail: dict[str, Any] = {"errors": boundary(workload, law, fisca, kernel)}
    print(f"{workload}: errors {detail['errors']}", flush=True)
    one = detail["one_firm_seconds"] = single(workload, law, fisca)
    for name, seconds in one.items():
        print(f"  one firm  {name:<28} {seconds * 1e6:>10.1f} µs", flush=True)
    detail["trace_vs_zen"] = one["zen, trace"] / one["ours, trace"]
    detail["trace_vs_openfisca"] = one["OpenFisca, trace"] / one["ours, trace"]
    for count in SIZES:
        taken, grown = many(workload, law, fisca, kernel, count)
        detail[f"seconds_{count}"], detail[f"megabytes_{count}"] = taken, grown
        for name, seconds in taken.items():
            print(
                f"  {count:>9,} {name:<28} {seconds * 1e3:>9.1f} ms {grown[name]:>7.0f} MB",
                flush=True,
            )
    ratios[f"{workload}_vs_openfisca"] = taken["OpenFisca"] / taken["ours"]
    ratios[f"{workload}_vs_c"] = taken["ours"] / taken["C, two threads"]
    ratios["boundary_errors"] += detail["errors"]["ours"]
    ratios["detail"][workload] = detail


if __name__ == "__main__":
    main()
