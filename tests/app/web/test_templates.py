"""Templates: they compile, and every Chinese word a reader sees can be translated."""

import re

import pytest
from flask import render_template
from jinja2 import Environment, nodes
from jinja2.ext import do, i18n

from tests.conftest import ROOT

FOLDER = ROOT / "app" / "templates"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
TRANSLATED = {"_", "gettext", "ngettext", "pgettext"}


def bare_chinese(source):
    """The Chinese strings of a template that no catalogue can reach."""
    environment = Environment(extensions=[i18n, do], autoescape=True)
    environment.install_null_translations()
    tree = environment.parse(source)
    covered = {
        id(text)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATED
        for text in call.find_all(nodes.Const)
    }
    data = [text.data.strip() for text in tree.find_all(nodes.TemplateData)]
    texts = [
        text.value
        for text in tree.find_all(nodes.Const)
        if isinstance(text.value, str) and id(text) not in covered
    ]
    return [text for text in data + texts if CHINESE.search(text)]


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_has_no_chinese_outside_the_catalogue(name):
    assert bare_chinese((FOLDER / name).read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>企业</p>",
        "{{ '企业' }}",
        "{{ f(x='企业') }}",
        '<p title="企业"></p>',
        "{% set x = '企业' %}",
    ],
)
def test_bare_chinese_is_found(source):
    assert bare_chinese(source)


@pytest.mark.parametrize(
    "source", ["{{ _('企业') }}", "{# 企业 #}", "{% trans %}企业{% endtrans %}"]
)
def test_what_can_be_translated_is_let_through(source):
    assert bare_chinese(source) == []


def unescaped(source):
    """Calls of `_` with words that are not written there: jinja would not escape them."""
    environment = Environment(extensions=[i18n, do], autoescape=True)
    environment.install_null_translations()
    return [
        call
        for call in environment.parse(source).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name)
        and call.node.name in TRANSLATED
        and not isinstance(call.args[0], nodes.Const)
    ]


@pytest.mark.parametrize("name", TEMPLATES)
def test_only_words_written_in_the_template_are_given_to_the_catalogue(name):
    assert unescaped((FOLDER / name).read_text()) == []


def test_foreign_words_given_to_the_catalogue_are_found():
    assert unescaped("{{ _(detail) }}")


def test_what_a_refusal_quotes_is_escaped(app):
    with app.test_request_context():
        page = render_template(
            "web/problem.html", status=422, title="甲", slug="x", detail="“<b>5 %</b>”不是金额。"
        )

    assert "&lt;b&gt;5 %&lt;/b&gt;" in page


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles(app, name):
    app.jinja_env.get_template(name)
