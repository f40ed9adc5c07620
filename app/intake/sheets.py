"""Rows of text files, with the line a person would count, whatever the encoding. Pure."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.intake.cells import plain
from app.intake.domain import IssueEffect
from app.intake.errors import FileUnfit
from app.intake.manifest import Table

ISSUES_KEPT: Final = 5_000  # rows written for people to read; all are counted
SHOWN: Final = 60  # characters of a faulty cell


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault: where it is as a person counts, what is wrong and what to do."""

    file: str
    line: int
    column: str
    value: str
    effect: IssueEffect
    detail: str


@dataclass(slots=True)
class Issues:
    """The faults found so far: the first thousands in full, all of them counted."""

    kept: list[Issue] = field(default_factory=list)
    counts: Counter[tuple[str, str, IssueEffect, str]] = field(default_factory=Counter)

    def add(
        self,
        file: str,
        line: int,
        column: str,
        value: str,
        effect: IssueEffect,
        detail: str,
        sort: str = "",
    ) -> None:
        """Note a fault; faults of one `sort` (the detail without its numbers) count as one."""
        shown = value if len(value) <= SHOWN else f"{value[:SHOWN]}…"
        self.counts[file, column, effect, sort or detail] += 1
        if len(self.kept) < ISSUES_KEPT:
            self.kept.append(Issue(file, line, column, shown, effect, detail))

    def count(self, effect: IssueEffect) -> int:
        """How many faults had this effect."""
        return sum(n for (_, _, found, _), n in self.counts.items() if found is effect)


def decode(content: bytes, encoding: str, name: str) -> str:
    """The text of a file: UTF-8 (with or without mark) or GB 18030 when `encoding` is auto.

    Raises:
        FileUnfit: it is no text in any of these.
    """
    if b"\x00" in content[:4096]:
        raise FileUnfit(f"“{name}”不是文本文件，请另存为 CSV（UTF-8）后再导入。")
    tried = ("utf-8-sig", "gb18030") if encoding == "auto" else (encoding,)
    for candidate in tried:
        try:
            return content.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
    raise FileUnfit(f"“{name}”的文字编码无法识别，请另存为 CSV（UTF-8）后再导入。")


class Sheet:
    """One CSV file under its table of the manifest: header resolved, rows in order."""

    def __init__(self, folder: Path, table: Table, issues: Issues) -> None:
        self.table = table
        self.name = table.path
        self.issues = issues
        path = folder / Path(table.path).name  # a manifest names files of its own folder only
        if not path.is_file():
            raise FileUnfit(f"缺少“{self.name}”这个文件，请补上，或改数据清单。")
        self._text = decode(path.read_bytes(), table.encoding, self.name)
        self._reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=table.delimiter)
        self.header = [plain(cell) for cell in next(self._rows(), ())]
        self.at = self._resolve()

    def _rows(self) -> Iterator[list[str]]:
        try:
            yield from self._reader
        except csv.Error as fault:
            line = self._reader.line_num
            raise FileUnfit(f"“{self.name}”第 {line} 行不是有效的 CSV，请检查引号。") from fault

    def _resolve(self) -> Mapping[str, int]:
        """Where each described header is; missing keys stop, the rest is noted."""
        twice = [header for header, count in Counter(self.header).items() if count > 1 and header]
        if twice:
            raise FileUnfit(f"“{self.name}”的表头有重复的列“{twice[0]}”，请改正。")
        at = {header: place for place, header in enumerate(self.header)}
        described = {*self.table.columns, *(column.header for column in self.table.figures)}
        for header in sorted(described - at.keys()):
            if self.table.columns.get(header) in {"credit_code", "year", "kind", "since"}:
                raise FileUnfit(f"“{self.name}”缺少“{header}”这一列，无法导入。")
            self._note(header, "数据清单写有这一列，文件中没有：该项按未知处理。")
        for header in sorted(at.keys() - described - self.table.ignored):
            self._note(header, "数据清单没有说明这一列，没有导入。需要时请补充数据清单。")
        return at

    def _note(self, header: str, detail: str) -> None:
        self.issues.add(self.name, 1, header, "", IssueEffect.NOTE, detail)

    def place(self, wanted: str) -> int | None:
        """The index of the cell that gives the field `wanted`; None if there is none."""
        header = self.table.header_of(wanted)
        return self.at.get(header) if header is not None else None

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Line number and cells of each row that has as many cells as the header."""
        width = len(self.header)
        for cells in self._rows():
            line = self._reader.line_num
            if len(cells) != width:
                if any(cells):
                    detail = f"该行有 {len(cells)} 格，表头有 {width} 列，请检查逗号和引号。"
                    self.fault(line, "", "", detail)
                continue
            yield line, cells

    def fault(
        self,
        line: int,
        column: str,
        value: str,
        detail: str,
        effect: IssueEffect = IssueEffect.ROW,
        sort: str = "",
    ) -> None:
        """Note a fault of a row of this file."""
        self.issues.add(self.name, line, column, value, effect, detail, sort)
