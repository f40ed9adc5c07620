"""Fills the many rows of a workbook whose frame xlsxwriter made.

xlsxwriter writes each sheet with its formats, filters and print setup and one sample row; the
sample gives the style of every column, and the rows are then set in its place as inline
strings. Writing 500,000 cells this way takes a fifth of the time, and a row made once for the
whole division is used again for its county.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final
from xml.sax.saxutils import escape

from app.reports.domain.documents import Cell, Column
from app.reports.papers.packing import pack

SAMPLE_LINE: Final = 4  # as Excel counts: title, remarks and head stand above
_SAMPLE: Final = re.compile(rf'<row r="{SAMPLE_LINE}".*?</row>', re.DOTALL)
_STYLE: Final = re.compile(r'<c r="[A-Z]+\d+"(?: s="(\d+)")?')
_DIMENSION: Final = re.compile(r'<dimension ref="A1:([A-Z]+)\d+"/>')
_FORBIDDEN: Final = {code: None for code in range(32) if chr(code) not in "\t\n\r"}
_SQUARE_FROM: Final = 0x2E80  # from here on characters are as wide as they are high
_FIRST_DAY: Final = date(1899, 12, 30).toordinal()  # day zero of Excel's calendar

# A row: its own attributes (its height), then the ends of its cells after address and style.
Line = tuple[str, ...]
_LINE_HEIGHT: Final = 13.5  # points, of ten-point type


@dataclass(slots=True)
class Lines:
    """Rows set as XML once, by annex; shared by all workbooks of an edition."""

    made: dict[str, list[Line]] = field(default_factory=dict)

    def of(self, annex: str, make: Callable[[], Iterator[Line]]) -> list[Line]:
        """The lines of an annex, made on first use."""
        if annex not in self.made:
            self.made[annex] = list(make())
        return self.made[annex]


def fill(frame: bytes, bodies: Mapping[int, Sequence[Line]]) -> bytes:
    """The workbook `frame` with the lines of each sheet (counted from 1) in place of its sample."""
    with zipfile.ZipFile(io.BytesIO(frame)) as archive:
        names = {f"xl/worksheets/sheet{number}.xml": lines for number, lines in bodies.items()}
        return pack(
            (
                entry.filename,
                _filled(archive.read(entry).decode(), names[entry.filename]).encode()
                if entry.filename in names
                else archive.read(entry),
            )
            for entry in archive.infolist()
        )


def _filled(sheet: str, lines: Sequence[Line]) -> str:
    sample = _SAMPLE.search(sheet)
    if sample is None:
        raise ValueError("the sheet has no sample row")
    styles = [f' s="{style}"' if style else "" for style in _STYLE.findall(sample[0])]
    letters = [letter_of(index) for index in range(len(styles))]
    heads = [f'<c r="{letter}' for letter in letters]
    rows = [_row(number, line, heads, styles) for number, line in enumerate(lines, SAMPLE_LINE)]
    last = SAMPLE_LINE + len(lines) - 1
    sheet = sheet[: sample.start()] + "".join(rows) + sheet[sample.end() :]
    return _DIMENSION.sub(f'<dimension ref="A1:{letters[-1]}{max(last, 3)}"/>', sheet, count=1)


def _row(number: int, line: Line, heads: list[str], styles: list[str]) -> str:
    first = f'{heads[0]}{number}"{styles[0]}><v>{number - SAMPLE_LINE + 1}</v></c>'
    rest = [
        f'{head}{number}"{style}{end}'
        for head, style, end in zip(heads[1:], styles[1:], line[1:], strict=True)
    ]
    return f'<row r="{number}"{line[0]}>{first}{"".join(rest)}</row>'


def height_of(texts: Iterable[tuple[str, int]]) -> str:
    """The attributes of a row whose wrapped texts need more than a line of their column's width.

    Not every program makes room by itself when it opens a file.
    """
    lines = max((-(-_units(text) // max(width - 1, 1)) for text, width in texts), default=1)
    return f' ht="{lines * _LINE_HEIGHT + 2}" customHeight="1"' if lines > 1 else ""


@lru_cache(maxsize=4096)
def _units(text: str) -> int:
    """The width of a text in digits, as Excel measures columns; a character of Chinese is two."""
    return len(text) + sum(ord(letter) >= _SQUARE_FROM for letter in text)


def letter_of(index: int) -> str:
    """The name of a column: 0 is A, 26 is AA.

    >>> letter_of(0), letter_of(25), letter_of(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def text_end(text: str) -> str:
    """The end of a cell that holds text; text never becomes a formula this way."""
    if not text:
        return "/>"
    clean = escape(text if text.isprintable() else text.translate(_FORBIDDEN))
    keep = ' xml:space="preserve"' if clean != clean.strip() else ""
    return f' t="inlineStr"><is><t{keep}>{clean}</t></is></c>'


def ends_of(column: Column) -> Callable[[Cell], str]:
    """How the cells of a column end: days and money as Excel's own numbers, the rest as text."""
    if column.kind == "day":
        return _day_end
    if column.kind == "money":
        return _money_end
    known: dict[Cell, str] = {}

    def end(cell: Cell) -> str:
        found = known.get(cell)
        if found is None:
            found = known[cell] = text_end(column.words(cell))
        return found

    return end


def _day_end(cell: Cell) -> str:
    if not cell:
        return "/>"
    return f"><v>{date.fromisoformat(str(cell)).toordinal() - _FIRST_DAY}</v></c>"


def _money_end(cell: Cell) -> str:
    if cell is None:
        return text_end("待核")
    fen = int(cell)
    sign = "-" if fen < 0 else ""
    return f"><v>{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}</v></c>"
