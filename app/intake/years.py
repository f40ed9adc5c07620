"""Reads yearly figures into documents, with the checks that catch a wrong unit.

A value typed in 万元 under a header in 元 is ten thousand times too small. It shows beside the
same enterprise's neighbouring year, or beside a column of the same row that must be alike. The
manifest says whether such a value is held back (it stays unknown) or taken with a note.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from math import lcm
from pathlib import Path
from typing import Final

from app.foundation import canonical
from app.foundation.money import format_yuan
from app.intake.cells import Unreadable, number_reader, read_year
from app.intake.city import City, Surroundings, YearOfFigures
from app.intake.domain import IssueEffect
from app.intake.ledgers import Codes
from app.intake.manifest import FigureColumn, Manifest
from app.intake.sheets import Sheet
from app.profiles.domain import Scalar
from rules.indicators import Indicator

SUSPECT_FROM: Final = 2_000  # 万元 typed as 元 is a factor of 10,000, give or take real growth
SUSPECT_TO: Final = 50_000
ALIKE: Final = 100  # figures of one row that must be alike differ by less than this
NEGATIVES_ALLOWED: Final = 5  # in a thousand


@dataclass(slots=True)
class _Row:
    line: int
    credit_code: str
    year: int
    values: list[int | None]  # in the finest quantum of what the column feeds


@dataclass(frozen=True, slots=True)
class _Feed:
    """One indicator a column feeds: its value is the column's divided by `divisor`."""

    indicator: str
    divisor: int
    origin: str  # the indicator that stands in; empty: its own figure
    is_yes_or_no: bool = False


@dataclass(slots=True)
class _Column:
    header: str
    place: int
    read: Callable[[str], int | None]
    feeds: tuple[_Feed, ...]
    is_money: bool
    label: str
    per_unit: int  # quanta in one unit (元, person)

    def show(self, value: int) -> str:
        """The value as people read it, in the column's own unit."""
        return format_yuan(value) if self.is_money else f"{value // self.per_unit:,}"


def read_years(folder: Path, manifest: Manifest, around: Surroundings, city: City) -> None:
    """Read the yearly figures into `city`, one document per enterprise and year."""
    if manifest.annual is None:
        return
    sheet = Sheet(folder, manifest.annual, city.issues)
    columns = [
        _column(column, sheet.at[column.header], around)
        for column in manifest.annual.figures
        if column.header in sheet.at
    ]
    book = _Book(sheet, columns, manifest, hold=manifest.hold_suspects)
    _read_rows(sheet, columns, Codes(sheet, city, around), around, book)
    book.check()
    city.row_counts[sheet.name] = book.read
    city.years = [_document(row, columns) for row in book.rows.values()]


def _column(spec: FigureColumn, place: int, around: Surroundings) -> _Column:
    """A column with a reader in the finest quantum, so that every feed divides exactly."""
    indicators = [around.indicators[feed.indicator] for feed in spec.feeds]
    own = next((f.indicator for f in spec.feeds if not f.proxy), spec.feeds[0].indicator)
    per_unit = lcm(*(int(1 / indicator.quantum) for indicator in indicators))
    first = indicators[0]
    return _Column(
        header=spec.header,
        place=place,
        read=number_reader(_finest(first, indicators, per_unit), spec.times),
        feeds=tuple(
            _Feed(
                feed.indicator,
                per_unit // int(1 / indicator.quantum),
                own if feed.proxy else "",
                indicator.unit == "bool",
            )
            for feed, indicator in zip(spec.feeds, indicators, strict=True)
        ),
        is_money=first.unit == "CNY",
        label=first.name.zh,
        per_unit=per_unit,
    )


def _finest(first: Indicator, indicators: Sequence[Indicator], per_unit: int) -> Indicator:
    """An indicator for reading only: the finest quantum, bounds that suit all."""
    return Indicator(
        id=first.id,
        name=first.name,
        unit=first.unit,
        period=first.period,
        quantum=1 / (first.quantum**0 * per_unit),
        minimum=max(indicator.minimum for indicator in indicators),
        maximum=min(indicator.maximum for indicator in indicators),
    )


