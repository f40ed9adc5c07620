"""The English catalogue: complete, with the same placeholders, and nothing left over."""

import re

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.conftest import ROOT

PLACEHOLDER = re.compile(r"%\(\w+\)s")


@pytest.fixture(scope="module")
def english():
    with (ROOT / "app/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file, locale="en", abort_invalid=True)
    return {message.id: message.string for message in catalogue if message.id}


@pytest.fixture(scope="module")
def spoken():
    """Every string of the pages, with a place where it stands."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {"_": None, "gettext": None, "lazy_gettext": None}
    found = extract_from_dir(ROOT, methods, options, keywords)
    return {message: f"{name}:{line}" for name, line, message, *_ in found}


def test_every_string_of_the_pages_has_its_english(english, spoken):
    missing = {text: place for text, place in spoken.items() if not english.get(text)}

    assert missing == {}, "make translations, then fill in app/translations/en"


def test_the_english_fills_in_the_same_values(english):
    wrong = [
        text
        for text, words in english.items()
        if words and sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(words))
    ]

    assert wrong == []


def test_the_catalogue_holds_nothing_that_no_page_says(english, spoken):
    assert sorted(set(english) - set(spoken)) == []


def test_the_extraction_finds_what_pages_labels_and_refusals_say(spoken):
    for text in ("跳到正文", "待处理", "没有权限", "没有这个页面，请检查地址。"):
        assert text in spoken
