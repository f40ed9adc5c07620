"""The report before any format: its blocks, and the tables that fit a page."""

from dataclasses import replace
from datetime import UTC, date, datetime

from app.reports.domain.comparison import Differences, NumberChange
from app.reports.domain.composition import compose
from app.reports.domain.facts import Goal, Place
from app.reports.papers.grids import county_grid, goal_grid, stock_grid, title_size, widths
from app.reports.papers.layout import Heading, Paragraph, lay_out
from app.reports.service import Imprint
from tests.factories.reports import EAST, HIGH, WEST, enrolled, facts_of, held, here

AT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # the 25th in Shanghai
IMPRINT = Imprint(2, AT, AT, "张三", "ab" * 32)


def goal(territory, counted=1, completion="50.0 %", titles=(HIGH,)):
    return Goal("G", "高企达到2家", territory, 2022, titles, "≥ 2 家", counted, completion)


def content(**more):
    facts = facts_of(
        [held("A", date(2021, 11, 1), date(2024, 11, 1)), enrolled("B", 2021)],
        {"A": here(), "B": here(WEST)},
        **more,
    )
    itself = Place("130500", "邢台市本级")
    return compose(replace(facts, places=(EAST, WEST, itself)))


def test_headings_are_numbered_and_the_paper_is_dated_in_shanghai():
    paper = lay_out(content(), IMPRINT, Differences())

    heads = [block.text for block in paper.blocks if isinstance(block, Heading)]
    assert heads[:2] == ["一、提请会议决定的事项", "二、总体情况"]
    assert paper.dated == "2026年11月25日"
    assert paper.under_title.startswith("（第2版，截止日2022年12月31日，数据截至2026-11-25 01:00")


def test_targets_of_places_stand_beside_their_numbers_and_the_rest_are_only_counted():
    made = content(goals=(goal("130500"), goal(EAST.code), goal("130500", None, "需填报", ())))

    grid = county_grid(made)
    column = grid.head.index("完成率")
    paper = lay_out(made, IMPRINT, Differences())
    said = [block.text for block in paper.blocks if isinstance(block, Paragraph)]

    assert [(row[0], row[column]) for row in grid.rows] == [
        ("合计", "50.0 %"), ("襄都区", "50.0 %"), ("信都区", "—"),
    ]  # fmt: skip
    assert len(goal_grid(made).rows) == 1
    assert any("各单位目标 1 项" in text for text in said)
    assert any("另有 1 项目标不能由登记簿统计" in text for text in said)


def test_without_targets_of_places_there_is_no_column_for_them():
    assert "完成率" not in county_grid(content()).head


def test_a_later_edition_says_how_much_changed():
    changes = Differences(numbers=(NumberChange("邢台市", "高企·存量", 1, 2),))

    paper = lay_out(content(), IMPRINT, changes)

    assert any(
        "与上一版相比：1 个数字、0 户企业有变化" in getattr(b, "text", "") for b in paper.blocks
    )


def test_columns_share_the_width_and_titles_keep_to_a_line():
    shares = widths(stock_grid(content()))

    assert sum(shares) == 1
    assert title_size("短题", 22) == 22
    assert 15 <= title_size("关于河北邢台经济开发区2022年12月创新型企业梯度培育情况的汇报", 22) < 18
