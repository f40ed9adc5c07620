"""Flags and stored verdicts in words: what a firm lacks, what ends, what is owed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext as _

from app.enterprises.domain import EventKind, printed_end
from app.evaluation.domain import FlagKind, Grade
from app.evaluation.models import Flag, RuleSetRecord
from app.evaluation.wording import language
from app.foundation.money import format_wan
from app.web.pages import day
from rules import phrases
from rules.library import Library
from rules.outcomes import MANUAL, UNKNOWN, UNMET
from rules.pack import Title
from rules.ruleset import RuleSet, restore

_GROUPS: Final = frozenset({"all", "any", "not", "at_least_k"})


@dataclass(slots=True)
class Lacks:
    """Says what stored verdicts lack, one rule set compiled once."""

    records: Mapping[str, RuleSetRecord]
    _compiled: dict[str, RuleSet]

    def __init__(self, records: Mapping[str, RuleSetRecord]) -> None:
        self.records = records
        self._compiled = {}

    def sentences(self, fingerprint: str, document: str) -> list[str]:
        """The decisive findings of a stored verdict or flag that are not met, in words."""
        rule_set, told = self._told(fingerprint, document)
        return [self._say(rule_set, entry) for entry in told if rule_set]

    def brief(self, fingerprint: str, document: str) -> list[str]:
        """The same for a line of a list: the first that is not met, the others counted."""
        rule_set, told = self._told(fingerprint, document)
        unmet = [entry for entry in told if entry[1] == UNMET]
        said = [self._say(rule_set, entry) for entry in unmet[:1] if rule_set]
        if len(unmet) > 1:
            said.append(_("等 %(n)s 项未达标", n=len(unmet)))
        if unknown := sum(entry[1] == UNKNOWN for entry in told):
            said.append(_("资料不足 %(n)s 项", n=unknown))
        if manual := sum(entry[1] == MANUAL for entry in told):
            said.append(_("待人工核 %(n)s 项", n=manual))
        return said

    def _told(self, fingerprint: str, document: str) -> tuple[RuleSet | None, list[Any]]:
        read = json.loads(document)
        decisive = read.get("decisive", [])
        rule_set = decisive and self._rule_set(fingerprint or read.get("fingerprint", ""))
        if not rule_set:
            return None, []
        names = _outermost(rule_set, [entry[0] for entry in decisive])
        return rule_set, [entry for entry in decisive if entry[0] in names]

    def _say(self, rule_set: RuleSet | None, entry: Sequence[Any]) -> str:
        if rule_set is None:
            return str(entry[0])
        name, code, num, den, required, low, high = entry
        finding = rule_set.finding(name, code, num=num, den=den, req=required, lo=low, hi=high)
        return phrases.sentence(rule_set, finding, language()).rstrip("。.")

    def _rule_set(self, fingerprint: str) -> RuleSet | None:
        if fingerprint not in self._compiled and fingerprint in self.records:
            self._compiled[fingerprint] = restore(self.records[fingerprint].tree)
        return self._compiled.get(fingerprint)


def _outermost(rule_set: RuleSet, names: Sequence[str]) -> set[str]:
    """Of alternatives that all failed (an `any`), one is told: the first that lacks something."""
    by_id = {criterion.id: criterion for criterion in rule_set.criteria}
    told: set[str] = set()

    def walk(kind: str, refers: Sequence[str]) -> None:
        for name in refers:
            before = len(told)
            if name in names:
                told.add(name)
            if by_id[name].kind in _GROUPS:
                walk(by_id[name].kind, by_id[name].refers)
            if kind == "any" and len(told) > before:
                return

    walk(rule_set.verdict_kind, rule_set.verdict_ids)
    return told


@dataclass(frozen=True, slots=True)
class FlagWords:
    """Says what flags say, whole on a flag's page, in brief in a list."""

    library: Library
    lacks: Lacks
    today: date

    def of(self, flags: Sequence[Flag], *, brief: bool) -> dict[UUID, list[str]]:
        """Per flag its sentences."""
        return {flag.id: self._of(flag, brief=brief) for flag in flags}

    def _of(self, flag: Flag, *, brief: bool) -> list[str]:
        detail = json.loads(flag.detail)
        title = self.library.titles.get(flag.subject)
        if flag.kind is FlagKind.EXPIRING:
            return _expiring(detail, title, self.today)
        if flag.kind is FlagKind.SUBSIDY:
            return _subsidy(detail)
        say = self.lacks.brief if brief else self.lacks.sentences
        said = [*_cause(flag, title), *say("", flag.detail)]
        if detail.get("lead"):
            said.insert(0, _("线索：该称号尚未采用，标准仅供参考"))
        return said


def _cause(flag: Flag, title: Title | None) -> list[str]:
    """Why the flag was raised, where it is not what the firm lacks."""
    year = flag.for_year
    reached = flag.grade in {Grade.READY, Grade.PLEDGE}
    said = {
        FlagKind.HIGH_TECH_NOT_ENROLLED: _("有效高企，%(year)s年度未入库", year=year),
        FlagKind.ENROLLED_LAST_YEAR: _(
            "%(last)s年度已入库，%(year)s年度未评价入库", last=year - 1, year=year
        ),
        FlagKind.KEEP_LOST: _("持有称号期间不再符合保持条件"),
    }
    if flag.kind in said:
        return [said[flag.kind]]
    if not reached:
        return []
    if title is not None and title.is_yearly:
        return [_("%(base)s年数据达标，%(year)s年度未入库", base=year - 1, year=year)]
    return [_("%(base)s年数据达标，尚未取得称号", base=year - 1)]


def _expiring(detail: Mapping[str, Any], title: Title | None, today: date) -> list[str]:
    until = date.fromisoformat(detail["until"])
    said = [_("有效期至 %(day)s", day=day(printed_end(until, title.end if title else "shared")))]
    batch = detail["batch"]
    if batch is None:
        return [*said, _("可用的末批：待通知")]
    closes = date.fromisoformat(batch["closes_on"])
    words = {"batch": batch["batch"], "day": day(closes), "number": batch["number"] or "—"}
    if closes < today:
        return [
            *said,
            _("末批（%(batch)s，%(number)s）已于%(day)s截止，本年已无批次可用", **words),
        ]
    return [*said, _("可用的末批：%(batch)s，%(day)s 24:00 前（%(number)s）", **words)]


def _subsidy(detail: Mapping[str, Any]) -> list[str]:
    event = next(kind for kind in EventKind if kind.value == detail["event"])
    said = [f"{_(event.label)} {day(date.fromisoformat(detail['on']))}"]
    if detail["first"] == "unknown":
        said.append(_("是否首次认定：资料不足，待核"))
    if detail["verified"] and detail["amount_fen"] is not None:
        said.append(_("金额 %(amount)s 万元", amount=format_wan(detail["amount_fen"])))
    else:
        said.append(_("金额待核，不计入合计"))
    return said
