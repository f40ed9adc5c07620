"""Formatting, addresses, languages and the navigation."""

import tomllib
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from app.foundation.actor import Actor, Grant, Line, Role
from app.foundation.money import in_words
from app.web import pages
from app.web.navigation import may_enter
from tests.conftest import ROOT


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["version"] == pages.VERSION


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (105, "壹元零伍分"),
        (100_00, "壹佰元整"),
        (1_005_00, "壹仟零伍元整"),
        (10_000_00, "壹万元整"),
        (10_010_00, "壹万零壹拾元整"),
        (123_456_789_00, "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元整"),
        (100_000_001_00, "壹亿零壹元整"),
        (-1234_56, "负壹仟贰佰叁拾肆元伍角陆分"),
    ],
)
def test_an_amount_is_put_in_words_as_cheques_print_it(fen, words):
    assert in_words(fen) == words


@pytest.mark.parametrize(
    ("part", "whole", "places", "said"),
    [
        (1, 3, 1, "33.3 %"),
        (2, 3, 0, "67 %"),
        (1, 1000, 1, "0.1 %"),
        (-1, 8, 1, "-12.5 %"),
        (1, 0, 1, "—"),
        (Fraction(487, 10000), 1, 2, "4.87 %"),
    ],
)
def test_a_share_is_rounded_half_up(part, whole, places, said):
    assert pages.percent(part, whole, places) == said


def test_points_are_printed_with_the_decimals_they_need():
    assert [pages.points(n) for n in (7050, 7000, 7001, 0, None)] == [
        "70.5",
        "70",
        "70.01",
        "0",
        "—",
    ]


def test_days_and_instants_are_said_in_the_language_of_the_page(app):
    late = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)

    with app.test_request_context("/"):
        assert pages.day(date(2026, 11, 22)) == "2026年11月22日"
        assert pages.instant(late) == "2026-11-22 00:30"
        assert pages.day(None) == pages.instant(None) == "—"
    with app.test_request_context("/?lang=en"):
        assert pages.day(date(2026, 11, 22)) == "2026-11-22"


def test_a_change_of_the_address_starts_at_the_first_page(app):
    with app.test_request_context("/x?q=机械&after=abc&tag=1&tag=2"):
        assert pages.url_with(sort="name") == "/x?q=%E6%9C%BA%E6%A2%B0&tag=1&tag=2&sort=name"
        assert pages.url_with(after="def").endswith("&after=def")
        assert "after=abc" in pages.url_with(lang="en")
        assert "q=" not in pages.url_with(q=None)


def test_a_page_speaks_english_when_asked_and_remembers_it(client):
    first = client.get("/?lang=en")
    again = client.get("/")

    assert '<html lang="en">' in first.text
    assert '<html lang="en">' in again.text


def test_a_page_speaks_chinese_by_default_and_to_an_unknown_language(client):
    assert '<html lang="zh-CN">' in client.get("/?lang=xx", headers={"Accept-Language": "en"}).text


def test_a_door_that_is_shut_is_not_offered(app):
    reviewer = Actor(
        id=None, name="张三", grants=(Grant(Role.CITY_REVIEWER, "130500", Line.SCIENCE),)
    )

    with app.test_request_context():
        assert may_enter("home.style", reviewer)
        assert not may_enter("home.style", None)
        assert not may_enter("nowhere.index", reviewer)
        assert may_enter("home.index", None)


def test_the_stylesheet_of_bootstrap_is_served_from_here(client):
    answer = client.get("/bootstrap/static/css/bootstrap.min.css")

    assert answer.status_code == 200
    answer.close()


def test_a_missing_page_says_what_why_and_what_to_do(client):
    answer = client.get("/nowhere")

    assert answer.status_code == 404
    assert "没有这个页面，请检查地址。" in answer.text
    assert answer.headers["X-Request-Id"] in answer.text
