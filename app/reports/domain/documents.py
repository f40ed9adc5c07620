"""The shape of an edition's content: tables whose every number is a count of annex rows."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Self

from app.reports.domain.facts import Place, TitleLine
from app.reports.domain.vocabulary import Basis

Cell = str | int | None
Row = tuple[Cell, ...]
FirmLine = tuple[str, str, str | None, str | None, str]  # name, code, 归口, 注册地, status
FORMAT = "edition/1"
TOTAL = ""  # the code of the line that sums all places


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an annex. `kind`: text, day, money, choice, set or place.

    A choice holds a code of `choices`; a set holds codes joined by a blank.
    """

    key: str
    label: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()

    def words(self, cell: Cell) -> str:
        """The cell as people read it; money stays in 分 and is formatted by the paper."""
        if cell is None:
            return ""
        labels = dict(self.choices)
        if self.kind == "choice":
            return labels.get(str(cell), str(cell))
        if self.kind == "set":
            return "、".join(labels.get(code, code) for code in str(cell).split())
        if self.kind == "flag":
            return "是" if cell else ""
        return str(cell)


@dataclass(frozen=True, slots=True)
class Annex:
    """A named list. Each row begins with the index of its firm (None for lists of clauses)."""

    id: str
    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def position(self, key: str) -> int | None:
        """Where the column `key` stands in a row, or None."""
        for index, column in enumerate(self.columns):
            if column.key == key:
                return index + 1  # the firm stands before the columns
        return None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the annex rows it counts."""

    key: str
    label: str
    count: int
    annex: str
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table; `annex` and `where` say which rows its numbers count."""

    key: str
    label: str
    annex: str = ""
    where: tuple[tuple[str, str], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by place and title. `lines` maps (place, title) to one value per column."""

    basis: Basis
    columns: tuple[TableColumn, ...]
    lines: Mapping[tuple[str, str], tuple[int | None, ...]]

    def value(self, place: str, title: str, key: str) -> int | None:
        """The number at (place, title, column)."""
        index = next(i for i, column in enumerate(self.columns) if column.key == key)
        line = self.lines.get((place, title))
        return line[index] if line else None


@dataclass(frozen=True, slots=True)
class Content:
    """What an edition says. Two editions with equal content are one edition."""

    division: Place
    kind: str
    period_name: str
    period_since: str
    period_until: str
    on: str
    for_year: int
    headline: str
    decisions: tuple[str, ...]
    places: tuple[Place, ...]
    titles: tuple[TitleLine, ...]
    firms: tuple[FirmLine, ...]
    annexes: tuple[Annex, ...]
    stock: tuple[Table, ...]  # one per basis
    rolls: tuple[Table, ...]
    pools: Table
    umbrellas: tuple[Figure, ...]
    rolled_check: tuple[Figure, ...]
    rolled_words: tuple[str, ...]
    leads: tuple[Figure, ...]
    risks: tuple[Figure, ...]
    money: tuple[Figure, ...]
    money_total_fen: int
    goals: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]
    rule_sets: dict[str, str] = field(default_factory=dict)

    def annex(self, annex_id: str) -> Annex | None:
        """The annex of that id, or None."""
        return next((annex for annex in self.annexes if annex.id == annex_id), None)

    def table(self, tables: tuple[Table, ...], basis: Basis) -> Table:
        """The table counted by `basis`."""
        return next(table for table in tables if table.basis == basis)

    def document(self) -> dict[str, Any]:
        """Plain values for canonical JSON."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        return plain | {
            "format": FORMAT,
            "division": asdict(self.division),
            "places": [[p.code, p.name] for p in self.places],
            "titles": [asdict(t) for t in self.titles],
            "annexes": [_annex_out(a) for a in self.annexes],
            "stock": [_table_out(t) for t in self.stock],
            "rolls": [_table_out(t) for t in self.rolls],
            "pools": _table_out(self.pools),
            **{name: [asdict(f) for f in getattr(self, name)] for name in _FIGURES},
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """The content that `document()` wrote, in this release or an earlier one.

        What an earlier release did not say yet is empty: a kept edition must always open.
        """
        parts: dict[str, Any] = {name: _tuples(document.get(name, [])) for name in _PLAIN}
        parts |= {name: tuple(_figure_in(f) for f in document.get(name, ())) for name in _FIGURES}
        parts |= {
            "rule_sets": dict(document["rule_sets"]),
            "goals": tuple(document["goals"]),
            "division": Place(**document["division"]),
            "places": tuple(Place(*pair) for pair in document["places"]),
            "titles": tuple(TitleLine(**title) for title in document["titles"]),
            "annexes": tuple(_annex_in(a) for a in document["annexes"]),
            "stock": tuple(_table_in(t) for t in document["stock"]),
            "rolls": tuple(_table_in(t) for t in document["rolls"]),
            "pools": _table_in(document["pools"]),
        }
        return cls(**parts)


_PLAIN = (
    "kind",
    "period_name",
    "period_since",
    "period_until",
    "on",
    "for_year",
    "headline",
    "decisions",
    "firms",
    "money_total_fen",
    "rolled_words",
    "goals",
    "notes",
    "rule_sets",
)
_FIGURES = ("umbrellas", "rolled_check", "leads", "risks", "money")


def matching(
    annex: Annex,
    firms: tuple[FirmLine, ...],
    where: Mapping[str, str],
    place: str,
    basis: Basis,
) -> Iterator[Row]:
    """Rows of `annex` that fit `where` and lie in `place` (TOTAL: anywhere in the division)."""
    tests = [(annex.position(key), value, _kind(annex, key)) for key, value in where.items()]
    own = annex.position(basis.value)
    for row in annex.rows:
        if not all(_fits(row, index, value, kind) for index, value, kind in tests):
            continue
        where_is = place_of(row, own, firms, basis)
        if (place == TOTAL and (where_is is not None or row[0] is None)) or where_is == place:
            yield row


def place_of(row: Row, own: int | None, firms: tuple[FirmLine, ...], basis: Basis) -> str | None:
    """The place a row is counted in: its own column where the annex has one, else its firm's."""
    if own is not None:
        return row[own]  # type: ignore[return-value] # a place column holds codes
    if row[0] is None:
        return None
    firm = firms[int(row[0])]
    return firm[2] if basis is Basis.MANAGING else firm[3]


def _kind(annex: Annex, key: str) -> str:
    return next((column.kind for column in annex.columns if column.key == key), "")


def _fits(row: Row, index: int | None, value: str, kind: str) -> bool:
    if index is None:
        return False
    cell = row[index]
    wanted = value.split(",")
    if kind == "set":
        return any(code in wanted for code in str(cell or "").split())
    if kind == "flag":
        return bool(cell) == (value == "1")
    return str(cell if cell is not None else "") in wanted


def _annex_out(annex: Annex) -> dict[str, Any]:
    columns = [[c.key, c.label, c.kind, c.choices] for c in annex.columns]
    return {"id": annex.id, "name": annex.name, "columns": columns, "rows": annex.rows}


def _annex_in(document: Mapping[str, Any]) -> Annex:
    columns = tuple(
        Column(key, label, kind, tuple((code, word) for code, word in choices))
        for key, label, kind, choices in document["columns"]
    )
    rows = tuple(tuple(row) for row in document["rows"])
    return Annex(document["id"], document["name"], columns, rows)


def _table_out(table: Table) -> dict[str, Any]:
    lines = [[place, title, values] for (place, title), values in table.lines.items()]
    return {
        "basis": table.basis.value,
        "columns": [asdict(column) for column in table.columns],
        "lines": lines,
    }


def _table_in(document: Mapping[str, Any]) -> Table:
    columns = tuple(
        TableColumn(**(column | {"where": _tuples(column["where"])}))
        for column in document["columns"]
    )
    lines = {(place, title): tuple(values) for place, title, values in document["lines"]}
    return Table(Basis(document["basis"]), columns, lines)


def _figure_in(document: Mapping[str, Any]) -> Figure:
    return Figure(**(dict(document) | {"where": _tuples(document["where"])}))


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def iso(day: date | None) -> str | None:
    """A day as the document writes it."""
    return day.isoformat() if day else None
