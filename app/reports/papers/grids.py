"""The tables of the report, as rows of text, for a page of paper."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app.reports.domain.documents import TOTAL, Content, Table
from app.reports.domain.facts import TitleLine
from app.reports.domain.vocabulary import Basis, EditionKind
from app.reports.domain.wording import growth, share

_LINE_POINTS = 480  # of a line of the type area
_COUNTY_STOCKS = 3  # stock titles beside one another in the county table of a page


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: caption, head, rows, and the width of its first column in characters."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    first: int = 6
    has_total: bool = False


def stock_titles(content: Content) -> tuple[TitleLine, ...]:
    """Stock titles that anybody holds or held; a title without a holder needs no line."""
    table = content.table(content.stock, Basis.MANAGING)
    return tuple(
        t for t in content.titles if not t.is_roll and any(table.lines.get((TOTAL, t.id), ()))
    )


def roll_titles(content: Content) -> tuple[TitleLine, ...]:
    """Rolls with an entry this year or last."""
    table = content.table(content.rolls, Basis.MANAGING)
    return tuple(t for t in content.titles if t.is_roll and any(table.lines.get((TOTAL, t.id), ())))


def goal_of(content: Content, title: str, territory: str) -> dict[str, Any] | None:
    """The target of the report's year for one title and place, if the plan sets one."""
    for goal in content.goals:
        if (
            list(goal["titles"]) == [title]
            and goal["territory"] == territory
            and goal["year"] == content.for_year
        ):
            return goal
    return None


def stock_grid(content: Content) -> Grid | None:
    """表: every stock title over the whole division."""
    table = content.table(content.stock, Basis.MANAGING)
    titles = stock_titles(content)
    if not titles:
        return None
    keys = [
        column
        for column in table.columns
        if column.key in _shown(content)
        or (column.key not in _NEVER and any(table.value(TOTAL, t.id, column.key) for t in titles))
    ]
    head = ("称号", *(_SHORT.get(c.key, c.label) for c in keys), "同比", "目标", "完成率")
    rows = []
    for title in titles:
        goal = goal_of(content, title.id, content.division.code)
        numbers = [signed(table, title.id, column.key) for column in keys]
        year_ago = table.value(TOTAL, title.id, "year_ago") or 0
        now = table.value(TOTAL, title.id, "stock") or 0
        rows.append(
            (
                title.short,
                *numbers,
                growth(now, year_ago),
                _required(goal),
                goal["completion"] if goal else "—",
            )
        )
    return Grid("称号存量与本年变动（户）", head, tuple(rows), first=7)


_ALWAYS = ("year_start", "first", "renewed", "expired", "removed", "net", "stock")
_NEVER = ("year_ago", "previous")  # said by 同比, and by 上年末 where the period is the year
_UNITS = " \N{NO-BREAK SPACE}家户"


def _shown(content: Content) -> tuple[str, ...]:
    """Columns that stand in the table of a page even when they are zero."""
    return (*_ALWAYS, "previous") if content.kind == EditionKind.MONTHLY else _ALWAYS


def _required(goal: dict[str, Any] | None) -> str:
    """The number a plan asks, without the unit that the table's caption says."""
    return str(goal["required"]).rstrip(_UNITS) if goal else "—"


_SHORT = {
    "undecided": "首次与否不详", "continuing": "其中续认", "removed": "撤销迁出",
    "idle": "其中非存续",
}  # fmt: skip


def signed(table: Table, title: str, key: str) -> str:
    """A number of the total line; the net change with its sign."""
    value = table.value(TOTAL, title, key)
    if value is None:
        return "—"
    return f"{value:+,}" if key == "net" and value else f"{value:,}"


def roll_grid(content: Content) -> Grid | None:
    """表: every yearly roll over the whole division."""
    table = content.table(content.rolls, Basis.MANAGING)
    titles = roll_titles(content)
    if not titles:
        return None
    head = (
        "年度入库",
        "上年度入库",
        "已续评",
        "续评率",
        "上年入库本年未评",
        "上年入库已非存续",
        "本年新入库",
        "本年度入库",
        "复核未达标",
        "目标",
        "完成率",
    )
    rows = []
    for title in titles:
        n = {c.key: table.value(TOTAL, title.id, c.key) or 0 for c in table.columns}
        goal = goal_of(content, title.id, content.division.code)
        failing = next((f.count for f in content.rolled_check if f.key == f"{title.id}.unmet"), 0)
        rows.append(
            (
                title.short,
                f"{n['last_year']:,}",
                f"{n['continued']:,}",
                share(n["continued"], n["last_year"]),
                f"{n['pending']:,}",
                f"{n['gone']:,}",
                f"{n['joined']:,}",
                f"{n['enrolled']:,}",
                f"{failing:,}",
                _required(goal),
                goal["completion"] if goal else "—",
            )
        )
    return Grid("年度入库与续评进度（户）", head, tuple(rows), first=7)