def _read_rows(
    sheet: Sheet, columns: Sequence[_Column], codes: Codes, around: Surroundings, book: "_Book"
) -> None:
    year_at = sheet.place("year") or 0
    years: dict[str, int] = {}  # a file has few years and many rows
    for line, cells in sheet.rows():
        book.read += 1
        code = codes.find(line, cells)
        raw_year = cells[year_at]
        try:
            year = years.get(raw_year) or read_year(raw_year, around.today.year)
        except Unreadable as fault:
            sheet.fault(line, sheet.header[year_at], raw_year, str(fault))
            continue
        years[raw_year] = year
        if code is None or not _after_founding(sheet, line, year, codes.founded[code]):
            continue
        book.add(_Row(line, code, year, _values(sheet, line, cells, columns)))


def _after_founding(sheet: Sheet, line: int, year: int, founded: date | None) -> bool:
    if founded is None or year >= founded.year:
        return True
    sheet.fault(
        line, "", str(year), f"企业成立于 {founded.year} 年，此前的年度不应有数据，请核对。"
    )
    return False


def _values(
    sheet: Sheet, line: int, cells: Sequence[str], columns: Sequence[_Column]
) -> list[int | None]:
    values: list[int | None] = []
    for column in columns:
        try:
            values.append(column.read(cells[column.place]))
        except Unreadable as fault:
            cell = cells[column.place]
            sheet.fault(line, column.header, cell, str(fault), IssueEffect.VALUE)
            values.append(None)
    return values


def _document(row: _Row, columns: Sequence[_Column]) -> YearOfFigures:
    figures: dict[str, Scalar] = {}
    proxies: dict[str, str] = {}
    for column, value in zip(columns, row.values, strict=True):
        if value is None:
            continue
        for feed in column.feeds:
            number, rest = divmod(value, feed.divisor)
            if rest:
                continue  # half a person cannot stand in for a whole one: unknown there
            if feed.origin:
                if feed.indicator in figures:
                    continue  # a figure of its own is better than a stand-in
                proxies[feed.indicator] = feed.origin
            else:
                proxies.pop(feed.indicator, None)
            figures[feed.indicator] = bool(number) if feed.is_yes_or_no else number
    body = canonical.dumps({"figures": figures, "proxies": proxies})
    return YearOfFigures(row.line, row.credit_code, row.year, body, canonical.sha256(body))


def _stands_alone(row: _Row, index: int, groups: Sequence[Sequence[int]]) -> bool:
    """Whether every column that must be alike contradicts a value of the same row."""
    value = row.values[index] or 0
    peers = [
        row.values[other] or 0
        for group in groups
        if index in group
        for other in group
        if other != index
    ]
    return bool(peers) and not any(value <= ALIKE * peer <= ALIKE**2 * value for peer in peers)


