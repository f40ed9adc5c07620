"""Reads certificates, list entries and undated counts, each row about one known enterprise."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final, TypeVar

from app.enterprises.domain import check_code
from app.intake.cells import Unreadable, number_reader, plain, read_day
from app.intake.city import Certificate, City, Count, Event, Surroundings
from app.intake.domain import IssueEffect
from app.intake.manifest import Manifest
from app.intake.sheets import Sheet

ELSEWHERE: Final = "该企业由其他区划归口，不能由本文件更改。请由归口单位导入，或先办理迁入。"
TWICE: Final = "重复的行，只采用前一行。"
Kind = TypeVar("Kind")


class Codes:
    """Finds the enterprise a row of a file is about."""

    def __init__(self, sheet: Sheet, city: City, around: Surroundings) -> None:
        self.sheet = sheet
        self.column = sheet.table.header_of("credit_code") or ""
        self.place = sheet.place("credit_code") or 0
        in_file = {code: firm.registered_on for code, firm in city.firms.items()}
        self.today = around.today
        self.elsewhere = around.elsewhere
        self.founded: dict[str, date | None] = {**around.firms, **in_file}

    def find(self, line: int, cells: Sequence[str]) -> str | None:
        """The credit code of a row; None, with the fault noted, when it names no known firm."""
        raw = cells[self.place]
        if raw in self.founded:
            return raw
        checked = check_code(raw)
        if checked.code in self.founded:
            return checked.code
        detail = checked.fault or "本库和本次文件中都没有这家企业，请先导入企业名册。"
        if checked.code in self.elsewhere:
            detail = ELSEWHERE
        self.sheet.fault(line, self.column, raw, detail)
        return None


@dataclass(frozen=True, slots=True)
class _Entry:
    """What certificates and list entries have in common: who, what kind, over which days."""

    line: int
    cells: Sequence[str]
    credit_code: str
    since: date
    until: date | None


def read_certificates(folder: Path, manifest: Manifest, around: Surroundings, city: City) -> None:
    """Read the certificates into `city`; printed ends become half-open ones."""
    if manifest.certificates is None:
        return
    sheet = Sheet(folder, manifest.certificates, city.issues)
    number_at = sheet.place("certificate")

    def take(entry: _Entry, kind_word: str) -> str | None:
        kind = manifest.certificate_kinds[kind_word]
        until = entry.until
        if until is not None and kind.end == "last_day":
            until += timedelta(days=1)
        if until is not None and until <= entry.since:
            return "截止日不晚于开始日，请核对。"
        number = plain(entry.cells[number_at]) if number_at is not None else ""
        city.certificates.append(
            Certificate(entry.line, entry.credit_code, kind, entry.since, until, number)
        )
        return None

    _read_entries(sheet, manifest.certificate_kinds, Codes(sheet, city, around), city, take)


def read_events(folder: Path, manifest: Manifest, around: Surroundings, city: City) -> None:
    """Read entries of negative lists and accidents into `city`."""
    if manifest.events is None:
        return
    sheet = Sheet(folder, manifest.events, city.issues)

    def take(entry: _Entry, kind_word: str) -> str | None:
        if entry.until is not None and entry.until < entry.since:
            return "移出日早于列入日，请核对。"
        register = manifest.event_kinds[kind_word]
        city.events.append(Event(entry.line, entry.credit_code, register, entry.since, entry.until))
        return None

    _read_entries(sheet, manifest.event_kinds, Codes(sheet, city, around), city, take)


def _read_entries(
    sheet: Sheet,
    kinds: Mapping[str, Kind],
    codes: Codes,
    city: City,
    take: Callable[[_Entry, str], str | None],
) -> None:
    """Offer each sound row to `take`, which answers with what is wrong, or None when taken."""
    kind_at = sheet.place("kind") or 0
    seen: dict[tuple[str, str, date], int] = {}
    read = 0
    for line, cells in sheet.rows():
        read += 1
        code, kind = codes.find(line, cells), plain(cells[kind_at])
        since, until = _days(sheet, line, cells)
        if kind not in kinds:
            detail = f"数据清单没有说明这个种类。已说明的有：{'、'.join(kinds)}。"
            sheet.fault(line, sheet.header[kind_at], kind, detail)
            continue
        if code is None or since is None:
            continue
        if since > codes.today:
            sheet.fault(
                line, sheet.table.header_of("since") or "", str(since), "晚于今天，请核对。"
            )
            continue
        first = seen.setdefault((code, kind, since), line)
        if first != line:
            sheet.fault(line, "", code, f"与第 {first} 行重复，请只留一行。", sort=TWICE)
        elif wrong := take(_Entry(line, cells, code, since, until), kind):
            sheet.fault(line, "", str(since), wrong)
    city.row_counts[sheet.name] = read


def _days(sheet: Sheet, line: int, cells: Sequence[str]) -> tuple[date | None, date | None]:
    """The first and the printed last day of a row; a row without a first day is left out."""
    found: dict[str, date | None] = {"since": None, "until": None}
    for name in found:
        place = sheet.place(name)
        if place is None:
            continue
        try:
            found[name] = read_day(cells[place])
        except Unreadable as fault:
            sheet.fault(line, sheet.header[place], cells[place], str(fault))
            return None, None
    if found["since"] is None:
        sheet.fault(line, sheet.table.header_of("since") or "", "", "缺少开始日期，请补上。")
    return found["since"], found["until"]


@dataclass(frozen=True, slots=True)
class _CountColumn:
    """One column of undated numbers with a reader per indicator it feeds."""

    header: str
    place: int
    feeds: tuple[tuple[str, Callable[[str], int | None], str], ...]  # indicator, reader, origin


def read_counts(folder: Path, manifest: Manifest, around: Surroundings, city: City) -> None:
    """Read undated numbers (of patents, say) into `city`, one statement per indicator fed."""
    if manifest.counts is None:
        return
    sheet = Sheet(folder, manifest.counts, city.issues)
    codes = Codes(sheet, city, around)
    columns = _count_columns(sheet, around)
    seen: dict[str, int] = {}
    read = 0
    for line, cells in sheet.rows():
        read += 1
        code = codes.find(line, cells)
        if code is None:
            continue
        first = seen.setdefault(code, line)
        if first != line:
            sheet.fault(line, "", code, f"与第 {first} 行是同一家企业，请只留一行。", sort=TWICE)
            continue
        for column in columns:
            _take_counts(sheet, line, cells[column.place], column, code, city)
    city.row_counts[sheet.name] = read


def _count_columns(sheet: Sheet, around: Surroundings) -> list[_CountColumn]:
    columns = []
    for column in sheet.table.figures:
        place = sheet.at.get(column.header)
        own = next((feed.indicator for feed in column.feeds if not feed.proxy), "")
        if place is not None:
            feeds = tuple(
                (
                    feed.indicator,
                    number_reader(around.indicators[feed.indicator], column.times),
                    own if feed.proxy else "",
                )
                for feed in column.feeds
            )
            columns.append(_CountColumn(column.header, place, feeds))
    return columns


def _take_counts(
    sheet: Sheet, line: int, cell: str, column: _CountColumn, code: str, city: City
) -> None:
    for indicator, read, origin in column.feeds:
        try:
            value = read(cell)
        except Unreadable as fault:
            sheet.fault(line, column.header, cell, str(fault), IssueEffect.VALUE)
            return
        if value is not None:
            city.counts.append(Count(code, indicator, value, origin))
