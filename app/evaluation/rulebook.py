"""The law as pages: which titles there are, what each asks on a day, clause by clause.

A clause whose evidence mark is not V waits for 局核实: a policy officer reads it in the official
text and signs; an edited clause needs a new check.
"""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.evaluation import queries, service, wording
from app.evaluation.blueprint import bp
from app.evaluation.clauses import Clause, clauses_of, scheme_clauses
from app.evaluation.domain import ApplicationType
from app.evaluation.forms import CheckForm
from app.evaluation.permissions import may_check
from app.evaluation.verdicts import read_day, read_year
from app.foundation.actor import SEES_ENTERPRISES, Role
from app.foundation.clock import now, today
from app.foundation.errors import NotFound
from app.web.access import actor, requires
from app.web.law import law
from app.web.transactions import db
from rules.pack import Title
from rules.ruleset import RuleSet


@bp.get("/rules")
@requires(*SEES_ENTERPRISES, enterprise=True)
def rules() -> ResponseReturnValue:
    """Every title of the packs in force, with who decides it and its rules of the day."""
    on = read_day("on", today())
    rows = [
        {
            "title": title,
            "pack": law().packs[title.pack],
            "authority": title.decided_by(on),
            "rule_set": _any_rule_set(title, on.year),
        }
        for title in wording.in_order(law())
    ]
    return render_template(
        "evaluation/rules.html",
        rows=rows,
        on=on,
        schemes=scheme_clauses(law().schemes, queries.list_checks(db())),
        name_of=lambda name: law().titles[name].name.in_language(wording.language()),
        language=wording.language(),
    )


def _any_rule_set(title: Title, year: int) -> RuleSet | None:
    on = read_day("on", today())
    found = (law().rule_set(title.id, kind.value, on, year) for kind in ApplicationType)
    return next((rule_set for rule_set in found if rule_set), None)


@bp.get("/rules/<title>")
@requires(*SEES_ENTERPRISES, enterprise=True)
def rule(title: str) -> ResponseReturnValue:
    """The rule set of one title on a day: criteria with their clauses, parameters and marks."""
    return _rule_page(_title(title), None)


def _title(name: str) -> Title:
    if name not in law().titles:
        raise NotFound(_("规则包中没有这个称号。"))
    return law().titles[name]


def _rule_page(title: Title, form: CheckForm | None) -> ResponseReturnValue:
    on = read_day("on", today())
    for_year = read_year(on.year)
    said = request.args.get("application_type", "")
    kinds = [kind for kind in ApplicationType if not said or kind.value == said]
    rule_set = next(
        (r for kind in kinds if (r := law().rule_set(title.id, kind.value, on, for_year))), None
    )
    found = clauses_of(rule_set, title.pack, queries.list_checks(db())) if rule_set else []
    body = render_template(
        "evaluation/rule.html",
        title=title,
        rule_set=rule_set,
        clauses=found,
        schemes=scheme_clauses(
            [scheme for scheme in law().schemes if scheme.title == title.id],
            queries.list_checks(db()),
        ),
        on=on,
        for_year=for_year,
        application_type=said,
        kinds=list(ApplicationType),
        form=form or CheckForm(formdata=None, checked_on=today()),
        at_fault=form.clause.data if form else "",
        may_check=may_check(actor()),
        anchor=wording.anchor,
        language=wording.language(),
    )
    return body, form.status if form else 200


@bp.post("/rules/<title>/checks")
@requires(Role.POLICY)
def check(title: str) -> ResponseReturnValue:
    """Sign that a clause stands so in the official text (局核实)."""
    chosen = _title(title)
    form = CheckForm.bind()
    if not form.submitted():
        return _rule_page(chosen, form)
    clause = _find(chosen, form.clause.data or "")
    service.check_clause(
        db(),
        clause,
        official_text=form.official_text.data or "",
        official_name=form.official_name.data or "",
        checked_on=form.checked_on.data or today(),
        by=actor(),
        at=now(),
    )
    flash(_("已记录局核实。"))
    query: dict[str, Any] = dict(request.args)
    return redirect(url_for(".rule", title=title, **query, _anchor=wording.anchor(clause.id)))


def _find(title: Title, name: str) -> Clause:
    """The clause of the rule set shown, or a scheme that rewards the title."""
    on = read_day("on", today())
    rule_set = _any_rule_set(title, read_year(on.year))
    known = clauses_of(rule_set, title.pack, ()) if rule_set else []
    known += scheme_clauses(law().schemes, ())
    found = next((clause for clause in known if clause.id == name), None)
    if found is None:
        raise NotFound(_("规则中没有这一条，可能已改版，请刷新页面。"))
    return found
