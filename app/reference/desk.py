"""Reference data as pages: places, industries, technology fields, the working-day calendar."""

from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.foundation.clock import today
from app.reference import queries
from app.reference.queries import Branch
from app.web.access import signed_in
from app.web.deployment import settings
from app.web.transactions import db

bp = Blueprint("reference", __name__)
TABS: Final = ("divisions", "industries", "fields", "calendar")
FOUND: Final = 200  # entries of a search shown at most


@bp.get("/reference")
@signed_in
def index() -> ResponseReturnValue:
    """One table at a time; industries and fields can be searched by code and name."""
    tab = request.args.get("tab", "")
    tab = tab if tab in TABS else TABS[0]
    text = request.args.get("q", "").strip()[:60]
    return render_template("reference/index.html", tab=tab, text=text, **_content(tab, text))


def _content(tab: str, text: str) -> dict[str, object]:
    if tab == "divisions":
        home = settings().home_division
        places = queries.list_below(db(), {home})
        return {"places": [p for p in places if text in p.name or p.code.startswith(text)]}
    if tab == "calendar":
        calendar = queries.working_calendar(db())
        year = _year(sorted(calendar.years))
        days = queries.list_calendar_days(db(), year)
        return {"years": sorted(calendar.years, reverse=True), "year": year, "days": days}
    tree = queries.list_industries(db()) if tab == "industries" else queries.list_fields(db())
    return {"entries": _entries(tree, text)}


def _year(known: list[int]) -> int:
    asked = request.args.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() else today().year
    return year if year in known or not known else known[-1]


def _entries(tree: tuple[Branch, ...], text: str) -> list[tuple[int, Branch]]:
    """The top two levels, or with `text` every entry whose code or name has it."""
    if not text:
        return [(b.level, b) for a in tree for b in (a, *a.children)]
    found: list[tuple[int, Branch]] = []

    def walk(branches: tuple[Branch, ...]) -> None:
        for branch in branches:
            if branch.code.startswith(text.upper()) or text in branch.name:
                found.append((branch.level, branch))
            walk(branch.children)

    walk(tree)
    return found[:FOUND]
