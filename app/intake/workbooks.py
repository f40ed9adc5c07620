"""Reads an uploaded list, whatever was done to it: guarded first, parsed in a child process.

A spreadsheet is a program's memory image with a friendly name. A kilobyte can ask for a
gigabyte (one cell at XFD1048576), fetch other files, or carry code. So the container is
looked through as bytes before any parser sees it, and the parser runs where memory and time
are limited.
"""

import csv
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import IO, Final

from app.intake.errors import FileUnfit
from app.intake.sheets import decode

UPLOAD_BYTES: Final = 20 * 1024 * 1024
UNPACKED_BYTES: Final = 50 * 1024 * 1024
PARTS: Final = 500
RATIO: Final = 100
RATIO_FREE_BYTES: Final = 1024 * 1024
ROWS: Final = 5_000
COLUMNS: Final = 200
LAST_ROW: Final = 100_000  # blank but formatted rows are common; this far down is an attack
MERGES: Final = 10_000
SECONDS: Final = 15
PIECE: Final = 256 * 1024

_PARSER: Final = Path(__file__).with_name("workbook_process.py")
_CELL: Final = re.compile(rb'[ \t\n]r\s*=\s*["\']([A-Za-z]{1,8})(\d{1,12})["\']')
_MERGE: Final = re.compile(rb"<(?:\w+:)?mergeCell[ />]")
_ENTITY: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_REFUSED_PARTS: Final = (
    ("vbaproject", "工作簿含有宏，请另存为不含宏的 .xlsx 后再上传。"),
    ("externallinks/", "工作簿含有指向其他文件的链接，请断开链接后再上传。"),
    ("embeddings/", "工作簿嵌入了其他文件，请删除后再上传。"),
    ("activex/", "工作簿含有控件，请删除后再上传。"),
    ("macrosheets/", "工作簿含有宏表，请删除后再上传。"),
)
OVERLAP: Final = 64  # bytes kept between pieces, so that no reference hides in the seam


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet as text: every row as wide as the widest, line n at index n − 1."""

    rows: tuple[tuple[str, ...], ...]
    sheets: tuple[str, ...]  # names of the workbook's sheets; empty for a CSV

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.rows[0]) if self.rows else 0


def read_grid(content: bytes, file_name: str, sheet: int = 0) -> Grid:
    """The cells of an .xlsx or .csv file as text.

    Raises:
        FileUnfit: too large, not what its name says, carries code or links, or asks for more
            rows, columns, memory or time than a list needs.
    """
    if not content:
        raise FileUnfit("文件是空的，请重新导出后上传。")
    if len(content) > UPLOAD_BYTES:
        raise FileUnfit(f"文件超过 {UPLOAD_BYTES // 2**20} MB，名单文件不应这样大，请检查。")
    suffix = Path(file_name.replace("\\", "/")).suffix.lower()
    if suffix == ".csv":
        return _squared(_csv_rows(content, file_name), ())
    if suffix == ".xlsx":
        _guard(content)
        rows, sheets = _parse(content, sheet)
        return _squared(rows, sheets)
    if suffix in {".xls", ".et", ".xlsm", ".xlsb"}:
        raise FileUnfit(f"不支持 {suffix} 文件，请另存为 .xlsx（不含宏）后再上传。")
    raise FileUnfit("请上传 .xlsx 或 .csv 文件。")


def _squared(rows: list[list[str]], sheets: tuple[str, ...]) -> Grid:
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((_used(row) for row in rows), default=0)
    if width == 0:
        raise FileUnfit("文件里没有内容，请检查是否选错了文件或工作表。")
    squared = (tuple(row[:width]) + ("",) * (width - len(row)) for row in rows)
    return Grid(tuple(squared), sheets)


def _used(row: list[str]) -> int:
    return next((place for place in range(len(row), 0, -1) if row[place - 1]), 0)


def _csv_rows(content: bytes, file_name: str) -> list[list[str]]:
    if content[:2] == b"PK":
        raise FileUnfit("文件名是 .csv，内容却是工作簿。请改用正确的扩展名。")
    text = decode(content, "auto", file_name)
    head = text[:4096]
    delimiter = max(",\t;", key=head.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            if len(row) > COLUMNS:
                raise FileUnfit(f"第 {len(rows) + 1} 行超过 {COLUMNS} 列，请检查分隔符。")
            rows.append([cell.strip() for cell in row])
            if len(rows) > ROWS:
                raise FileUnfit(_TOO_LONG)
    except csv.Error as fault:
        raise FileUnfit("不是有效的 CSV 文件，请检查引号和分隔符。") from fault
    return rows


_TOO_LONG: Final = f"超过 {ROWS:,} 行。名单请分批导入；成批的企业数据请用“全市数据导入”。"


def _guard(content: bytes) -> None:
    """Look through the container without unpacking it to memory."""
    if content[:2] != b"PK":
        raise FileUnfit("文件名是 .xlsx，内容却不是。加密的或旧版文件请另存为普通 .xlsx。")
    try:
        with zipfile.ZipFile(BytesIO(content)) as container:
            parts = container.infolist()
            _guard_parts(parts)
            budget = UNPACKED_BYTES
            for part in parts:
                budget -= _guard_part(container, part, budget)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError) as fault:
        raise FileUnfit("工作簿已损坏，请重新另存后上传。") from fault
    except RuntimeError as fault:  # zipfile's word for an encrypted part
        raise FileUnfit("工作簿设有密码，请去掉密码后上传。") from fault


def _guard_parts(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > PARTS:
        raise FileUnfit("工作簿的内部结构异常（部件过多），已拒绝。")
    names = {part.filename.lower() for part in parts}
    if len(names) != len(parts):
        raise FileUnfit("工作簿的内部结构异常（部件重名），已拒绝。")
    if not {"[content_types].xml", "xl/workbook.xml"} <= names:
        raise FileUnfit("这不是 Excel 工作簿，请用 Excel 或 WPS 另存为 .xlsx 后上传。")
    for name in names:
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
            raise FileUnfit("工作簿的内部路径异常，已拒绝。")
        for fragment, detail in _REFUSED_PARTS:
            if fragment in name:
                raise FileUnfit(detail)


def _guard_part(container: zipfile.ZipFile, part: zipfile.ZipInfo, budget: int) -> int:
    """Read one part in pieces, counting; gives its true size."""
    is_sheet = part.filename.lower().startswith("xl/worksheets/")
    is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    size = merges = 0
    with container.open(part) as stream:
        tail = b""
        while piece := stream.read(PIECE):
            size += len(piece)
            if size > budget:
                raise FileUnfit("工作簿解开后过大，已拒绝。请只保留名单所在的工作表。")
            if size > RATIO_FREE_BYTES and size > RATIO * max(part.compress_size, 1):
                raise FileUnfit("工作簿的压缩率异常，已拒绝。")
            window = tail + piece
            if is_xml and _ENTITY.search(window):
                raise FileUnfit("工作簿内含有不允许的 XML 声明，已拒绝。")
            if is_sheet:
                merges += len(_MERGE.findall(piece))
                _guard_cells(window)
                if merges > MERGES:
                    raise FileUnfit("工作表的合并单元格过多，请取消合并后再上传。")
            tail = window[-OVERLAP:]
    return size


def _guard_cells(window: bytes) -> None:
    for letters, digits in _CELL.findall(window):
        if int(digits) > LAST_ROW or _column(letters) > COLUMNS:
            where = f"{letters.decode()}{digits.decode()}"
            raise FileUnfit(
                f"工作表在 {where} 处还有单元格，超出名单应有的范围。"
                f"请删除多余的行和列（列不超过 {COLUMNS}）后再上传。"
            )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _parse(content: bytes, sheet: int) -> tuple[list[list[str]], tuple[str, ...]]:
    """The rows of a sheet, by a parser that may use 512 MB and ten seconds and no more."""
    command = [sys.executable, str(_PARSER), str(sheet), str(ROWS), str(COLUMNS), str(LAST_ROW)]
    try:
        done = subprocess.run(  # noqa: S603 our own script, no part of the upload in the command
            command, input=content, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise FileUnfit("工作簿过于复杂，没有在限定时间内读完。请另存为 CSV 后上传。") from None
    if done.returncode != 0:
        raise FileUnfit("工作簿不能读取（可能已损坏）。请用 Excel 或 WPS 另存为新文件后上传。")
    answer = json.loads(done.stdout)
    if answer.get("too_long"):
        raise FileUnfit(_TOO_LONG)
    return answer["rows"], tuple(answer["sheets"])


def read_limited(stream: IO[bytes], limit: int = UPLOAD_BYTES) -> bytes:
    """The bytes of an upload, refused rather than cut when there are more than `limit`.

    Raises:
        FileUnfit: there is more.
    """
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise FileUnfit(f"文件超过 {limit // 2**20} MB，请拆分后上传。")
    return content
