"""Pages of the periodic report: editions, one edition, its annexes, issuing."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.foundation.clock import now, today
from app.foundation.errors import Invalid, NotFound
from app.foundation.paging import Page
from app.reference.queries import covers, list_below, names
from app.reports import queries, service
from app.reports.domain.composition import annex_names
from app.reports.domain.documents import TOTAL, Annex, Content
from app.reports.domain.period import Period
from app.reports.domain.vocabulary import Basis, EditionKind
from app.reports.forms import IssueForm
from app.reports.models import Edition
from app.reports.papers import charts, excel, grids, screen
from app.reports.papers.printing import NAMES
from app.reports.papers.sheets import Lines
from app.reports.permissions import ISSUERS, READERS, issuing_divisions
from app.web.access import actor, requires
from app.web.forms import choice
from app.web.law import law
from app.web.transactions import db, glance

bp = Blueprint("reports", __name__, url_prefix="/reports")
RESERVED: Final = ("place", "basis", "q", "after", "lang", "sort")
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/")
@requires(*READERS)
def index() -> ResponseReturnValue:
    """Editions of one's divisions, newest first."""
    kind = next((k for k in EditionKind if k.value == request.args.get("kind")), None)
    division = request.args.get("division", "")
    asked = request.args.get("year", "")
    year = int(asked) if re.fullmatch(r"[0-9]{4}", asked) else None
    rows = queries.page(
        db(),
        visible_to=actor(),
        division=division,
        kind=kind,
        year=year,
        after=_instant(request.args.get("after", "")),
    )
    more = len(rows) > queries.PAGE
    shown = rows[: queries.PAGE]
    page = Page(shown, shown[-1].issued_at.isoformat() if more else None)
    places = list_below(db(), actor().divisions)
    return render_template(
        "reports/index.html",
        page=page,
        place_choices=[(place.code, place.name) for place in places],
        kind_choices=[(kind.value, _(kind.label)) for kind in EditionKind],
        period_of=_period_name,
        names=names(db(), {edition.division for edition in shown}),
        chosen={"kind": kind, "division": division, "year": year},
        may_issue=actor().holds(*ISSUERS),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(*ISSUERS)
def create() -> ResponseReturnValue:
    """Ask for an edition; the page of the job says when it is made, and leads to it."""
    form = IssueForm.bind(on=today())
    form.division.choices = _places(issuing_divisions(actor()))
    if form.submitted():
        at = now()
        try:
            job = service.order(db(), **_wanted(form, at), by=actor(), at=at)
        except Invalid as refusal:
            form.blame(refusal)
        else:
            return redirect(url_for("jobs.show", job_id=job.id))
    return _form(form), form.status


@bp.get("/preview")
@requires(*READERS)
def preview() -> ResponseReturnValue:
    """What an edition would say, on any day. Nothing is kept, so readers may ask too."""
    form = IssueForm(request.args, meta={"csrf": False})
    form.division.choices = _places(actor().divisions)
    if not form.validate():
        return _form(form), 422 if request.args.get("kind") else 200
    at = now()
    try:
        content = service.preview(db(), law(), **_wanted(form, at), by=actor(), at=at)
    except Invalid as refusal:
        form.blame(refusal)
        return _form(form), 422
    return _page(content, None, no_link, request.args)


@bp.get("/<uuid:edition_id>")
@requires(*READERS)
def show(edition_id: UUID) -> ResponseReturnValue:
    """One edition: cover, conclusion, tables, charts, pools, risks, money, notes."""
    edition = queries.get_edition(db(), edition_id, visible_to=actor())

    def link(annex: str, **where: str) -> str:
        return url_for(".annex", edition_id=edition_id, annex_id=annex, **_short(where))

    return _page(_content(edition), edition, link, request.args)


@bp.get("/<uuid:edition_id>/annexes/<annex_id>")
@requires(*READERS)
def annex(edition_id: UUID, annex_id: str) -> ResponseReturnValue:
    """The rows behind a number, a page at a time."""
    edition = queries.get_edition(db(), edition_id, visible_to=actor())
    content = _content(edition)
    found = _annex(content, annex_id)
    where, place, basis = _filter(found)
    rows = screen.chosen_rows(
        content, found, where, place=place, basis=basis, text=request.args.get("q", "").strip()
    )
    firms = len({row[0] for _, row in rows if row[0] is not None})
    start = request.args.get("after", -1, type=int)
    window = [(at, row) for at, row in rows if at > start][: queries.PAGE + 1]
    shown = window[: queries.PAGE]
    after = str(shown[-1][0]) if len(window) > queries.PAGE else None
    return render_template(
        "reports/annex.html",
        edition=edition,
        content=content,
        annex=found,
        page=Page([row for _, row in shown], after, len(rows)),
        firms=firms,
        where=where,
        words=screen.words_of(found, where),
        place=place,
        basis=basis,
        places={place.code: place.name for place in content.places},
        basis_choices=[(one.value, _(one.label)) for one in Basis],
        hidden=_hidden(found, where),
    )


@bp.get("/<uuid:edition_id>/annexes/<annex_id>.xlsx")
@requires(*READERS)
def export(edition_id: UUID, annex_id: str) -> ResponseReturnValue:
    """Exactly the rows a filter finds, as a workbook."""
    edition = queries.get_edition(db(), edition_id, visible_to=actor())
    content = _content(edition)
    found = _annex(content, annex_id)
    where, place, basis = _filter(found)
    text = request.args.get("q", "").strip()
    rows = screen.chosen_rows(content, found, where, place=place, basis=basis, text=text)
    book = excel.Book(content, service.imprint_of(edition), Lines())
    book.annex(found, [at for at, _ in rows])
    return _download(book.close(), XLSX, f"附件{found.id} {found.name}.xlsx")


@bp.get("/<uuid:edition_id>/changes")
@requires(*READERS)
def changes(edition_id: UUID) -> ResponseReturnValue:
    """What later knowledge changed against the edition before."""
    edition = queries.get_edition(db(), edition_id, visible_to=actor())
    differences = service.differences_of(edition)
    start = request.args.get("after", 0, type=int)
    window = differences.firms[start : start + queries.PAGE]
    more = start + queries.PAGE < len(differences.firms)
    return render_template(
        "reports/changes.html",
        edition=edition,
        division=names(db(), {edition.division})[edition.division],
        differences=differences,
        page=Page(list(window), str(start + queries.PAGE) if more else None),
    )


@bp.get("/<uuid:edition_id>/files/<name>")
@requires(*READERS)
def download(edition_id: UUID, name: str) -> ResponseReturnValue:
    """A file of an edition, byte for byte as it was issued."""
    edition = queries.get_edition(db(), edition_id, visible_to=actor())
    found = queries.get_file(db(), edition, name)
    place = names(db(), {edition.division})[edition.division]
    period = _content(edition).period_name
    title = f"{place}{period}创新型企业梯度培育{NAMES.get(name, name)}"
    title = title.replace("培育", f"培育（第{edition.number}版）", 1)
    return _download(found.content, found.media_type, title)


def _places(among: frozenset[str]) -> list[Any]:
    """Places to choose; asked on the side, lest a long request hold the one writer's place."""
    with glance() as reading:
        return [choice(place.code, place.name) for place in list_below(reading, among)]


def _form(form: IssueForm) -> str:
    return render_template("reports/new.html", form=form, may_issue=actor().holds(*ISSUERS))


def no_link(*_: str, **__: str) -> str:
    """A preview has no annexes to open yet."""
    return ""


def _page(
    content: Content, edition: Edition | None, link: screen.Link, query: Mapping[str, str]
) -> str:
    """The page of an edition or of a preview."""
    basis = Basis.REGISTERED if query.get("basis") == Basis.REGISTERED else Basis.MANAGING
    stock, roll = content.table(content.stock, basis), content.table(content.rolls, basis)
    stocks, rolls = grids.stock_titles(content), grids.roll_titles(content)
    focus = next((t for t in content.titles if t.id == query.get("title")), None)
    focus = focus or next(iter((*stocks, *rolls)), None)
    focused = roll if focus is not None and focus.is_roll else stock
    return render_template(
        "reports/show.html",
        content=content,
        edition=edition,
        on=date.fromisoformat(content.on),
        basis=basis,
        bases=Basis,
        places={place.code: place.name for place in (*content.places, content.division)},
        terrace=charts.terrace(content, link),
        stock=stock,
        roll=roll,
        stock_lines=screen.by_title(stock, stocks, link),
        stock_growth=[screen.year_on_year(stock, TOTAL, t.id) for t in stocks],
        roll_lines=screen.by_title(roll, rolls, link),
        roll_rates=[screen.roll_rate(roll, TOTAL, t.id) for t in rolls],
        roll_charts=[charts.roll_progress(content, t.id, link) for t in rolls],
        focus=focus,
        focus_titles=(*stocks, *rolls),
        focus_table=focused,
        focus_lines=screen.by_place(content.places, focused, focus, link) if focus else (),
        focus_chart=_chart(content, focus, link),
        pool_lines=screen.by_title(content.pools, content.titles, link),
        coverage=grids.coverage_of(content),
        figure=lambda one: screen.figure(one, link),
        annexes=annex_names(content),
        files=_files(edition) if edition is not None else (),
        file_names=NAMES,
        may_issue=actor().holds(*ISSUERS)
        and covers(db(), issuing_divisions(actor()), content.division.code),
    )


def _files(edition: Edition) -> list[tuple[str, str, int, str]]:
    """An edition's files in the order people want them: to read, to edit, the lists."""
    order = list(NAMES)
    return sorted(
        queries.list_files(db(), edition),
        key=lambda file: order.index(file[0]) if file[0] in order else len(order),
    )


def _chart(content: Content, focus: Any, link: screen.Link) -> Any:
    if focus is None:
        return ""
    if focus.is_roll:
        return charts.by_place(content, focus.id, link)
    return charts.stock_by_place(content, focus.id, link)


_CONTENTS: Final[dict[UUID, Content]] = {}
_KEPT: Final = 4  # editions held parsed; a city's takes some 40 MB


def _content(edition: Edition) -> Content:
    """The content of an edition, which never changes: parsed once and kept for the next page."""
    found = _CONTENTS.pop(edition.id, None)
    if found is None:
        found = service.content_of(edition)
    _CONTENTS[edition.id] = found  # the most recently used stands last
    while len(_CONTENTS) > _KEPT:
        _CONTENTS.pop(next(iter(_CONTENTS)), None)
    return found


def _annex(content: Content, annex_id: str) -> Annex:
    found = content.annex(annex_id)
    if found is None:
        raise NotFound("这一期报告没有这个附件。")
    return found


def _filter(found: Annex) -> tuple[dict[str, str], str, Basis]:
    """The filter of the address: the annex's own columns, the place, and the basis."""
    keys = {column.key for column in found.columns}
    where = {
        key: value
        for key, value in request.args.items()
        if key in keys and value and key not in RESERVED
    }
    basis = Basis.REGISTERED if request.args.get("basis") == Basis.REGISTERED else Basis.MANAGING
    return where, request.args.get("place", TOTAL), basis


def _hidden(found: Annex, where: Mapping[str, str]) -> dict[str, str]:
    """Conditions without a control of their own, kept when another one changes."""
    shown = {c.key for c in found.columns if c.kind in {"choice", "set"} and len(c.choices) > 1}
    return {key: value for key, value in where.items() if key not in shown or "," in value}


def _period_name(edition: Edition) -> str:
    """The name of an edition's period without reading its data."""
    return Period(edition.kind, edition.period_since, edition.period_until, edition.on_day).name


def _short(where: Mapping[str, str]) -> dict[str, Any]:
    """An address without what goes without saying."""
    return {
        key: value
        for key, value in where.items()
        if value and not (key == "basis" and value == Basis.MANAGING)
    }


def _wanted(form: IssueForm, at: datetime) -> dict[str, Any]:
    return {
        "division": form.division.data,
        "kind": EditionKind(form.kind.data),
        "on": form.on.data,
        "known_at": form.instant(at),
    }


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _download(content: bytes, media_type: str, name: str) -> Response:
    # A header is Latin-1: send_file encodes a Chinese name as RFC 5987 says, Headers.set does not.
    return send_file(BytesIO(content), media_type, as_attachment=True, download_name=name)
