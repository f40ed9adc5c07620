"""Lists as files: .csv that Excel opens rightly, and .xlsx; cells never turn into formulas."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import xlsxwriter
from flask import Response, send_file

from app.foundation.errors import NotFound

FORMATS: Final = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_WIDEST: Final = 60  # characters of a column
Cell = str | int | date | None


def download(form: str, name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """The rows under their head as a file called `name`, in `form` (csv or xlsx).

    Raises:
        NotFound: there is no such form.
    """
    if form not in FORMATS:
        raise NotFound("只能导出为 csv 或 xlsx 文件。")
    content = as_csv(head, rows) if form == "csv" else as_xlsx(name, head, rows)
    return send_file(
        io.BytesIO(content),
        mimetype=FORMATS[form],
        as_attachment=True,
        download_name=f"{name}.{form}",
    )


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads Chinese; formulas are defused."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([_defused(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _defused(cell: Cell) -> str:
    """A text that begins like a formula gets an apostrophe, as spreadsheets understand."""
    if isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell)
    said = "" if cell is None else str(cell)
    return f"'{said}" if said.startswith(_FORMULA) else said


def as_xlsx(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet with a frozen head and a filter; numbers as numbers, days as days."""
    content = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet(_sheet_name(name))
        sheet.freeze_panes(1, 0)
        for column, word in enumerate(head):
            sheet.set_column(column, column, min(max(len(word) * 2 + 2, 12), _WIDEST))
        sheet.write_row(0, 0, head, bold)
        last = 0
        for last, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(last, column, cell, day)
                else:
                    sheet.write(last, column, cell)
        sheet.autofilter(0, 0, last, max(len(head) - 1, 0))
    return content.getvalue()


def _sheet_name(name: str) -> str:
    """At most 31 characters, without those a sheet's name may not have."""
    return "".join(character for character in name if character not in "[]:*?/\\'")[:31] or "1"
