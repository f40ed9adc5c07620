"""From facts to content: one pure function, the same facts giving the same edition."""

from typing import Any

from app.reports.domain.documents import Annex, Content, Figure
from app.reports.domain.facts import Facts, Index
from app.reports.domain.movement import STOCK_ANNEX, change_annex, held, stock_annex, stock_table
from app.reports.domain.pools import (
    lead_figures,
    pool_annex,
    pool_table,
    standings,
    survey_annex,
)
from app.reports.domain.risks import (
    clause_annex,
    money_annex,
    money_figures,
    money_total,
    risk_annex,
    risk_figures,
)
from app.reports.domain.rolls import check_figures, roll_annex, roll_table
from app.reports.domain.vocabulary import Basis, Moment
from app.reports.domain.wording import checked, decisions, headline, notes


def compose(facts: Facts) -> Content:
    """The content of an edition."""
    index = Index.over(facts.firms)
    stock, change = stock_annex(facts, index), change_annex(facts, index)
    roll = roll_annex(facts, index)
    where = standings(facts)
    pool, survey = pool_annex(facts, index, where), survey_annex(facts, index, where)
    risk, money = risk_annex(facts, index), money_annex(facts, index)
    stocks = tuple(stock_table(facts, basis, stock, change) for basis in Basis)
    rolls = tuple(roll_table(facts, index, basis, roll) for basis in Basis)
    pools = pool_table(facts, index, survey, Basis.MANAGING)
    check = check_figures(facts, roll)
    risks, claims, total = (
        risk_figures(facts, risk),
        money_figures(facts, money),
        money_total(money),
    )
    return Content(
        **_head(facts, index),
        headline=headline(facts, stocks[0], rolls[0]),
        decisions=decisions(facts, rolls[0], pools, risks, claims, total, check),
        annexes=(stock, change, roll, pool, survey, risk, money, clause_annex(facts)),
        stock=stocks,
        rolls=rolls,
        pools=pools,
        umbrellas=_umbrellas(facts),
        rolled_check=check,
        rolled_words=checked(facts, check),
        leads=lead_figures(facts, pool),
        risks=risks,
        money=claims,
        money_total_fen=total,
        goals=tuple(_goal(goal) for goal in facts.goals),
        notes=notes(facts, *(sum(int(row[i] or 0) for row in pool.rows) for i in (5, 6, 7))),
        rule_sets=dict(sorted(facts.rule_sets.items())),
    )


def _head(facts: Facts, index: Index) -> dict[str, Any]:
    period = facts.period
    here = facts.where[Moment.NOW]
    firms = []
    for key in index.keys:
        firm, where = facts.firms[key], here.get(key)
        firms.append(
            (
                firm.name,
                firm.credit_code,
                where.managing if where else None,
                where.registered if where else None,
                where.status if where else "",
            )
        )
    return {
        "division": facts.division,
        "kind": period.kind.value,
        "period_name": period.name,
        "period_since": period.since.isoformat(),
        "period_until": period.until.isoformat(),
        "on": period.on.isoformat(),
        "for_year": period.year,
        "places": facts.places,
        "titles": facts.titles,
        "firms": tuple(firms),
    }


def _umbrellas(facts: Facts) -> tuple[Figure, ...]:
    """Distinct firms over several titles: a firm with two of them counts once."""
    holders = held(facts, Moment.NOW)
    figures = []
    for name, titles in facts.umbrellas:
        firms = {
            firm
            for firm, title in holders
            if title in titles and facts.at(Moment.NOW, firm).managing is not None
        }
        where = (("title", ",".join(titles)), ("held", Moment.NOW.value))
        figures.append(Figure(name, f"{name}（按企业去重）", len(firms), STOCK_ANNEX, where))
    return tuple(figures)


def _goal(goal: Any) -> dict[str, Any]:
    return {
        "id": goal.id,
        "phrase": goal.phrase,
        "territory": goal.territory,
        "year": goal.year,
        "titles": list(goal.titles),
        "required": goal.required,
        "counted": goal.counted,
        "completion": goal.completion,
    }


def annex_names(content: Content) -> tuple[tuple[str, str, int], ...]:
    """Id, name and number of rows of every annex, as the list of annexes prints them."""
    named = tuple((a.id, a.name, len(a.rows)) for a in content.annexes)
    return (*named, (TABLES_ANNEX, "分县区统计表（归口、注册地两种口径）", len(content.places)))


TABLES_ANNEX = "9"


def annex_of(content: Content, annex_id: str) -> Annex | None:
    """The annex with that id."""
    return content.annex(annex_id)
