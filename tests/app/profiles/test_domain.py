"""Figures as documents."""

from uuid import UUID

import pytest

from app.profiles.domain import Filed, figure_faults, filing
from rules.indicators import load_indicators

FIRM = UUID(int=1)
INDICATORS = load_indicators(
    {
        "sales_revenue": {"name": "销售收入", "unit": "CNY", "period": "FY"},
        "net_profit": {"name": "净利润", "unit": "CNY", "period": "FY", "signed": True},
        "resident_enterprise": {"name": "居民企业", "unit": "bool", "period": "ASOF"},
    }
)


def test_equal_figures_in_another_order_are_one_document():
    one = filing(FIRM, 2021, {"sales_revenue": 100, "net_profit": -5})
    two = filing(FIRM, 2021, {"net_profit": -5, "sales_revenue": 100})

    assert one == two


def test_zero_and_absent_are_different_documents():
    assert filing(FIRM, 2021, {"sales_revenue": 0}) != filing(FIRM, 2021, {})


def test_a_float_is_no_figure():
    with pytest.raises(TypeError, match="float"):
        filing(FIRM, 2021, {"sales_revenue": 1.5})


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"sales": 1}, "没有年度指标“sales”"),
        ({"resident_enterprise": True}, "没有年度指标“resident_enterprise”"),
        ({"sales_revenue": -1}, "“销售收入”的数值超出允许范围"),
        ({"sales_revenue": 10**16}, "“销售收入”的数值超出允许范围"),
    ],
    ids=["unknown name", "not a yearly one", "negative", "beyond the maximum"],
)
def test_an_unfit_figure_is_named_with_its_remedy(figures, words):
    (fault,) = figure_faults(INDICATORS, figures)

    assert words in fault.detail


def test_a_loss_is_a_fit_figure():
    assert figure_faults(INDICATORS, {"net_profit": -100}) == []


def test_tallies_add_up():
    assert Filed(1, 2, 3, 4) + Filed(10, 20, 30, 40) == Filed(11, 22, 33, 44)
