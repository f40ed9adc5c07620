"""The language of a page: Chinese is the source, English a catalogue; chosen by URL or cookie."""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import IO, Any, Final

from babel.messages.extract import extract_python
from flask import Flask, Response, current_app, has_request_context, request
from flask_babel import Babel, get_locale
from flask_babel import gettext as find_message

from app.foundation.labelled import Labelled
from rules.text import Text

LANGUAGES: Final[Mapping[str, str]] = {"zh": "中文", "en": "English"}
_COOKIE: Final = "language"
_YEAR: Final = 365 * 24 * 3600  # seconds
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_TAGS: Final = {"zh": "zh-CN", "en": "en"}


def bind(app: Flask) -> None:
    """Give `app` its languages. Must come before the templates are first used."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "zh")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Shanghai")
    Babel(app, locale_selector=chosen)
    app.after_request(_remember)
    app.jinja_env.filters.update(label=label, said=said, translated=translated)
    app.jinja_env.globals.update(page_language=page_language, other_languages=other_languages)


def gettext(message: str, **values: object) -> str:
    """`message` in the language of the page, `%(name)s` filled in. For Python faces: `as _`."""
    return str(find_message(message, **values))


def chosen() -> str:
    """The language asked for by `?lang=`, else by the cookie, else Chinese.

    Not by Accept-Language: an office PC with an English browser still works in Chinese.
    """
    if not has_request_context():
        return "zh"
    for wanted in (request.args.get("lang"), request.cookies.get(_COOKIE)):
        if wanted in LANGUAGES:
            return str(wanted)
    return "zh"


def page_language() -> str:
    """The BCP 47 tag for `<html lang>`."""
    return _TAGS[chosen()]


def is_chinese() -> bool:
    """Whether people read this page in Chinese; for words that come from packs as zh and en."""
    locale = get_locale()
    return locale is None or locale.language == "zh"


def other_languages() -> list[tuple[str, str]]:
    """The languages a reader may change to: (code, its own name)."""
    return [(code, name) for code, name in LANGUAGES.items() if code != chosen()]


def label(value: Labelled | None) -> str:
    """The label of a vocabulary's member in the language of the page; a dash for None."""
    return "—" if value is None else gettext(value.label)


def translated(words: str) -> str:
    """Words made elsewhere (a refusal's detail), translated where the catalogue has them.

    In a template never `_(words)`: that takes its argument for markup and a format string.
    """
    return str(find_message(words))


def said(text: Text) -> str:
    """A name or sentence of a pack in the language of the page."""
    return text.in_language("zh" if is_chinese() else "en")


def _remember(response: Response) -> Response:
    wanted = request.args.get("lang")
    if wanted in LANGUAGES and wanted != request.cookies.get(_COOKIE):
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(
            _COOKIE, str(wanted), max_age=_YEAR, samesite="Lax", httponly=True, secure=secure
        )
    return response


def extract_labels(
    source: IO[bytes], keywords: Any, comments: Any, options: Any
) -> Iterator[tuple[Any, ...]]:
    """Extract for pybabel: what `_()` holds, labels of vocabularies, words of refusals."""
    yield from extract_python(source, keywords, comments, options)
    source.seek(0)
    for node in ast.walk(ast.parse(source.read())):
        for text in _spoken(node):
            if isinstance(text, ast.Constant) and _CHINESE.search(str(text.value)):
                yield text.lineno, "gettext", text.value, []


def _spoken(node: ast.AST) -> list[ast.expr]:
    """Strings that reach a reader through `|label` or the page of a refusal."""
    match node:
        case ast.Assign(value=ast.Tuple(elts=[ast.Constant(), ast.Constant() as label])):
            return [label]  # OPEN = "open", "待处理"
        case ast.Assign(targets=[ast.Name(id="title")], value=text):
            return [text]  # the title of a refusal
        case ast.Raise(exc=ast.Call(args=[detail, *_])):
            return [detail]
        case ast.Dict(values=[ast.Tuple(elts=[_, _, _]), *_]):
            return [text for row in node.values if isinstance(row, ast.Tuple) for text in row.elts]
    return []
