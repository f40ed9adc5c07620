"""One workbook for each place with its own rows, to hand out; a place sees no other's firms."""

from app.reports.domain.documents import Content, place_of
from app.reports.domain.vocabulary import Basis
from app.reports.papers.excel import write_place
from app.reports.papers.packing import pack
from app.reports.papers.sheets import Lines
from app.reports.service import Imprint

HANDED_OUT = ("1", "2", "3", "4", "5", "6", "7")


def write(content: Content, imprint: Imprint, lines: Lines) -> bytes:
    """The zip: `01 襄都区.xlsx`, … for every place that has any row, counted by 归口."""
    split = rows_by_place(content)
    books = []
    for number, place in enumerate(content.places, 1):
        rows = split[place.code]
        if any(rows.values()):
            book = write_place(content, imprint, lines, rows)
            books.append((f"{number:02d} {place.name}.xlsx", book))
    return pack(books)


def rows_by_place(content: Content) -> dict[str, dict[str, list[int]]]:
    """Positions of rows by place and annex. Together the places have every row that counts."""
    split: dict[str, dict[str, list[int]]] = {
        place.code: {annex: [] for annex in HANDED_OUT} for place in content.places
    }
    for annex in content.annexes:
        if annex.id in HANDED_OUT:
            own = annex.position(Basis.MANAGING.value)
            for position, row in enumerate(annex.rows):
                place = place_of(row, own, content.firms, Basis.MANAGING)
                if place is not None:
                    split[place][annex.id].append(position)
    return split
