"""The bureau's pages of files from outside: what came in, what it would do, what it did."""

import json
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from flask import (
    Blueprint,
    abort,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from app.foundation.clock import now
from app.foundation.errors import Invalid, NotFound
from app.intake import lists, queries, service
from app.intake.domain import IssueEffect, LoadKind, LoadState, RowMatch
from app.intake.exporting import issues_workbook, list_workbook
from app.intake.forms import ActionForm, CityForm
from app.intake.models import Load
from app.intake.parsing import read_manifest
from app.intake.permissions import LOADERS, READERS, loading_divisions, may_load
from app.intake.staging import MANIFEST, Staged, shipped_manifest, stage_archive, stage_folder
from app.intake.work import NAMES
from app.intake.workbooks import Grid, read_grid, read_limited
from app.jobs.queries import find_active
from app.reference import queries as reference
from app.web.access import actor, requires
from app.web.deployment import settings
from app.web.law import law
from app.web.transactions import db

bp = Blueprint("intake", __name__)
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME_LENGTH: Final = 200
MAX_DIGITS: Final = 10


@bp.get("/intake")
@requires(*READERS)
def index() -> ResponseReturnValue:
    """Everything that came in, newest first."""
    kind = request.args.get("kind", "")
    chosen = LoadKind(kind) if kind in set(LoadKind) else None
    page = queries.page_loads(
        db(), visible_to=actor(), kind=chosen, after=request.args.get("after", "")
    )
    return render_template(
        "intake/index.html",
        page=page,
        kind=chosen,
        kinds=LoadKind,
        may_load=may_load(actor()),
        titles=law().titles,
    )


@bp.get("/intake/<uuid:load_id>")
@requires(*READERS)
def show(load_id: UUID) -> ResponseReturnValue:
    """One load: what was found in it, what it would do or did."""
    load = queries.get_load(db(), load_id, visible_to=actor())
    return _show_city(load) if load.kind is LoadKind.CITY else _show_list(load)


def _show_list(load: Load) -> ResponseReturnValue:
    if load.state is LoadState.RECEIVED and may_change(load):
        return redirect(url_for("intake.columns", load_id=load.id))
    chosen = request.args.get("match", "")
    match = RowMatch(chosen) if chosen in set(RowMatch) else None
    counts = queries.count_matches(db(), load, visible_to=actor())
    return render_template(
        "intake/list.html",
        load=load,
        announcement=lists.announcement_of(load),
        title=law().titles.get(load.title or ""),
        counts=counts,
        total=sum(counts.values()),
        match=match,
        page=queries.page_rows(
            db(), load, visible_to=actor(), match=match, after=_line(request.args.get("after", ""))
        ),
        undecided=queries.next_undecided(db(), load),
        tally=json.loads(load.tally),
        may_change=may_change(load),
        sees_whole=queries.sees_whole(db(), load, visible_to=actor()),
        form=ActionForm.bind(),
    )


def _line(text: str) -> int:
    """A cursor of lines; what is none begins at the first."""
    return int(text) if text.isdigit() and len(text) < MAX_DIGITS else 0


def _show_city(load: Load) -> ResponseReturnValue:
    file, _colon, line = request.args.get("after", "").rpartition(":")
    job = find_active(db(), service.JOB, str(load.id))
    return render_template(
        "intake/city.html",
        load=load,
        job=job,
        tally=json.loads(load.tally),
        names=NAMES,
        effects=IssueEffect,
        issues=queries.list_issues(
            db(), load, file=request.args.get("file", ""), after=(file, _line(line))
        ),
        manifest=_manifest_of(load),
        may_change=may_change(load),
        form=ActionForm.bind(),
    )


def _manifest_of(load: Load) -> Any:
    path = Path(settings().data_dir) / load.stored_as / MANIFEST
    if not path.exists():
        return None
    library = law()
    try:
        return read_manifest(path.read_text(encoding="utf-8"), library.indicators, library.titles)
    except Invalid:  # The law has moved on since; the load's own tally still stands.
        return None


def may_change(load: Load) -> bool:
    """Whether the visitor may work on this load: the service's own rule, for the buttons."""
    return may_load(actor()) and reference.covers(db(), loading_divisions(actor()), load.division)


@bp.route("/intake/cities/new", methods=["GET", "POST"])
@requires(*LOADERS)
def new_city() -> ResponseReturnValue:
    """Bring in a city's files: they are staged here and checked by a job."""
    form = CityForm.bind()
    form.folder.choices = [("", _("不选择")), *((name, name) for name in _incoming())]
    if form.submitted():
        try:
            load = _receive_city(form)
        except Invalid as refusal:
            form.blame(refusal)
        else:
            if load.state is not LoadState.CHECKED and not _is_busy(load):
                service.ask(db(), load, write=False, by=actor(), at=now())
            return redirect(url_for(".show", load_id=load.id))
    return render_template("intake/new_city.html", form=form), form.status


def _receive_city(form: CityForm) -> Load:
    staged, name = _stage(form)
    library = law()
    text = (staged.folder / MANIFEST).read_text(encoding="utf-8")
    return service.receive_city(
        db(),
        sha256=staged.sha256,
        stored_as=staged.stored_as,
        file_name=name[:NAME_LENGTH],
        manifest=read_manifest(text, library.indicators, library.titles),
        by=actor(),
        at=now(),
    )


def _stage(form: CityForm) -> tuple[Staged, str]:
    data_dir = Path(settings().data_dir)
    text = _text_of(form.manifest.data)
    fallback = shipped_manifest(settings().home_division)
    upload: FileStorage | None = form.archive.data
    if upload and upload.filename:
        staged = stage_archive(data_dir, upload.stream, upload.filename, text, fallback=fallback)
        return staged, upload.filename
    if form.folder.data:
        source = data_dir / "incoming" / str(form.folder.data)
        return stage_folder(data_dir, source, text, fallback=fallback), source.name
    raise Invalid(_("请上传压缩包，或选择服务器上的文件夹。"))


def _text_of(upload: FileStorage | None) -> str:
    if not upload or not upload.filename:
        return ""
    try:
        return read_limited(upload.stream).decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid(_("数据清单应为 UTF-8 编码的 YAML 文件。")) from None


def _incoming() -> list[str]:
    folder = Path(settings().data_dir) / "incoming"
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.is_symlink())


