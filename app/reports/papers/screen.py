"""Tables and filters for the page: the same numbers as on paper, each a link to its rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.reports.domain.documents import (
    TOTAL,
    Annex,
    Content,
    Figure,
    Row,
    Table,
    TableColumn,
    matching,
)
from app.reports.domain.facts import Place, TitleLine
from app.reports.domain.pools import POOL_ANNEX, SURVEY_ANNEX
from app.reports.domain.vocabulary import Basis
from app.reports.domain.wording import growth, share

Link = Callable[..., str]  # (annex, place, basis, **filter) -> address


@dataclass(frozen=True, slots=True)
class Number:
    """A cell: what is written, and where it leads."""

    text: str
    href: str = ""
    is_number: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table on the page."""

    name: str
    cells: tuple[Number, ...]
    is_total: bool = False


def by_title(table: Table, titles: tuple[TitleLine, ...], link: Link) -> tuple[Line, ...]:
    """A line per title over the whole division."""
    return tuple(Line(title.called, cells(table, TOTAL, title, link)) for title in titles)


def by_place(
    places: tuple[Place, ...], table: Table, title: TitleLine, link: Link
) -> tuple[Line, ...]:
    """A line per place for one title, the sum on top."""
    total = Line("合计", cells(table, TOTAL, title, link), is_total=True)
    lines = (Line(p.name, cells(table, p.code, title, link)) for p in places)
    return (total, *(line for line in lines if any(cell.text != "0" for cell in line.cells)))


def cells(table: Table, place: str, title: TitleLine, link: Link) -> tuple[Number, ...]:
    """The numbers of a line; a zero leads nowhere."""
    values = table.lines.get((place, title.id), (None,) * len(table.columns))
    made = []
    for column, value in zip(table.columns, values, strict=True):
        text = "—" if value is None else f"{value:+,}" if column.key == "net" else f"{value:,}"
        href = ""
        if value and column.annex:
            annex, where = rows_behind(column, title)
            href = link(annex, place=place, basis=table.basis.value, **where)
        made.append(Number("0" if text == "+0" else text, href))
    return tuple(made)


def rows_behind(column: TableColumn, title: TitleLine) -> tuple[str, dict[str, str]]:
    """The annex and the filter whose rows a number counts."""
    where = dict(column.where)
    if column.annex == POOL_ANNEX and column.key == "one_short" and not title.is_adopted:
        return SURVEY_ANNEX, {title.id: where["standing"]}  # such leads are not named one by one
    if column.annex == SURVEY_ANNEX:  # the survey has a column per title, not a title per row
        codes = next(iter(where.values()), "")
        return SURVEY_ANNEX, {title.id: codes} if codes else {}
    return column.annex, {**where, "title": title.id}


def figure(one: Figure, link: Link) -> Number:
    """A single number as a link."""
    href = link(one.annex, **dict(one.where)) if one.count else ""
    return Number(f"{one.count:,}", href)


def roll_rate(table: Table, place: str, title: str) -> str:
    """The share of last year's entries that are back."""
    back, last = (table.value(place, title, key) or 0 for key in ("continued", "last_year"))
    return share(back, last)


def year_on_year(table: Table, place: str, title: str) -> str:
    """Growth of the stock against the same day of last year."""
    now, before = (table.value(place, title, key) or 0 for key in ("stock", "year_ago"))
    return growth(now, before)


def chosen_rows(
    content: Content,
    annex: Annex,
    where: Mapping[str, str],
    *,
    place: str,
    basis: Basis,
    text: str,
) -> list[tuple[int, Row]]:
    """Position and row of what a filter finds, in the annex's order."""
    positions = {id(row): position for position, row in enumerate(annex.rows)}
    found = matching(annex, content.firms, where, place, basis)
    rows = ((positions[id(row)], row) for row in found)
    if not text:
        return list(rows)
    return [(at, row) for at, row in rows if _named(content, row, text)]


def _named(content: Content, row: Row, text: str) -> bool:
    if row[0] is None:
        return any(text in str(cell) for cell in row[1:])
    name, code, *_ = content.firms[int(row[0])]
    return text in name or text.upper() == code


def words_of(annex: Annex, where: Mapping[str, str]) -> str:
    """The filter as people read it: 「称号：高企；变动：首次认定」."""
    said = []
    for column in annex.columns:
        if column.key in where:
            labels = dict(column.choices)
            codes = where[column.key].split(",")
            if column.kind == "flag":
                said.append(column.label if codes == ["1"] else f"非{column.label}")
            else:
                said.append(f"{column.label}：{'、'.join(labels.get(c, c) for c in codes)}")
    return "；".join(said)
