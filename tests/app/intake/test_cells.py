"""Cells as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.money import format_yuan
from app.intake.cells import (
    Unreadable,
    number_reader,
    read_day,
    read_industry,
    read_year,
    read_yes_or_no,
)
from rules.indicators import load_indicators

INDICATORS = load_indicators(
    {
        "sales": {"name": "销售收入", "unit": "CNY", "period": "FY"},
        "profit": {"name": "净利润", "unit": "CNY", "period": "FY", "signed": True},
        "staff": {"name": "职工", "unit": "persons", "period": "FY"},
        "average": {"name": "月平均", "unit": "persons", "period": "FY", "quantum": "1/600"},
        "share": {"name": "占有率", "unit": "percent", "period": "FY"},
        "accounts": {"name": "查账征收", "unit": "bool", "period": "FY"},
    }
)


def read(name, text, times=1):
    return number_reader(INDICATORS[name], times)(text)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("8413150.38", 841315038),
        ("100", 10000),
        ("1,044,506.91", 104450691),
        ("３０８４９１１．３９", 308491139),
        (" 12.5 ", 1250),
        ("0", 0),
        ("", None),
        ("-", None),
        ("——", None),
    ],
)
def test_an_amount_is_read_to_the_fen(text, fen):
    assert read("sales", text) == fen


@pytest.mark.parametrize("text", ["(1,234.50)", "-1234.5", "−1234.5", "－1234.5"])
def test_a_loss_is_read_however_it_is_printed(text):
    assert read("profit", text) == -123450


@pytest.mark.parametrize(
    ("name", "text", "remedy"),
    [
        ("sales", "约五百万", "应填数字"),
        ("sales", "500万元", "带有单位"),
        ("sales", "1,23", "千位分隔"),
        ("sales", "528.714872", "疑似把万元数填在元列"),
        ("sales", "-5", "正负号"),
        ("sales", "1e20", "应填数字"),
        ("sales", "NaN", "应填数字"),
        ("sales", "99999999999999999", "允许范围"),
        ("staff", "12.5", "小数位数过多"),
        ("sales", "无", "确实为零请填 0"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_remedy(name, text, remedy):
    with pytest.raises(Unreadable, match=remedy):
        read(name, text)


def test_a_column_in_ten_thousands_is_scaled_exactly():
    assert read("sales", "528.714872", times=10_000) == 528714872


def test_an_average_of_months_keeps_its_fraction():
    assert read("average", "12.25") == 7350


def test_a_percentage_is_what_people_write():
    assert read("share", "12.5") == 125_000


@pytest.mark.parametrize(
    ("text", "value"), [("是", 1), ("否", 0), ("TRUE", 1), ("0", 0), ("", None)]
)
def test_yes_and_no(text, value):
    assert read_yes_or_no(text) == value
    assert read("accounts", text) == value


def test_perhaps_is_neither_yes_nor_no():
    with pytest.raises(Unreadable, match="“是”或“否”"):
        read_yes_or_no("可能")


@given(st.integers(0, 10**15))
def test_every_amount_survives_being_printed_and_read(fen):
    assert read("sales", format_yuan(fen)) == fen


@pytest.mark.parametrize("text", ["2021", "２０２１", "2021年", "2021年度", " 2021 "])
def test_a_year_is_read(text):
    assert read_year(text, 2026) == 2021


@pytest.mark.parametrize("text", ["21", "2027", "1900", "二〇二一", ""])
def test_no_year_is_refused(text):
    with pytest.raises(Unreadable):
        read_year(text, 2026)


@pytest.mark.parametrize(
    "text",
    ["2022-06-30", "2022/6/30", "2022.6.30", "20220630", "2022年6月30日", "２０２２-６-３０",
     "2022-06-30 00:00:00"],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(text):
    assert read_day(text) == date(2022, 6, 30)


@pytest.mark.parametrize("text", ["", "长期", "-"])
def test_an_open_end_is_no_day(text):
    assert read_day(text) is None


@pytest.mark.parametrize("text", ["2022-02-30", "30/06/2022", "去年", "2022-13-01"])
def test_no_day_is_refused(text):
    with pytest.raises(Unreadable, match="2022-06-30"):
        read_day(text)


@pytest.mark.parametrize(
    ("text", "code"), [("F5292", "5292"), ("5292", "5292"), ("c35", "35"), ("", None)]
)
def test_an_industry_is_read_without_its_letter(text, code):
    assert read_industry(text) == code


def test_no_industry_is_refused():
    with pytest.raises(Unreadable):
        read_industry("软件业")
