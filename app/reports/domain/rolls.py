"""科小 is a yearly roll: this year's entries against last year's, never a stock on a day."""

from collections import Counter
from collections.abc import Iterator

from app.evaluation.domain import Outcome
from app.reports.domain.documents import (
    TOTAL,
    Annex,
    Column,
    Figure,
    Row,
    Table,
    TableColumn,
    iso,
)
from app.reports.domain.facts import Facts, Holding, Index
from app.reports.domain.movement import title_column
from app.reports.domain.vocabulary import Basis, Moment, RollState

ROLL_ANNEX = "3"
ENROLLED = (RollState.CONTINUED, RollState.JOINED)
LAST_YEAR = (RollState.CONTINUED, RollState.PENDING, RollState.GONE)
NOT_JUDGED = "not_judged"
VERDICTS = (*((o.value, o.label) for o in Outcome), (NOT_JUDGED, "未评价"))


def roll_annex(facts: Facts, index: Index) -> Annex:
    """Annex 3: who entered this year's roll, and who of last year's has not."""
    rows = [row for title in facts.titles if title.is_roll for row in _rows(facts, index, title.id)]
    states = tuple((state.value, state.label) for state in RollState)
    columns = (
        title_column(facts.titles),
        Column("state", "入库情况", "choice", states),
        Column("since", "本年入库日期", "day"),
        Column("certificate", "入库登记编号"),
        Column("verdict", "依据年度数据复核", "choice", VERDICTS),
        Column("assumed", "含推定陈述", "flag"),
        Column("missing", "不通过或待补的条款"),
        Column("idle", "登记状态非存续", "flag"),
    )
    return Annex(ROLL_ANNEX, "年度入库与续评企业名单", columns, tuple(rows))


def _rows(facts: Facts, index: Index, title: str) -> Iterator[Row]:
    this_year = _entries(facts, title, facts.period.year)
    last_year = _entries(facts, title, facts.period.year - 1)
    for firm in sorted(this_year.keys() | last_year.keys(), key=lambda f: index.of[f]):
        where = facts.at(Moment.NOW, firm)
        if where.managing is None and where.registered is None:
            continue
        entry = this_year.get(firm)
        if entry is not None:
            state = RollState.CONTINUED if firm in last_year else RollState.JOINED
        else:
            state = RollState.PENDING if where.is_active else RollState.GONE
        verdict = facts.verdicts.get((firm, title))
        yield (
            index.of[firm],
            title,
            state.value,
            iso(entry.since) if entry else None,
            entry.certificate if entry else "",
            verdict.outcome.value if verdict else NOT_JUDGED,
            int(verdict is not None and verdict.is_assumed),
            facts.missing(verdict) if verdict else "",
            int(not where.is_active),
        )


def _entries(facts: Facts, title: str, year: int) -> dict[str, Holding]:
    """Firms on the roll of `year`, entered on or before the cut-off day."""
    return {
        h.firm: h for h in facts.holdings if h.title == title and h.on_roll(year, facts.period.on)
    }


def roll_table(facts: Facts, index: Index, basis: Basis, annex: Annex) -> Table:
    """Place × roll: last year's entries, how many are back, this year's entries."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for row in annex.rows:
        where = facts.at(Moment.NOW, index.keys[int(row[0] or 0)]).place(basis)
        if where is None:
            continue
        for place in (where, TOTAL):
            counted[place, str(row[1]), str(row[2])] += 1
            if row[8] and row[2] in ENROLLED:
                counted[place, str(row[1]), "idle"] += 1
    lines: dict[tuple[str, str], tuple[int | None, ...]] = {}
    for place in (TOTAL, *(p.code for p in facts.places)):
        for title in (t.id for t in facts.titles if t.is_roll):
            lines[place, title] = tuple(
                sum(counted[place, title, key] for key in keys) for keys in _COUNTS
            )
    return Table(basis, ROLL_COLUMNS, lines)


_COUNTS: tuple[tuple[str, ...], ...] = (
    LAST_YEAR,
    (RollState.CONTINUED,),
    (RollState.PENDING,),
    (RollState.GONE,),
    (RollState.JOINED,),
    ENROLLED,
    ("idle",),
)


def _column(
    key: str, label: str, states: tuple[RollState, ...], *more: tuple[str, str]
) -> TableColumn:
    return TableColumn(key, label, ROLL_ANNEX, (("state", ",".join(states)), *more))


ROLL_COLUMNS = (
    _column("last_year", "上年度入库", LAST_YEAR),
    _column("continued", "其中本年已续评", (RollState.CONTINUED,)),
    _column("pending", "上年入库本年未评", (RollState.PENDING,)),
    _column("gone", "上年入库已非存续", (RollState.GONE,)),
    _column("joined", "本年新入库", (RollState.JOINED,)),
    _column("enrolled", "本年度入库", ENROLLED),
    _column("idle", "其中登记状态非存续", ENROLLED, ("idle", "1")),
)


def check_figures(facts: Facts, annex: Annex) -> tuple[Figure, ...]:
    """This year's entries re-judged on the figures of the year that legally counts."""
    figures = []
    for title in (t for t in facts.titles if t.is_roll):
        enrolled = [row for row in annex.rows if row[1] == title.id and row[2] in ENROLLED]
        if not enrolled:
            continue
        states = (("title", title.id), ("state", ",".join(ENROLLED)))
        for code, label in VERDICTS:
            count = sum(1 for row in enrolled if row[5] == code)
            if count:
                where = (*states, ("verdict", code))
                figures.append(Figure(f"{title.id}.{code}", label, count, ROLL_ANNEX, where))
        assumed = sum(1 for row in enrolled if row[6])
        where = (*states, ("assumed", "1"))
        figures.append(Figure(f"{title.id}.assumed", "结论含推定陈述", assumed, ROLL_ANNEX, where))
    return tuple(figures)
