"""The page of targets: what the plans promise, and how far the register is, by county."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.foundation.actor import SEES_ENTERPRISES, Role
from app.foundation.clock import now, parse_day, today
from app.targets import queries
from app.targets.domain import kind_of, percent, required
from app.web.access import actor, requires
from app.web.law import law
from app.web.transactions import db

bp = Blueprint("targets", __name__)
READERS = tuple(role for role in Role if role in SEES_ENTERPRISES)


@bp.get("/targets")
@requires(*READERS)
def index() -> ResponseReturnValue:
    """The targets of one year, with what each county contributes."""
    years = queries.years(law())
    year = _chosen(years)
    on = parse_day(request.args.get("on", "")) or today()
    lines = (
        queries.board(db(), law(), year=year, on=on, known_at=now(), visible_to=actor())
        if year is not None
        else []
    )
    return render_template(
        "targets/index.html",
        years=years,
        year=year,
        on=on,
        lines=lines,
        counted=[line for line in lines if line.progress.counted is not None],
        uncounted=[line for line in lines if line.progress.counted is None],
        required=required,
        percent=percent,
        kind_of=kind_of,
    )


def _chosen(years: list[int]) -> int | None:
    """The year asked for; else the first target year still to come, or the last there was."""
    asked = request.args.get("year", type=int)
    if asked in years:
        return asked
    coming = [year for year in years if year >= today().year]
    return min(coming) if coming else max(years, default=None)
