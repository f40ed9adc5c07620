"""What every page can use: formatting of numbers, days and instants, the present account."""

from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final, cast
from urllib.parse import urlencode

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict
from werkzeug.urls import iri_to_uri

from app.foundation.clock import SHANGHAI, now
from app.foundation.money import format_wan, format_yuan, in_words
from app.web import criterion, i18n, navigation
from app.web.access import current_actor, public

VERSION: Final = "0.1.0"  # as in pyproject.toml; a test holds them together


def bind(app: Flask) -> None:
    """Give the templates of `app` Bootstrap, languages, navigation, filters and the account."""
    app.config.setdefault("BOOTSTRAP_SERVE_LOCAL", True)
    Bootstrap5(app)
    serve = app.view_functions["bootstrap.static"]

    @public
    def served(**path: Any) -> ResponseReturnValue:
        return cast("ResponseReturnValue", serve(**path))

    app.view_functions["bootstrap.static"] = served  # A stylesheet is no secret.
    i18n.bind(app)
    navigation.bind(app)
    criterion.bind(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        day=day,
        instant=instant,
        yuan=format_yuan,
        wan=format_wan,
        in_words=in_words,
        count=count,
        points=points,
        percent=percent,
    )
    app.jinja_env.globals.update(
        csrf_token=generate_csrf,
        place_name=place_name,
        right_now=now,
        url_with=url_with,
        version=lambda: VERSION,
    )
    app.context_processor(_common)


def day(value: date | None) -> str:
    """A legal day: 2026年11月22日 in Chinese, 2026-11-22 in English; a dash for none."""
    if value is None:
        return "—"
    if i18n.is_chinese():
        return f"{value.year}年{value.month}月{value.day}日"
    return value.isoformat()


def instant(value: datetime | None) -> str:
    """An instant in Shanghai, to the minute; a dash when there is none."""
    return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if value else "—"


def count(value: int | None) -> str:
    """A whole number with separators: 12,345; a dash when there is none."""
    return "—" if value is None else f"{value:,}"


def points(hundredths: int | None) -> str:
    """Points kept in hundredths, with the decimals they need: 7050 is 70.5."""
    if hundredths is None:
        return "—"
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def percent(part: int | Fraction, whole: int = 1, places: int = 1) -> str:
    """`part` of `whole` in percent, rounded half up; a dash where there is no whole."""
    return "—" if whole == 0 else f"{decimal(Fraction(part) * 100 / whole, places)} %"


def decimal(value: Fraction, places: int) -> str:
    """An exact number with separators and `places` decimals, rounded half away from zero."""
    scaled = (abs(value) * 10**places + Fraction(1, 2)).__floor__()
    whole, rest = divmod(scaled, 10**places)
    sign = "-" if value < 0 and scaled else ""
    return f"{sign}{whole:,}" + (f".{rest:0{places}d}" if places else "")


def place_name() -> str:
    """The name of the place this registry serves; the factory sets how it is found."""
    find: Callable[[], str] = current_app.extensions.get("place_name", str)
    return find()


def url_with(**changes: str | int | None) -> str:
    """The address of this page with `changes` made to its query; None takes a key away.

    A change of anything but the page itself starts at the first page again.
    """
    query = MultiDict(request.args)
    if not changes.keys() & {"after", "before"} and changes.keys() - {"lang"}:
        query.pop("after", None)
        query.pop("before", None)
    for key, value in changes.items():
        query.pop(key, None)
        if value is not None:
            query[key] = str(value)
    return iri_to_uri(request.path) + _query(query)


def _query(query: MultiDict[str, str]) -> str:
    pairs = [(key, value) for key, value in query.items(multi=True) if value]
    return "?" + urlencode(pairs) if pairs else ""


def _common() -> dict[str, Any]:
    return {"actor": current_actor()}
