"""Stock of titles on four days, and every reason why it changed during the year.

The identity every line keeps, place by place:

    stock(now) − stock(year start) = new − continuing + transferred in
                                     − expired − revoked − moved out − lapsed − transferred out
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.enterprises.domain import EventKind
from app.reports.domain.documents import TOTAL, Annex, Column, Row, Table, TableColumn, iso
from app.reports.domain.facts import Facts, Holding, Index, TitleLine
from app.reports.domain.vocabulary import Basis, Change, Moment

STOCK_ANNEX = "1"
CHANGE_ANNEX = "2"

_NEW = {
    EventKind.FIRST: Change.FIRST,
    EventKind.RENEWED: Change.RENEWED,
    EventKind.REVIEWED: Change.RENEWED,
    EventKind.MOVED_IN: Change.MOVED_IN,
}
_ENDED = {
    EventKind.REVOKED: Change.REVOKED,
    EventKind.MOVED_OUT: Change.MOVED_OUT,
    EventKind.LAPSED: Change.LAPSED,
}
NEWCOMERS = (Change.FIRST, Change.RENEWED, Change.UNDECIDED, Change.MOVED_IN)
REMOVALS = (Change.REVOKED, Change.MOVED_OUT, Change.LAPSED)

Key = tuple[str, str]  # firm, title


@dataclass(frozen=True, slots=True)
class Changed:
    """One firm's change of one title, counted in `place`."""

    firm: str
    title: str
    change: Change
    day: date | None
    place: str
    is_continuing: bool = False  # a new recognition of a firm that was in the stock already


def held(facts: Facts, moment: Moment) -> dict[Key, Holding]:
    """Who holds which stock title at `moment`, wherever the firm is."""
    day = facts.period.days()[moment]
    stocks = {title.id for title in facts.titles if not title.is_roll}
    return {(h.firm, h.title): h for h in facts.holdings if h.title in stocks and h.covers(day)}


def changes(facts: Facts, basis: Basis) -> Iterator[Changed]:
    """Every entry to and exit from the stock since the end of last year, counted by `basis`."""
    before, after = held(facts, Moment.YEAR_START), held(facts, Moment.NOW)
    opened = _opened(facts)
    for key in sorted(before.keys() | after.keys() | opened.keys()):
        firm = key[0]
        here = facts.at(Moment.NOW, firm).place(basis)
        there = facts.at(Moment.YEAR_START, firm).place(basis)
        old = there if key in before else None
        new = here if key in after else None
        if key in opened and (counted := new or here or there):
            yield _newcomer(opened[key], counted, was_in=old is not None)
            old = old or (counted if new is None else None)
            if new is not None and there is not None and key in before and there != new:
                yield from _moved(key, there, new)
            elif new is None and old is not None:
                yield _leaver(key, old, opened[key], still_held=key in after)
        elif new is None and old is not None:
            yield _leaver(key, old, before[key], still_held=key in after)
        elif new is not None and old is None:
            yield Changed(*key, Change.TRANSFERRED_IN, None, new)
        elif new is not None and old is not None and new != old:
            yield from _moved(key, old, new)


def _opened(facts: Facts) -> dict[Key, Holding]:
    """The last episode of each firm and title that began this year, up to the cut-off day."""
    start, on = facts.period.days()[Moment.YEAR_START], facts.period.on
    stocks = {title.id for title in facts.titles if not title.is_roll}
    begun = (h for h in facts.holdings if h.title in stocks and start < h.since <= on)
    return {(h.firm, h.title): h for h in sorted(begun, key=lambda h: h.since)}


def _newcomer(holding: Holding, place: str, *, was_in: bool) -> Changed:
    change = _NEW.get(holding.opened_as, Change.UNDECIDED)
    return Changed(holding.firm, holding.title, change, holding.since, place, is_continuing=was_in)


