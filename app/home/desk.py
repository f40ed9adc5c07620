"""The pages that everybody starts from: the front page and the style page."""

from datetime import date, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from app.enterprises.models import Enterprise
from app.enterprises.queries import get_enterprise
from app.evaluation import queries as evaluation
from app.evaluation.domain import FlagKind, FlagState
from app.foundation.actor import SEES_ENTERPRISES, Actor
from app.foundation.clock import now, today
from app.foundation.errors import NotFound
from app.home import firm, own, queries, specimens, standing
from app.home.forms import SpecimenForm
from app.mandates.queries import list_own_claims, list_own_enterprises
from app.web.access import actor, current_actor, public, requires, signed_in
from app.web.deployment import settings
from app.web.i18n import gettext as _
from app.web.i18n import said
from app.web.law import law
from app.web.navigation import has_endpoint
from app.web.svg_terrace import counts_everywhere
from app.web.transactions import db
from rules.pack import Window

bp = Blueprint("home", __name__)

AHEAD: Final = timedelta(days=183)  # what ends within half a year is on the front page
CLOSING: Final = timedelta(days=60)  # and what closes within two months
SHOWN: Final = 8


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """The front page: the desk for who is signed in, a greeting for who is not."""
    visitor = current_actor()
    if visitor is None:
        return render_template("home/greeting.html")
    if not visitor.grants:
        return _outside(visitor)
    on = today()
    mine = evaluation.FlagFilter(assignee_id=visitor.id, state=FlagState.ASSIGNED)
    return render_template(
        "home/index.html",
        on=on,
        sees_firms=bool(visitor.divisions),
        mine=evaluation.page_of_flags(db(), mine, visible_to=visitor, size=SHOWN),
        jobs=queries.list_running_jobs(db(), visible_to=visitor),
        loads=queries.list_open_loads(db(), visible_to=visitor),
        editions=queries.list_editions(db(), visible_to=visitor),
        closing=_closing(on),
        subject=subject_name,
        end_of=partial(standing.end_of, law()),
        **_register(visitor, on),
    )


def _outside(visitor: Actor) -> ResponseReturnValue:
    """The front page of people of enterprises: the firm's home, or the way to claim one."""
    if not visitor.mandates:
        claims = list_own_claims(db(), visible_to=visitor)
        return render_template("home/newcomer.html", claims=claims)
    firms = list_own_enterprises(db(), visible_to=visitor)
    return _own(get_enterprise(db(), firms[0][0].id, visible_to=visitor), visitor)


def _own(found: Enterprise, visitor: Actor) -> ResponseReturnValue:
    page = own.page(found, visitor, now())
    return render_template("home/own.html", flag_name=subject_name, **page)


@bp.get("/my/enterprises/<uuid:enterprise_id>")
@requires(enterprise=True)
def own_enterprise(enterprise_id: UUID) -> ResponseReturnValue:
    """The home of one firm, for those who act for it."""
    visitor = actor()
    if not visitor.acts_for(enterprise_id):
        raise NotFound("没有这户企业，或您没有代表它的授权。")
    return _own(get_enterprise(db(), enterprise_id, visible_to=visitor), visitor)


def _register(visitor: Actor, on: date) -> dict[str, Any]:
    """The head of the dashboard: the terrace, what ends next, what waits."""
    ladder = standing.ladder_for(law(), settings().home_division)
    if ladder is None or not visitor.divisions:
        return {"terrace": None, "endings": [], "pools": []}
    titles = {step.title: law().titles[step.title] for step in ladder.steps}
    rolls = {name for name, title in titles.items() if title.is_yearly}
    standings = queries.standings(db(), list(titles), rolls, on=on, visible_to=visitor)
    steps = standing.place_steps(law(), ladder, standings, on.year, _list_of)
    stock = [name for name in titles if name not in rolls]
    span = {"since": on, "until": on + AHEAD}
    return {
        "terrace": counts_everywhere(steps, title=said(ladder.name), key="ladder"),
        "ladder": ladder,
        "endings": queries.endings(db(), stock, **span, visible_to=visitor, limit=SHOWN),
        "endings_count": sum(
            queries.count_endings(db(), name, **span, visible_to=visitor) for name in stock
        ),
        "pools": _pools(visitor),
    }


