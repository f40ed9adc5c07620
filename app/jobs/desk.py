"""The bureau's pages of long work: what waits, what runs, what came of it."""

from collections.abc import Sequence
from datetime import date
from typing import cast
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.foundation import places
from app.foundation.clock import now
from app.foundation.errors import Invalid, NotFound
from app.jobs import queries, service
from app.jobs.domain import ACTIVE, JobState
from app.jobs.forms import CancelForm
from app.jobs.models import Job
from app.jobs.permissions import may_cancel
from app.jobs.runner import Kind, Workshop
from app.web.access import BUREAU, actor, requires
from app.web.pages import day
from app.web.transactions import db

bp = Blueprint("jobs", __name__)


@bp.get("/jobs")
@requires(*BUREAU)
def index() -> ResponseReturnValue:
    """The jobs of one's divisions, latest first; `mine` keeps one's own."""
    own = request.args.get("mine") == "yes"
    state = _state(request.args.get("state", ""))
    page = queries.page(
        db(), visible_to=actor(), own=own, state=state, after=request.args.get("after", "")
    )
    return render_template(
        "jobs/index.html",
        page=page,
        own=own,
        state=state,
        states=JobState,
        name_of=_name_of,
        about=_about(page.rows),
    )


@bp.get("/jobs/<uuid:job_id>")
@requires(*BUREAU)
def show(job_id: UUID) -> ResponseReturnValue:
    """One job: how far it is, and what came of it."""
    job = queries.get_job(db(), job_id, visible_to=actor())
    return render_template(
        "jobs/show.html",
        job=job,
        name=_name_of(job),
        about=_about([job])[job.id],
        tally=_counts(job),
        result=_result(job),
        is_active=job.state in ACTIVE,
        may_cancel=may_cancel(actor(), job),
    )


@bp.post("/jobs/<uuid:job_id>/cancellation")
@requires(*BUREAU)
def cancel(job_id: UUID) -> ResponseReturnValue:
    """Cancel a job; what its pages have written so far stays."""
    if not CancelForm.bind().submitted():
        raise Invalid(_("页面已过期，请刷新后再操作。"))
    job = queries.get_job(db(), job_id, visible_to=actor())
    service.cancel(db(), job, by=actor(), at=now())
    flash(_("任务已取消；已完成的部分保留。"))
    return redirect(url_for(".show", job_id=job.id))


def _state(text: str) -> JobState | None:
    try:
        return JobState(text) if text else None
    except ValueError:
        raise NotFound(_("没有这种任务状态。")) from None


def _kind(job: Job) -> Kind | None:
    return cast("Workshop", current_app.extensions["workshop"]).kinds.get(job.kind)


def _name_of(job: Job) -> str:
    kind = _kind(job)
    return str(_(kind.name)) if kind else job.kind


def _about(jobs: Sequence[Job]) -> dict[UUID, str]:
    """What each works on, in words: the place, and the day and year its arguments name."""
    named = places.names(db(), {job.division for job in jobs})
    return {
        job.id: " · ".join([named.get(job.division, job.division), *_when(job)]) for job in jobs
    }


def _when(job: Job) -> list[str]:
    told = service.payload_of(job)
    said = []
    if on := told.get("on"):
        said.append(day(date.fromisoformat(on)))
    if year := told.get("for_year"):
        said.append(_("%(year)s年度", year=year))
    if firms := told.get("enterprises"):
        said.append(_("%(n)s 户企业", n=f"{len(firms):,}"))
    return said


def _result(job: Job) -> str | None:
    """The address of the page that shows what the job made; None while there is none."""
    kind, tally = _kind(job), service.tally_of(job)
    if kind is None or not kind.endpoint or job.state is not JobState.DONE:
        return None
    if kind.argument and kind.argument not in tally:
        return None
    return url_for(
        kind.endpoint, **({kind.argument: tally[kind.argument]} if kind.argument else {})
    )


def _counts(job: Job) -> list[tuple[str, str | int]]:
    kind = _kind(job)
    hidden = kind.argument if kind else ""
    # A name with a slash is a detail that the kind's own page tells; one in ASCII is for machines.
    told = service.tally_of(job).items()
    return [
        (name, value)
        for name, value in told
        if name != hidden and "/" not in name and not name.isascii()
    ]