def _leaver(key: Key, place: str, holding: Holding, *, still_held: bool) -> Changed:
    """A title still held by a firm that is no longer here has moved out with it."""
    if still_held:
        return Changed(*key, Change.MOVED_OUT, None, place)
    ended = _ENDED.get(holding.closed_as, Change.EXPIRED) if holding.closed_as else Change.EXPIRED
    return Changed(*key, ended, holding.until, place)


def _moved(key: Key, old: str, new: str) -> Iterator[Changed]:
    yield Changed(*key, Change.TRANSFERRED_OUT, None, old)
    yield Changed(*key, Change.TRANSFERRED_IN, None, new)


def stock_annex(facts: Facts, index: Index) -> Annex:
    """Annex 1: holders on any of the four days, in the place where they were then."""
    found: dict[tuple[str, str, str | None, str | None], tuple[list[Moment], Holding]] = {}
    for moment in Moment:
        for (firm, title), holding in held(facts, moment).items():
            where = facts.at(moment, firm)
            if where.managing is None and where.registered is None:
                continue
            key = (firm, title, where.managing, where.registered)
            found.setdefault(key, ([], holding))[0].append(moment)
    rows: list[Row] = []
    for (firm, title, managing, registered), (moments, holding) in found.items():
        idle = not facts.at(Moment.NOW, firm).is_active and Moment.NOW in moments
        rows.append(
            (
                index.of[firm],
                title,
                " ".join(m.value for m in moments),
                iso(holding.since),
                iso(facts.printed_end(holding)),
                holding.opened_as.value,
                holding.certificate,
                int(idle),
                managing,
                registered,
            )
        )
    columns = (
        title_column(facts.titles),
        Column("held", "在册时点", "set", _choices(Moment)),
        Column("since", "有效期起", "day"),
        Column("until", "有效期止", "day"),
        Column("opened_as", "取得方式", "choice", _choices(EventKind)),
        Column("certificate", "证书编号"),
        Column("idle", "登记状态非存续", "flag"),
        *place_columns(),
    )
    return Annex(STOCK_ANNEX, "持有称号企业名单", columns, _sorted(rows))


def change_annex(facts: Facts, index: Index) -> Annex:
    """Annex 2: entries and exits of the year; a row counts by 归口, by 注册地, or by both."""
    merged: dict[Row, dict[Basis, str]] = {}
    for basis in Basis:
        for one in changes(facts, basis):
            row = (
                index.of[one.firm],
                one.title,
                one.change.value,
                iso(one.day),
                int(one.is_continuing),
            )
            merged.setdefault(row, {})[basis] = one.place
    rows: list[Row] = [
        (*row, places.get(Basis.MANAGING), places.get(Basis.REGISTERED))
        for row, places in merged.items()
    ]
    columns = (
        title_column(facts.titles),
        Column("change", "变动", "choice", _choices(Change)),
        Column("day", "日期", "day"),
        Column("continuing", "上年末已在册", "flag"),
        *place_columns(),
    )
    return Annex(CHANGE_ANNEX, "本年称号变动企业名单", columns, _sorted(rows))


def stock_table(facts: Facts, basis: Basis, stock: Annex, change: Annex) -> Table:
    """County × title, every number a count of the two annexes' rows."""
    counted = Counter(_stock_counts(stock, basis)) + Counter(_change_counts(change, basis))
    lines: dict[tuple[str, str], tuple[int | None, ...]] = {}
    for place in (TOTAL, *(p.code for p in facts.places)):
        for title in facts.titles:
            if not title.is_roll:
                lines[place, title.id] = _line(counted, place, title.id)
    return Table(basis, STOCK_COLUMNS, lines)


