"""The list of enterprises: its sentence of filters, pages, exports, suggestions, saved views."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, cast, get_args
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit import service as audit
from app.enterprises import queries, saved
from app.enterprises.blueprint import bp
from app.enterprises.domain import OperatingStatus
from app.enterprises.forms import DropViewForm, SaveViewForm
from app.enterprises.hooks import Hook
from app.enterprises.permissions import may_keep
from app.enterprises.queries import Filters, Holding, Listed
from app.foundation.actor import SEES_ENTERPRISES
from app.foundation.clock import now, parse_day, today
from app.foundation.errors import Invalid
from app.foundation.paging import Window
from app.reference import queries as reference
from app.web import tables
from app.web.access import actor, requires
from app.web.deployment import settings
from app.web.i18n import label, said
from app.web.law import law
from app.web.transactions import aside, db

LIST: Final = "enterprises"  # the name of this list among saved views
FIRST_YEAR: Final = 2015  # of rolls to choose from
_KEPT: Final = (
    "q",
    "division",
    "place",
    "industry",
    "status",
    "title",
    "holding",
    "on",
    "year",
    "sort",
)


@bp.get("/enterprises")
@requires(*SEES_ENTERPRISES)
def index() -> ResponseReturnValue:
    """The enterprises one sees, narrowed, ordered, a page at a time."""
    return _list(SaveViewForm.bind())


def _list(form: SaveViewForm) -> ResponseReturnValue:
    filters, (order, descending) = read_filters(), _order()
    page = queries.page(
        db(),
        filters,
        visible_to=actor(),
        window=Window(request.args.get("after", ""), request.args.get("before", "")),
        order=order,
        descending=descending,
    )
    body = render_template(
        "enterprises/index.html",
        page=page,
        chosen=filters,
        sort=_sort(),
        form=form,
        drop=DropViewForm(formdata=None),
        views=queries.list_views(db(), LIST, by=actor()),
        query=urlencode(_address()),
        hooks=[(hook, request.args.get(hook.key, "")) for hook in hooks()],
        may_keep=may_keep(actor()),
        title_name=title_name,
        **_choices(),
    )
    return body, form.status


def read_filters() -> Filters:
    """The filters of the address. What is not understood narrows nothing."""
    args = request.args
    status = args.get("status", "")
    holding = args.get("holding", "")
    filters = Filters(
        on=parse_day(args.get("on", "")) or today(),
        text=args.get("q", "").strip()[:100],
        division=args.get("division", ""),
        by_registration=args.get("place") == "registered",
        industry=args.get("industry", "") if args.get("industry", "").isalnum() else "",
        status=status if status in {"all", *OperatingStatus} else "",
        title=args.get("title", "") if args.get("title") in law().titles else "",
        holding=cast("Holding", holding) if holding in get_args(Holding) else "held",
        year=_year(args.get("year", "")),
    )
    chosen = [
        hook.select(args[hook.key], filters)
        for hook in hooks()
        if args.get(hook.key) in {value for value, _word in hook.choices()}
    ]
    return replace(filters, among=tuple(chosen))


def hooks() -> Sequence[Hook]:
    """What rooms above add to the sentence."""
    return cast("Sequence[Hook]", current_app.extensions.get("enterprise_hooks", ()))


def _year(text: str) -> int | None:
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() else None  # noqa: PLR2004 the digits of a year


def _sort() -> str:
    wanted = request.args.get("sort", "")
    return wanted if wanted.removeprefix("-") in queries.ORDERS else "name"


def _order() -> tuple[str, bool]:
    return _sort().removeprefix("-"), _sort().startswith("-")


def _address() -> dict[str, str]:
    """The part of the address that says what is shown, without the place in the pages."""
    keys = (*_KEPT, *(hook.key for hook in hooks()))
    return {key: request.args[key] for key in keys if request.args.get(key)}


def title_name(title: str) -> str:
    """The short name of a title; its id once no pack has it any more."""
    known = law().titles.get(title)
    return title if known is None else said(known.short)


def _choices() -> Mapping[str, Any]:
    """What the selects of the sentence offer."""
    holdings: list[tuple[Holding, str]] = [
        ("held", _("当日持有")),
        ("not_held", _("当日未持有")),
        ("on_roll", _("列入年度库")),
        ("not_on_roll", _("未列入年度库")),
        ("expiring", _("该年到期且未续")),
    ]
    return {
        "places": [
            (each.code, each.name) for each in reference.list_below(db(), actor().divisions)
        ],
        "industries": _industries(),
        "statuses": [("all", _("不限")), *((each.value, label(each)) for each in OperatingStatus)],
        "titles": [
            (each.id, said(each.name))
            for each in law().titles.values()
            if each.adopted or each.id == request.args.get("title")
        ],
        "holdings": holdings,
        "years": [(year, year) for year in range(today().year + 1, FIRST_YEAR - 1, -1)],
        "sorts": [
            ("name", _("名称")),
            ("code", _("信用代码")),
            ("registered_on", _("成立日（早在前）")),
            ("-registered_on", _("成立日（晚在前）")),
        ],
    }


def _industries() -> list[tuple[str, str]]:
    """Sections, each followed by its divisions; a narrower code in the address is offered too."""
    offered = []
    for section in reference.list_industries(db()):
        offered.append((section.code, f"{section.code} {section.name}"))
        offered += [(each.code, f"　{each.code} {each.name}") for each in section.children]
    asked = request.args.get("industry", "")
    if asked and asked not in dict(offered):
        name = reference.industry_names(db()).get(asked)
        offered += [(asked, f"{asked} {name}")] if name else []
    return offered


# --- What leaves the house ------------------------------------------------------------------------


@bp.get("/enterprises/export.<form>")
@requires(*SEES_ENTERPRISES)
def export(form: str) -> Response:
    """Exactly the enterprises that the same address lists, as csv or xlsx. It is logged."""
    filters, (order, descending) = read_filters(), _order()
    rows = queries.stream(db(), filters, visible_to=actor(), order=order, descending=descending)
    counted = _Counted(rows)
    answer = tables.download(form, _("企业名单"), _head(filters), map(_cells, counted))
    with aside() as session:
        audit.record(
            session,
            "enterprises.exported",
            subject_kind="list",
            subject_id=LIST,
            division=settings().home_division,
            by=actor(),
            at=now(),
            body={"query": urlencode(_address()), "rows": counted.count, "form": form},
        )
    return answer


class _Counted:
    """An iterable that knows afterwards how many it gave."""

    def __init__(self, rows: Iterable[Listed]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Listed]:
        for row in self._rows:
            self.count += 1
            yield row


def _head(filters: Filters) -> list[str]:
    return [
        _("企业名称"),
        _("统一社会信用代码"),
        _("归口"),
        _("注册地"),
        _("行业代码"),
        _("行业"),
        _("成立日期"),
        _("登记状态"),
        _("%(day)s 持有的称号", day=filters.on.isoformat()),
    ]


def _cells(row: Listed) -> list[tables.Cell]:
    firm = row.enterprise
    return [
        firm.name,
        firm.credit_code,
        row.managing,
        row.registered,
        firm.industry_code,
        row.industry,
        firm.registered_on,
        label(firm.operating_status),
        "、".join(title_name(episode.title) for episode in row.titles),
    ]


@bp.get("/enterprises/suggest")
@requires(*SEES_ENTERPRISES)
def suggest() -> ResponseReturnValue:
    """The first few enterprises a text may mean, as JSON, for fields that complete themselves."""
    found = queries.suggest(db(), request.args.get("q", "")[:100], visible_to=actor())
    return [
        {
            "id": str(firm.id),
            "name": firm.name,
            "credit_code": firm.credit_code,
            "division": firm.managing_division,
        }
        for firm in found
    ]


# --- Saved views ----------------------------------------------------------------------------------


@bp.post("/enterprises/views")
@requires(*SEES_ENTERPRISES)
def save_view() -> ResponseReturnValue:
    """Keep the filters of the address under a name."""
    form = SaveViewForm.bind()
    if not form.submitted():
        return _list(form)
    name = (form.name.data or "").strip()
    query = urlencode(_address())
    saved.save_view(db(), list_name=LIST, name=name, query=query, by=actor())
    flash(_("已保存视图“%(name)s”。", name=name))
    return redirect(f"{url_for('.index')}?{query}")


@bp.post("/enterprises/views/<uuid:view_id>/drop")
@requires(*SEES_ENTERPRISES)
def drop_view(view_id: UUID) -> ResponseReturnValue:
    """Forget a saved view of one's own."""
    if not DropViewForm.bind().submitted():
        raise Invalid(_("页面已过期，请刷新后再操作。"))
    saved.drop_view(db(), view_id, by=actor())
    flash(_("已删除视图。"))
    return redirect(url_for(".index"))
