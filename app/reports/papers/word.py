"""The report for the 局长办公会 as an editable Word document, in the manner of GB/T 9704."""

import io
from datetime import datetime
from typing import Any, Final

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from app.reports.papers.grids import Grid, title_size, widths
from app.reports.papers.layout import Heading, Paper, Paragraph, Picture
from app.reports.papers.packing import repack

TITLE: Final = ("Times New Roman", "方正小标宋简体")
SONG: Final = ("Times New Roman", "宋体")
FANGSONG: Final = ("Times New Roman", "仿宋")
HEI: Final = ("Arial", "黑体")
KAI: Final = ("Times New Roman", "楷体")
WIDTH_CM: Final = 17.0  # of the type area


def write(paper: Paper, pictures: dict[str, bytes], issued_at: datetime) -> bytes:
    """The document; `pictures` are PNG by key, and one that is missing is left out."""
    document = Document()
    _page(document)
    _line(document, paper.title, TITLE, title_size(paper.title, 22), centre=True, after=2)
    _line(document, paper.under_title, KAI, 10.5, centre=True, after=4)
    _line(document, paper.address, FANGSONG, 12)
    for block in paper.blocks:
        _block(document, block, pictures)
    _ending(document, paper)
    properties = document.core_properties
    properties.title, properties.author = paper.title, paper.sender
    properties.created = properties.modified = issued_at.replace(microsecond=0, tzinfo=None)
    properties.last_modified_by, properties.comments, properties.revision = paper.sender, "", 1
    target = io.BytesIO()
    document.save(target)
    return repack(target.getvalue())


def _page(document: Any) -> None:
    """A4, with the page number in the foot as 公文 has it."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(1.8)
    section.left_margin = section.right_margin = Cm(2.0)
    section.footer_distance = Cm(0.9)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FANGSONG[0], Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FANGSONG[1])
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _text(foot, "— ", SONG, 10.5)
    _field(foot, "PAGE")
    _text(foot, " —", SONG, 10.5)


def _field(paragraph: Any, code: str) -> None:
    run = paragraph.add_run()
    run.font.name, run.font.size = SONG[0], Pt(10.5)
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.text = text
        run._r.append(element)  # noqa: SLF001 python-docx has no fields of its own


def _text(
    paragraph: Any, text: str, font: tuple[str, str], size: float, *, bold: bool = False
) -> None:
    run = paragraph.add_run(text)
    run.font.name, run.font.size, run.bold = font[0], Pt(size), bold
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font[1])  # noqa: SLF001 the only way to name a Chinese font


def _line(
    document: Any,
    text: str,
    font: tuple[str, str],
    size: float,
    *,
    centre: bool = False,
    right: bool = False,
    indent: bool = False,
    before: float = 0,
    after: float = 0,
    keep: bool = False,
) -> Any:
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(size * 1.42)
    form.keep_with_next = keep
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    else:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    if indent:
        form.first_line_indent = Pt(size * 2)
    _text(paragraph, text, font, size)
    return paragraph


def _block(document: Any, block: Any, pictures: dict[str, bytes]) -> None:
    if isinstance(block, Heading):
        _line(document, block.text, HEI, 12, indent=True, before=3, keep=True)
    elif isinstance(block, Paragraph) and block.small:
        _line(document, block.text, KAI, 8.5, before=3)
    elif isinstance(block, Paragraph):
        _line(document, block.text, FANGSONG, 12, indent=True)
    elif isinstance(block, Picture):
        _picture(document, block, pictures)
    elif isinstance(block, Grid):
        _grid(document, block)


def _picture(document: Any, picture: Picture, pictures: dict[str, bytes]) -> None:
    if picture.key not in pictures:
        return
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before = Pt(3)
    paragraph.paragraph_format.space_after = Pt(0)
    shape = paragraph.add_run().add_picture(io.BytesIO(pictures[picture.key]), width=Cm(14.5))
    shape._inline.docPr.set("descr", picture.caption)  # noqa: SLF001 the text a screen reader says
    _line(document, picture.caption, KAI, 9, centre=True, after=2)


def _grid(document: Any, grid: Grid) -> None:
    _line(document, grid.caption, HEI, 9.5, centre=True, before=3, after=1, keep=True)
    table = document.add_table(rows=0, cols=len(grid.head))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _borders(table)
    shares = widths(grid)
    for column, part in zip(table.columns, shares, strict=True):
        column.width = Cm(round(float(part) * WIDTH_CM, 2))
    _row(table, grid.head, shares, head=True)
    for number, row in enumerate(grid.rows):
        _row(table, row, shares, bold=grid.has_total and number == 0)


def _row(
    table: Any,
    cells: tuple[str, ...],
    shares: tuple[Any, ...],
    *,
    head: bool = False,
    bold: bool = False,
) -> None:
    row = table.add_row()
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 a head that repeats has no other door
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))
    for index, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
        cell.width = Cm(round(float(shares[index]) * WIDTH_CM, 2))
        _tight(cell)
        paragraph = cell.paragraphs[0]
        form = paragraph.paragraph_format
        form.space_before = form.space_after = Pt(0.5)
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(11)
        numeric = index > 0 and text[:1] in "0123456789+-—≥>≈"
        if head or (index > 0 and not numeric):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif numeric:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _text(paragraph, text, HEI if head else SONG, 8.5, bold=bold)


def _tight(cell: Any) -> None:
    """Narrow side margins, so that twelve columns fit a page."""
    properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001 cell margins have no other door
    margins = OxmlElement("w:tcMar")
    for side in ("start", "end"):
        element = OxmlElement(f"w:{side}")
        element.set(qn("w:w"), "50")
        element.set(qn("w:type"), "dxa")
        margins.append(element)
    properties.append(margins)
    middle = OxmlElement("w:vAlign")
    middle.set(qn("w:val"), "center")
    properties.append(middle)


def _borders(table: Any) -> None:
    """Rules above, below and between, thin; none at the sides."""
    properties = table._tbl.tblPr  # noqa: SLF001 table borders have no other door
    borders = OxmlElement("w:tblBorders")
    for side, size in (("top", "8"), ("bottom", "8"), ("insideH", "4"), ("insideV", "4")):
        element = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", size), ("color", "56616B")):
            element.set(qn(f"w:{key}"), value)
        borders.append(element)
    properties.append(borders)


def _ending(document: Any, paper: Paper) -> None:
    """The list of annexes, then 落款 and date at the right."""
    names = "；".join(name.replace("　", " ") for name in paper.annexes)
    _line(document, f"附件：{names}", FANGSONG, 9, before=4, keep=True)
    _line(document, paper.sender, FANGSONG, 12, right=True, before=6, keep=True)
    _line(document, paper.dated, FANGSONG, 12, right=True)