def county_grid(content: Content) -> Grid:
    """表: places down, the main titles across, with completion where the plan has a target."""
    stocks, rolls = stock_titles(content)[:_COUNTY_STOCKS], roll_titles(content)[:2]
    aimed = {t.id for t in (*stocks, *rolls) if _has_place_goal(content, t.id)}
    head = ["归口单位", "在册"]
    for title in stocks:
        head += [f"{title.short}存量", "净增", *(["完成率"] if title.id in aimed else [])]
    for title in rolls:
        done = ["完成率"] if title.id in aimed else []
        head += [f"{title.short}入库", *done, "续评率", "未评"]
    rows = []
    for code, name in [(TOTAL, "合计"), *((p.code, p.name) for p in content.places)]:
        row = [name, f"{_active(content, code):,}"]
        for title in stocks:
            row += _stock_cells(content, code, title.id, is_aimed=title.id in aimed)
        for title in rolls:
            row += _roll_cells(content, code, title.id, is_aimed=title.id in aimed)
        if code == TOTAL or any(cell not in {"0", "—"} for cell in row[1:]):
            rows.append(tuple(row))
    return Grid("分归口单位主要指标（户）", tuple(head), tuple(rows), first=9, has_total=True)


def _has_place_goal(content: Content, title: str) -> bool:
    return any(goal_of(content, title, place.code) for place in content.places[:-1])


def _completion(content: Content, place: str, title: str, *, is_aimed: bool) -> list[str]:
    """The completion of a place's own target, in a table that has a column for it."""
    if not is_aimed:
        return []
    itself = place == content.division.code and len(content.places) > 1  # 本级 has no target
    goal = None if itself else goal_of(content, title, place or content.division.code)
    return [str(goal["completion"]) if goal and goal["counted"] is not None else "—"]


def _stock_cells(content: Content, place: str, title: str, *, is_aimed: bool) -> list[str]:
    table = content.table(content.stock, Basis.MANAGING)
    net = table.value(place, title, "net") or 0
    cells = [f"{table.value(place, title, 'stock') or 0:,}", f"{net:+,}" if net else "0"]
    return cells + _completion(content, place, title, is_aimed=is_aimed)


def _roll_cells(content: Content, place: str, title: str, *, is_aimed: bool) -> list[str]:
    table = content.table(content.rolls, Basis.MANAGING)
    n = {c.key: table.value(place, title, c.key) or 0 for c in table.columns}
    done = _completion(content, place, title, is_aimed=is_aimed)
    rate = share(n["continued"], n["last_year"])
    return [f"{n['enrolled']:,}", *done, rate, f"{n['pending']:,}"]


def _active(content: Content, place: str) -> int:
    first = content.titles[0].id if content.titles else ""
    return content.pools.value(place, first, "active") or 0


def pool_grid(content: Content) -> Grid:
    """表: each title's pool, with its coverage."""
    head = (
        "称号",
        "在册",
        "可评",
        "覆盖率",
        "已持有",
        "达标·证据齐",
        "达标·待承诺或人工核",
        "差一项",
        "差多项",
        "数据不足",
        "不适用",
    )
    rows = []
    for title in content.titles:
        n = {c.key: content.pools.value(TOTAL, title.id, c.key) or 0 for c in content.pools.columns}
        rows.append(
            (
                title.called,
                f"{n['active']:,}",
                f"{n['evaluable']:,}",
                share(n["evaluable"], n["active"]),
                *(
                    f"{n[key]:,}"
                    for key in (
                        "held",
                        "ready",
                        "pledge",
                        "one_short",
                        "short",
                        "no_data",
                        "not_applicable",
                    )
                ),
            )
        )
    return Grid("达标未持有企业分档与覆盖率（户）", head, tuple(rows), first=7)


def coverage_of(content: Content) -> list[str]:
    """The coverage of each title's pool: 可评 of 在册."""
    return [
        share(
            content.pools.value(TOTAL, title.id, "evaluable") or 0,
            content.pools.value(TOTAL, title.id, "active") or 0,
        )
        for title in content.titles
    ]


def goal_grid(content: Content) -> Grid:
    """表: the division's own targets that the register can count, and how far they are.

    Those of its places stand in the table by place and in annex 9.
    """
    rows = tuple(
        (
            goal["phrase"],
            str(goal["year"]),
            goal["required"],
            f"{goal['counted']:,}",
            goal["completion"],
        )
        for goal in own_goals(content)
    )
    return Grid("规划目标", ("目标", "年度", "要求", "登记簿户数", "完成率"), rows, first=24)


def own_goals(content: Content) -> list[dict[str, Any]]:
    """The countable targets of the division itself."""
    return [
        goal
        for goal in content.goals
        if goal["counted"] is not None and goal["territory"] == content.division.code
    ]


def widths(grid: Grid) -> tuple[Fraction, ...]:
    """The share of each column, from the longest text in it."""
    ems = [Fraction(grid.first)]
    for index in range(1, len(grid.head)):
        body = max((_ems(row[index]) for row in grid.rows), default=Fraction(0))
        head = Fraction(_ems(grid.head[index]), 2 if _ems(grid.head[index]) > 4 else 1)  # noqa: PLR2004 a long head breaks in two
        ems.append(max(body, head, Fraction(3)) + 1)
    return tuple(em / sum(ems) for em in ems)


def title_size(title: str, largest: int) -> int:
    """The size in points at which a title stands in one line, between 15 and `largest`."""
    return max(15, min(largest, int(_LINE_POINTS / _ems(title))))


def _ems(text: str) -> Fraction:
    return sum((Fraction(1) if ord(c) > 0x2E80 else Fraction(11, 20) for c in text), Fraction(0))  # noqa: PLR2004 from here characters are square
