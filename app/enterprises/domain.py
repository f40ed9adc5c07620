"""Vocabularies of the enterprise master and the title register, and the rules that need no rows."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from app.foundation.labelled import Labelled


class OperatingStatus(Labelled):
    """Whether the enterprise is in business. Those not active leave every list."""

    ACTIVE = "active", "存续"
    SUSPENDED = "suspended", "停产"
    MOVED_OUT = "moved_out", "迁出"
    REVOKED = "revoked", "吊销"
    DEREGISTERED = "deregistered", "注销"


class Attribute(Labelled):
    """What about an enterprise has a history."""

    NAME = "name", "企业名称"
    REGISTERED_DIVISION = "registered_division", "注册地"
    MANAGING_DIVISION = "managing_division", "归口"
    INDUSTRY = "industry_code", "行业"
    STATUS = "operating_status", "登记状态"


class EventKind(Labelled):
    """What happened to a title."""

    FIRST = "first", "首次认定"
    RENEWED = "renewed", "重新认定"
    REVIEWED = "reviewed", "复核通过"
    ENROLLED = "enrolled", "年度入库"
    RECORDED = "recorded", "认定（首次与否不详）"  # history known only in part
    MOVED_IN = "moved_in", "整体迁入"
    RENAMED = "renamed", "更名"
    REVOKED = "revoked", "撤销"
    MOVED_OUT = "moved_out", "迁出"
    LAPSED = "lapsed", "终止"


class DocumentKind(Labelled):
    """What kind of paper or file a fact comes from."""

    LIST = "list", "公告名单"
    CITY_FILE = "city_file", "全市数据文件"
    OFFICER = "officer", "工作人员录入"
    ENTERPRISE = "enterprise", "企业填报"
    DECISION = "decision", "本局决定"


LISTED: Final = (OperatingStatus.ACTIVE, OperatingStatus.SUSPENDED)
GONE: Final = frozenset(OperatingStatus) - frozenset(LISTED)
OPENING: Final = frozenset(
    {
        EventKind.FIRST,
        EventKind.RENEWED,
        EventKind.REVIEWED,
        EventKind.ENROLLED,
        EventKind.RECORDED,
        EventKind.MOVED_IN,
    }
)
CLOSING: Final = frozenset({EventKind.REVOKED, EventKind.MOVED_OUT, EventKind.LAPSED})


# --- 统一社会信用代码, GB 32100-2015 ------------------------------------------------------------

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
CODE_LENGTH: Final = 18
_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(CODE_LENGTH - 1))
_SHAPE: Final = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
_ORGANISATION: Final = slice(8, 17)  # 主体标识码: an organisation code of GB 11714
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class CheckedCode:
    """A credit code as it will be stored, and what is wrong with it in words."""

    code: str
    fault: str = ""  # not usable without an authorised override
    warning: str = ""  # usable; worth a second look
    is_wellformed: bool = True  # only such a code can be overridden


def normal_code(text: str) -> str:
    """The code without spaces, half-width and in capitals.

    O and I are not mapped to 0 and 1: a guess at an identity would be worse than a question.
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def check_code(text: str) -> CheckedCode:
    """Check a credit code by GB 32100-2015 (and its organisation code by GB 11714, as a warning).

    >>> check_code("91350100m000100y43")
    CheckedCode(code='91350100M000100Y43', fault='', warning='', is_wellformed=True)
    """
    code = normal_code(text)
    if len(code) != CODE_LENGTH:
        fault = f"统一社会信用代码应为 18 位，这里有 {len(code)} 位，请核对营业执照。"
        return CheckedCode(code, fault, is_wellformed=False)
    foreign = sorted(set(code) - set(ALPHABET))
    if foreign:
        fault = f"统一社会信用代码不使用“{'、'.join(foreign)}”，请核对是否为形近的数字或字母。"
        return CheckedCode(code, fault, is_wellformed=False)
    if not _SHAPE.fullmatch(code):
        fault = "统一社会信用代码的第 3 至 8 位应为数字，请核对营业执照。"
        return CheckedCode(code, fault, is_wellformed=False)
    if code[-1] != check_character(code):
        return CheckedCode(code, "统一社会信用代码的校验码不符，请核对各位字符。")
    organisation = code[_ORGANISATION]
    if organisation[-1] != organisation_check(organisation):
        return CheckedCode(code, warning="代码中的组织机构代码校验码不符，请留意是否录错。")
    return CheckedCode(code)


