"""What people type is read exactly, or refused with the field and the remedy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.profiles.domain import FigureStage, StatementScope
from app.profiles.typed import (
    MoneyUnit,
    Typed,
    Unreadable,
    convert,
    is_typed,
    of_values,
    read,
    read_all,
    write,
)
from rules.indicators import NO_RANK
from tests.factories.evaluation import LIBRARY

INDICATORS = LIBRARY.indicators
WAN, YUAN = MoneyUnit.WAN, MoneyUnit.YUAN


@pytest.mark.parametrize(
    ("name", "text", "unit", "value"),
    [
        ("sales_revenue", "１,２３４.５６", WAN, 1_234_560_000),
        ("sales_revenue", "1,234.56", YUAN, 123_456),
        ("sales_revenue", "5000万元", YUAN, 5_000_000_000),
        ("net_profit", "−3.5", WAN, -3_500_000),
        ("employees_tech_sme", "120人", WAN, 72_000),
        ("employees_avg_high_tech", "99.25", WAN, 59_550),
        ("employees_avg_high_tech", "33.0417", WAN, 19_825),
        ("rd_staff", "１２", WAN, 12),
        ("market_share_domestic", "12.5%", WAN, 125_000),
        ("market_rank_domestic", "3名", WAN, 3),
        ("market_rank_domestic", "无", WAN, NO_RANK),
        ("transformation_count", "6项", WAN, 6),
        ("rd_activity", "是", WAN, True),
        ("rd_activity", "no", WAN, False),
        ("digital_level", "二级", WAN, "two"),
        ("digital_level", "two", WAN, "two"),
        ("segment_since", "2020年3月1日", WAN, "2020-03-01"),
        ("segment_since", "20200301", WAN, "2020-03-01"),
        ("segment_name", " 精密轴承 ", WAN, "精密轴承"),
        ("sales_revenue", "  ", WAN, None),
    ],
)
def test_a_field_is_read_exactly(name, text, unit, value):
    assert read(INDICATORS[name], text, unit) == value


@pytest.mark.parametrize(
    ("name", "text", "remedy"),
    [
        ("sales_revenue", "一千", "不是金额。请只填数字"),
        ("sales_revenue", "1.234567891", "不是金额"),
        ("sales_revenue", "1.2345678", "精确到了分以下"),
        ("total_assets", "-1", "不能是负数"),
        ("total_assets", "99999999999999", "超出允许范围"),
        ("rd_staff", "12.5", "应为整数"),
        ("rd_staff", "很多", "不是数字"),
        ("rd_staff", "-2", "不能是负数"),
        ("employees_avg_high_tech", "33.12345", "保留两位小数"),
        ("rd_activity", "也许", "请选择“是”或“否”"),
        ("digital_level", "九级", "请从以下选项中选择"),
        ("segment_since", "去年", "不是日期"),
        ("segment_since", "2020-13-01", "不是日期"),
        ("segment_name", "长" * 201, "最多 200 个字"),
    ],
)
def test_what_cannot_be_read_names_the_field_and_the_remedy(name, text, remedy):
    with pytest.raises(Unreadable) as refused:
        read(INDICATORS[name], text, WAN)

    assert remedy in str(refused.value)
    assert str(INDICATORS[name].name) in str(refused.value)


def test_a_field_that_is_not_the_enterprises_is_refused():
    values, faults = read_all(
        Typed(
            {
                "strange": "1",
                "employees_insured": "3",
                "rd_staff": "x",
                "sales_revenue": "1",
                "net_profit": " ",
            }
        ),
        INDICATORS,
    )

    assert values == {"sales_revenue": 1_000_000}
    assert [fault.pointer for fault in faults] == ["/strange", "/employees_insured", "/rd_staff"]


def test_only_what_the_enterprise_knows_is_typed():
    typed = {name for name, indicator in INDICATORS.items() if is_typed(indicator)}

    assert {"sales_revenue", "rd_staff", "prohibited_product", "segment_name"} <= typed
    assert not typed & {"credit_code", "above_scale", "ip_class1_tech_sme", "expert_score_ip"}


@given(st.integers(-(10**15), 10**15), st.sampled_from(MoneyUnit))
def test_money_comes_back_to_the_fen_in_either_unit(fen, unit):
    revenue = INDICATORS["sales_revenue"]
    text = write(revenue, fen, unit)

    assert read(revenue, text, unit) == fen
    other = next(each for each in MoneyUnit if each is not unit)
    turned = convert(Typed({"sales_revenue": text}, unit=unit), INDICATORS, other)
    assert read(revenue, turned.figures["sales_revenue"], other) == fen


@given(st.integers(0, 6_000_000))
def test_a_mean_of_persons_comes_back_as_it_was(quanta):
    mean = INDICATORS["employees_avg_high_tech"]

    assert read(mean, write(mean, quanta, WAN), WAN) == quanta


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rd_activity", True),
        ("rd_activity", False),
        ("digital_level", "two"),
        ("segment_since", "2020-03-01"),
        ("market_rank_domestic", NO_RANK),
        ("market_share_domestic", 125_000),
    ],
)
def test_every_kind_of_value_comes_back(name, value):
    assert read(INDICATORS[name], write(INDICATORS[name], value, WAN), WAN) == value


def test_another_unit_leaves_what_cannot_be_read_as_typed():
    typed = Typed({"sales_revenue": "约一千", "rd_staff": "12", "x": "1", "net_profit": " "})

    turned = convert(typed, INDICATORS, YUAN)

    assert turned.unit is YUAN
    assert dict(turned.figures) == dict(typed.figures)
    assert convert(turned, INDICATORS, YUAN) is turned


def test_a_form_is_one_text_whatever_its_order():
    one = Typed({"a": "1", "b": "2", "blank": " "}, {"a": "合并"})
    two = Typed({"b": "2", "a": "1"}, {"a": "合并", "b": ""})

    assert one.dumps() == two.dumps()
    assert Typed.loads(one.dumps()).dumps() == one.dumps()


def test_a_form_is_read_from_what_a_browser_sends():
    said = {
        "sales_revenue": "12",
        "reason-sales_revenue": "新产品上市",
        "ip_class1_tech_sme": "99",
        "unit": "yuan",
        "stage": "audited",
        "scope": "nonsense",
    }

    typed = Typed.of_form(said, INDICATORS)

    assert dict(typed.figures) == {"sales_revenue": "12"}
    assert dict(typed.reasons) == {"sales_revenue": "新产品上市"}
    assert (typed.unit, typed.stage) == (YUAN, FigureStage.AUDITED)
    assert typed.scope is StatementScope.SINGLE


def test_a_correction_begins_with_what_was_filed():
    typed = of_values({"sales_revenue": 1_234_560_000, "gone": 1, "above_scale": True}, INDICATORS)

    assert dict(typed.figures) == {"sales_revenue": "1,234.56"}