def _line(counted: Counter[tuple[str, str, str]], place: str, title: str) -> tuple[int | None, ...]:
    def n(*keys: str) -> int:
        return sum(counted[place, title, key] for key in keys)

    gained = n(*NEWCOMERS, Change.TRANSFERRED_IN) - n("continuing")
    lost = n(Change.EXPIRED, *REMOVALS, Change.TRANSFERRED_OUT)
    return (
        n(Moment.YEAR_START),
        n(Change.FIRST),
        n(Change.RENEWED),
        n(Change.UNDECIDED),
        n(Change.MOVED_IN),
        n("continuing"),
        n(Change.TRANSFERRED_IN),
        n(Change.EXPIRED),
        n(*REMOVALS),
        n(Change.TRANSFERRED_OUT),
        gained - lost,
        n(Moment.NOW),
        n("idle"),
        n(Moment.PREVIOUS),
        n(Moment.YEAR_AGO),
    )


def _stock_counts(annex: Annex, basis: Basis) -> Iterator[tuple[str, str, str]]:
    own = annex.position(basis.value) or 0
    for row in annex.rows:
        place, title = row[own], str(row[1])
        if place is None:
            continue
        marks = str(row[2]).split() + (["idle"] if row[7] else [])
        for mark in marks:
            yield str(place), title, mark
            yield TOTAL, title, mark


def _change_counts(annex: Annex, basis: Basis) -> Iterator[tuple[str, str, str]]:
    own = annex.position(basis.value) or 0
    for row in annex.rows:
        place, title = row[own], str(row[1])
        if place is None:
            continue
        marks = [str(row[2])] + (["continuing"] if row[4] else [])
        for mark in marks:
            yield str(place), title, mark
            yield TOTAL, title, mark


def _stock_column(key: str, label: str, moment: Moment) -> TableColumn:
    return TableColumn(key, label, STOCK_ANNEX, (("held", moment.value),))


def _change_column(key: str, label: str, *kinds: Change, note: str = "") -> TableColumn:
    where = (("change", ",".join(kind.value for kind in kinds)),)
    return TableColumn(key, label, CHANGE_ANNEX, where, note)


STOCK_COLUMNS = (
    _stock_column("year_start", "上年末", Moment.YEAR_START),
    _change_column("first", "首次认定", Change.FIRST),
    _change_column("renewed", "重新认定", Change.RENEWED),
    _change_column("undecided", "首次与否不详", Change.UNDECIDED),
    _change_column("moved_in", "迁入", Change.MOVED_IN),
    TableColumn(
        "continuing",
        "其中上年末已在册",
        CHANGE_ANNEX,
        (("continuing", "1"),),
        "本年重新认定而称号未中断，不增加存量",
    ),
    _change_column("transferred_in", "划入", Change.TRANSFERRED_IN),
    _change_column("expired", "到期未续", Change.EXPIRED),
    _change_column("removed", "撤销迁出终止", *REMOVALS),
    _change_column("transferred_out", "划出", Change.TRANSFERRED_OUT),
    TableColumn("net", "净增", CHANGE_ANNEX, (), "存量减上年末"),
    _stock_column("stock", "存量", Moment.NOW),
    TableColumn("idle", "其中登记状态非存续", STOCK_ANNEX, (("held", "now"), ("idle", "1"))),
    _stock_column("previous", "上期末", Moment.PREVIOUS),
    _stock_column("year_ago", "上年同日", Moment.YEAR_AGO),
)


def title_column(titles: tuple[TitleLine, ...]) -> Column:
    """The column that says which title a row is about."""
    return Column("title", "称号", "choice", tuple((t.id, t.short) for t in titles))


def place_columns() -> tuple[Column, Column]:
    """The two columns by which a row is counted, where they may differ from the firm's today."""
    return (
        Column(Basis.MANAGING.value, "归口单位", "place"),
        Column(Basis.REGISTERED.value, "注册地", "place"),
    )


def _choices(
    vocabulary: type[Moment] | type[Change] | type[EventKind],
) -> tuple[tuple[str, str], ...]:
    return tuple((member.value, member.label) for member in vocabulary)


def _sorted(rows: list[Row]) -> tuple[Row, ...]:
    """One order for one set of rows, so that equal facts make equal editions."""
    return tuple(
        sorted(
            rows, key=lambda row: (*tuple((cell is None, str(cell)) for cell in row[1:]), row[0])
        )
    )
