"""What the page of one firm is made of: the terrace at its head, figures, titles, flags."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import url_for

from app.enterprises import holders
from app.enterprises.models import Enterprise, TitleEpisode
from app.evaluation import flagwords
from app.evaluation import queries as evaluation
from app.evaluation.models import Evaluation
from app.foundation.actor import Actor
from app.foundation.clock import today
from app.home import standing
from app.profiles import queries as profiles
from app.profiles.domain import Scalar
from app.profiles.queries import YearFigures
from app.profiles.wording import section_name
from app.reference import queries as reference
from app.web import svg_chart
from app.web.access import current_actor
from app.web.deployment import settings
from app.web.i18n import gettext as _
from app.web.i18n import label, said
from app.web.law import law
from app.web.navigation import may_enter
from app.web.pages import decimal
from app.web.svg_chart import Series
from app.web.svg_terrace import terrace_everywhere
from app.web.transactions import db
from rules.indicators import Indicator

YEARS: Final = 5  # as many columns as a page holds
DRAWN: Final = ("sales_revenue", "rd_expense_tech_sme", "rd_expense_high_tech")  # two of them
_YUAN_PER_WAN: Final = 10_000


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One indicator over the years, as people read it; an empty text is unknown."""

    section: str
    name: str
    unit: str
    definition: str
    values: tuple[str, ...]


def page(enterprise: Enterprise, visitor: Actor) -> dict[str, Any]:
    """Everything the template of the firm's page needs."""
    on = today()
    episodes = holders.titles_of(db(), enterprise.id)
    verdicts = evaluation.list_evaluations_of(db(), enterprise.id, visible_to=visitor)
    years = profiles.list_years(db(), enterprise.id, visible_to=visitor)[:YEARS][::-1]
    firm = standing.Firm(episodes, standing.speaking(verdicts), on, enterprise.operating_status)
    ladder = standing.ladder_for(law(), settings().home_division)
    steps = [] if ladder is None else standing.firm_steps(law(), ladder, firm, _trace(enterprise))
    rows = evaluation.list_flags_of(db(), enterprise.id, visible_to=visitor)
    return {
        "enterprise": enterprise,
        "industry": _industry(enterprise.industry_code),
        "on": on,
        "terrace": terrace_everywhere(
            steps, title=_("%(name)s的培育梯田", name=enterprise.name), key="firm"
        ),
        "verdicts": _in_order(verdicts),
        "lacks": _lacks(verdicts),
        "flags": [row for row in rows if row.flag.ended_at is None],
        "ended_flags": [row for row in rows if row.flag.ended_at is not None],
        "details": flagwords.FlagWords(
            law(), flagwords.Lacks(evaluation.rule_sets_of(db(), rows)), on
        ).of([row.flag for row in rows], brief=True),
        "moments": [_moment(episode, on) for episode in reversed(episodes)],
        "years": years,
        "figures": figure_rows(law().indicators, years),
        "chart": _chart(law().indicators, years),
    }


def _industry(code: str | None) -> str:
    """Name and code, as the register of industries has them."""
    name = reference.industry_names(db()).get(code or "")
    return f"{name}（{code}）" if name else code or ""


def _lacks(verdicts: Sequence[Evaluation]) -> dict[UUID, list[str]]:
    """What each verdict lacks, in sentences."""
    said = flagwords.Lacks(
        evaluation.find_rule_sets(db(), {verdict.fingerprint for verdict in verdicts})
    )
    return {v.id: said.brief(v.fingerprint, v.findings) for v in verdicts}


def _in_order(verdicts: Sequence[Evaluation]) -> dict[str, list[Evaluation]]:
    """The verdicts of the latest year on adopted titles, and all the others."""
    order = list(law().titles)
    latest = max((verdict.for_year for verdict in verdicts), default=0)
    found: dict[str, list[Evaluation]] = {"now": [], "rest": []}
    for verdict in sorted(
        verdicts, key=lambda v: (-v.for_year, order.index(v.title) if v.title in order else 0)
    ):
        title = law().titles.get(verdict.title)
        speaks = verdict.for_year == latest and title is not None and title.adopted
        found["now" if speaks else "rest"].append(verdict)
    return found


def _trace(enterprise: Enterprise) -> Callable[[str], str]:
    """The address of the trace of a title for the firm, as of today, if it opens."""
    opens = may_enter("evaluation.verdict", current_actor())

    def address(title: str) -> str:
        if not opens:
            return ""
        return url_for("evaluation.verdict", enterprise_id=enterprise.id, title=title)

    return address


def _moment(episode: TitleEpisode, on: date) -> dict[str, Any]:
    """An episode on the timeline, with its document."""
    event = episode.opened_by
    title = law().titles.get(episode.title)
    runs = episode.since <= on and (episode.until is None or on < episode.until)
    paper = event.document
    note = [event.certificate, paper.number if paper else "", paper.title if paper else ""]
    if episode.roll_year is not None:
        note.insert(0, _("%(year)s 年度", year=episode.roll_year))
    return {
        "since": episode.since,
        "until": standing.end_of(law(), episode.title, episode.until) if episode.until else None,
        "title": said(title.name) if title else episode.title,
        "tone": "met" if runs else "plain",
        "word": label(event.kind),
        "note": " · ".join(part for part in note if part),
    }


def figure_rows(
    indicators: Mapping[str, Indicator], years: Sequence[YearFigures]
) -> list[FigureRow]:
    """The indicators that any of the years has, in the order of the catalogue."""
    present = {name for year in years for name in year.figures}
    return [
        FigureRow(
            section_name(indicator.section),
            said(indicator.name),
            unit_name(indicator.unit),
            indicator.definition,
            tuple(shown(indicator, year.figures.get(name)) for year in years),
        )
        for name, indicator in indicators.items()
        if name in present
    ]


def shown(indicator: Indicator, value: Scalar | None) -> str:
    """A stored figure without its unit: money in 万元, two decimals; empty when unknown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, str):
        choice = indicator.choices.get(value)
        return said(choice) if choice else value
    amount = value * indicator.quantum
    if indicator.unit == "CNY":
        return decimal(amount / _YUAN_PER_WAN, 2)
    if indicator.unit == "percent":
        amount *= 100
    return decimal(amount, 2).removesuffix("0").removesuffix("0").removesuffix(".")


def unit_name(unit: str) -> str:
    """The unit of a column of figures, as it stands beside the name."""
    return {
        "CNY": _("万元"),
        "persons": _("人"),
        "percent": "%",
        "points": _("分"),
        "months": _("月"),
    }.get(unit, "")


def _chart(indicators: Mapping[str, Indicator], years: Sequence[YearFigures]) -> Any:
    """Revenue and R&D as lines over the years, in 万元; nothing for fewer than two years."""
    found = [name for name in DRAWN if any(name in year.figures for year in years)][:2]
    if len(years) < 2 or not found:  # noqa: PLR2004 a point is no line
        return None
    series = []
    for name in found:
        values = [year.figures.get(name) for year in years]
        wan = tuple(
            round(v * indicators[name].quantum / _YUAN_PER_WAN) if isinstance(v, int) else None
            for v in values
        )
        series.append(Series(name=said(indicators[name].name), values=wan))
    return svg_chart.lines(
        [str(year.year) for year in years], series, title=_("近年指标，万元"), key="years"
    )
