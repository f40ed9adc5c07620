"""From the numbers of a run to findings, the decisive ones marked."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from rules.compiler import Code, Compiled
from rules.ir import Expr
from rules.outcomes import CAUSE_WORDS, MET, NOT_APPLICABLE, UNMET, WORDS
from rules.parameters import number
from rules.scores import hundredths
from rules.verdict import Finding, Verdict

_PER_FINDING: Final = 8  # outcome, num, den, why-no-number, required, lo, hi, cause
_UPWARD: Final = {"at_least": 1, "more_than": 1, "at_most": -1, "less_than": -1}


def totals(code: Code) -> list[Expr]:
    """The title's points, when it has any."""
    return [code.points.lo, code.points.hi] if code.points else []


def verdict(code: Code, raw: Sequence[int | None], facts: Mapping[str, int | None]) -> Verdict:
    """Findings of one run: `raw` is the outcome, the totals, then eight numbers a criterion."""
    head = 1 + len(totals(code))
    rows = [
        raw[head + i * _PER_FINDING : head + (i + 1) * _PER_FINDING]
        for i in range(len(code.criteria))
    ]
    outcomes = {done.id: int(row[0] or 0) for done, row in zip(code.criteria, rows, strict=True)}
    deciding = decisive(code, int(raw[0] or 0), outcomes, rows)
    findings = tuple(
        _finding(done, row, facts, deciding=done.id in deciding)
        for done, row in zip(code.criteria, rows, strict=True)
    )
    points = (int(raw[1] or 0), int(raw[2] or 0)) if head > 1 else None
    return Verdict(WORDS[int(raw[0] or 0)], points, findings)


def _finding(
    done: Compiled, row: Sequence[int | None], facts: Mapping[str, int | None], *, deciding: bool
) -> Finding:
    outcome, num, den, why, required, lo, hi, _ = row
    value = need = margin = gap = None
    if done.value is not None and num is not None:
        value = Fraction(num, den or 1) * done.value.quantum
    if done.required is not None and required is not None:
        quantum = done.value.quantum if done.value else 1
        need = Fraction(required, done.required[1]) * quantum
    if value is not None and need is not None:
        margin = (value - need) * _UPWARD[done.edge]
        gap = _gap(done, num, den, required) if margin < 0 else None
    missing = tuple(key for key in done.uses if facts.get(key) is None)
    return Finding(
        done.id,
        WORDS[int(outcome or 0)],
        num,
        den,
        value,
        need,
        margin,
        gap,
        None if lo is None or hi is None else (lo, hi),
        CAUSE_WORDS[why] if value is None and why else "",
        done.uses,
        missing,
        deciding,
    )


def _gap(done: Compiled, num: int | None, den: int | None, required: int | None) -> Fraction | None:
    """How much the numerator lacks (or exceeds), with the denominator as it is."""
    if (
        done.value is None
        or done.required is None
        or done.value.power
        or done.value.unit == "growth"
    ):
        return None
    wanted = Fraction(required or 0, done.required[1]) * (den or 1)
    return abs(wanted - (num or 0)) * done.value.quantum


def decisive(
    code: Code, outcome: int, outcomes: Mapping[str, int], rows: Sequence[Sequence[int | None]]
) -> set[str]:
    """Ids of the criteria that made the outcome.

    Of an `all`: the children with its outcome (all of them when it is met); of an `any`: the
    child that carried it, or every child when none did.
    """
    by_id = {done.id: done for done in code.criteria}
    full = {
        done.id: row[6] == maximum_of(done.raw.get("score", done.raw))
        for done, row in zip(code.criteria, rows, strict=True)
        if done.kind == "score"
    }
    found: set[str] = set()

    def walk(kind: str, refers: tuple[str, ...], wanted: int) -> None:
        living = [name for name in refers if outcomes[name] != NOT_APPLICABLE]
        if kind == "points":
            found.update(name for name in refers if wanted == MET or not full.get(name, False))
            return
        chosen = [name for name in living if outcomes[name] == wanted]
        if kind == "any" and wanted == MET:
            chosen = chosen[:1]
        elif kind == "any" and wanted == UNMET:
            chosen = living
        for name in chosen:
            found.add(name)
            walk(by_id[name].kind, by_id[name].refers, outcomes[name])

    walk(code.verdict.kind, code.verdict.refers, outcome)
    return found


def maximum_of(score: Mapping[str, Any]) -> int:  # noqa: PLR0911 one line a kind of score
    """The most points a score can give, in hundredths."""
    if "max" in score:
        return int(number(score["max"]) * 100)
    for part in ("best_of", "sum_of"):
        if part in score:
            each = [maximum_of(item) for item in score[part]]
            return max(each) if part == "best_of" else sum(each)
    if "bands" in score:
        return max(hundredths(band["points"])[1] for band in score["bands"])
    if "by" in score:
        return max(hundredths(points)[1] for points in score["by"].values())
    if "judged" in score:
        return hundredths(score["judged"])[1]
    if "when" in score:
        return hundredths(score["points"])[1]
    return 0
