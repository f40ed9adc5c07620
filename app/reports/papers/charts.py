"""The drawings of a report: the terrace with counts, and bars by place. SVG, always in Chinese."""

from collections.abc import Callable

from flask_babel import force_locale
from markupsafe import Markup

from app.reports.domain.documents import TOTAL, Content, Table
from app.reports.domain.facts import TitleLine
from app.reports.domain.vocabulary import Basis
from app.reports.domain.wording import share
from app.web.svg_chart import Bar, bars, stacked
from app.web.svg_step import CountStep
from app.web.svg_terrace import counts_everywhere, terrace_counts

NOT_KEPT = "登记簿中尚无记录"
_ROOM = 10  # characters of a name on one step
Link = Callable[..., str]  # (annex, **filter) -> address; nothing in a printed drawing


def no_link(*_: str, **__: str) -> str:
    """A drawing on paper leads nowhere."""
    return ""


def terrace(content: Content, link: Link = no_link) -> Markup:
    """The ladder with how many hold each title, and the year's ups and downs."""
    steps = []
    for title in content.titles:
        if title.is_roll:
            table = content.table(content.rolls, Basis.MANAGING)
            up, down = (table.value(TOTAL, title.id, key) for key in ("joined", "pending"))
            note = f"{content.for_year}年度入库" if title.is_kept else NOT_KEPT
            count = table.value(TOTAL, title.id, "enrolled") if title.is_kept else None
            href = link("3", title=title.id, state="continued,joined")
        else:
            table = content.table(content.stock, Basis.MANAGING)
            up, down = _flows(table, title.id)
            note = "存量" if title.is_kept else NOT_KEPT
            count = table.value(TOTAL, title.id, "stock") if title.is_kept else None
            href = link("1", title=title.id, held="now")
        steps.append(
            CountStep(
                id=title.id, name=_fitting(title), count=count, rank=title.rank, note=note, up=up,
                down=down, href=href,
            )
        )  # fmt: skip
    # A page is read on a phone and printed too; a document needs the drawing once.
    draw = terrace_counts if link is no_link else counts_everywhere
    return draw(steps, title=f"{content.division.name}梯度全貌", key="terrace")


def roll_progress(content: Content, title: str, link: Link = no_link) -> Markup:
    """How much of last year's roll is back, and who is new."""
    table = content.table(content.rolls, Basis.MANAGING)
    parts = [
        Bar(
            name=column.label,
            value=table.value(TOTAL, title, column.key),
            href=link("3", title=title, state=dict(column.where)["state"]),
        )
        for column in table.columns
        if column.key in {"continued", "pending", "gone", "joined"}
    ]
    name = next(t.short for t in content.titles if t.id == title)
    return stacked(parts, title=f"{name}续评进度", key=f"roll-{_key(title)}")


def by_place(content: Content, title: str, link: Link = no_link) -> Markup:
    """Places by how many of last year's entries are not yet back."""
    table = content.table(content.rolls, Basis.MANAGING)
    rows = []
    for place in content.places:
        pending = table.value(place.code, title, "pending") or 0
        last = table.value(place.code, title, "last_year") or 0
        back = table.value(place.code, title, "continued") or 0
        if last:
            label = f"{pending:,} 户未评，续评率 {share(back, last)}"
            href = link("3", title=title, state="pending", place=place.code)
            rows.append(Bar(name=place.name, value=pending, label=label, href=href))
    rows.sort(key=lambda row: -(row.value or 0))
    name = next(t.short for t in content.titles if t.id == title)
    return bars(
        rows, title=f"{name}上年入库本年未评（按归口）", key=f"place-{_key(title)}", width=760
    )


def stock_by_place(content: Content, title: str, link: Link = no_link) -> Markup:
    """Places by how many firms hold a title."""
    table = content.table(content.stock, Basis.MANAGING)
    rows = []
    for place in content.places:
        count = table.value(place.code, title, "stock") or 0
        net = table.value(place.code, title, "net") or 0
        if count:
            label = f"{count:,} 户（{net:+,}）" if net else f"{count:,} 户"
            href = link("1", title=title, held="now", place=place.code)
            rows.append(Bar(name=place.name, value=count, label=label, href=href))
    rows.sort(key=lambda row: -(row.value or 0))
    name = next(t.short for t in content.titles if t.id == title)
    return bars(rows, title=f"{name}存量（按归口）", key=f"stock-{_key(title)}", width=760)


def printed_terrace(content: Content) -> str:
    """The terrace as a document embeds it, in Chinese whatever the reader's language."""
    with force_locale("zh"):
        return str(terrace(content))


def _flows(table: Table, title: str) -> tuple[int, int]:
    """How many entered the stock of the whole this year, and how many left it."""

    def n(*keys: str) -> int:
        return sum(table.value(TOTAL, title, key) or 0 for key in keys)

    entered = n("first", "renewed", "undecided", "moved_in", "transferred_in") - n("continuing")
    return entered, n("expired", "removed", "transferred_out")


def _fitting(title: TitleLine) -> str:
    """The full name where a step has room for it."""
    return title.name if len(title.name) <= _ROOM else title.called


def _key(title: str) -> str:
    return title.replace(".", "-")
