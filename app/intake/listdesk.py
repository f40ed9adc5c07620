"""The bureau's pages of one announced list: the file, its columns, its doubtful rows."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from app.enterprises.domain import EventKind
from app.enterprises.models import Enterprise
from app.foundation.clock import now
from app.foundation.errors import Conflict, Fault, Invalid
from app.intake import lists, queries
from app.intake.columns import guess, headings, propose_header
from app.intake.desk import NAME_LENGTH, bp, grid_of, may_change
from app.intake.domain import Announcement, ListField, LoadKind
from app.intake.errors import NotReady
from app.intake.forms import ColumnsForm, ListForm, RowForm
from app.intake.models import Load
from app.intake.permissions import LOADERS, loading_divisions
from app.intake.staging import keep_file
from app.intake.workbooks import Grid, read_grid, read_limited
from app.reference import queries as reference
from app.web.access import actor, requires
from app.web.deployment import settings
from app.web.forms import choice
from app.web.law import law
from app.web.pages import day
from app.web.transactions import db

__all__ = ["bp"]  # one blueprint, its pages in two files

SHOWN: Final = 15  # rows of the file shown for choosing header and columns
SKIP: Final = "skip"
BY_CODE: Final = "by_code"


@bp.route("/intake/lists/new", methods=["GET", "POST"])
@requires(*LOADERS)
def new_list() -> ResponseReturnValue:
    """Bring in an announced list: what it announces, and the file."""
    form = ListForm.bind(division=settings().home_division)
    form.title.choices = [
        choice(title.id, title.name.zh) for title in law().titles.values() if title.adopted
    ]
    places = reference.list_below(db(), loading_divisions(actor()))
    form.division.choices = [choice(place.code, place.name) for place in places]
    if form.submitted():
        try:
            load = _receive(form)
        except Invalid as refusal:
            of_file = Invalid(refusal.detail, faults=(Fault("file", refusal.detail),))
            form.blame(refusal if refusal.faults else of_file)
        else:
            return redirect(url_for(".columns", load_id=load.id))
    return render_template("intake/new_list.html", form=form), form.status


def _receive(form: ListForm) -> Load:
    upload: FileStorage = form.file.data
    name = Path((upload.filename or "").replace("\\", "/")).name
    content = read_limited(upload.stream)
    read_grid(content, name)  # refused before anything is kept
    sha256, stored_as = keep_file(Path(settings().data_dir), content, Path(name).suffix.lower())
    issued_on = form.issued_on.data
    if issued_on is None:  # pragma: no cover  # the form has asked for it
        raise Invalid(_("请填写公告日期。"))
    announcement = Announcement(
        title=form.title.data,
        kind=EventKind(form.kind.data),
        number=(form.number.data or "").strip(),
        batch=(form.batch.data or "").strip(),
        name=(form.name.data or "").strip(),
        issued_on=issued_on,
        division=form.division.data,
        since=form.since.data,
        until=form.until.data,
    )
    return lists.receive_list(
        db(),
        announcement,
        sha256=sha256,
        stored_as=stored_as,
        file_name=name[-NAME_LENGTH:],
        sheet=0,
        library=law(),
        by=actor(),
        at=now(),
    )


@bp.route("/intake/<uuid:load_id>/columns", methods=["GET", "POST"])
@requires(*LOADERS)
def columns(load_id: UUID) -> ResponseReturnValue:
    """Choose the header row and what each column says; then the rows are matched."""
    load = _own_list(load_id)
    form = ColumnsForm.bind()
    sheet = form.sheet.data if form.sheet.data is not None else _number("sheet", 0)
    grid = grid_of(load, sheet)
    header = min(_header(load, form, grid), len(grid.rows) - 1)
    texts = headings(grid, header)
    chosen = lists.remembered(db(), texts) or guess(texts)
    if form.submitted():
        chosen = _columns(grid)
        try:
            lists.match_rows(
                db(), load, grid, header=header, sheet=sheet, columns=chosen,
                library=law(), by=actor(), at=now(),
            )  # fmt: skip
        except Invalid as refusal:
            form.form_errors.append(refusal.detail)
        else:
            return redirect(url_for(".show", load_id=load.id))
    return (
        render_template(
            "intake/columns.html",
            load=load,
            form=form,
            grid=grid,
            sheet=sheet,
            header=header,
            texts=texts,
            chosen=chosen,
            fields=ListField,
            shown=SHOWN,
        ),
        form.status,
    )


def _header(load: Load, form: ColumnsForm, grid: Grid) -> int:
    """Index of the header row: as sent, as asked for in the address, as chosen before, or ours."""
    if form.header.data is not None:
        return int(form.header.data) - 1
    before = json.loads(load.settings).get("header", propose_header(grid))
    return max(_number("header", int(before) + 1) - 1, 0)


def _columns(grid: Grid) -> dict[int, ListField]:
    """The meanings sent; of two columns with one meaning the first counts."""
    found: dict[int, ListField] = {}
    for place in range(grid.width):
        sent = request.form.get(f"column-{place}", ListField.IGNORED.value)
        if sent in set(ListField) and sent != ListField.IGNORED:
            field = ListField(sent)
            if field not in found.values():
                found[place] = field
    return found


@bp.route("/intake/<uuid:load_id>/rows/<int:line>", methods=["GET", "POST"])
@requires(*LOADERS)
def row(load_id: UUID, line: int) -> ResponseReturnValue:
    """Say by hand whom one row means; then the next row that waits is shown."""
    load = _own_list(load_id)
    shown = queries.get_row(db(), load, line, visible_to=actor())
    candidates = _candidates(load, line)
    form = RowForm.bind(choice=str(shown.row.enterprise_id or ""))
    names = reference.names(db(), {firm.managing_division for firm in candidates})
    form.choice.choices = [
        *(choice(str(firm.id), _described(firm, names)) for firm in candidates),
        choice(BY_CODE, _("另一家企业，信用代码如下")),
        choice(SKIP, _("不导入这一行")),
    ]
    if form.submitted():
        try:
            firm = _chosen(form, load, candidates)
            lists.decide_row(db(), load, shown.row, enterprise=firm, by=actor(), at=now())
        except (Invalid, Conflict) as refusal:
            form.blame(refusal)
        else:
            flash(_("第 %(line)s 行已确认。", line=line))
            waiting = queries.next_undecided(db(), load, line)
            if waiting is not None:
                return redirect(url_for(".row", load_id=load.id, line=waiting.line))
            return redirect(url_for(".show", load_id=load.id))
    return render_template("intake/row.html", load=load, shown=shown, form=form), form.status


def _described(firm: Enterprise, names: Mapping[str, str]) -> str:
    """What tells one enterprise from another of the same name."""
    described: str = _(
        "%(name)s，%(code)s，归口%(place)s，成立于%(founded)s，%(status)s",
        name=firm.name,
        code=firm.credit_code,
        place=names.get(firm.managing_division, firm.managing_division),
        founded=day(firm.registered_on),
        status=_(firm.operating_status.label),
    )
    return described


def _candidates(load: Load, line: int) -> list[Enterprise]:
    proposed = json.loads(load.settings).get("candidates", {}).get(str(line), [])
    return queries.list_enterprises(db(), [UUID(one) for one in proposed])


def _chosen(form: RowForm, load: Load, candidates: list[Enterprise]) -> Enterprise | None:
    if form.choice.data == SKIP:
        return None
    if form.choice.data == BY_CODE:
        return lists.find_by_code(db(), load, form.credit_code.data or "")
    return next(firm for firm in candidates if str(firm.id) == form.choice.data)


def _own_list(load_id: UUID) -> Load:
    load = queries.get_load(db(), load_id, visible_to=actor())
    if load.kind is not LoadKind.LIST or not may_change(load):
        raise NotReady(_("只有名单的导入人员可以打开这一页。"))
    return load


def _number(name: str, default: int) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isdigit() and len(text) < 7 else default  # noqa: PLR2004 a line of a file
