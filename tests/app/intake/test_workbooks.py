"""Uploaded lists: friendly ones are read, hostile ones refused in under a second."""

# ruff: noqa: E501 the parts of a workbook are one line each

import io
import time
import zipfile

import openpyxl
import pytest

from app.intake import workbooks
from app.intake.errors import FileUnfit
from app.intake.workbooks import read_grid
from tests.factories.intake import workbook

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="'
    'application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
BOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
)
BOOK_RELATIONS = RELATIONS.replace(
    'officeDocument" Target="xl/workbook.xml', 'worksheet" Target="worksheets/sheet1.xml'
)
SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{rows}</sheetData>{after}</worksheet>"
)
CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>企业名称</t></is></c></row>'


def package(sheet=None, **more):
    """A minimal workbook made by hand, with whatever parts a test wants in it."""
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELATIONS,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": BOOK_RELATIONS,
        "xl/worksheets/sheet1.xml": sheet or SHEET.format(rows=CELL, after=""),
        **{name.replace("__", "/"): content for name, content in more.items()},
    }
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in parts.items():
            container.writestr(name, content)
    return output.getvalue()


def sheet(rows=CELL, after=""):
    return package(SHEET.format(rows=rows, after=after))


def sparse():
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = 1
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


LAUGHS = '<!DOCTYPE a [<!ENTITY b "b">]>'
HOSTILE = {
    "sparse cell": (sparse, "XFD1048576"),
    "far down": (lambda: sheet('<row r="900000"><c r="A900000"><v>1</v></c></row>'), "A900000"),
    "far right": (lambda: sheet('<row r="1"><c r="ZZ1"><v>1</v></c></row>'), "ZZ1"),
    "merges": (lambda: sheet(after="<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 20_000 + "</mergeCells>"), "合并单元格过多"),
    "ratio bomb": (lambda: package(**{"xl__sharedStrings.xml": "<a>" + "0" * 5_000_000}), "压缩率异常"),
    "entities": (lambda: package(LAUGHS + SHEET.format(rows=CELL, after="")), "XML 声明"),
    "entities elsewhere": (lambda: package(**{"docProps__app.xml": LAUGHS}), "XML 声明"),
    "macros": (lambda: package(**{"xl__vbaProject.bin": b"x"}), "含有宏"),
    "external link": (lambda: package(**{"xl__externalLinks__externalLink1.xml": "<a/>"}), "指向其他文件"),
    "embedded file": (lambda: package(**{"xl__embeddings__oleObject1.bin": b"x"}), "嵌入了其他文件"),
    "controls": (lambda: package(**{"xl__activeX__activeX1.xml": "<a/>"}), "含有控件"),
    "macro sheet": (lambda: package(**{"xl__macrosheets__sheet1.xml": "<a/>"}), "含有宏表"),
    "many parts": (lambda: package(**{f"xl__p{n}.xml": "<a/>" for n in range(600)}), "部件过多"),
    "path": (lambda: package(**{"..__..__x.xml": "<a/>"}), "路径异常"),
    "plain zip": (lambda: package()[:0] + _plain_zip(), "这不是 Excel 工作簿"),
    "not a zip": (lambda: b"\xd0\xcf\x11\xe0 old or encrypted", "内容却不是"),
    "truncated": (lambda: package()[:400], "已损坏"),
    "empty": (lambda: b"", "文件是空的"),
    "nothing in it": (lambda: sheet(""), "没有内容"),
    "broken xml": (lambda: package("<worksheet><sheetData>"), "不能读取"),
}  # fmt: skip


def _plain_zip():
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as container:
        container.writestr("a.txt", "x")
    return output.getvalue()


@pytest.mark.parametrize(("make", "words"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_workbook_is_refused_with_a_remedy(make, words):
    content = make()
    started = time.perf_counter()

    with pytest.raises(FileUnfit, match=words):
        read_grid(content, "名单.xlsx")

    assert time.perf_counter() - started < 3  # the promise is 1 s on a quiet machine


def test_the_workbook_made_by_hand_is_otherwise_fit():
    assert read_grid(package(), "名单.xlsx").rows == (("企业名称",),)


@pytest.mark.parametrize("name", ["a.xls", "a.xlsm", "a.pdf", "a", "a.xlsx.exe"])
def test_other_kinds_of_files_are_named_as_such(name):
    with pytest.raises(FileUnfit, match="xlsx"):
        read_grid(b"x", name)


def test_too_large_a_file_is_not_opened(monkeypatch):
    monkeypatch.setattr(workbooks, "UPLOAD_BYTES", 10)

    with pytest.raises(FileUnfit, match="不应这样大"):
        read_grid(workbook([["企业名称"]]), "a.xlsx")


def test_a_list_longer_than_lists_are_is_refused(monkeypatch):
    monkeypatch.setattr(workbooks, "ROWS", 3)
    rows = [["企业名称"], *[[f"企业{n}"] for n in range(5)]]

    with pytest.raises(FileUnfit, match="分批导入"):
        read_grid(workbook(rows), "a.xlsx")
    with pytest.raises(FileUnfit, match="分批导入"):
        read_grid("\n".join(row[0] for row in rows).encode(), "a.csv")


def test_blank_rows_far_down_do_not_count():
    rows = '<row r="9000"><c r="A9000" s="0"/></row>'

    assert len(read_grid(sheet(CELL + rows), "a.xlsx").rows) == 1


def test_days_and_numbers_are_read_as_people_see_them():
    from datetime import date, datetime  # noqa: PLC0415

    rows = [["名称", "日期", "时间", "数", "小数", "公式"]]
    rows.append(["甲", date(2022, 6, 30), datetime(2022, 6, 30, 8), 12, 1.5, "=1+1"])  # noqa: DTZ001

    assert read_grid(workbook(rows), "a.xlsx").rows[1] == (
        "甲", "2022-06-30", "2022-06-30", "12", "1.5", "",
    )  # fmt: skip


def test_a_chosen_sheet_is_read():
    book = openpyxl.Workbook()
    book.active.append(["封面"])
    book.create_sheet("名单").append(["企业名称"])
    output = io.BytesIO()
    book.save(output)

    grid = read_grid(output.getvalue(), "a.xlsx", sheet=1)

    assert (grid.rows, grid.sheets) == ((("企业名称",),), ("Sheet", "名单"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_is_read_in_its_encoding(encoding, delimiter):
    text = delimiter.join(["序号", "企业名称"]) + "\n" + delimiter.join(["1", "甲公司"]) + "\n"

    grid = read_grid(text.encode(encoding), "名单.CSV")

    assert grid.rows == (("序号", "企业名称"), ("1", "甲公司"))


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe\xfd", b"a\x00b", b",".join([b"x"] * 300), workbook([["x"]])],
    ids=["no text", "binary", "too wide", "a workbook"],
)
def test_a_csv_that_is_none_is_refused(content):
    with pytest.raises(FileUnfit):
        read_grid(content, "a.csv")


def test_a_parser_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(workbooks, "SECONDS", 0.01)

    with pytest.raises(FileUnfit, match="限定时间"):
        read_grid(workbook([["x"]]), "a.xlsx")
