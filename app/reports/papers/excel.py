"""The annexes as a workbook: one sheet each, named firms, filters, and a page that prints on A4."""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import xlsxwriter

from app.foundation.clock import SHANGHAI
from app.reports.domain.composition import TABLES_ANNEX
from app.reports.domain.documents import TOTAL, Annex, Cell, Column, Content, Row, Table
from app.reports.domain.vocabulary import Basis
from app.reports.papers.sheets import Line, Lines, ends_of, fill, height_of, text_end
from app.reports.service import Imprint

FIRM_COLUMNS: Final = (
    ("序号", 6), ("企业名称", 32), ("统一社会信用代码", 21), ("归口单位", 13), ("注册地", 13),
)  # fmt: skip
_WIDTHS: Final = {
    "day": 12,
    "money": 15,
    "flag": 8,
    "place": 12,
    "choice": 15,
    "set": 20,
    "text": 18,
}
_WIDE: Final = {"missing": 56, "reason": 44, "batch": 30, "detail": 22, "held": 26}
_CLAUSE_WIDTHS: Final = (6, 14, 22, 48, 44, 10)
_HEAD_ROW: Final = 2  # zero-based: title and remarks stand above
_NAME_LIMIT: Final = 31  # of a sheet's name, by Excel


def write(content: Content, imprint: Imprint, lines: Lines) -> bytes:
    """All annexes of an edition in one workbook."""
    book = Book(content, imprint, lines)
    for annex in content.annexes:
        book.annex(annex, None)
    book.tables()
    return book.close()


def write_place(
    content: Content, imprint: Imprint, lines: Lines, rows: Mapping[str, Sequence[int]]
) -> bytes:
    """The rows of one place, by annex and position, as a workbook to hand out."""
    book = Book(content, imprint, lines)
    for annex in content.annexes:
        if annex.id in rows:
            book.annex(annex, rows[annex.id])
    return book.close()


class Book:
    """A workbook being written, top to bottom, with its few formats."""

    def __init__(self, content: Content, imprint: Imprint, lines: Lines) -> None:
        self._content, self._imprint, self._lines = content, imprint, lines
        self._places = {place.code: place.name for place in content.places}
        self._ends: dict[Cell, str] = {code: text_end(name) for code, name in self._places.items()}
        self._target = io.BytesIO()
        self._bodies: dict[int, Sequence[Line]] = {}
        options = {
            "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False,
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

    def annex(self, annex: Annex, chosen: Sequence[int] | None) -> None:
        """One annex as a sheet; `chosen` are positions of its rows, None all of them."""
        own = [column for column in annex.columns if column.kind != "place"]
        firm_columns = FIRM_COLUMNS if annex.id != CLAUSES else FIRM_COLUMNS[:1]
        head = [name for name, _ in firm_columns] + [column.label for column in own]
        sizes = [size for _, size in firm_columns] + [
            _WIDE.get(column.key, _WIDTHS[column.kind]) for column in own
        ]
        if annex.id == CLAUSES:
            sizes = list(_CLAUSE_WIDTHS)
        lines: Sequence[Line] = self._lines.of(annex.id, lambda: self._set(annex, own))
        if chosen is not None:
            lines = [lines[position] for position in chosen]
        sheet = self._sheet(f"附件{annex.id} {annex.name}", head, sizes, len(lines))
        kinds = ["flag", *["body"] * (len(firm_columns) - 1)]
        kinds += ["wrapped" if column.key in _WIDE else column.kind for column in own]
        for at, kind in enumerate(kinds):  # the sample row, whose place the lines take
            sheet.write_blank(
                _HEAD_ROW + 1, at, None, self._formats.get(kind, self._formats["body"])
            )
        self._bodies[len(self._book.worksheets())] = lines
        sheet.autofilter(_HEAD_ROW, 0, _HEAD_ROW + max(1, len(lines)), len(head) - 1)

    def _set(self, annex: Annex, own: Sequence[Column]) -> Iterator[Line]:
        """The rows of an annex: the firm's cells, then its own columns'."""
        ends = [(annex.position(column.key) or 0, ends_of(column)) for column in own]
        places = (annex.position("managing"), annex.position("registered"))
        firms = [tuple(map(text_end, firm[:2])) for firm in self._content.firms]
        wide = [
            (annex.position(column.key) or 0, _WIDE[column.key])
            for column in own
            if column.key in _WIDE and column.kind == "text"
        ]
        for row in annex.rows:
            height = height_of((str(row[at] or ""), width) for at, width in wide)
            start: Line = (height,)
            if row[0] is not None:
                start = (height, *firms[int(row[0])], *self._where(row, places))
            yield (*start, *(end(row[position]) for position, end in ends))

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
        if content.goals:
            self._goals()

    def _goals(self) -> None:
        """The plan's targets, those too that the register cannot count."""
        head = ["序号", "目标", "范围", "年度", "要求", "登记簿户数", "完成率或原因"]
        goals = self._content.goals
        name = f"附件{TABLES_ANNEX} 规划目标"
        sheet = self._sheet(name, head, [6, 52, 14, 8, 14, 12, 44], len(goals))
        places = self._places | {self._content.division.code: self._content.division.name}
        body, number = self._formats["body"], self._formats["count"]
        for line, goal in enumerate(goals, _HEAD_ROW + 1):
            sheet.write_number(line, 0, line - _HEAD_ROW, body)
            where = places.get(goal["territory"], goal["territory"])
            for at, text in ((1, goal["phrase"]), (2, where), (4, goal["required"])):
                sheet.write_string(line, at, text, body)
            sheet.write_number(line, 3, goal["year"], body)
            if goal["counted"] is None:
                sheet.write_string(line, 5, "需填报", body)
            else:
                sheet.write_number(line, 5, goal["counted"], number)
            sheet.write_string(line, 6, goal["completion"], body)

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
        return fill(self._target.getvalue(), self._bodies)

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

    def _where(self, row: Row, places: tuple[int | None, int | None]) -> Line:
        """归口 and 注册地 of a row: its own where the annex has them, else its firm's."""
        _, _, managing, registered, _ = self._content.firms[int(row[0] or 0)]
        own = (
            managing if places[0] is None else row[places[0]],
            registered if places[1] is None else row[places[1]],
        )
        return tuple(self._ends.get(place, "/>") for place in own)


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
        "wrapped": book.add_format(base | {"text_wrap": True}),
        "count": book.add_format(base | {"num_format": "#,##0"}),
        "money": book.add_format(base | {"num_format": "#,##0.00", "align": "right"}),
        "day": book.add_format(base | {"num_format": "yyyy-mm-dd", "align": "center"}),
        "flag": book.add_format(base | {"align": "center"}),
    }