def _pools(visitor: Actor) -> list[tuple[FlagKind, list[tuple[str, int]]]]:
    """Flags that wait: each kind with its subjects (titles or schemes) and their numbers."""
    counted = evaluation.count_flags(db(), evaluation.FlagFilter(), visible_to=visitor)
    found: dict[FlagKind, dict[str, int]] = {kind: {} for kind in FlagKind}
    for (kind, subject, _grade), number in counted.items():
        found[kind][subject] = found[kind].get(subject, 0) + number
    order = list(law().titles)
    return [
        (kind, sorted(numbers.items(), key=lambda item: _place(order, item[0])))
        for kind, numbers in found.items()
        if numbers
    ]


def _place(order: list[str], subject: str) -> tuple[int, str]:
    return (order.index(subject) if subject in order else len(order), subject)


def _closing(on: date) -> list[Window]:
    """Application windows of this place that are open or open soon, by their last day."""
    near = [w for w in law().windows if on <= w.closes_on <= on + CLOSING]
    if any(window.territory for window in near):
        here = queries.places_above(db(), settings().home_division)
        near = [w for w in near if not w.territory or w.territory in here]
    return sorted(near, key=lambda window: window.closes_on)[:SHOWN]


def _list_of(title: str) -> str:
    """The list of the firms that hold a title, where that list is built."""
    if not has_endpoint("enterprises.index"):
        return ""
    return url_for("enterprises.index", title=title)


@bp.get("/enterprises/<uuid:enterprise_id>")
@requires(*SEES_ENTERPRISES)
def enterprise(enterprise_id: UUID) -> ResponseReturnValue:
    """One firm: where it stands, why, its figures, titles and flags."""
    found = get_enterprise(db(), enterprise_id, visible_to=actor())
    return render_template(
        "home/enterprise.html", flag_name=subject_name, **firm.page(found, actor())
    )


def subject_name(subject: str) -> str:
    """What a flag is about: the name of a title or of a scheme."""
    if subject in law().titles:
        return standing.title_word(law().titles[subject])
    return next((said(s.name) for s in law().schemes if s.id == subject), subject)


_SAMPLE_DAY: Final = date(2026, 11, 22)
_SAMPLE_ROWS: Final = (
    ("邢台示例机械有限公司", "襄都区", 33_120_000_00, "met", "达标"),
    ("河北示例新材料科技股份有限公司", "信都区", 1_284_500_00, "unknown", "资料不足"),
    ("示例软件（邢台）有限公司", "经济开发区", 96_200_50, "unmet", "未达标"),
)
_SAMPLE_MOMENTS: Final = (
    {"since": date(2026, 5, 8), "title": "科技型中小企业", "tone": "met", "note": "2026 年度入库"},
    {
        "since": date(2023, 11, 14),
        "until": date(2026, 11, 14),
        "title": "高新技术企业",
        "tone": "attention",
        "note": "GR202313001234",
    },
)


@bp.get("/style")
@signed_in
def style() -> ResponseReturnValue:
    """Every component in every state: 界面样式."""
    form = SpecimenForm.bind()
    form.name.errors = [_("请填写企业名称。")]
    form.staff.errors = [_("研发人员 120 人多于职工总数 100 人，请核对其中一项。")]
    form.staff.data, form.amount.data = "100", "1234.56"
    return render_template(
        "home/style.html",
        pictures=specimens.pictures(),
        lines=specimens.LINES,
        rows=_SAMPLE_ROWS,
        places=[("130502", "襄都区"), ("130503", "信都区")],
        titles=[("national.high_tech", "高新技术企业")],
        county_rows=[("襄都区", "128"), ("信都区", "96"), ("经济开发区", "74")],
        moments=_SAMPLE_MOMENTS,
        as_of=_SAMPLE_DAY,
        form=form,
    )
