"""How outcomes combine: all, any, at least k, not, and a condition that switches a test off."""

from collections.abc import Callable, Sequence
from typing import Final

from rules import ir
from rules.ir import Cmp, Const, Expr, If, Or, Pick
from rules.outcomes import MANUAL, MET, NOT_APPLICABLE, UNKNOWN, UNMET

Let = Callable[[Expr], Expr]
_LAST: Final = 9  # sorts after every outcome


def least(outcomes: Sequence[Expr], possible: frozenset[int], let: Let) -> Expr:
    """`all`: the least of unmet < unknown < manual < met; what does not apply drops out."""
    if NOT_APPLICABLE not in possible:
        return let(_pick("min", outcomes))
    ranked = [If(_is(outcome, NOT_APPLICABLE), Const(_LAST), outcome) for outcome in outcomes]
    found = let(_pick("min", ranked))
    return If(_is(found, _LAST), Const(NOT_APPLICABLE), found)


def greatest(outcomes: Sequence[Expr], let: Let) -> Expr:
    """`any`: the greatest of unmet < manual < unknown < met; what does not apply drops out."""
    return _from_any_rank(let(_pick("max", [_any_rank(outcome) for outcome in outcomes])))


def at_least(k: int, outcomes: Sequence[Expr], let: Let) -> Expr:
    """Met if k are; unmet if k cannot be any more; else unknown if one is, else manual."""
    met, unknown, manual = (
        let(ir.add(*(If(_is(outcome, code), Const(1), Const(0)) for outcome in outcomes)))
        for code in (MET, UNKNOWN, MANUAL)
    )
    reachable = ir.add(met, unknown, manual)
    undecided = If(Cmp(">", unknown, Const(0)), Const(UNKNOWN), Const(MANUAL))
    open_still = If(Cmp("<", reachable, Const(k)), Const(UNMET), undecided)
    return If(Cmp(">=", met, Const(k)), Const(MET), open_still)


def turned(outcome: Expr) -> Expr:
    """`not`: met and unmet change places, the rest stays."""
    flipped = If(_is(outcome, UNMET), Const(MET), outcome)
    return If(_is(outcome, MET), Const(UNMET), flipped)


def gated(gate: Expr, outcome: Expr) -> Expr:
    """Not applicable where the gate is unmet; undecided where the gate is, unless met anyway."""
    undecided = If(_is(outcome, MET), outcome, gate)
    off = Or((_is(gate, UNMET), _is(gate, NOT_APPLICABLE)))
    return If(_is(gate, MET), outcome, If(off, Const(NOT_APPLICABLE), undecided))


def _is(outcome: Expr, code: int) -> Cmp:
    return Cmp("==", outcome, Const(code))


def _pick(which: str, items: Sequence[Expr]) -> Expr:
    return items[0] if len(items) == 1 else Pick(which, tuple(items))


def _any_rank(outcome: Expr) -> Expr:
    """Outcome to its rank under `any`: not_applicable −1, unmet 0, manual 1, unknown 2, met 3."""
    swapped = If(_is(outcome, MANUAL), Const(1), outcome)
    ranked = If(_is(outcome, UNKNOWN), Const(2), swapped)
    return If(_is(outcome, NOT_APPLICABLE), Const(-1), ranked)


def _from_any_rank(rank: Expr) -> Expr:
    back = If(_is(rank, 1), Const(MANUAL), rank)
    return If(_is(rank, -1), Const(NOT_APPLICABLE), If(_is(rank, 2), Const(UNKNOWN), back))
