"""Finds the enterprise a row of a list means: by code, by name, by former name. Pure.

A match that could be wrong is never made silently: where two enterprises come into question,
or the place does not fit, a person decides.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from app.enterprises.domain import CODE_LENGTH, check_code
from app.intake.domain import RowMatch

_BRACKETS: Final = str.maketrans("〔【[〈《{〕】]〉》}", "(((((())))))")
_DOTS: Final = re.compile(r"[·•・‧∙]")
_NOISE: Final = re.compile(r"[\s“”\"'‘’*]+")


@dataclass(frozen=True, slots=True)
class Known:
    """An enterprise on file, as far as a list can mean it."""

    id: UUID
    credit_code: str
    name: str
    division: str  # that manages it (归口)
    registered: str = ""  # where it is registered; a list may name either

    def lies_in(self, divisions: Collection[str]) -> bool:
        """Whether one of its places is among `divisions`."""
        return self.division in divisions or self.registered in divisions


@dataclass(frozen=True, slots=True)
class Asked:
    """A row of a list. `divisions`: the codes its place means; empty when it names none."""

    line: int
    name: str
    credit_code: str
    region: str
    divisions: frozenset[str] = frozenset()
    is_foreign: bool = False  # its place is a place, but not one of ours


@dataclass(frozen=True, slots=True)
class Answer:
    """Which enterprise a row means, and why; `candidates` where a person must choose."""

    match: RowMatch
    enterprise_id: UUID | None = None
    candidates: tuple[Known, ...] = ()
    detail: str = ""


@dataclass(slots=True)
class Directory:
    """Every enterprise a list could mean, by code and by normal name."""

    by_code: dict[str, Known] = field(default_factory=dict)
    by_name: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    by_former: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    formerly: dict[UUID, set[str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, enterprises: Iterable[Known], former_names: Mapping[UUID, Collection[str]]
    ) -> "Directory":
        """The directory of `enterprises`; former names by enterprise."""
        directory = cls()
        for known in enterprises:
            directory.by_code[known.credit_code] = known
            present = normal_name(known.name)
            directory.by_name[present].append(known)
            formerly = {normal_name(name) for name in former_names.get(known.id, ())} - {present}
            directory.formerly[known.id] = formerly
            for former in formerly:
                directory.by_former[former].append(known)
        return directory

    def find(self, asked: Asked) -> Answer:
        """The enterprise a row means."""
        if asked.credit_code and (answer := self._by_code(asked)) is not None:
            return answer
        for found, match in (
            (self.by_name.get(normal_name(asked.name)), RowMatch.BY_NAME),
            (self.by_former.get(normal_name(asked.name)), RowMatch.BY_FORMER_NAME),
        ):
            if found:
                return _by_name(asked, found, match)
        detail = f"名单地区：{asked.region}" if asked.region else ""
        return Answer(RowMatch.OUTSIDE, detail=detail)

    def _by_code(self, asked: Asked) -> Answer | None:
        checked = check_code(asked.credit_code)
        known = self.by_code.get(checked.code)
        if known is None:
            return None
        if asked.name and normal_name(asked.name) not in self._names(known):
            return Answer(
                RowMatch.BY_CODE,
                known.id,
                detail=f"本库名称为“{known.name}”，与名单不同，请留意是否更名。",
            )
        return Answer(RowMatch.BY_CODE, known.id)

    def _names(self, known: Known) -> set[str]:
        return {normal_name(known.name), *self.formerly[known.id]}


def _by_name(asked: Asked, found: Sequence[Known], match: RowMatch) -> Answer:
    """One enterprise of that name in a place that fits; otherwise a person's choice."""
    fitting = [k for k in found if not asked.divisions or k.lies_in(asked.divisions)]
    if asked.is_foreign or not fitting:
        detail = (
            f"名称一致，但名单地区“{asked.region}”与本库的归口、注册地都不同，请确认是否同一企业。"
        )
        return Answer(RowMatch.AMBIGUOUS, candidates=tuple(found), detail=detail)
    if len(fitting) > 1:
        detail = f"有 {len(fitting)} 家企业使用这个名称，请确认是哪一家。"
        return Answer(RowMatch.AMBIGUOUS, candidates=tuple(fitting), detail=detail)
    only = fitting[0]
    if len(asked.credit_code) == CODE_LENGTH and not check_code(asked.credit_code).fault:
        detail = f"名称一致，但本库信用代码为 {only.credit_code}，请确认是否同一企业。"
        return Answer(RowMatch.AMBIGUOUS, candidates=(only,), detail=detail)
    if match is RowMatch.BY_FORMER_NAME:
        return Answer(match, only.id, detail=f"现名“{only.name}”")
    return Answer(match, only.id)


def normal_name(name: str) -> str:
    """A name as it is compared: half-width, one kind of bracket and dot, no blanks or quotes.

    >>> normal_name("河北星云（邢台）科技 有限公司") == normal_name("河北星云(邢台)科技有限公司")
    True
    """
    narrow = unicodedata.normalize("NFKC", name).translate(_BRACKETS).upper()
    return _NOISE.sub("", _DOTS.sub("·", narrow))
