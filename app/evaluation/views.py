"""The enterprise's own view of the law: what the form being filled leads to, as it is typed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.enterprises.models import Enterprise
from app.evaluation import tracing, wording
from app.evaluation.blueprint import bp
from app.evaluation.tracing import Traced
from app.foundation.actor import Actor
from app.foundation.clock import now, today
from app.foundation.errors import Invalid, NotFound
from app.profiles.drafts import find_draft, own_enterprise
from app.profiles.hooks import Hooks
from app.profiles.permissions import may_fill
from app.profiles.typed import Typed, is_typed
from app.web.access import actor, requires
from app.web.criterion import CriterionLine
from app.web.deployment import settings
from app.web.forms import Form
from app.web.i18n import said
from app.web.law import law
from app.web.transactions import db, glance
from rules.pack import Title
from rules.ruleset import RuleSet

OLDEST = 2000


@bp.post("/my/enterprises/<uuid:enterprise_id>/profiles/<int:year>/trace")
@requires(enterprise=True)
def live_trace(enterprise_id: UUID, year: int) -> ResponseReturnValue:
    """Judge the form as it stands, unsaved: a fragment for the side of the page.

    Writes nothing, unless a field was left (`settled`): then what is shown unmet is remembered.
    """
    if not Form.bind().submitted():
        raise Invalid(_("页面打开过久，请刷新后再试。"))
    if not OLDEST <= year <= today().year:
        raise NotFound(_("没有这个年度的填报，请从年度列表进入。"))
    typed = Typed.of_form(request.form, law().indicators)
    if request.form.get("settled") == "yes":
        return _settled(db(), enterprise_id, year, typed)
    with glance() as session:
        firm = own_enterprise(session, enterprise_id, visible_to=actor())
        return _drawn(year, _trace(session, firm, year, typed, now()))


def _settled(session: Session, enterprise_id: UUID, year: int, typed: Typed) -> Markup:
    firm = own_enterprise(session, enterprise_id, visible_to=actor())
    traced = _trace(session, firm, year, typed, now())
    if may_fill(actor(), firm.id) and find_draft(session, firm.id, year) is not None:
        tracing.remember(session, law(), firm, year, typed, traced, at=now())
    return _drawn(year, traced)


def _trace(
    session: Session, firm: Enterprise, year: int, typed: Typed, at: datetime
) -> Sequence[Traced]:
    return tracing.trace(session, law(), firm, year, typed, _titles(firm), at=at)


def _titles(firm: Enterprise) -> list[Title]:
    """The titles of the firm's ladder, in its order; where it has none, of the home's."""
    library = law()
    ladder = library.ladder_of(firm.managing_division) or library.ladder_of(
        settings().home_division
    )
    if ladder is None:
        return []
    return [library.titles[step.title] for step in ladder.steps]


def _drawn(year: int, traced: Sequence[Traced]) -> Markup:
    titles = [_title(each) for each in traced]
    page = render_template(
        "evaluation/_live.html", titles=titles, is_provisional=year >= today().year
    )
    return Markup(page)  # noqa: S704 the template has escaped it


def _title(traced: Traced) -> dict[str, object]:
    found = traced.assessment
    if found is None:
        return {"id": traced.title.id, "name": said(traced.title.name), "lines": []}
    span = found.verdict.points
    lines = [_with_remedy(line, found.rule_set) for line in wording.lines(found)]
    return {
        "id": traced.title.id,
        "name": said(traced.title.name),
        "outcome": found.verdict.outcome,
        "points": _points(span) if span else "",
        "gist": next((line.sentence for line in lines if line.is_decisive), ""),
        "lines": lines,
    }


def _points(span: tuple[int, int]) -> str:
    low, high = (f"{part / 100:.2f}".rstrip("0").rstrip(".") for part in span)
    return low if low == high else f"{low}—{high}"


def _with_remedy(line: CriterionLine, rule_set: RuleSet) -> CriterionLine:
    """A criterion that lacks a figure of this form links to its field."""
    if line.outcome != "unknown":
        return line
    criterion = next(each for each in rule_set.criteria if each.id == line.id)
    for key in criterion.uses:
        name, _sign, offset = key.partition("@")
        indicator = law().indicators.get(name)
        if indicator and is_typed(indicator) and offset in {"", "0"}:
            words = _("填写“%(name)s”", name=said(indicator.name))
            return replace(line, remedy=words, remedy_href=f"#f-{name}")
    return line


def _beside(session: Session, firm: Enterprise, year: int, typed: Typed) -> Markup:
    return _drawn(year, _trace(session, firm, year, typed, now()))


def _filed(
    session: Session, firm: Enterprise, year: int, typed: Typed, by: Actor, at: datetime
) -> None:
    tracing.note_changes(session, law(), firm, year, typed, by=by, at=at)


HOOKS = Hooks(trace=_beside, filed=_filed)
