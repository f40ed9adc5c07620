"""Graded pools with their coverage: who could hold a title and does not (DESIGN §4.5)."""

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
)
from app.reports.domain.facts import Facts, Index, Judged
from app.reports.domain.movement import held, title_column
from app.reports.domain.vocabulary import Basis, Moment, Standing

POOL_ANNEX = "4"
SURVEY_ANNEX = "5"
REACHED = (Standing.READY, Standing.PLEDGE)
NAMED = (Standing.READY, Standing.PLEDGE, Standing.ONE_SHORT)
EVALUABLE = (*NAMED, Standing.SHORT, Standing.HELD, Standing.NOT_APPLICABLE)
HIGH_TECH = "high_tech"  # the national title's own id, whatever pack carries it

Standings = dict[tuple[str, str], Standing]


def standings(facts: Facts) -> Standings:
    """Where every firm in business stands with every title on the cut-off day."""
    holders = set(held(facts, Moment.NOW)) | enrolled(facts)
    result: Standings = {}
    for firm in facts.firms:
        if not _counts(facts, firm):
            continue
        for title in facts.titles:
            key = (firm, title.id)
            result[key] = Standing.HELD if key in holders else _standing(facts.verdicts.get(key))
    return result


def enrolled(facts: Facts) -> set[tuple[str, str]]:
    """Firms on this year's rolls."""
    year, on = facts.period.year, facts.period.on
    rolls = {title.id for title in facts.titles if title.is_roll}
    return {(h.firm, h.title) for h in facts.holdings if h.title in rolls and h.on_roll(year, on)}


def _counts(facts: Facts, firm: str) -> bool:
    where = facts.at(Moment.NOW, firm)
    return where.is_active and (where.managing is not None or where.registered is not None)


def _standing(verdict: Judged | None) -> Standing:
    if verdict is None:
        return Standing.NOT_JUDGED
    if verdict.outcome is Outcome.NOT_APPLICABLE:
        return Standing.NOT_APPLICABLE
    return Standing(verdict.grade.value)


def pool_annex(facts: Facts, index: Index, where: Standings) -> Annex:
    """Annex 4: the firms that reach a title or lack one criterion, easiest first.

    Of a title nobody has adopted only who reaches it: a lead that lacks something is none.
    """
    high_tech = {f for f, title in held(facts, Moment.NOW) if title.endswith("." + HIGH_TECH)}
    last_year = _last_year(facts)
    order = {title.id: position for position, title in enumerate(facts.titles)}
    listed = {title.id: NAMED if title.is_adopted else REACHED for title in facts.titles}
    rows: list[Row] = []
    for (firm, title), standing in where.items():
        if standing not in listed[title]:
            continue
        verdict = facts.verdicts[firm, title]
        holds_higher = firm in high_tech and not title.endswith("." + HIGH_TECH)
        leads = ["high_tech_holder"] if holds_higher else []
        leads += ["last_year"] if (firm, title) in last_year else []
        marks = (verdict.is_assumed, verdict.is_proxy, verdict.is_preliminary)
        missing = facts.missing(verdict)
        found = (index.of[firm], title, standing.value, " ".join(leads), missing)
        rows.append((*found, *map(int, marks)))
    rank = {standing.value: position for position, standing in enumerate(NAMED)}
    rows.sort(key=lambda row: (order[str(row[1])], rank[str(row[2])], not row[3], row[0]))
    columns = (
        title_column(facts.titles),
        Column("standing", "档次", "choice", tuple((s.value, s.label) for s in NAMED)),
        Column("lead", "线索", "set", LEADS),
        Column("missing", "所差或待核的条款"),
        Column("assumed", "含推定陈述", "flag"),
        Column("proxy", "代用口径", "flag"),
        Column("preliminary", "预评", "flag"),
    )
    return Annex(POOL_ANNEX, "达标未持有与差一项企业名单", columns, tuple(rows))


LEADS = (("high_tech_holder", "有效高企"), ("last_year", "上年入库本年未评"))


