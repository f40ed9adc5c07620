"""Clauses as they are checked: what of the law a person reads against the official text."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.evaluation.models import ClauseCheck
from app.foundation.canonical import dumps, sha256
from rules.pack import Scheme
from rules.ruleset import Criterion, RuleSet
from rules.text import Text

VERIFIED: Final = "V"
_PROSE: Final = frozenset({"name", "reading", "reason", "remedy"})


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its text in the pack, its evidence mark, and the check that stands for it."""

    id: str
    pack: str
    name: Text
    number: str
    article: str
    evidence: str
    body: str  # canonical JSON of the clause as the pack has it, prose apart
    body_hash: str
    check: ClauseCheck | None
    criterion: Criterion | None = None
    scheme: Scheme | None = None

    @property
    def is_verified(self) -> bool:
        """Read in the official text: by those who wrote the pack (V), or here (局核实)."""
        return self.evidence == VERIFIED or self.check is not None


def clauses_of(rule_set: RuleSet, pack: str, checks: Iterable[ClauseCheck]) -> list[Clause]:
    """The clauses of a rule set in the order of the law."""
    bodies = _bodies(json.loads(rule_set.tree)["criteria"])
    known = _known(checks)
    return [
        _clause(
            known,
            id=criterion.id,
            pack=pack,
            name=criterion.name,
            number=criterion.source.number,
            article=criterion.source.article,
            evidence=criterion.source.evidence,
            body=bodies.get(criterion.id, {}),
            criterion=criterion,
        )
        for criterion in rule_set.criteria
    ]


def scheme_clauses(schemes: Sequence[Scheme], checks: Iterable[ClauseCheck]) -> list[Clause]:
    """The schemes as clauses: an amount decides only once it is verified."""
    known = _known(checks)
    return [
        _clause(
            known,
            id=scheme.id,
            pack=scheme.pack,
            name=scheme.name,
            number=scheme.number,
            article=scheme.article,
            evidence=scheme.evidence,
            body={
                "title": scheme.title,
                "events": list(scheme.events),
                "amount_fen": scheme.amount_fen,
                "since": scheme.since.isoformat() if scheme.since else None,
                "until": scheme.until.isoformat() if scheme.until else None,
            },
            scheme=scheme,
        )
        for scheme in schemes
    ]


def _clause(
    known: Mapping[tuple[str, str, str], ClauseCheck], *, body: Mapping[str, Any], **parts: Any
) -> Clause:
    text = dumps({name: value for name, value in body.items() if name not in _PROSE})
    digest = sha256(text)
    check = known.get((parts["pack"], parts["id"], digest))
    return Clause(**parts, body=text, body_hash=digest, check=check)


def _known(checks: Iterable[ClauseCheck]) -> dict[tuple[str, str, str], ClauseCheck]:
    return {(each.pack, each.clause, each.clause_hash): each for each in checks}


def _bodies(node: Any) -> dict[str, Mapping[str, Any]]:
    """Every entry with an id, at any depth."""
    found: dict[str, Mapping[str, Any]] = {}
    if isinstance(node, Mapping):
        if "id" in node:
            found[str(node["id"])] = node
        for value in node.values():
            found |= _bodies(value)
    elif isinstance(node, list):
        for item in node:
            found |= _bodies(item)
    return found


def verified_schemes(schemes: Sequence[Scheme], checks: Iterable[ClauseCheck]) -> frozenset[str]:
    """The schemes whose amounts may be shown and paid."""
    return frozenset(each.id for each in scheme_clauses(schemes, checks) if each.is_verified)
