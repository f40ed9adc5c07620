"""A rule set: one title, one application type, one day; chosen, hashed, compiled, run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

import polars as pl

from rules import explain, python_code
from rules.canonical import dumps, sha256
from rules.compiler import Code, Compiled, compile_tree, outputs
from rules.days import EPOCH, Moment, from_days, to_days
from rules.frame_code import FrameCode
from rules.indicators import Indicator, load_indicators
from rules.needs import FOUNDED, Need
from rules.outcomes import WORDS
from rules.text import Text
from rules.verdict import Finding, Shape, Verdict

LANGUAGE: Final = "1"
PROSE: Final = frozenset({"name", "reading", "reason", "remedy"})  # hashed apart from the law


@dataclass(frozen=True, slots=True)
class Source:
    """Where a clause stands, and how surely we know its words (evidence mark of the domain)."""

    document: str = ""
    number: str = ""  # 文号
    title: str = ""
    article: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """What people see of a criterion."""

    id: str
    name: Text
    source: Source
    kind: str
    unit: str
    is_score: bool
    maximum: int | None  # of a score, in hundredths
    reading: Text
    reason: Text
    remedy: Text
    keep: bool
    uses: tuple[str, ...]
    refers: tuple[str, ...]
    edge: str


class RuleSet:
    """The law of one title for one application type on one day, ready to run.

    Built from a resolved tree, so that a stored tree replays years later.
    """

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self._tree = tree
        self.id = str(tree["id"])
        self.title = str(tree["title"])
        self.application_type = str(tree["application_type"])
        self.indicators: dict[str, Indicator] = load_indicators(tree["indicators"])
        self._code: Code = compile_tree(tree, self.indicators)
        self._frames: dict[tuple[bool, bool], FrameCode] = {}

    @cached_property
    def tree(self) -> str:
        """The resolved tree as canonical JSON: all that a replay needs."""
        return dumps(self._tree)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the law in the tree, without its prose, and of the language's version."""
        return sha256(dumps({"language": LANGUAGE, "tree": _law_only(self._tree)}))

    @property
    def verdict_kind(self) -> str:
        """How the verdict combines its criteria: all, any, at_least_k, not."""
        return self._code.verdict.kind

    @property
    def needs(self) -> tuple[Need, ...]:
        """The facts it asks for, `registered_on` first."""
        return self._code.needs

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """The criteria and scored items in the order of the law."""
        return tuple(
            _describe(done, self._code.maxima.get(done.id)) for done in self._code.criteria
        )

    @cached_property
    def verdict_ids(self) -> tuple[str, ...]:
        """The criteria the verdict is made of directly."""
        return self._code.verdict.refers

    def judge(self, facts: Mapping[str, int | None], moment: Moment) -> Verdict:
        """The verdict for one enterprise. Facts are integers in quanta; absent is unknown."""
        outcome, lo, hi, *rows = self.trace(facts, moment)
        code, shapes = self._code, self._shapes

        def tell() -> tuple[Finding, ...]:
            return explain.findings(code, shapes, outcome, rows, facts)

        return Verdict(outcome, None if lo is None else (lo, hi), tell)

    def trace(self, facts: Mapping[str, int | None], moment: Moment) -> tuple[Any, ...]:
        """The verdict as codes and numbers: outcome, lo, hi, then a `Row` per criterion."""
        row = [facts.get(key) for key in self._keys]
        answer: tuple[Any, ...] = self._trace(*_moment_arguments(facts, moment), row)
        return answer

    def finding(self, name: str, code: int, **numbers: int | None) -> Finding:
        """A stored finding made to speak again: outcome code and num, den, req, lo, hi."""
        shape = next(shape for shape in self._shapes if shape.id == name)
        return Finding(shape, code, **numbers)  # type: ignore[arg-type] # the numbers' own names

    def decide(self, facts: Mapping[str, int | None], moment: Moment) -> str:
        """The outcome alone, in microseconds."""
        row = [facts.get(key) for key in self._keys]
        return WORDS[self._decision(*_moment_arguments(facts, moment), row)[0]]

    def frame(
        self,
        frame: pl.DataFrame,
        moment: Moment,
        *,
        values: bool = False,
        findings: bool = True,
    ) -> pl.DataFrame:
        """Outcomes for every row of `frame`, whose columns are the needs' keys.

        Columns of the result: outcome, lo, hi; with `findings` also `<criterion>` outcome codes
        and `<item>.lo/.hi` for points; with `values` also `<criterion>.num/.den/.req/.common`
        (required is req/common).
        """
        told = [*self._code.criteria] if findings else []
        answer = self._frame_code(values=values, findings=findings).run(frame, moment)
        narrow = [pl.col("outcome", *(done.id for done in told)).cast(pl.Int8)]
        if not self._code.points:
            narrow += [pl.lit(None, dtype=pl.Int64).alias(name) for name in ("lo", "hi")]
        return answer.with_columns(*narrow)

    def _frame_code(self, *, values: bool, findings: bool) -> FrameCode:
        code, kind = self._code, (values, findings)
        if kind not in self._frames:
            results = {"outcome": code.outcome}
            if code.points:
                results |= {"lo": code.points.lo, "hi": code.points.hi}
            for done in code.criteria if findings else ():
                results |= _columns(done, values=values)
            self._frames[kind] = FrameCode(code.program, code.columns, results)
        return self._frames[kind]

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        return tuple(need.key for need in self._code.needs)

    @cached_property
    def _shapes(self) -> tuple[Shape, ...]:
        return tuple(explain.shape_of(done) for done in self._code.criteria)

    @cached_property
    def _trace(self) -> Any:
        rows = [outputs(done) for done in self._code.criteria]
        results: list[python_code.Result] = [self._code.outcome, *explain.totals(self._code), *rows]
        return python_code.build(self._code.program, list(self._code.columns.values()), results)

    @cached_property
    def _decision(self) -> Any:
        columns = list(self._code.columns.values())
        return python_code.build(self._code.program, columns, [self._code.outcome])


