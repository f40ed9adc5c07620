"""Templates: they compile, and every Chinese word a reader sees can be translated."""

import re

import pytest
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


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles(app, name):
    app.jinja_env.get_template(name)
