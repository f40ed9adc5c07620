"""The annexes as a workbook: one sheet each, named firms, filters, and a page that prints on A4."""

import io
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, Final

import xlsxwriter

from app.foundation.clock import SHANGHAI
from app.reports.domain.composition import TABLES_ANNEX
from app.reports.domain.documents import TOTAL, Annex, Cell, Column, Content, Row, Table, matching
from app.reports.domain.vocabulary import Basis
from app.reports.papers.packing import repack
from app.reports.service import Imprint

FIRM_COLUMNS: Final = (
    ("序号", 6), ("企业名称", 36), ("统一社会信用代码", 21), ("归口单位", 14), ("注册地", 14),
)  # fmt: skip
_WIDTHS: Final = {
    "day": 12,
    "money": 16,
    "flag": 10,
    "place": 14,
    "choice": 16,
    "set": 20,
    "text": 28,
}
_CLAUSE_WIDTHS: Final = (6, 14, 22, 48, 44, 10)
_HEAD_ROW: Final = 2  # zero-based: title and remarks stand above
_NAME_LIMIT: Final = 31  # of a sheet's name, by Excel


def write(content: Content, imprint: Imprint) -> bytes:
    """All annexes of an edition in one workbook."""
    book = Book(content, imprint)
    for annex in content.annexes:
        book.annex(annex, annex.rows)
    book.tables()
    return book.close()


def write_place(content: Content, imprint: Imprint, place: str, annexes: tuple[str, ...]) -> bytes:
    """The rows of one place, counted by 归口, as a workbook to hand out."""
    book = Book(content, imprint)
    for annex in content.annexes:
        if annex.id in annexes:
            rows = tuple(matching(annex, content.firms, {}, place, Basis.MANAGING))
            book.annex(annex, rows)
    return book.close()