@lru_cache(maxsize=128)
def restore(tree: str) -> RuleSet:
    """The rule set of a stored tree, compiled once per process: pages read many verdicts by it."""
    return RuleSet(json.loads(tree))


def _moment_arguments(facts: Mapping[str, int | None], moment: Moment) -> tuple[int | None, ...]:
    registered = facts.get(FOUNDED)
    founded = None if registered is None else from_days(registered).year
    base_end = to_days(EPOCH.replace(year=moment.base_year + 1))
    return to_days(moment.on), base_end, moment.base_year, founded


def _columns(done: Compiled, *, values: bool) -> dict[str, Any]:
    results: dict[str, Any] = {done.id: done.outcome}
    if done.points:
        results |= {f"{done.id}.lo": done.points.lo, f"{done.id}.hi": done.points.hi}
    if values and done.value:
        results |= {f"{done.id}.num": done.value.num, f"{done.id}.den": done.value.den}
    if values and done.required:
        results[f"{done.id}.req"] = done.required[0]
    return results


def _law_only(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        return {key: _law_only(value) for key, value in tree.items() if key not in PROSE}
    if isinstance(tree, list):
        return [_law_only(item) for item in tree]
    return tree


def _describe(done: Compiled, maximum: int | None) -> Criterion:
    raw = done.raw
    source = raw.get("source") or {}
    return Criterion(
        id=done.id,
        name=Text.of(raw.get("name", done.id)),
        source=Source(*(str(source.get(key, "")) for key in Source.__slots__)),
        kind=done.kind,
        unit=explain.shape_of(done).unit,
        is_score=done.kind == "score",
        maximum=maximum,
        reading=Text.of(raw.get("reading")),
        reason=Text.of(raw.get("reason") or raw.get("manual")),
        remedy=Text.of(raw.get("remedy")),
        keep=bool(raw.get("keep", False)),
        uses=done.uses,
        refers=done.refers,
        edge=done.edge,
    )