@dataclass(slots=True)
class _Book:
    """All rows of the file, for the checks that look at more than one cell."""

    sheet: Sheet
    columns: Sequence[_Column]
    manifest: Manifest
    hold: bool
    rows: dict[tuple[str, int], _Row] = field(default_factory=dict)
    read: int = 0

    def add(self, row: _Row) -> None:
        """Keep a row; a second one of the same enterprise and year is left out."""
        first = self.rows.setdefault((row.credit_code, row.year), row)
        if first is not row:
            same = "内容相同" if first.values == row.values else "内容不同，采用的是前一行"
            detail = f"与第 {first.line} 行是同一企业同一年度（{same}），请只留一行。"
            sort = f"同一企业同一年度出现两行（{same}），请只留一行。"
            self.sheet.fault(row.line, "", row.credit_code, detail, sort=sort)

    def check(self) -> None:
        """Look for wrong units, then for figures that contradict each other."""
        at = {column.header: index for index, column in enumerate(self.columns)}
        groups = [
            [at[header] for header in group if header in at] for group in self.manifest.comparable
        ]
        suspects = dict(self._beside_alike(groups))
        for key, doubt in self._beside_other_years(groups):
            suspects.setdefault(key, doubt)
        for (code, year, index), (times, beside) in sorted(suspects.items()):
            self._doubt(self.rows[code, year], index, times, beside)
        for low, high in self.manifest.at_most:
            if low in at and high in at:
                self._compare(at[low], at[high])

    def _beside_alike(
        self, groups: Sequence[Sequence[int]]
    ) -> Iterable[tuple[tuple[str, int, int], tuple[int, str]]]:
        """Values far below a column of the same row that must be of the same order."""
        for group in groups:
            for (code, year), row in self.rows.items():
                values = [(row.values[index] or 0, index) for index in group]
                greatest, largest_at = max(values, default=(0, 0))
                for value, index in values:
                    if value > 0 and SUSPECT_FROM * value <= greatest <= SUSPECT_TO * value:
                        beside = f"同行“{self.columns[largest_at].label}”"
                        yield (code, year, index), (greatest // value, beside)

    def _beside_other_years(
        self, groups: Sequence[Sequence[int]]
    ) -> Iterable[tuple[tuple[str, int, int], tuple[int, str]]]:
        """Money far below the same enterprise's neighbouring year."""
        by_firm: dict[str, list[_Row]] = defaultdict(list)
        for row in self.rows.values():
            by_firm[row.credit_code].append(row)
        watched = self._watched()
        for code, rows in by_firm.items():
            rows.sort(key=lambda row: row.year)
            for one, two in pairwise(rows):
                for index in watched:
                    first, second = one.values[index] or 0, two.values[index] or 0
                    small, great = (one, two) if first < second else (two, one)
                    low, high = min(first, second), max(first, second)
                    wide = low > 0 and SUSPECT_FROM * low <= high <= SUSPECT_TO * low
                    if wide and not _stands_alone(great, index, groups):
                        yield (code, small.year, index), (high // low, f"{great.year} 年")

    def _watched(self) -> list[int]:
        """Columns of money that hardly ever cross zero: near it any ratio is honest."""
        allowed = len(self.rows) * NEGATIVES_ALLOWED // 1_000
        return [
            index
            for index, column in enumerate(self.columns)
            if column.is_money
            and sum((row.values[index] or 0) < 0 for row in self.rows.values()) <= allowed
        ]

    def _doubt(self, row: _Row, index: int, ratio: int, beside: str) -> None:
        column, value = self.columns[index], row.values[index]
        if value is None:  # pragma: no cover  # only values are suspected
            return
        outcome = "存疑未采用" if self.hold else "仍已采用"
        detail = f"与{beside}相差约 {ratio:,} 倍，疑似把万元数填在元列，{outcome}，请核对后改正。"
        effect = IssueEffect.VALUE if self.hold else IssueEffect.NOTE
        sort = f"疑似把万元数填在元列，{outcome}，请核对后改正。"
        self.sheet.fault(row.line, column.header, column.show(value), detail, effect, sort)
        if self.hold:
            row.values[index] = None

    def _compare(self, low: int, high: int) -> None:
        less, more = self.columns[low], self.columns[high]
        for row in self.rows.values():
            a, b = row.values[low], row.values[high]
            if a is not None and b is not None and a * more.per_unit > b * less.per_unit:
                detail = (
                    f"“{less.label}”{less.show(a)} 多于“{more.label}”{more.show(b)}，"
                    "请核对其中一项。"
                )
                sort = f"“{less.label}”多于“{more.label}”，请核对其中一项。"
                self.sheet.fault(
                    row.line, less.header, less.show(a), detail, IssueEffect.NOTE, sort
                )
