"""One workbook for each place with its own rows, to hand out; a place sees no other's firms."""

from app.reports.domain.documents import Content, matching
from app.reports.domain.vocabulary import Basis
from app.reports.papers.excel import write_place
from app.reports.papers.packing import pack
from app.reports.service import Imprint

HANDED_OUT = ("1", "2", "3", "4", "5", "6", "7")


def write(content: Content, imprint: Imprint) -> bytes:
    """The zip: `01 襄都区.xlsx`, … for every place that has any row."""
    books = []
    for number, place in enumerate(content.places, 1):
        if any(
            next(matching(annex, content.firms, {}, place.code, Basis.MANAGING), None)
            for annex in content.annexes
            if annex.id in HANDED_OUT
        ):
            book = write_place(content, imprint, place.code, HANDED_OUT)
            books.append((f"{number:02d} {place.name}.xlsx", book))
    return pack(books)
