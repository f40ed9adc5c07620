"""Pages of verdicts: one firm's full trace, and the pools they add up to."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.enterprises.domain import LISTED
from app.evaluation import flagwords, queries, service, wording
from app.evaluation import pools as questions
from app.evaluation.blueprint import bp
from app.evaluation.domain import ApplicationType, Grade
from app.evaluation.errors import NoLaw
from app.evaluation.forms import FIRST_YEAR, LAST_YEAR
from app.foundation.actor import SEES_ENTERPRISES
from app.foundation.clock import now, parse_day, today
from app.foundation.errors import Invalid, NotFound
from app.reference.queries import list_below, names
from app.web import tables
from app.web.access import actor, requires
from app.web.law import law
from app.web.transactions import db
from rules.days import Moment
from rules.pack import Title


@bp.get("/evaluations/<uuid:enterprise_id>/<title>")
@requires(*SEES_ENTERPRISES, enterprise=True)
def verdict(enterprise_id: UUID, title: str) -> ResponseReturnValue:
    """Why a firm reaches a title or not, on a day and for a year of one's choice."""
    firm = queries.get_firm(db(), enterprise_id, visible_to=actor())
    chosen = _title(title)
    on = read_day("on", today())
    moment = Moment.of(on, read_year(on.year))
    kind = _application_type()
    refusal, assessment = None, None
    try:
        assessment = service.evaluate(
            db(), law(), firm.id, chosen, moment=moment, known_at=now(), kind=kind
        )
    except NoLaw as refused:
        refusal = refused.detail
    return render_template(
        "evaluation/verdict.html",
        firm=firm,
        listed=LISTED,
        title=chosen,
        moment=moment,
        assessment=assessment,
        refusal=refusal,
        lines=wording.lines(assessment) if assessment else [],
        facts=wording.fact_lines(assessment, law()) if assessment else [],
        assumed=_named(assessment, "assumed"),
        proxies=_named(assessment, "proxies"),
        kinds=list(ApplicationType),
        kind=assessment.application_type if assessment else kind,
        history=queries.list_verdict_history(db(), firm.id, chosen.id, visible_to=actor()),
        titles=wording.in_order(law()),
        language=wording.language(),
        place=names(db(), [firm.managing_division]).get(firm.managing_division, ""),
    )


def _named(assessment: service.Assessment | None, mark: str) -> list[str]:
    if assessment is None:
        return []
    keys = assessment.used(getattr(assessment, mark))
    return [wording.fact_name(assessment.rule_set, key) for key in keys]


def _title(name: str) -> Title:
    if name not in law().titles:
        raise NotFound(_("规则包中没有这个称号。"))
    return law().titles[name]


def _application_type() -> ApplicationType | None:
    said = request.args.get("application_type", "")
    return next((kind for kind in ApplicationType if kind.value == said), None)


def read_day(key: str, default: date) -> date:
    """A day of the query; refused with the remedy when it is none."""
    text = request.args.get(key, "").strip()
    found = parse_day(text) if text else default
    if found is None:
        raise Invalid(_("日期应写作 2026-11-24 的样子，请修改后重试。"))
    return found


def read_year(default: int) -> int:
    """The 申报年度 of the query."""
    text = request.args.get("for_year", "").strip()
    if not text:
        return default
    if not text.isdigit() or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise Invalid(_("申报年度应为四位年份，如 2026，请修改后重试。"))
    return int(text)


@bp.get("/pools")
@requires(*SEES_ENTERPRISES)
def pools() -> ResponseReturnValue:
    """How many firms stand how close to each title, with coverage, by county."""
    years = questions.years(db(), visible_to=actor())
    chosen = _filter(years)
    titles = wording.in_order(law())
    whole = questions.pool_counts(db(), titles, _all_of(chosen), visible_to=actor())
    counts = _chosen_of(whole, titles, chosen)
    rows = [
        {
            "title": title,
            "grades": _by_grade([c for c in counts if c.title == title.id]),
            "coverage": questions.coverage([c for c in whole if c.title == title.id]),
        }
        for title in titles
        if any(c.title == title.id for c in whole)
    ]
    return render_template(
        "evaluation/pools.html",
        rows=rows,
        places=_by_place(counts, _picked(titles)),
        names=names(db()),
        picked=_picked(titles),
        chosen=chosen,
        years=years,
        grades=list(Grade),
        divisions=_divisions(),
        titles=titles,
        language=wording.language(),
    )


