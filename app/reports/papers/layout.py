"""The report as a sequence of headings, paragraphs, grids and pictures, before any format."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.foundation.clock import legal_day
from app.foundation.money import format_wan
from app.reports.domain.comparison import Differences
from app.reports.domain.composition import annex_names
from app.reports.domain.documents import Content, Figure
from app.reports.domain.wording import chinese_day
from app.reports.papers.grids import (
    Grid,
    county_grid,
    goal_grid,
    own_goals,
    pool_grid,
    roll_grid,
    stock_grid,
)
from app.reports.service import Imprint
from app.web.pages import instant

_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the first level, numbered 一、二、三."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `small` for notes."""

    text: str
    small: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with its caption; drawn by the charts, named here."""

    key: str
    caption: str


Block = Heading | Paragraph | Grid | Picture


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole report, ready to be set in any format."""

    title: str
    under_title: str
    address: str
    blocks: tuple[Block, ...]
    annexes: tuple[str, ...]
    sender: str
    dated: str


def lay_out(content: Content, imprint: Imprint, changes: Differences) -> Paper:
    """The report in its order: conclusion, decisions, tables, risks, money, notes."""
    place = content.division.name
    return Paper(
        title=f"关于{place}{content.period_name}创新型企业梯度培育情况的汇报",
        under_title=(
            f"（第{imprint.number}版，截止日{chinese_day(date.fromisoformat(content.on))}，"
            f"数据截至{instant(imprint.known_at)}）"
        ),
        address="局长办公会：",
        blocks=tuple(_numbered(_blocks(content, changes))),
        annexes=tuple(
            f"附件{number}　{name}（{count:,} 行）" for number, name, count in annex_names(content)
        ),
        sender=f"{place}科技主管部门",
        dated=chinese_day(legal_day(imprint.issued_at)),
    )


def _numbered(blocks: Iterator[Block]) -> Iterator[Block]:
    number = 0
    for block in blocks:
        if isinstance(block, Heading):
            yield Heading(f"{_NUMERALS[number]}、{block.text}")
            number += 1
        else:
            yield block


def _blocks(content: Content, changes: Differences) -> Iterator[Block]:
    yield Paragraph(content.headline)
    if content.decisions:
        yield Heading("提请会议决定的事项")
        for number, point in enumerate(content.decisions, 1):
            yield Paragraph(f"{number}. {point}")
    yield from _state(content)
    yield Heading("挖潜")
    yield pool_grid(content)
    if leads := _said(content.leads):
        yield Paragraph(f"最易转化的：{leads}（附件4）。")
    yield Heading("风险与资金")
    yield Paragraph(_risks(content))
    yield Paragraph(_money(content))
    yield from _goals(content)
    if changes.numbers or changes.firms:
        yield Paragraph(
            f"与上一版相比：{len(changes.numbers):,} 个数字、{len(changes.firms):,} 户企业有变化，"
            "明细见系统中本版的“与上一版比较”。"
        )
    notes = "".join(f"（{number}）{note}" for number, note in enumerate(content.notes, 1))
    yield Paragraph(f"口径：{notes}", small=True)


def _state(content: Content) -> Iterator[Block]:
    """The whole in a picture and two tables, then place by place."""
    yield Heading("总体情况")
    yield Picture("terrace", "梯度全貌：各称号企业数和本年进出")
    if stock := stock_grid(content):
        yield stock
    if roll := roll_grid(content):
        yield roll
    for said in content.rolled_words:
        yield Paragraph(said)
    yield Heading("分归口单位情况")
    yield county_grid(content)


def _goals(content: Content) -> Iterator[Block]:
    """The targets that can be counted; of the others only how many there are."""
    if not content.goals:
        return
    yield Heading("目标完成情况")
    if own_goals(content):
        yield goal_grid(content)
    if of_places := sum(goal["territory"] != content.division.code for goal in content.goals):
        yield Paragraph(f"各单位目标 {of_places} 项，完成率见分归口单位表和附件9。")
    if rest := sum(goal["counted"] is None for goal in content.goals):
        yield Paragraph(f"另有 {rest} 项目标不能由登记簿统计，需有关部门填报（附件9）。")


def _risks(content: Content) -> str:
    said = _said(content.risks)
    return (
        f"风险：{said}（附件6）。" if said else "风险：截止日没有今明两年到期、列入名录的称号企业。"
    )


def _money(content: Content) -> str:
    if not content.money:
        return "资金：本期没有应兑付或待核的奖补。"
    total = format_wan(content.money_total_fen)
    return f"资金：{_said(content.money)}（附件7）；应兑付合计 {total} 万元，待核不计入合计。"


def _said(figures: tuple[Figure, ...]) -> str:
    return "，".join(f"{figure.label} {figure.count:,} 户" for figure in figures if figure.count)