def _last_year(facts: Facts) -> set[tuple[str, str]]:
    rolls = {title.id for title in facts.titles if title.is_roll}
    year, on = facts.period.year - 1, facts.period.on
    return {(h.firm, h.title) for h in facts.holdings if h.title in rolls and h.on_roll(year, on)}


def survey_annex(facts: Facts, index: Index, where: Standings) -> Annex:
    """Annex 5: every firm in business with its standing under every title."""
    choices = tuple((standing.value, standing.label) for standing in Standing)
    rows: list[Row] = [
        (index.of[firm], *(where[firm, title.id].value for title in facts.titles))
        for firm in index.keys
        if _counts(facts, firm)
    ]
    columns = tuple(Column(title.id, title.short, "choice", choices) for title in facts.titles)
    return Annex(SURVEY_ANNEX, "在册企业评价一览", columns, tuple(rows))


def pool_table(facts: Facts, index: Index, survey: Annex, basis: Basis) -> Table:
    """Place × title: firms in business, how many could be judged, and each grade."""
    counted: Counter[tuple[str, str, str]] = Counter(_counts_of(facts, index, survey, basis))
    lines: dict[tuple[str, str], tuple[int | None, ...]] = {}
    for place in (TOTAL, *(p.code for p in facts.places)):
        for title in facts.titles:
            n = {s: counted[place, title.id, s.value] for s in Standing}
            lines[place, title.id] = (
                sum(n.values()),
                sum(n[s] for s in EVALUABLE),
                n[Standing.HELD],
                n[Standing.READY],
                n[Standing.PLEDGE],
                n[Standing.ONE_SHORT],
                n[Standing.SHORT],
                n[Standing.NO_DATA] + n[Standing.NOT_JUDGED],
                n[Standing.NOT_APPLICABLE],
            )
    return Table(basis, POOL_COLUMNS, lines)


def _counts_of(
    facts: Facts, index: Index, survey: Annex, basis: Basis
) -> Iterator[tuple[str, str, str]]:
    titles = [title.id for title in facts.titles]
    for row in survey.rows:
        place = facts.at(Moment.NOW, index.keys[int(row[0] or 0)]).place(basis)
        if place is None:
            continue
        for title, standing in zip(titles, row[1:], strict=True):
            yield place, title, str(standing)
            yield TOTAL, title, str(standing)


def _column(key: str, label: str, *which: Standing, annex: str = SURVEY_ANNEX) -> TableColumn:
    """In the survey the column is the title's own: `@title` is replaced by the line's title."""
    codes = ",".join(standing.value for standing in which)
    name = "@title" if annex == SURVEY_ANNEX else "standing"
    return TableColumn(key, label, annex, ((name, codes),) if codes else ())


POOL_COLUMNS = (
    _column("active", "在册"),
    _column("evaluable", "可评", *EVALUABLE),
    _column("held", "已持有", Standing.HELD),
    _column("ready", "数据达标·证据齐", Standing.READY, annex=POOL_ANNEX),
    _column("pledge", "数据达标·待承诺或人工核", Standing.PLEDGE, annex=POOL_ANNEX),
    _column("one_short", "差一项", Standing.ONE_SHORT, annex=POOL_ANNEX),
    _column("short", "差多项", Standing.SHORT),
    _column("no_data", "数据不足", Standing.NO_DATA, Standing.NOT_JUDGED),
    _column("not_applicable", "不适用", Standing.NOT_APPLICABLE),
)


def lead_figures(facts: Facts, annex: Annex) -> tuple[Figure, ...]:
    """Easiest first: holders of 高企 not on the roll, and last year's entries not yet back."""
    figures = []
    for title in (t for t in facts.titles if t.is_roll):
        for code, label in (
            ("high_tech_holder", f"有效高企数据达标、未入库{title.short}"),
            ("last_year", f"上年入库{title.short}本年未评、数据达标"),
        ):
            where = (("title", title.id), ("lead", code), ("standing", ",".join(REACHED)))
            count = sum(
                1
                for row in annex.rows
                if row[1] == title.id and code in str(row[3]).split() and row[2] in REACHED
            )
            figures.append(Figure(f"{title.id}.{code}", label, count, POOL_ANNEX, where))
    return tuple(figures)