def check_character(code: str) -> str:
    """The 18th character that the first 17 call for. Source: GB 32100-2015, 附录 A."""
    total = sum(
        _VALUE[character] * weight for character, weight in zip(code, _WEIGHTS, strict=False)
    )
    return ALPHABET[-total % 31]


def organisation_check(code: str) -> str:
    """The check character of an organisation code. Source: GB 11714-1997."""
    values = (int(character, 36) for character in code[:8])
    rest = 11 - sum(v * w for v, w in zip(values, _ORGANISATION_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


# --- Terms and episodes of titles -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Term:
    """The time a certificate or a year's number gives: half-open, `until` None if unprinted."""

    since: date
    until: date | None
    roll_year: int | None


def half_open_end(printed_end: date, end: str) -> date:
    """The first day no longer covered. `end` is the title's rule: last_day or shared.

    A 科小 number is valid through its printed end; a 高企 certificate shares its printed end
    with the first day of the renewal.

    Raises:
        ValueError: `end` is neither.
    """
    if end not in {"last_day", "shared"}:
        raise ValueError(f"unknown rule of ends: {end}")
    return printed_end + timedelta(days=1) if end == "last_day" else printed_end


def printed_end(until: date, end: str) -> date:
    """The end as a certificate prints it, of the first day no longer covered.

    The inverse of `half_open_end`: what people compare with the paper in their hands.
    """
    return until - timedelta(days=1) if end == "last_day" else until


def years_after(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 28 February in a common year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def term(
    since: date,
    printed_end: date | None,
    *,
    end: str,
    is_yearly: bool,
    validity_years: int | None = None,
) -> Term:
    """The term a document gives: its printed end if it has one, else the title's validity.

    The year of a yearly roll is the year in which it begins (the year in its number).

    Raises:
        ValueError: the end lies before the beginning.
    """
    until: date | None = None
    if printed_end is not None:
        until = half_open_end(printed_end, end)
    elif is_yearly:
        until = date(since.year + 1, 1, 1)
    elif validity_years is not None:
        until = years_after(since, validity_years)
    if until is not None and until <= since:
        raise ValueError("the end lies before the beginning")
    return Term(since, until, since.year if is_yearly else None)


@dataclass(frozen=True, slots=True)
class Event:
    """A title event in force, as the projection sees it."""

    id: UUID
    kind: EventKind
    on_day: date
    since: date | None
    until: date | None
    roll_year: int | None


@dataclass(frozen=True, slots=True)
class Episode:
    """A stretch over which a title is held."""

    since: date
    until: date | None
    roll_year: int | None
    opened_by: UUID
    closed_by: UUID | None = None


# Of several events on one day the later in this order has the last word; a revocation always.
_ORDER: Final = {
    EventKind.LAPSED: 0,
    EventKind.MOVED_OUT: 1,
    EventKind.RENAMED: 2,
    EventKind.RECORDED: 3,
    EventKind.ENROLLED: 4,
    EventKind.FIRST: 5,
    EventKind.RENEWED: 6,
    EventKind.REVIEWED: 7,
    EventKind.MOVED_IN: 8,
    EventKind.REVOKED: 9,
}


def project(events: Iterable[Event]) -> list[Episode]:
    """The episodes of one title of one enterprise that its events in force add up to.

    Taken in the order of their effect: a renewal continues, ending the running episode where
    it begins; 撤销, 迁出 and 终止 end what is running; a later recognition opens anew. Episodes
    never overlap.
    """
    episodes: list[Episode] = []
    for event in sorted(events, key=_effect):
        if event.kind in CLOSING:
            episodes = _cut(episodes, event.since or event.on_day, event.id)
        elif event.kind in OPENING and event.since is not None:
            episodes = _cut(episodes, event.since, event.id)
            opened = Episode(event.since, event.until, event.roll_year, event.id)
            episodes.append(opened)
    return episodes


def _effect(event: Event) -> tuple[date, int, date, int]:
    return (event.since or event.on_day, _ORDER[event.kind], event.on_day, event.id.int)


def _cut(episodes: Collection[Episode], day: date, by: UUID) -> list[Episode]:
    """What is left of `episodes` when nothing may run on `day` any more."""
    kept = []
    for episode in episodes:
        if episode.since >= day:
            continue
        if episode.until is None or episode.until > day:
            kept.append(replace(episode, until=day, closed_by=by))
        else:
            kept.append(episode)
    return kept
