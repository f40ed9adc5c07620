"""Doors that belong to no room: the health check and the meaning of each refusal."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.foundation.errors import NotFound
from app.web.access import public
from app.web.problems import catalogue

bp = Blueprint("web", __name__)


@bp.get("/healthz")
@public
def health() -> ResponseReturnValue:
    """Whether the process answers; asked by the load balancer."""
    return {"status": "ok"}


@bp.get("/problems/<slug>")
@public
def problem(slug: str) -> ResponseReturnValue:
    """What a refusal means and what to do about it."""
    if slug not in catalogue():
        raise NotFound("没有这个问题类型。")
    title, explanation = catalogue()[slug]
    return render_template("web/problem_type.html", title=title, explanation=explanation)
