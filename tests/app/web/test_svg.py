"""Pictures: well-formed, inert, the same each time, and sayable."""

from fractions import Fraction

import pytest
from defusedxml import ElementTree

from app.web import svg, svg_chart
from app.web.criterion import CriterionLine, fold, gauge
from app.web.svg_chart import Bar, Series
from app.web.svg_step import CountStep, Step, StepState
from app.web.svg_terrace import terrace, terrace_counts

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def _words(app):
    with app.test_request_context():
        yield


def step(state, rank=1, **more):
    return Step(id=f"s{rank}", name=f"称号{rank}", state=state, rank=rank, **more)


@pytest.mark.parametrize("state", StepState)
def test_a_step_says_its_name_its_state_and_its_note(state):
    picture = terrace([step(state, note="2026年12月31日到期")], title="某企业")

    words = "".join(ElementTree.fromstring(picture).itertext())

    assert "称号1" in words
    assert state.label in words
    assert "2026年12月31日到期" in words


def test_the_terrace_is_a_named_group_whose_steps_are_links():
    picture = terrace([step(StepState.HELD, href="/x?a=1&b=2")], title="某企业的梯田", key="k")

    root = ElementTree.fromstring(picture)

    assert root.get("role") == "group"
    assert root.find(f"{SVG}title").text == "某企业的梯田"
    assert root.get("aria-labelledby") == "k-title"
    (link,) = root.iter(f"{SVG}a")
    assert link.get("href") == "/x?a=1&b=2"
    assert link.get("aria-label") == "称号1：已取得"


def test_a_terrace_without_links_is_an_image():
    assert (
        ElementTree.fromstring(terrace([step(StepState.HELD)], title="某企业")).get("role") == "img"
    )


def test_higher_ranks_stand_higher_and_to_the_right():
    root = ElementTree.fromstring(
        terrace(
            [step(StepState.HELD, 3), step(StepState.HELD, 1), step(StepState.HELD, 2)], title="某"
        )
    )

    steps = [r for r in root.iter(f"{SVG}rect") if r.get("fill") == svg.JADE]

    xs, ys = [int(r.get("x")) for r in steps], [int(r.get("y")) for r in steps]
    assert xs == sorted(xs)
    assert ys == sorted(ys, reverse=True)


def test_a_near_step_is_filled_to_the_share_of_criteria_met():
    root = ElementTree.fromstring(
        terrace([step(StepState.NEAR, met_share=Fraction(3, 4))], title="某")
    )

    part = next(r for r in root.iter(f"{SVG}rect") if r.get("fill") == svg.MIST)
    whole = next(r for r in root.iter(f"{SVG}rect") if r.get("fill") == svg.GROUND)

    assert int(part.get("height")) == int(whole.get("height")) * 3 // 4
    assert "75 %" in "".join(root.itertext())


def test_what_a_name_contains_is_never_markup():
    picture = terrace(
        [Step(id="x", name='<script>"&', state=StepState.HELD, rank=1, note="</svg>")], title="<b>"
    )

    assert "<script>" not in picture
    assert len([e for e in ElementTree.fromstring(picture).iter() if "script" in e.tag]) == 0


def test_counts_tell_the_year_and_what_is_not_known():
    picture = terrace_counts(
        [
            CountStep(id="a", name="高企", count=611, rank=1, up=96, down=14),
            CountStep(id="b", name="领军", count=None, rank=2),
        ],
        title="全市",
    )

    said = ElementTree.fromstring(picture).find(f"{SVG}desc").text

    assert said == "高企 611，本年新增 96，本年减少 14；领军 —"


def test_no_picture_carries_a_style_attribute_or_a_script():
    series = [Series(name="甲", values=(1, None, 3)), Series(name="乙", values=(2, 2, 2))]
    pictures = [
        terrace([step(s, i) for i, s in enumerate(StepState)], title="某"),
        svg_chart.bars([Bar(name="甲", value=3, target=4)], title="某", key="b"),
        svg_chart.grouped(["一", "二", "三"], series, title="某", key="g"),
        svg_chart.lines(["一", "二", "三"], series, title="某", key="l"),
        svg_chart.stacked([Bar(name="甲", value=3), Bar(name="乙", value=0)], title="某", key="s"),
    ]

    for picture in pictures:
        ElementTree.fromstring(picture)
        assert "style=" not in picture
        assert "<script" not in picture


def test_an_unknown_bar_is_said_as_unknown_and_not_as_zero():
    picture = svg_chart.bars([Bar(name="宁晋县", value=None)], title="某", key="b")

    assert "宁晋县 —" in ElementTree.fromstring(picture).find(f"{SVG}desc").text


def test_a_line_has_a_gap_where_a_year_is_unknown():
    picture = svg_chart.lines(
        ["1", "2", "3"], [Series(name="甲", values=(1, None, 3))], title="某", key="l"
    )

    drawn = [
        p.get("d")
        for p in ElementTree.fromstring(picture).iter(f"{SVG}path")
        if p.get("stroke-width")
    ]

    assert drawn[0].count("M") == 2
    assert "L" not in drawn[0]


def test_charts_of_nothing_are_drawn_too():
    ElementTree.fromstring(svg_chart.bars([], title="某", key="b"))
    ElementTree.fromstring(svg_chart.stacked([Bar(name="甲", value=0)], title="某", key="s"))
    ElementTree.fromstring(terrace([], title="某"))


@pytest.mark.parametrize(
    ("content", "width", "rows"),
    [
        ("短", 100, ["短"]),
        ("", 100, []),
        ("编号 GR202313", 62, ["编号", "GR202313"]),
        ("近三年研究开发费用占比", 60, ["近三年研究", "开发费用…"]),
    ],
)
def test_text_is_wrapped_to_its_step(content, width, rows):
    assert svg.wrap(content, width, 12) == rows


def test_a_trace_is_folded_into_what_decides_what_is_open_and_the_rest():
    lines = [
        CriterionLine(id="a", outcome="met", name="a"),
        CriterionLine(id="b", outcome="unmet", name="b", is_decisive=True),
        CriterionLine(id="c", outcome="manual", name="c"),
        CriterionLine(id="d", outcome="not_applicable", name="d"),
    ]

    parts = fold(lines)

    assert [[line.id for line in part] for part in (parts.decisive, parts.open, parts.settled)] == [
        ["b"],
        ["c"],
        ["a", "d"],
    ]


@pytest.mark.parametrize(
    ("measure", "bound"), [(None, Fraction(5)), (Fraction(5), None), (Fraction(-1), Fraction(0))]
)
def test_what_cannot_be_measured_has_no_bar(measure, bound):
    assert gauge(measure, bound) == ""


def test_a_loss_is_a_bar_of_no_length():
    root = ElementTree.fromstring(gauge(Fraction(-5), Fraction(5), "unmet"))

    assert [r.get("width") for r in root.iter(f"{SVG}rect")] == ["132", "0"]
