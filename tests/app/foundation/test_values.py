"""Small things everything stands on: canonical text, clocks, identifiers, labels, money."""

from datetime import UTC, date, datetime

import pytest

from app.foundation import canonical
from app.foundation.actor import SYSTEM, Actor, Grant, Line, Role
from app.foundation.clock import legal_day
from app.foundation.identifiers import uuid7
from app.foundation.labelled import Labelled
from app.foundation.money import NotMoney, format_wan, format_yuan, parse_fen


def test_equal_documents_have_one_text_and_one_hash():
    one, other = {"b": 1, "a": {"d": None, "c": "梯田"}}, {"a": {"c": "梯田", "d": None}, "b": 1}

    assert canonical.dumps(one) == canonical.dumps(other) == '{"a":{"c":"梯田","d":null},"b":1}'
    assert canonical.sha256("") == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


@pytest.mark.parametrize("document", [1.0, [1.5], {"a": {"b": [0.1]}}])
def test_a_float_anywhere_is_refused(document):
    with pytest.raises(TypeError, match="float"):
        canonical.dumps(document)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC), date(2026, 3, 31)),
        (datetime(2026, 3, 31, 16, 0, tzinfo=UTC), date(2026, 4, 1)),
        (datetime(2024, 2, 29, 15, 59, 59, 999999, tzinfo=UTC), date(2024, 2, 29)),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), date(2026, 1, 1)),
    ],
)
def test_a_legal_day_begins_at_midnight_in_shanghai(at, day):
    assert legal_day(at) == day


def test_identifiers_are_ordered_by_time_and_never_equal():
    made = [uuid7() for _ in range(500)]

    assert len(set(made)) == 500
    assert [m.int >> 80 for m in made] == sorted(m.int >> 80 for m in made)
    assert {m.version for m in made} == {7}


def test_a_word_is_its_code_and_has_a_label():
    class Colour(Labelled):
        RED = "red", "红"

    assert (Colour("red"), Colour.RED.label, f"{Colour.RED}") == (Colour.RED, "红", "red")


def test_an_actor_sees_by_every_role_but_the_administrators():
    grants = (
        Grant(Role.ADMINISTRATOR, "130500", Line.SCIENCE),
        Grant(Role.POLICY, "130502", Line.SCIENCE),
    )
    actor = Actor(id=uuid7(), name="甲", grants=grants)

    assert actor.divisions == {"130502"}
    assert actor.holds(Role.POLICY, Role.LEADER)
    assert not SYSTEM.holds(*Role)


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [
        ("0", "元", 0),
        ("1,234.56", "元", 123_456),
        ("１２．５", "万元", 12_500_000),
        ("5000万元", "元", 5_000_000_000),
        ("2亿元", "元", 20_000_000_000),
        ("-0.01", "元", -1),
        ("0.000001", "万元", 1),
        ("1.10", "元", 110),
    ],
)
def test_an_amount_is_read_to_the_cent(text, unit, fen):
    assert parse_fen(text, unit=unit) == fen


@pytest.mark.parametrize(
    "text", ["", "一百", "1.001", "1e3", "1..2", "--1", "0.0000001万元", "NaN"]
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(NotMoney):
        parse_fen(text)


@pytest.mark.parametrize("fen", [0, 1, -1, 99, 100, 123_456_789_01, -5_000_000_000])
def test_an_amount_written_is_read_back(fen):
    assert parse_fen(format_yuan(fen)) == fen
    assert parse_fen(format_wan(fen), unit="万元") == fen
