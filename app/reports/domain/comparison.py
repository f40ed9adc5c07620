"""What later knowledge changed: which numbers, and which firms, between two editions."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from app.reports.domain.documents import TOTAL, Annex, Cell, Content, Table
from app.reports.domain.vocabulary import Basis

COMPARED = ("1", "2", "3", "4", "6", "7")  # the survey repeats what the pools say


@dataclass(frozen=True, slots=True)
class NumberChange:
    """A number that differs."""

    place: str
    label: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class FirmChange:
    """A firm whose row in an annex came, went or changed; rows in words."""

    annex: str
    name: str
    credit_code: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Differences:
    """All differences of one edition from the one before."""

    numbers: tuple[NumberChange, ...] = ()
    firms: tuple[FirmChange, ...] = ()

    def document(self) -> dict[str, Any]:
        """Plain values for canonical JSON."""
        return {
            "numbers": [[n.place, n.label, n.before, n.after] for n in self.numbers],
            "firms": [[f.annex, f.name, f.credit_code, f.before, f.after] for f in self.firms],
        }

    @classmethod
    def read(cls, document: dict[str, Any]) -> Self:
        """The differences that `document()` wrote."""
        return cls(
            tuple(NumberChange(*row) for row in document.get("numbers", ())),
            tuple(FirmChange(*row) for row in document.get("firms", ())),
        )


def compare(before: Content, after: Content) -> Differences:
    """The differences of `after` from `before`."""
    numbers = tuple(_numbers(before, after))
    firms = tuple(change for annex_id in COMPARED for change in _rows(before, after, annex_id))
    return Differences(numbers, firms)


def _numbers(before: Content, after: Content) -> Iterator[NumberChange]:
    old, new = dict(_cells(before)), dict(_cells(after))
    for key in {**old, **new}:  # in the order of the tables: the whole first, then its places
        if old.get(key) != new.get(key):
            yield NumberChange(*key, old.get(key), new.get(key))


def _cells(content: Content) -> Iterator[tuple[tuple[str, str], int | None]]:
    names = {title.id: title.short for title in content.titles}
    places = {place.code: place.name for place in content.places} | {TOTAL: content.division.name}
    tables: tuple[Table, ...] = (
        content.table(content.stock, Basis.MANAGING),
        content.table(content.rolls, Basis.MANAGING),
        content.pools,
    )
    for table in tables:
        for (place, title), values in table.lines.items():
            for column, value in zip(table.columns, values, strict=True):
                label = f"{names.get(title, title)}·{column.label}"
                yield (places.get(place, place), label), value
    for group in (
        content.umbrellas,
        content.rolled_check,
        content.leads,
        content.risks,
        content.money,
    ):
        for figure in group:
            yield (content.division.name, figure.label), figure.count
    yield (content.division.name, "应兑付金额（分）"), content.money_total_fen


def _rows(before: Content, after: Content, annex_id: str) -> Iterator[FirmChange]:
    old, new = _in_words(before, annex_id), _in_words(after, annex_id)
    gone, come = _by_firm(old - new), _by_firm(new - old)
    for name, code in sorted(gone.keys() | come.keys(), key=lambda firm: firm[1]):
        was, became = gone.get((name, code), []), come.get((name, code), [])
        yield FirmChange(annex_id, name, code, "；".join(was), "；".join(became))


def _by_firm(rows: Counter[tuple[str, str, str]]) -> dict[tuple[str, str], list[str]]:
    grouped: dict[tuple[str, str], list[str]] = {}
    for name, code, text in sorted(rows.elements()):
        grouped.setdefault((name, code), []).append(text)
    return grouped


def _in_words(content: Content, annex_id: str) -> Counter[tuple[str, str, str]]:
    annex = content.annex(annex_id)
    if annex is None:
        return Counter()
    places = {place.code: place.name for place in content.places}
    return Counter(
        (
            content.firms[int(row[0])][0],
            content.firms[int(row[0])][1],
            _words(annex, row[1:], places),
        )
        for row in annex.rows
        if row[0] is not None
    )


def _words(annex: Annex, cells: tuple[Cell, ...], places: dict[str, str]) -> str:
    said = []
    for column, cell in zip(annex.columns, cells, strict=True):
        text = places.get(str(cell), str(cell)) if column.kind == "place" else column.words(cell)
        if cell not in {None, "", 0}:
            said.append(f"{column.label}{'' if column.kind == 'flag' else ' ' + text}")
    return "，".join(said)
