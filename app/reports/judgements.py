"""Verdicts, flags, claims and clauses as they were known: what evaluation left for the report."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, or_, select
from sqlalchemy.orm import Session, aliased

from app.enterprises.facts import key, known, read, within
from app.evaluation.domain import ApplicationType, FlagKind, Grade, Outcome
from app.evaluation.models import ClauseCheck, Evaluation, Flag, RuleSetRecord
from app.reports.domain.facts import Batch, Clause, Judged, MoneyClaim, Threat
from app.reports.domain.period import Period
from app.reports.domain.vocabulary import Risk
from rules import phrases
from rules.library import Library
from rules.pack import Scheme
from rules.ruleset import RuleSet, restore

_TOLD: Final = (Grade.PLEDGE, Grade.ONE_SHORT)
_PREFERRED: Final = {kind.value: rank for rank, kind in enumerate(ApplicationType)}
_LEVELS: Final = {"county": "县区", "city": "市级", "province": "省级", "country": "国家"}
VERIFIED: Final = "V"  # the evidence mark of a clause read in the official text


@dataclass(frozen=True)
class Reading:
    """Whose verdicts are read: a division's, for a period, as known at an instant."""

    session: Session
    library: Library
    division: str
    period: Period
    known_at: datetime

    def verdicts(
        self, titles: Sequence[str]
    ) -> tuple[dict[tuple[str, str], Judged], dict[str, str]]:
        """The verdict of each firm and title on the cut-off day, and the rule sets behind them."""
        found: dict[tuple[str, str], Judged] = {}
        ranks: dict[tuple[str, str], int] = {}
        same: dict[tuple[object, ...], Judged] = {}
        used: dict[str, str] = {}
        # What a later batch replaced comes first, so that a verdict still in force wins.
        for statement in (self._replaced(titles), self._in_force(titles)):
            for firm, title, kind, *marks in read(self.session).execute(statement):
                pair = (firm, title)
                rank = _PREFERRED[kind]
                if rank > ranks.get(pair, rank):
                    continue
                ranks[pair] = rank
                shared = tuple(marks)
                verdict = same.get(shared)
                if verdict is None:
                    law, grade, outcome, assumed, proxy, early, told = marks
                    used[law] = title
                    verdict = same[shared] = Judged(
                        _GRADES[grade], _OUTCOMES[outcome], assumed, proxy, early, law, told or ""
                    )
                found[pair] = verdict
        return found, used

    def _columns(self) -> tuple[ColumnElement[Any], ...]:
        told = or_(
            Evaluation.grade.in_(_TOLD),
            and_(Evaluation.outcome == Outcome.UNMET, Evaluation.title.in_(self._rolls)),
        )
        return (
            key(Evaluation.enterprise_id),
            Evaluation.title,  # type: ignore[return-value] # a mapped column is a column element
            cast(Evaluation.application_type, String),
            Evaluation.fingerprint,
            cast(Evaluation.grade, String),
            cast(Evaluation.outcome, String),
            Evaluation.assumed_count > 0,
            Evaluation.is_proxy,
            Evaluation.is_preliminary,
            case((told, Evaluation.findings)),
        )

    def _in_force(self, titles: Sequence[str]) -> Any:
        return select(*self._columns()).where(
            *self._chosen(titles), known(Evaluation, self.known_at)
        )

    def _replaced(self, titles: Sequence[str]) -> Any:
        """Verdicts up to the cut-off day that only a verdict of a later day replaced."""
        later = aliased(Evaluation)
        replaced_by_later = exists().where(
            later.enterprise_id == Evaluation.enterprise_id,
            later.title == Evaluation.title,
            later.application_type == Evaluation.application_type,
            later.for_year == Evaluation.for_year,
            later.on_day > self.period.on,
            later.recorded_at <= self.known_at,
            or_(later.superseded_at.is_(None), later.superseded_at > self.known_at),
        )
        return (
            select(*self._columns())
            .where(
                *self._chosen(titles),
                Evaluation.recorded_at <= self.known_at,
                Evaluation.superseded_at <= self.known_at,
                replaced_by_later,
            )
            .order_by(Evaluation.recorded_at, Evaluation.id)
        )

    def _chosen(self, titles: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
        return (
            Evaluation.title.in_(titles),
            Evaluation.for_year == self.period.year,
            Evaluation.on_day <= self.period.on,
            Evaluation.enterprise_id.in_(within(self.division, self.known_at)),
        )

    @cached_property
    def _rolls(self) -> tuple[str, ...]:
        return tuple(title.id for title in self.library.titles.values() if title.is_yearly)

    @cached_property
    def _laws(self) -> dict[str, RuleSet]:
        """Every stored rule set by fingerprint, ready to say its findings."""
        rows = self.session.execute(
            select(RuleSetRecord.fingerprint, RuleSetRecord.tree).where(
                RuleSetRecord.fingerprint.in_(
                    select(Evaluation.fingerprint).where(Evaluation.for_year == self.period.year)
                )
            )
        )
        return {fingerprint: restore(tree) for fingerprint, tree in rows}

    @cached_property
    def _said(self) -> dict[tuple[object, ...], str]:
        """What was said already, whole or by finding: the same words serve many firms."""
        return {}

    def say(self, fingerprint: str, findings: str) -> str:
        """What decided against the firm, in the words of the law."""
        known = self._said.get((fingerprint, findings))
        if known is None:
            decisive = json.loads(findings).get("decisive", ())
            known = "；".join(self._sentence(fingerprint, tuple(entry)) for entry in decisive)
            self._said[fingerprint, findings] = known
        return known

    def _sentence(self, fingerprint: str, entry: tuple[Any, ...]) -> str:
        told = (fingerprint, *entry)
        if told not in self._said:
            name, code, *numbers = entry
            law = self._laws[fingerprint]
            finding = law.finding(name, code, **dict(zip(_NUMBERS, numbers, strict=True)))
            self._said[told] = phrases.sentence(law, finding).rstrip("。")
        return self._said[told]

    def keep_lost(self) -> list[Threat]:
        """Holders whom a batch found to have lost a keep-condition."""
        return [
            Threat(firm, Risk.KEEP_LOST.value, subject, "")
            for firm, subject, _ in self._flags(FlagKind.KEEP_LOST)
        ]

    def claims(self) -> tuple[MoneyClaim, ...]:
        """Whom a scheme owes; an amount only where the scheme's text has been verified."""
        schemes = {scheme.id: scheme for scheme in self.library.schemes}
        checked = set(self._checked)
        claims = []
        for firm, subject, detail in self._flags(FlagKind.SUBSIDY):
            if (scheme := schemes.get(subject)) is None:
                continue
            said = json.loads(detail)
            doubts = _doubts(scheme, checked, str(said.get("first", "")))
            paper = "　".join(part for part in (scheme.number, scheme.article) if part)
            amount = None if doubts else scheme.amount_fen
            reason = "；".join((paper, *doubts)) if paper else "；".join(doubts)
            claims.append(MoneyClaim(firm, scheme.id, scheme.name.zh, amount, reason))
        return tuple(claims)

    def _flags(self, kind: FlagKind) -> list[tuple[str, str, str]]:
        """Firm, subject and detail of the flags of the report's year that stood at `known_at`."""
        rows = self.session.execute(
            select(key(Flag.enterprise_id), Flag.subject, Flag.detail).where(
                Flag.kind == kind,
                Flag.for_year == self.period.year,
                Flag.raised_at <= self.known_at,
                or_(Flag.ended_at.is_(None), Flag.ended_at > self.known_at),
                Flag.enterprise_id.in_(within(self.division, self.known_at)),
            )
        )
        return [(firm, subject, detail) for firm, subject, detail in rows]

    @cached_property
    def _checked(self) -> list[tuple[str, str]]:
        """Pack and clause of every 局核实 known at `known_at`."""
        rows = self.session.execute(
            select(ClauseCheck.pack, ClauseCheck.clause).where(
                ClauseCheck.recorded_at <= self.known_at
            )
        )
        return [(pack, clause) for pack, clause in rows]

    def clauses(self, titles: Sequence[str]) -> tuple[Clause, ...]:
        """Clauses in force on the cut-off day that nobody has checked yet."""
        checked = set(self._checked)
        found: dict[tuple[str, str], Clause] = {}
        for title in titles:
            pack = self.library.title(title).pack
            for kind in ApplicationType:
                rules = self.library.rule_set(title, kind.value, self.period.on, self.period.year)
                for criterion in rules.criteria if rules else ():
                    source = criterion.source
                    if source.evidence in {VERIFIED, ""} or (pack, criterion.id) in checked:
                        continue
                    paper = "　".join(filter(None, (source.number, source.article)))
                    found[pack, criterion.id] = Clause(
                        pack, criterion.id, criterion.name.zh, paper, source.evidence
                    )
        return tuple(found.values())


def batches(library: Library, territories: Sequence[str]) -> tuple[Batch, ...]:
    """Each batch by its earliest deadline: who files in a county must keep the county's."""
    earliest: dict[tuple[str, int, str], tuple[date, str]] = {}
    for window in library.windows:
        if window.territory in territories or not window.territory:
            at = (window.title, window.year, window.batch.zh)
            if at not in earliest or window.closes_on < earliest[at][0]:
                earliest[at] = (window.closes_on, _LEVELS.get(window.level, ""))
    return tuple(
        Batch(title, year, f"{year}年{batch}{level}", closes)
        for (title, year, batch), (closes, level) in earliest.items()
    )


def _doubts(scheme: Scheme, checked: set[tuple[str, str]], first: str) -> list[str]:
    """Why an amount cannot be paid as it stands; empty when it can."""
    names = (scheme.id, scheme.id.partition(".")[2])
    doubts = []
    if scheme.amount_fen is None:
        doubts.append("政策文本中没有查到金额")
    elif scheme.evidence != VERIFIED and not any((scheme.pack, n) in checked for n in names):
        doubts.append("金额依据未对照官方文本核实")
    if first == "unknown" and "first" in scheme.events:
        doubts.append("是否首次认定不详")
    return doubts


_NUMBERS: Final = ("num", "den", "req", "lo", "hi")  # of a stored finding, in its order
_GRADES: Final = {grade.value: grade for grade in Grade}
_OUTCOMES: Final = {outcome.value: outcome for outcome in Outcome}
