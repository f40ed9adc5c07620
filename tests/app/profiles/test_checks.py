"""Contradictions name their fields; jumps ask for a reason; blanks are told."""

from datetime import date

import pytest

from app.profiles.checks import CHECKS, AtMost, blanks, faults_of, jumps, unexplained
from tests.factories.evaluation import LIBRARY, WAN, people

INDICATORS = LIBRARY.indicators
TODAY = date(2026, 6, 15)
HEADS = next(check for check in CHECKS if getattr(check, "total", "") == "rd_expense_high_tech")


def said(values):
    return [fault.detail for fault in faults_of(values, INDICATORS, TODAY)]


def test_every_check_names_indicators_of_the_catalogue():
    for check in CHECKS:
        named = (check.part, check.whole) if isinstance(check, AtMost) else (check.total,)
        assert set(named) <= set(INDICATORS)


@pytest.mark.parametrize("check", [c for c in CHECKS if isinstance(c, AtMost)], ids=str)
def test_a_part_is_at_most_its_whole(check):
    part, whole = (INDICATORS[name] for name in (check.part, check.whole))
    one_part, one_whole = int(1 / part.quantum), int(1 / whole.quantum)

    assert said({check.part: one_part, check.whole: one_whole}) == []
    assert said({check.part: 2 * one_part}) == []
    (detail,) = said({check.part: 2 * one_part, check.whole: one_whole})
    assert str(part.name) in detail
    assert str(whole.name) in detail


def test_the_words_of_a_refusal_are_those_of_an_accountant():
    values = {
        "sci_tech_staff_tech_sme": people(120, "sci_tech_staff_tech_sme"),
        "employees_tech_sme": people(100),
    }

    assert said(values) == [
        "“科技人员数（科小）”120 人多于“职工总数（科小）”100 人，请核对其中一项。"
    ]


def test_assets_less_liabilities_are_net_assets():
    values = {"total_assets": 10 * WAN, "total_liabilities": 4 * WAN, "net_assets": 6 * WAN}

    assert said(values) == []
    assert said({**values, "net_assets": 7 * WAN}) == [
        "“资产总额”减“负债总额”为 6 万元，与“净资产” 7 万元不等，请核对。"
    ]
    assert said({"total_assets": 10 * WAN, "net_assets": 70 * WAN}) == []


def test_the_heads_add_up_with_outsourcing_at_four_fifths():
    heads = dict.fromkeys(HEADS.parts, 10 * WAN)
    total = 86 * WAN

    assert said({**heads, "rd_expense_high_tech": total}) == []
    assert said({**heads, "rd_expense_high_tech": total + 1}) == []
    assert "不等" in said({**heads, "rd_expense_high_tech": total + 2})[0]
    assert said({"rd_labour": 10 * WAN, "rd_expense_high_tech": total}) == []
    assert "已超出" in said({"rd_labour": 90 * WAN, "rd_expense_high_tech": total})[0]
    assert said({"rd_expense_high_tech": total}) == []


def test_a_day_after_today_is_refused():
    assert said({"segment_since": "2026-06-15"}) == []
    assert "晚于今天" in said({"segment_since": "2026-06-16"})[0]


@pytest.mark.parametrize(("after", "asked"), [(150, 0), (151, 1), (50, 0), (49, 1)])
def test_a_jump_beyond_half_asks_for_a_reason(after, asked):
    found = jumps({"rd_staff": after}, {"rd_staff": 100}, {}, INDICATORS)

    assert len(unexplained(found, INDICATORS)) == asked


def test_a_sentence_of_reason_is_enough_to_go_on():
    last = {"sales_revenue": -100, "net_profit": 0, "rd_activity": True}
    values = {"sales_revenue": 400, "net_profit": 9, "rd_activity": False, "total_assets": 5}
    found = jumps(values, last, {"sales_revenue": " 并购 "}, INDICATORS)

    assert [(jump.indicator, jump.reason, jump.change) for jump in found] == [
        ("sales_revenue", "并购", 5)
    ]
    assert unexplained(found, INDICATORS) == []
    silent = jumps(values, last, {}, INDICATORS)
    assert "增加 500 %，请用一句话说明原因" in unexplained(silent, INDICATORS)[0].detail
    fallen = jumps({"rd_staff": 1}, {"rd_staff": 10}, {}, INDICATORS)
    assert "减少 90 %" in unexplained(fallen, INDICATORS)[0].detail


def test_blanks_are_the_yearly_fields_that_are_not_filled():
    missing = blanks({"sales_revenue": 0}, INDICATORS)

    assert "sales_revenue" not in missing
    assert "total_assets" in missing
    assert "segment_name" not in missing