def _is_busy(load: Load) -> bool:
    return find_active(db(), service.JOB, str(load.id)) is not None


@bp.post("/intake/<uuid:load_id>/check")
@requires(*LOADERS)
def check(load_id: UUID) -> ResponseReturnValue:
    """Check a city's files again, after the register or the law has changed."""
    load = _load_of_button(load_id)
    service.ask(db(), load, write=False, by=actor(), at=now())
    flash(_("已重新开始试算。"))
    return redirect(url_for(".show", load_id=load.id))


@bp.post("/intake/<uuid:load_id>/write")
@requires(*LOADERS)
def write(load_id: UUID) -> ResponseReturnValue:
    """Write a load that was checked: a list here and now, a city's files by a job."""
    load = _load_of_button(load_id)
    if load.kind is LoadKind.CITY:
        service.ask(db(), load, write=True, by=actor(), at=now())
        flash(_("已开始导入。可以离开此页，导入会继续进行。"))
    else:
        tally = lists.write_list(db(), load, library=law(), by=actor(), at=now())
        flash(
            _(
                "名单已导入：新登记 %(new)s 户，更正 %(corrected)s 户，无变化 %(same)s 户。",
                **tally,
            )
        )
    return redirect(url_for(".show", load_id=load.id))


@bp.post("/intake/<uuid:load_id>/discard")
@requires(*LOADERS)
def discard(load_id: UUID) -> ResponseReturnValue:
    """Give up a load that was not written."""
    load = _load_of_button(load_id)
    service.discard(db(), load, by=actor(), at=now())
    flash(_("已放弃这次导入，没有写入任何数据。"))
    return redirect(url_for(".index"))


def _load_of_button(load_id: UUID) -> Load:
    if not ActionForm.bind().submitted():
        raise Invalid(_("页面已过期，请刷新后再操作。"))
    return queries.get_load(db(), load_id, visible_to=actor())


@bp.get("/intake/<uuid:load_id>/faults.xlsx")
@requires(*READERS)
def faults(load_id: UUID) -> ResponseReturnValue:
    """The faults as a workbook: a list as it came with comments, or a city's table of faults."""
    load = queries.get_load(db(), load_id, visible_to=actor())
    if not queries.sees_whole(db(), load, visible_to=actor()):
        raise NotFound(_("没有这次导入，或您无权查看。"))
    if load.kind is LoadKind.CITY:
        content = issues_workbook(queries.all_issues(db(), load))
    else:
        chosen = json.loads(load.settings)
        if "header" not in chosen:
            abort(HTTPStatus.NOT_FOUND)
        named = lists.name_column(load)
        rows = queries.list_rows(db(), load, visible_to=actor())
        content = list_workbook(grid_of(load, chosen["sheet"]), chosen["header"], named, rows)
    name = f"{Path(load.file_name).stem}-{_('核对结果')}.xlsx"
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


def grid_of(load: Load, sheet: int) -> Grid:
    """The cells of a list as they were uploaded."""
    path = Path(settings().data_dir) / load.stored_as
    if not path.exists():
        raise NotFound(_("原始文件已不在服务器上，请重新上传。"))
    return read_grid(path.read_bytes(), load.stored_as, sheet)
