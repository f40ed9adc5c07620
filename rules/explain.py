"""From the numbers of a run to findings, the decisive ones marked."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from rules.compiler import Code, Compiled
from rules.ir import NULL, Expr
from rules.outcomes import MET, NOT_APPLICABLE, UNMET
from rules.values import Value
from rules.verdict import Finding, Row, Shape

POINT: Final = Fraction(1, 100)  # points are kept in hundredths


def totals(code: Code) -> list[Expr]:
    """The title's points; null where it has none."""
    return [code.points.lo, code.points.hi] if code.points else [NULL, NULL]


def findings(
    code: Code,
    shapes: Sequence[Shape],
    outcome: int,
    rows: Sequence[Row],
    facts: Mapping[str, int | None],
) -> tuple[Finding, ...]:
    """Findings from the rows of one run, in the order of the law."""
    outcomes = {shape.id: row[0] for shape, row in zip(shapes, rows, strict=True)}
    highs = {shape.id: row[6] for shape, row in zip(shapes, rows, strict=True)}
    deciding = decisive(code, outcome, outcomes, highs)
    return tuple(
        Finding(shape, *row, shape.id in deciding, facts)
        for shape, row in zip(shapes, rows, strict=True)
    )


def shape_of(done: Compiled) -> Shape:
    """What the findings of a criterion share."""
    if done.kind == "points":
        return Shape(done.id, "points", POINT, 1, done.edge, 0, done.uses, None)
    value = done.value
    return Shape(
        done.id,
        value.unit if value else "",
        value.quantum if value else Fraction(1),
        done.required[1] if done.required else 1,
        done.edge,
        value.power if value else 0,
        done.uses,
        _part(value),
    )


def _part(value: Value | None) -> Fraction | None:
    """What one unit of the numerator is worth in a gap; a rate of growth has no gap."""
    if value is None or value.unit == "growth":
        return None
    return value.part if value.unit == "ratio" else value.quantum


def decisive(
    code: Code, outcome: int, outcomes: Mapping[str, int], highs: Mapping[str, int | None]
) -> set[str]:
    """Ids of the criteria that made the outcome.

    Of an `all`: the children with its outcome (all of them when it is met); of an `any`: the
    child that carried it, or every child when none did.
    """
    by_id = code.by_id
    full = {
        name for name, high in highs.items() if high is not None and high == code.maxima.get(name)
    }
    found: set[str] = set()

    def walk(kind: str, refers: tuple[str, ...], wanted: int) -> None:
        living = [name for name in refers if outcomes[name] != NOT_APPLICABLE]
        if kind == "points":
            found.update(name for name in refers if wanted == MET or name not in full)
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
