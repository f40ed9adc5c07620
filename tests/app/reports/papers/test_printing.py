"""Papers: the same bytes from the same content, and files that other programs read."""

import io
import shutil
import subprocess
import time
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import docx
import openpyxl
import pytest
from pypdf import PdfReader

from app.reports.domain.comparison import Differences
from app.reports.domain.composition import compose
from app.reports.papers import pdf, printing
from app.reports.papers.counties import rows_by_place
from app.reports.papers.printing import DOCX, PDF, XLSX, ZIP, render
from app.reports.service import Imprint
from tests.factories.reports import (
    EAST,
    HIGH,
    ROLL,
    WEST,
    enrolled,
    facts_of,
    held,
    here,
    judged,
)

AT = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
IMPRINT = Imprint(1, AT, AT, "张三", "ab" * 32)


def content(**more):
    """A register with an awkward name in it."""
    facts = facts_of(
        [
            held("A", date(2021, 11, 1), date(2023, 11, 1)),
            held("B", date(2022, 10, 18), date(2025, 10, 18)),
            enrolled("C", 2022),
            enrolled("D", 2021),
        ],
        {"A": here(), "B": here(WEST), "C": here(), "D": here(WEST)},
        verdicts={("A", ROLL): judged(), ("D", HIGH): judged()},
        **more,
    )
    awkward = replace(facts.firms["A"], name="=1+1<&>“甲”公司\x0b")
    return compose(replace(facts, firms={**facts.firms, "A": awkward}))


@pytest.fixture
def papers(app):
    """The papers of the register, by name."""
    with app.app_context():
        return {paper.name: paper.content for paper in render(content(), IMPRINT, Differences())}


def test_two_printings_are_equal_to_the_byte(app, papers):
    time.sleep(2.1)  # A zip keeps seconds by twos.

    with app.app_context():
        again = {p.name: p.content for p in render(content(), IMPRINT, Differences())}

    assert set(again) == {DOCX, PDF, XLSX, ZIP}
    assert {name: again[name] == papers[name] for name in again} == dict.fromkeys(again, True)


def test_a_name_like_a_formula_stays_text(papers):
    book = openpyxl.load_workbook(io.BytesIO(papers[XLSX]))
    sheet = book.worksheets[0]
    cell = next(c for row in sheet.iter_rows(min_row=4) for c in row if "甲" in str(c.value))

    assert cell.value == "=1+1<&>“甲”公司"
    assert cell.data_type == "s"


def test_each_annex_is_a_sheet_with_filter_and_frozen_head(papers):
    book = openpyxl.load_workbook(io.BytesIO(papers[XLSX]))

    assert [sheet.title[:3] for sheet in book.worksheets[:8]] == [f"附件{n}" for n in range(1, 9)]
    first = book.worksheets[0]
    assert [cell.value for cell in first[3]][:5] == [
        "序号", "企业名称", "统一社会信用代码", "归口单位", "注册地",
    ]  # fmt: skip
    assert first.freeze_panes == "C4"
    assert first.auto_filter.ref.startswith("A3:")
    assert (first.page_setup.orientation, first.page_setup.paperSize) == ("landscape", 9)
    assert [row[0].value for row in first.iter_rows(min_row=4)] == [1, 2]


def test_days_are_days_in_the_workbook(papers):
    sheet = openpyxl.load_workbook(io.BytesIO(papers[XLSX])).worksheets[0]

    assert sheet.cell(4, 8).value == datetime(2022, 10, 18)  # noqa: DTZ001 a sheet's days have no zone


def test_the_places_together_have_every_row_and_each_only_its_own(papers):
    made = content()
    split = rows_by_place(made)

    for annex in ("1", "2", "3", "4", "5", "6", "7"):
        whole = list(range(len(made.annex(annex).rows)))
        assert sorted(p for rows in split.values() for p in rows[annex]) == whole
    with zipfile.ZipFile(io.BytesIO(papers[ZIP])) as archive:
        assert archive.namelist() == ["01 襄都区.xlsx", "02 信都区.xlsx"]
        east = openpyxl.load_workbook(io.BytesIO(archive.read("01 襄都区.xlsx")))
    names = {c.value for s in east.worksheets for row in s.iter_rows(min_row=4) for c in row}
    assert "C公司" in names
    assert not {"B公司", "D公司"} & names


def test_the_word_document_has_the_parts_of_a_report(papers):
    document = docx.Document(io.BytesIO(papers[DOCX]))
    said = [paragraph.text for paragraph in document.paragraphs]

    assert said[0] == "关于邢台市2022年创新型企业梯度培育情况的汇报"
    assert said[2] == "局长办公会："
    assert any(text.startswith("截至2022年12月31日，邢台市高新技术企业") for text in said)
    assert said[-2:] == ["邢台市科技主管部门", "2026年11月24日"]
    assert len(document.tables) >= 4


def test_the_pdf_is_archival_and_says_the_same(papers):
    reader = PdfReader(io.BytesIO(papers[PDF]))
    text = "".join(page.extract_text() for page in reader.pages)

    assert b"pdfaid:part" in papers[PDF]
    assert "局长办公会" in text
    assert reader.metadata.creation_date.replace(tzinfo=UTC) == AT


def test_without_the_font_everything_but_the_pdf_is_made(app, monkeypatch):
    monkeypatch.setattr(pdf, "FONT", "No Such Font")

    with app.app_context():
        names = {p.name for p in printing.render(content(), IMPRINT, Differences())}

    assert names == {DOCX, XLSX, ZIP}


@pytest.mark.parametrize("name", [DOCX, XLSX])
def test_libreoffice_opens_the_files(papers, name, tmp_path):
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    (tmp_path / name).write_bytes(papers[name])

    subprocess.run(
        [soffice, f"-env:UserInstallation=file://{tmp_path}/office", "--headless",
         "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / name)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    text = "".join(p.extract_text() for p in PdfReader(tmp_path / f"{name[:-5]}.pdf").pages)
    assert ("C公司" if name == XLSX else "局长办公会") in text
    assert EAST.name in text
