"""From a frame of facts to graded verdicts: the rule set's Polars executable and what it tells.

No loop over enterprises: decisive findings, grades, marks and the stored findings are columns.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from app.evaluation import facts
from app.evaluation.domain import Grade
from app.evaluation.figures import ASSUMED, PROXY
from app.evaluation.sources import ID
from app.foundation.canonical import sha256
from rules.days import Moment
from rules.outcomes import MANUAL, MET, NOT_APPLICABLE, UNMET
from rules.ruleset import Criterion, RuleSet

_GROUPS: Final = frozenset({"all", "any", "not", "at_least_k"})
_CLOCK_UNITS: Final = frozenset({"days", "years"})  # ages: they move with every day that passes
DECISIVE: Final = "~decisive"


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts of one rule set over a frame of facts.

    `rows` has: enterprise_id, outcome and the criteria as codes, lo, hi, grade, is_proxy,
    assumed_count, findings (canonical JSON), decisive_hash.
    """

    rule_set: RuleSet
    moment: Moment
    rows: pl.DataFrame


def judge(rule_set: RuleSet, built: pl.DataFrame, moment: Moment) -> Judged:
    """Judge every row of `built` by `rule_set`."""
    raw = rule_set.frame(built, moment, values=True)
    table = pl.concat([built, raw], how="horizontal")
    table = table.with_columns(
        condition.alias(name + DECISIVE) for name, condition in _decisive(rule_set)
    )
    table = table.with_columns(_marks(rule_set, table, ASSUMED), _marks(rule_set, table, PROXY))
    table = table.with_columns(
        (pl.col("~proxy_count") > 0).alias("is_proxy"),
        pl.col("~assumed_count").alias("assumed_count"),
        _findings(rule_set, raw.columns).alias("findings"),
    ).with_columns(_grade(rule_set).alias("grade"))
    hashes = _hashes(table, rule_set, is_preliminary=moment.base_year >= moment.on.year)
    kept = [ID, "outcome", "lo", "hi", "grade", "is_proxy", "assumed_count", "findings"]
    ids = [criterion.id for criterion in rule_set.criteria]
    return Judged(rule_set, moment, table.select(*kept, *ids, hashes))


def documents(rule_set: RuleSet, built: pl.DataFrame) -> pl.Series:
    """Per row the facts document of this rule set."""
    return facts.documents(built, rule_set.needs)


def _decisive(rule_set: RuleSet) -> list[tuple[str, pl.Expr]]:
    """Per criterion the condition under which it made the outcome (`rules.explain.decisive`).

    Of an `all`: the children with its outcome (all of them when it is met); of an `any`: the
    child that carried it, or every child when none did.
    """
    by_id = {criterion.id: criterion for criterion in rule_set.criteria}
    found: dict[str, pl.Expr] = {}

    def walk(kind: str, refers: tuple[str, ...], wanted: pl.Expr, here: pl.Expr) -> None:
        earlier = pl.lit(value=False)
        for name in refers:
            outcome = pl.col(name)
            chosen = outcome == wanted
            if kind == "points":
                chosen = pl.lit(value=True)
            elif kind == "any":
                first = chosen & ~earlier
                lives = outcome != NOT_APPLICABLE
                chosen = (
                    pl.when(wanted == MET)
                    .then(first)
                    .when(wanted == UNMET)
                    .then(lives)
                    .otherwise(chosen)
                )
                earlier |= outcome == MET
            decides = here & chosen
            found[name] = found[name] | decides if name in found else decides
            walk(by_id[name].kind, by_id[name].refers, outcome, decides)

    walk(rule_set.verdict_kind, rule_set.verdict_ids, pl.col("outcome"), pl.lit(value=True))
    return list(found.items())


def _marks(rule_set: RuleSet, table: pl.DataFrame, mark: str) -> pl.Expr:
    """How many marked facts the decisive criteria rest on."""
    users: dict[str, list[str]] = {}
    for name, keys in own_uses(rule_set).items():
        if name + DECISIVE in table.columns:
            for key in keys:
                users.setdefault(key, []).append(name + DECISIVE)
    counted = [
        (pl.col(key + mark) & pl.any_horizontal(deciders)).fill_null(value=False).cast(pl.Int64)
        for key, deciders in users.items()
        if key + mark in table.columns
    ]
    total = pl.sum_horizontal(counted) if counted else pl.lit(0, dtype=pl.Int64)
    return total.alias(f"{mark}_count")


