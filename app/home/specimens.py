"""Sample states for the style page: what every component looks like, with invented firms."""

from fractions import Fraction
from typing import Final

from markupsafe import Markup

from app.web import svg_chart
from app.web.criterion import CriterionLine
from app.web.svg_chart import Bar, Series
from app.web.svg_step import CountStep, Step, StepState
from app.web.svg_terrace import counts_everywhere, terrace_everywhere

_STEPS: Final = (
    Step(
        id="tech_sme",
        name="科技型中小企业",
        state=StepState.HELD,
        rank=1,
        note="2026 年度入库，编号 2026130502A0001234",
        href="#trace",
    ),
    Step(
        id="high_tech",
        name="高新技术企业",
        state=StepState.EXPIRING,
        rank=2,
        note="2026年12月31日到期，最后可用批次 8月31日 24:00 前",
        rise="小升高",
        href="#trace",
    ),
    Step(
        id="srdi",
        name="专精特新中小企业",
        state=StepState.UNASSESSABLE,
        rank=2,
        is_branch=True,
        note="缺 2025 年主营业务收入占比",
        href="#trace",
    ),
    Step(
        id="gazelle",
        name="瞪羚企业",
        state=StepState.REACHED,
        rank=3,
        note="三年平均增长 23.4 %，公告中没有本企业",
        rise="高变强",
        href="#trace",
        has_changed=True,
    ),
    Step(
        id="leader",
        name="科技领军企业",
        state=StepState.NEAR,
        rank=4,
        note="差：上年度销售收入 ≥ 5 亿元",
        met_share=Fraction(6, 8),
        href="#trace",
    ),
)
_LOST: Final = (
    Step(id="a", name="科技型中小企业", state=StepState.NEAR, rank=1, note="差：研发人员占比"),
    Step(id="b", name="高新技术企业", state=StepState.LOST, rank=2, note="2025年11月30日期满未续"),
)
_COUNTS: Final = (
    CountStep(
        id="1",
        name="科技型中小企业",
        count=1893,
        rank=1,
        up=412,
        down=87,
        note="2026 年度入库",
        href="#",
    ),
    CountStep(
        id="2", name="高新技术企业", count=611, rank=2, up=96, down=14, rise="小升高", href="#"
    ),
    CountStep(id="3", name="专精特新", count=204, rank=2, is_branch=True, up=31, href="#"),
    CountStep(id="4", name="瞪羚企业", count=42, rank=3, up=9, down=2, rise="高变强", href="#"),
    CountStep(id="5", name="科技领军企业", count=None, rank=4, note="名单尚未导入"),
)
LINES: Final = (
    CriterionLine(
        id="rd_ratio",
        outcome="unmet",
        name="近三年研究开发费用占同期销售收入的比例",
        value="4.87",
        unit="%",
        required="≥ 5 %",
        measure=Fraction(487),
        bound=Fraction(500),
        sentence="近三年研发费用占比 4.87 %，要求 ≥ 5 %，差 17.55 万元。",
        clause="国科发火〔2016〕32号 第十一条（五）",
        clause_href="#clause",
        evidence="V",
        is_decisive=True,
    ),
    CriterionLine(
        id="staff",
        outcome="unknown",
        name="科技人员占当年职工总数的比例",
        required="≥ 10 %",
        sentence="没有 2025 年科技人员月平均数，不能判断。",
        remedy="填报 2025 年科技人员月平均数",
        remedy_href="#field",
        clause="国科发火〔2016〕32号 第十一条（四）",
        clause_href="#clause",
        evidence="V",
        is_decisive=True,
    ),
    CriterionLine(
        id="expert",
        outcome="manual",
        name="科技成果转化能力",
        points="21–30 / 30",
        sentence="由评审专家打分，省认定机构组织，现无分数。",
        clause="国科发火〔2016〕195号 三（五）2",
        clause_href="#clause",
        evidence="S",
    ),
    CriterionLine(
        id="ip",
        outcome="met",
        name="对主要产品发挥核心支持作用的知识产权",
        value="7",
        unit="件",
        required="≥ 1 件",
        measure=Fraction(7),
        bound=Fraction(1),
        points="24–30 / 30",
        sentence="有效的Ⅰ类知识产权 2 件、Ⅱ类 5 件。",
        clause="国科发火〔2016〕32号 第十一条（二）",
        clause_href="#clause",
        evidence="V",
    ),
    CriterionLine(
        id="age", outcome="not_applicable", name="成立满一年", sentence="成立于 2011年3月8日。"
    ),
)
_COUNTIES: Final = ("襄都区", "信都区", "经济开发区", "宁晋县")
_YEARS: Final = ("2022", "2023", "2024", "2025")
_BARS: Final = tuple(
    Bar(name=name, value=number, target=goal, href="#")
    for name, number, goal in zip(_COUNTIES, (128, 96, 74, None), (120, 110, 80, 60), strict=True)
)
_TWO_YEARS: Final = (
    Series(name="2025 年", values=(110, 80, 70, 41)),
    Series(name="2026 年", values=(128, 96, 74, None)),
)
_FIGURES: Final = (
    Series(name="销售收入", values=(4120, 4630, None, 6210)),
    Series(name="研发费用", values=(210, 260, 290, 330)),
)
_PARTS: Final = (
    Bar(name="已重新认定", value=61),
    Bar(name="在审", value=23),
    Bar(name="未申报", value=12),
)


def pictures() -> dict[str, Markup]:
    """Every picture by the name the page calls it."""
    return {
        "firm": terrace_everywhere(_STEPS, title="示例企业的培育梯田", key="t-firm"),
        "lost": terrace_everywhere(_LOST, title="另一示例企业的培育梯田", key="t-lost"),
        "counts": counts_everywhere(_COUNTS, title="全市创新型企业梯田", key="t-counts"),
        "bars": svg_chart.bars(_BARS, title="有效高企与目标", key="c-bars"),
        "grouped": svg_chart.grouped(_COUNTIES, _TWO_YEARS, title="两年对比", key="c-grouped"),
        "lines": svg_chart.lines(_YEARS, _FIGURES, title="近年指标，万元", key="c-lines"),
        "stacked": svg_chart.stacked(_PARTS, title="续评进度", key="c-stacked"),
    }