class Book:
    """A workbook being written, top to bottom, with its few formats."""

    def __init__(self, content: Content, imprint: Imprint) -> None:
        self._content, self._imprint = content, imprint
        self._places = {place.code: place.name for place in content.places}
        self._target = io.BytesIO()
        options = {
            "constant_memory": True, "in_memory": True, "strings_to_formulas": False,
            "strings_to_urls": False, "strings_to_numbers": False,
        }  # fmt: skip
        self._book = xlsxwriter.Workbook(self._target, options)
        issued = imprint.issued_at.astimezone(SHANGHAI).replace(tzinfo=None, microsecond=0)
        self._book.set_properties(
            {
                "title": f"{content.division.name}{content.period_name}附件",
                "created": issued,
            }
        )
        self._formats = _formats(self._book)

    def annex(self, annex: Annex, rows: tuple[Row, ...]) -> None:
        """One annex as a sheet: 序号/企业名称/信用代码/归口单位/… and its own columns."""
        of_firms = not rows or rows[0][0] is not None
        own = [column for column in annex.columns if column.kind != "place"]
        firm_columns = FIRM_COLUMNS if annex.id != CLAUSES else FIRM_COLUMNS[:1]
        head = [name for name, _ in firm_columns] + [column.label for column in own]
        sizes = [size for _, size in firm_columns] + [_WIDTHS[column.kind] for column in own]
        if annex.id == CLAUSES:
            sizes = list(_CLAUSE_WIDTHS)
        sheet = self._sheet(f"附件{annex.id} {annex.name}", head, sizes, len(rows))
        writers = [self._writer(column) for column in own]
        positions = [annex.position(column.key) or 0 for column in own]
        places = (annex.position("managing"), annex.position("registered"))
        line = _HEAD_ROW
        body = self._formats["body"]
        for line, row in enumerate(rows, _HEAD_ROW + 1):
            sheet.write_number(line, 0, line - _HEAD_ROW, body)
            at = 1
            if of_firms:
                for text in self._firm(row, places):
                    sheet.write_string(line, at, text, body)
                    at += 1
            for position, write_cell in zip(positions, writers, strict=True):
                write_cell(sheet, line, at, row[position])
                at += 1
        sheet.autofilter(_HEAD_ROW, 0, max(line, _HEAD_ROW), len(head) - 1)

    def tables(self) -> None:
        """The tables by place in full, by 归口 and by 注册地."""
        content = self._content
        for basis in Basis:
            for name, table in (
                ("存量与变动", content.table(content.stock, basis)),
                ("年度入库", content.table(content.rolls, basis)),
            ):
                self._table(f"附件{TABLES_ANNEX} {name}（{basis.label}）", table)
        self._table(f"附件{TABLES_ANNEX} 挖潜（{Basis.MANAGING.label}）", content.pools)

    def _table(self, name: str, table: Table) -> None:
        head = ["序号", "单位", "称号", *(column.label for column in table.columns)]
        shorts = {title.id: title.short for title in self._content.titles}
        lines = [key for key in table.lines if any(table.lines[key])]
        sheet = self._sheet(name, head, [6, 16, 18, *([11] * len(table.columns))], len(lines))
        body, number = self._formats["body"], self._formats["count"]
        line = _HEAD_ROW
        for line, (place, title) in enumerate(lines, _HEAD_ROW + 1):
            sheet.write_number(line, 0, line - _HEAD_ROW, body)
            sheet.write_string(line, 1, "合计" if place == TOTAL else self._places[place], body)
            sheet.write_string(line, 2, shorts.get(title, title), body)
            for at, value in enumerate(table.lines[place, title], 3):
                sheet.write_number(line, at, value or 0, number)
        sheet.autofilter(_HEAD_ROW, 0, max(line, _HEAD_ROW), len(head) - 1)

    def close(self) -> bytes:
        """The finished workbook."""
        self._book.close()
        return repack(self._target.getvalue())

    def _sheet(self, name: str, head: list[str], sizes: list[int], count: int) -> Any:
        sheet = self._book.add_worksheet(name[:_NAME_LIMIT])
        for index, size in enumerate(sizes):
            sheet.set_column(index, index, size)
        content = self._content
        known = self._imprint.known_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        remarks = (
            f"{content.division.name}　{content.period_name}　第{self._imprint.number}版　"
            f"截止日 {content.on}　数据截至 {known}　共 {count:,} 行"
        )
        sheet.set_row(0, 24)
        sheet.write_string(0, 0, name, self._formats["title"])
        sheet.write_string(1, 0, remarks, self._formats["remark"])
        sheet.set_row(_HEAD_ROW, 30)
        for index, text in enumerate(head):
            sheet.write_string(_HEAD_ROW, index, text, self._formats["head"])
        sheet.freeze_panes(_HEAD_ROW + 1, min(2, len(head)))
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEAD_ROW)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&C第 &P 页，共 &N 页")
        return sheet

    def _firm(self, row: Row, places: tuple[int | None, int | None]) -> Iterator[str]:
        name, code, managing, registered, _ = self._content.firms[int(row[0] or 0)]
        yield name
        yield code
        for position, of_firm in zip(places, (managing, registered), strict=True):
            place = of_firm if position is None else row[position]
            yield self._places.get(str(place), "") if place is not None else ""

    def _writer(self, column: Column) -> Callable[[Any, int, int, Cell], None]:
        """How a column's cells are written: days and money as Excel's own, the rest as text."""
        form = self._formats.get(column.kind, self._formats["body"])
        if column.kind == "day":

            def write(sheet: Any, line: int, at: int, cell: Cell) -> None:
                if cell:
                    day = date.fromisoformat(str(cell))
                    sheet.write_datetime(line, at, datetime(day.year, day.month, day.day), form)  # noqa: DTZ001 Excel's days have no zone
                else:
                    sheet.write_blank(line, at, None, form)

        elif column.kind == "money":

            def write(sheet: Any, line: int, at: int, cell: Cell) -> None:
                if cell is None:
                    sheet.write_string(line, at, "待核", form)
                else:
                    sheet.write_number(line, at, int(cell) / 100, form)

        else:
            words: dict[Cell, str] = {}

            def write(sheet: Any, line: int, at: int, cell: Cell) -> None:
                if cell not in words:
                    words[cell] = column.words(cell)
                sheet.write_string(line, at, words[cell], form)

        return write


CLAUSES: Final = "8"


def _formats(book: Any) -> dict[str, Any]:
    base = {"font_name": "宋体", "font_size": 10, "border": 1, "border_color": "#B8C4CA"}
    base |= {"valign": "vcenter"}
    return {
        "title": book.add_format({"font_name": "黑体", "font_size": 14}),
        "remark": book.add_format({"font_name": "楷体", "font_size": 10, "font_color": "#56616B"}),
        "head": book.add_format(
            base | {"bold": True, "bg_color": "#E7F0EE", "align": "center", "text_wrap": True}
        ),
        "body": book.add_format(base),
        "text": book.add_format(base | {"text_wrap": True}),
        "count": book.add_format(base | {"num_format": "#,##0"}),
        "money": book.add_format(base | {"num_format": "#,##0.00", "align": "right"}),
        "day": book.add_format(base | {"num_format": "yyyy-mm-dd", "align": "center"}),
        "flag": book.add_format(base | {"align": "center"}),
    }
