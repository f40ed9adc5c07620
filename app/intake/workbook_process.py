"""The parser of uploaded workbooks, run as a process of its own with little memory and time.

Reads a workbook from standard input and writes {"rows", "sheets"} as JSON. It imports nothing
of ours: the less there is, the sooner it starts and the less there is to break into.
"""

import contextlib
import io
import json
import sys
from datetime import date, datetime
from typing import Any

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 10


def main() -> None:
    """Parse within limits; a fault is a non-zero exit, never a guess."""
    limit()
    sheet, rows_allowed, columns, last_row = (int(argument) for argument in sys.argv[1:5])
    import openpyxl  # noqa: PLC0415 only after the limits are set

    if not openpyxl.DEFUSEDXML:
        sys.exit("defusedxml is missing: entities would be expanded")
    content = io.BytesIO(sys.stdin.buffer.read())
    workbook = openpyxl.load_workbook(content, read_only=True, data_only=True, keep_links=False)
    answer: dict[str, Any] = {"sheets": workbook.sheetnames, "rows": []}
    chosen = workbook.worksheets[min(sheet, len(workbook.worksheets) - 1)]
    chosen.reset_dimensions()  # what a file says of its own size is not believed
    filled = 0
    for row in chosen.iter_rows(max_row=last_row, max_col=columns, values_only=True):
        cells = [_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        filled += bool(cells)
        if filled > rows_allowed:
            answer = {"too_long": True}
            break
        answer["rows"].append(cells)
    json.dump(answer, sys.stdout)


def limit() -> None:
    """Limit memory and time where the system can; the look through the container stands anyway."""
    try:
        import resource  # noqa: PLC0415 some systems have none
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS knows the name and refuses the act
            resource.setrlimit(kind, (most, most))


def _text(value: Any) -> str:
    """A cell as a person sees it, near enough: days as 2022-06-30, whole numbers without .0."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


if __name__ == "__main__":
    main()
