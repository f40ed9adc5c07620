"""Workbooks that show what was wrong, where it was: colour, comment and remedy on the cell.

Every cell is written as text: what came from outside is never a formula again.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Final

import xlsxwriter

from app.intake.domain import RowMatch
from app.intake.models import LoadIssue
from app.intake.queries import RowShown
from app.intake.workbooks import Grid

_FILLS: Final = {
    RowMatch.OUTSIDE: "#f8d7da",
    RowMatch.AMBIGUOUS: "#f8d7da",
    RowMatch.BY_FORMER_NAME: "#fdf0d0",
    RowMatch.CONFIRMED: "#fdf0d0",
    RowMatch.SKIPPED: "#e6e9ec",
}
_ADDED: Final = ("匹配结果", "本库企业名称", "本库信用代码", "说明")
_ISSUE_COLUMNS: Final = ("文件", "行", "列", "值", "影响", "问题与改法")
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def list_workbook(grid: Grid, header: int, name_column: int, rows: Sequence[RowShown]) -> bytes:
    """The list as it came, with the outcome beside each row and a comment on faulty cells."""
    output = BytesIO()
    book = xlsxwriter.Workbook(output, _OPTIONS)
    sheet = book.add_worksheet("名单")
    fills = {match: book.add_format({"bg_color": colour}) for match, colour in _FILLS.items()}
    bold = book.add_format({"bold": True, "bottom": 1})
    shown = {row.row.line: row for row in rows}
    for index, cells in enumerate(grid.rows):
        found = shown.get(index + 1)
        look = fills.get(found.row.match) if found else (bold if index == header else None)
        for place, cell in enumerate(cells):
            sheet.write_string(index, place, cell, look)
        if index == header:
            _write_row(sheet, index, grid.width, _ADDED, bold)
        if found is not None:
            _write_row(sheet, index, grid.width, _outcome(found), look)
            if found.row.match in _FILLS and found.row.detail:
                sheet.write_comment(index, name_column, found.row.detail, {"x_scale": 2})
    sheet.freeze_panes(header + 1, 0)
    sheet.set_column(0, grid.width + len(_ADDED), 18)
    book.close()
    return output.getvalue()


def _outcome(found: RowShown) -> tuple[str, str, str, str]:
    firm = found.enterprise
    name, code = (firm.name, firm.credit_code) if firm else ("", "")
    return found.row.match.label, name, code, found.row.detail


def issues_workbook(issues: Iterable[LoadIssue]) -> bytes:
    """The faults of a city's files as one table: file, line, column, value, what to do."""
    output = BytesIO()
    book = xlsxwriter.Workbook(output, _OPTIONS)
    sheet = book.add_worksheet("问题清单")
    bold = book.add_format({"bold": True, "bottom": 1})
    _write_row(sheet, 0, 0, _ISSUE_COLUMNS, bold)
    for index, issue in enumerate(issues, start=1):
        texts = (issue.file, "", issue.column, issue.value, issue.effect.label, issue.detail)
        _write_row(sheet, index, 0, texts, None)
        sheet.write_number(index, 1, issue.line)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, 0, len(_ISSUE_COLUMNS) - 1)
    for column, width in enumerate((18, 8, 26, 24, 16, 80)):
        sheet.set_column(column, column, width)
    book.close()
    return output.getvalue()


def _write_row(
    sheet: "xlsxwriter.worksheet.Worksheet",
    row: int,
    column: int,
    texts: Sequence[str],
    look: object,
) -> None:
    for place, text in enumerate(texts, start=column):
        sheet.write_string(row, place, text, look)
