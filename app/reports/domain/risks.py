"""What may cost firms their titles, and who is owed money."""

from collections.abc import Mapping
from datetime import date

from app.reports.domain.documents import Annex, Column, Figure, Row, iso
from app.reports.domain.facts import Batch, Facts, Holding, Index
from app.reports.domain.movement import held, title_column
from app.reports.domain.vocabulary import Claim, Moment, Risk

RISK_ANNEX = "6"
MONEY_ANNEX = "7"
CLAUSE_ANNEX = "8"
NO_BATCH = "待通知"


def risk_annex(facts: Facts, index: Index) -> Annex:
    """Annex 6: titles that end this year or next with the last usable batch, and threats."""
    episodes: dict[tuple[str, str], list[Holding]] = {}
    for holding in facts.holdings:
        episodes.setdefault((holding.firm, holding.title), []).append(holding)
    ends = (_expiry(facts, index, h, episodes) for h in held(facts, Moment.NOW).values())
    rows: list[Row] = [row for row in ends if row is not None]
    rows += [
        (index.of[t.firm], t.title, t.risk, None, "", t.detail)
        for t in facts.threats
        if t.firm in index.of and _listed(facts, t.firm)
    ]
    rows.sort(key=lambda row: (str(row[2]), str(row[1]), str(row[3]), row[0], str(row[5])))
    columns = (
        title_column(facts.titles),
        Column("risk", "风险", "choice", tuple((r.value, r.label) for r in Risk)),
        Column("until", "到期日", "day"),
        Column("batch", "可用的最后批次"),
        Column("detail", "说明"),
    )
    return Annex(RISK_ANNEX, "风险企业名单", columns, tuple(rows))


def _expiry(
    facts: Facts, index: Index, holding: Holding, renewed: Mapping[tuple[str, str], list[Holding]]
) -> Row | None:
    until, year = holding.until, facts.period.on.year
    if until is None or until.year not in {year, year + 1} or not _listed(facts, holding.firm):
        return None
    if any(later.covers(until) for later in renewed[holding.firm, holding.title]):
        return None  # The next episode is on the register already.
    risk = Risk.EXPIRES_THIS_YEAR if until.year == year else Risk.EXPIRES_NEXT_YEAR
    batch = last_batch(facts.batches, holding.title, until, facts.period.on)
    ends = iso(facts.printed_end(holding))
    return (index.of[holding.firm], holding.title, risk.value, ends, batch, "")


def last_batch(batches: tuple[Batch, ...], title: str, until: date, on: date) -> str:
    """The last batch that closes on or before the expiry; 待通知 while no notice names one."""
    usable = [
        b
        for b in batches
        if b.title == title and b.closes_on.year == until.year and b.closes_on <= until
    ]
    if not usable:
        return NO_BATCH
    last = max(usable, key=lambda batch: batch.closes_on)
    day = f"{last.closes_on.year}年{last.closes_on.month}月{last.closes_on.day}日"
    missed = "（已截止）" if last.closes_on < on else ""
    return f"{last.name}，{day}截止{missed}"


def _listed(facts: Facts, firm: str) -> bool:
    where = facts.at(Moment.NOW, firm)
    return where.is_active and (where.managing is not None or where.registered is not None)


def risk_figures(facts: Facts, annex: Annex) -> tuple[Figure, ...]:
    """A number for each kind of risk and title that occurs; expiries also when there are none."""
    figures = []
    for title in facts.titles:
        for risk in Risk:
            count = sum(1 for row in annex.rows if row[1] == title.id and row[2] == risk.value)
            if count:
                where = (("title", title.id), ("risk", risk.value))
                label = f"{title.short}{risk.label}"
                figures.append(Figure(f"{title.id}.{risk.value}", label, count, RISK_ANNEX, where))
    return tuple(figures)


def money_annex(facts: Facts, index: Index) -> Annex:
    """Annex 7: who is owed what; an amount nobody verified is 待核 and never summed."""
    rows: list[Row] = []
    for claim in facts.claims:
        if claim.firm in index.of and _listed(facts, claim.firm):
            state = Claim.UNVERIFIED if claim.amount_fen is None else Claim.DUE
            rows.append(
                (index.of[claim.firm], claim.scheme, state.value, claim.amount_fen, claim.reason)
            )
    rows.sort(key=lambda row: (str(row[2]), str(row[1]), row[0], str(row[4])))
    schemes = tuple(sorted({(c.scheme, c.scheme_name) for c in facts.claims}))
    columns = (
        Column("scheme", "政策", "choice", schemes),
        Column("state", "状态", "choice", tuple((c.value, c.label) for c in Claim)),
        Column("amount", "金额（元）", "money"),
        Column("reason", "依据"),
    )
    return Annex(MONEY_ANNEX, "应兑付与待核奖补企业名单", columns, tuple(rows))


def money_figures(facts: Facts, annex: Annex) -> tuple[Figure, ...]:
    """Claims by scheme and state."""
    figures = []
    for scheme, name in sorted({(c.scheme, c.scheme_name) for c in facts.claims}):
        for state in Claim:
            count = sum(1 for row in annex.rows if row[1] == scheme and row[2] == state.value)
            if count:
                where = (("scheme", scheme), ("state", state.value))
                label = f"{name}：{state.label}"
                figures.append(Figure(f"{scheme}.{state.value}", label, count, MONEY_ANNEX, where))
    return tuple(figures)


def money_total(annex: Annex) -> int:
    """The sum of what is due, in 分; 待核 stays outside."""
    return sum(
        int(row[3]) for row in annex.rows if row[2] == Claim.DUE.value and row[3] is not None
    )


def clause_annex(facts: Facts) -> Annex:
    """Annex 8: clauses nobody has checked against the official text."""
    columns = (
        Column("pack", "规则包"),
        Column("clause", "条款"),
        Column("name", "内容"),
        Column("document", "文件"),
        Column("evidence", "核验标记"),
    )
    rows = tuple(
        (None, c.pack, c.clause, c.name, c.document, c.evidence)
        for c in sorted(facts.clauses, key=lambda c: (c.pack, c.clause))
    )
    return Annex(CLAUSE_ANNEX, "未核条款清单", columns, rows)