def own_uses(rule_set: RuleSet) -> dict[str, tuple[str, ...]]:
    """Per criterion the facts it looks at itself; a combination leaves its parts theirs."""
    by_id = {criterion.id: criterion for criterion in rule_set.criteria}
    own: dict[str, tuple[str, ...]] = {}
    for criterion in rule_set.criteria:
        parts = criterion.refers if criterion.kind in _GROUPS else ()
        theirs = {key for part in parts for key in by_id[part].uses}
        own[criterion.id] = tuple(key for key in criterion.uses if key not in theirs)
    return own


def _findings(rule_set: RuleSet, columns: list[str]) -> pl.Expr:
    """Canonical JSON: a code per criterion, and the numbers of what decided against the firm.

    `decisive` lists [criterion, outcome, numerator, denominator, required, points from, to]
    for the decisive findings that are not met. Ages are left out: they change by themselves.
    """
    pieces = []
    codes = [pl.col(criterion.id).cast(pl.String) for criterion in rule_set.criteria]
    told = frozenset(criterion.id for criterion in _told(rule_set))
    for criterion in _told(rule_set):
        names = [f"{criterion.id}.{part}" for part in ("num", "den", "req", "lo", "hi")]
        silent = criterion.unit in _CLOCK_UNITS
        numbers = [
            pl.col(name).cast(pl.String).fill_null("null")
            if name in columns and not silent
            else pl.lit("null")
            for name in names
        ]
        piece = pl.format(
            '["{}",{},{},{},{},{},{}]', pl.lit(criterion.id), pl.col(criterion.id), *numbers
        )
        pieces.append(pl.when(_against(criterion, told)).then(piece))
    listed = pl.concat_list(pieces).list.drop_nulls().list.join(",") if pieces else pl.lit("")
    return pl.concat_str(
        pl.lit('{"decisive":['), listed, pl.lit('],"outcomes":"'), *codes, pl.lit('"}')
    )


def _told(rule_set: RuleSet) -> Iterator[Criterion]:
    """The criteria a finding is told of: all that can be decisive, scored items apart."""
    decisive = {name for name, _ in _decisive(rule_set)}
    for criterion in rule_set.criteria:
        if criterion.id in decisive and not criterion.is_score:
            yield criterion


def _against(criterion: Criterion, told: frozenset[str]) -> pl.Expr:
    """Whether a finding decided against the firm and no part of it tells so already.

    A combination speaks through its parts; one whose failing parts have no id speaks itself.
    """
    against = pl.col(criterion.id + DECISIVE) & (pl.col(criterion.id) < MET)
    if criterion.kind not in _GROUPS:
        return against
    for part in criterion.refers:
        if part in told:
            against &= ~(pl.col(part + DECISIVE) & (pl.col(part) < MET))
    return against


def _grade(rule_set: RuleSet) -> pl.Expr:
    """How close the firm is (DESIGN §4.5)."""
    parts = rule_set.verdict_ids if rule_set.verdict_kind == "all" else ()
    unmet = _many(parts, UNMET)
    some_met = _many(parts, MET) > 0 if parts else pl.lit(value=True)
    clean = (pl.col("assumed_count") == 0) & ~pl.col("is_proxy")
    outcome = pl.col("outcome")
    return (
        pl.when((outcome == MET) & clean)
        .then(pl.lit(Grade.READY.value))
        .when(outcome == MET)
        .then(pl.lit(Grade.PLEDGE.value))
        .when((outcome == MANUAL) & some_met)
        .then(pl.lit(Grade.PLEDGE.value))
        .when((outcome == UNMET) & (unmet == 1) & some_met)
        .then(pl.lit(Grade.ONE_SHORT.value))
        .when(outcome == UNMET)
        .then(pl.lit(Grade.SHORT.value))
        .otherwise(pl.lit(Grade.NO_DATA.value))
    )


def _many(parts: tuple[str, ...], code: int) -> pl.Expr:
    if not parts:
        return pl.lit(0)
    return pl.sum_horizontal((pl.col(part) == code).cast(pl.Int64) for part in parts)


def _hashes(table: pl.DataFrame, rule_set: RuleSet, *, is_preliminary: bool) -> pl.Series:
    """What a batch compares: verdict, grade, marks, law, and the decisive findings."""
    head = f"{rule_set.fingerprint};{is_preliminary};"
    texts = table.select(
        pl.concat_str(
            pl.lit(head),
            pl.concat_str(
                *(
                    pl.col(name).cast(pl.String).fill_null("")
                    for name in ("outcome", "lo", "hi", "grade", "is_proxy", "assumed_count")
                ),
                pl.col("findings").str.extract(r'"decisive":(\[.*\]),"outcomes"'),
                separator=";",
            ),
        )
    ).to_series()
    return pl.Series("decisive_hash", [sha256(text) for text in texts], dtype=pl.String)
