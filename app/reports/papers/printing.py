"""All papers of an edition, made once when it is issued."""

from typing import Final

from app.reports.domain.comparison import Differences
from app.reports.domain.documents import Content
from app.reports.papers import charts, counties, excel, pdf, word
from app.reports.papers.layout import lay_out
from app.reports.papers.sheets import Lines
from app.reports.service import Imprint, PaperFile

DOCX: Final = "report.docx"
PDF: Final = "report.pdf"
XLSX: Final = "annexes.xlsx"
ZIP: Final = "counties.zip"
MEDIA: Final = {
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    PDF: "application/pdf",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ZIP: "application/zip",
}
NAMES: Final = {DOCX: "汇报.docx", PDF: "汇报.pdf", XLSX: "附件.xlsx", ZIP: "附件（分县区）.zip"}


def render(content: Content, imprint: Imprint, changes: Differences) -> tuple[PaperFile, ...]:
    """Word, PDF where the font is there, the annexes, and the annexes by place."""
    paper = lay_out(content, imprint, changes)
    drawings = {"terrace": charts.printed_terrace(content)}
    pixels = {key: png for key, svg in drawings.items() if (png := pdf.png(svg)) is not None}
    mark = f"数据指纹 SHA-256 {imprint.data_hash}"
    lines = Lines()  # set once, used by the whole and by each place
    made = [
        (DOCX, word.write(paper, pixels, imprint.issued_at)),
        (PDF, pdf.write(paper, drawings, mark, imprint.issued_at)),
        (XLSX, excel.write(content, imprint, lines)),
        (ZIP, counties.write(content, imprint, lines)),
    ]
    return tuple(
        PaperFile(name, MEDIA[name], content) for name, content in made if content is not None
    )