def _chosen_of(
    whole: list[questions.PoolCount], titles: list[Title], chosen: questions.PoolFilter
) -> list[questions.PoolCount]:
    counts = whole
    if chosen.held is False:
        counts = questions.without_holders(db(), whole, titles, chosen, visible_to=actor())
    return [each for each in counts if chosen.grade in {None, each.grade}]


def _picked(titles: list[Title]) -> Title | None:
    said = request.args.get("title", "")
    return next((title for title in titles if title.id == said), None)


def _all_of(chosen: questions.PoolFilter) -> questions.PoolFilter:
    return questions.PoolFilter(
        chosen.for_year, chosen.on, chosen.division, chosen.known_at, None, held=None
    )


def _filter(years: list[int]) -> questions.PoolFilter:
    for_year = read_year(years[0] if years else today().year)
    on = read_day("on", questions.last_day(db(), for_year) or today())
    said = request.args.get("grade", "")
    return questions.PoolFilter(
        for_year,
        on,
        division=request.args.get("division", ""),
        grade=next((grade for grade in Grade if grade.value == said), None),
        held=None if request.args.get("held") == "all" else False,
    )


def _by_grade(counts: list[questions.PoolCount]) -> dict[Grade, int]:
    return {grade: sum(c.count for c in counts if c.grade is grade) for grade in Grade}


def _by_place(
    counts: list[questions.PoolCount], title: Title | None
) -> list[tuple[str, dict[Grade, int]]]:
    """Per 归口 the grades of one title."""
    if title is None:
        return []
    mine = [count for count in counts if count.title == title.id]
    codes = sorted({count.division for count in mine})
    return [(code, _by_grade([c for c in mine if c.division == code])) for code in codes]


def _divisions() -> list[tuple[str, str]]:
    return [(each.code, each.name) for each in list_below(db(), actor().divisions)]


@bp.get("/pools/<title>")
@requires(*SEES_ENTERPRISES)
def pool(title: str) -> ResponseReturnValue:
    """The firms of one title's pool, each with what it lacks."""
    years = questions.years(db(), visible_to=actor())
    chosen = _filter(years)
    page = questions.pool_rows(
        db(),
        _title(title),
        chosen,
        visible_to=actor(),
        after=request.args.get("after", ""),
    )
    return render_template(
        "evaluation/pool.html",
        title=_title(title),
        page=page,
        lacks=_lacks(page.rows),
        chosen=chosen,
        years=years,
        grades=list(Grade),
        divisions=_divisions(),
        language=wording.language(),
    )


def _lacks(rows: list[questions.PoolRow], *, whole: bool = False) -> dict[UUID, list[str]]:
    prints = {row.evaluation.fingerprint for row in rows}
    words = flagwords.Lacks(queries.find_rule_sets(db(), prints))
    say = words.sentences if whole else words.brief
    return {
        row.evaluation.id: say(row.evaluation.fingerprint, row.evaluation.findings) for row in rows
    }


@bp.get("/pools/<title>/export.<form>")
@requires(*SEES_ENTERPRISES)
def pool_export(title: str, form: str) -> Response:
    """The pool as it is filtered, whole, as a file."""
    if form not in {"csv", "xlsx"}:
        abort(404)
    chosen = _filter(questions.years(db(), visible_to=actor()))
    rows = questions.pool_rows(
        db(), _title(title), chosen, visible_to=actor(), size=EXPORT_LIMIT
    ).rows
    lacks = _lacks(rows, whole=True)
    head = [
        _("企业名称"), _("统一社会信用代码"), _("归口"), _("申报年度"), _("结论"), _("等级"),
        _("预评"), _("代用口径"), _("推定事实数"), _("所差条件"),
    ]  # fmt: skip
    body = [_export_row(row, lacks[row.evaluation.id]) for row in rows]
    name = f"{_title(title).name}-{chosen.for_year}"
    return tables.download(form, name, head, body)


EXPORT_LIMIT = 50_000


def _export_row(row: questions.PoolRow, lacks: list[str]) -> list[Any]:
    it = row.evaluation
    return [
        row.enterprise.name,
        row.enterprise.credit_code,
        row.place,
        it.for_year,
        _(it.outcome.label),
        _(it.grade.label),
        _("是") if it.is_preliminary else _("否"),
        _("是") if it.is_proxy else _("否"),
        it.assumed_count,
        "；".join(lacks),
    ]


def link(enterprise_id: UUID, title: str, **query: Any) -> str:
    """The address of a verdict."""
    return url_for("evaluation.verdict", enterprise_id=enterprise_id, title=title, **query)
