"""The signature: a firm's titles, or a city's firms, as steps rising from left to right."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from markupsafe import Markup

from app.web import svg
from app.web.svg_step import (
    BASE,
    LEVEL,
    Box,
    CountStep,
    Step,
    draw,
    draw_count,
    draw_ribbons,
    spoken,
    told,
)

WHOLE: Final = 1228  # a wide screen: what the steps share, within these bounds:
PAPER: Final = 720  # the same on A4, where letters must stay as large
_NARROWEST: Final = 150
_WIDEST: Final = 306
_SIDE: Final = Fraction(4, 5)  # a side step's part of a main step's width
_TALL: Final = 356  # a phone's width less its margins
_ROW: Final = 104  # of a step on a phone
_GAP: Final = 10  # on both sides of a side step
_MARGIN: Final = 30  # above the highest step, for its ribbon


def terrace(
    steps: Sequence[Step],
    *,
    title: str,
    key: str = "terrace",
    whole: int = WHOLE,
    class_: str = "terrace",
) -> Markup:
    """The terrace of one firm; each step links to its trace. `whole` is about its width."""
    ordered = sorted(steps, key=lambda step: (step.rank, step.is_branch))
    boxes, width, height = _places([(step.rank, step.is_branch) for step in ordered], whole)
    drawn = [draw(step, box, key) for step, box in zip(ordered, boxes, strict=True)]
    rises = _rises([step.rise for step in ordered], boxes, above=10)
    return svg.picture(
        _patterns(key),
        *drawn,
        rises,
        _ground(width, height),
        width=width,
        height=height,
        key=key,
        title=title,
        description="；".join(spoken(step) for step in ordered),
        linked=any(step.href for step in ordered),
        class_=class_,
    )


def terrace_everywhere(steps: Sequence[Step], *, title: str, key: str) -> Markup:
    """The terrace three times: for a wide screen, a narrow one and A4; the stylesheet chooses."""
    return (
        terrace(steps, title=title, key=key)
        + terrace_tall(steps, title=title, key=f"{key}-tall")
        + terrace(steps, title=title, key=f"{key}-paper", whole=PAPER, class_="terrace-paper")
    )


def terrace_tall(steps: Sequence[Step], *, title: str, key: str = "terrace-tall") -> Markup:
    """The terrace for a narrow screen: the highest step on top, each lower one longer."""
    ordered = sorted(steps, key=lambda step: (-step.rank, step.is_branch))
    boxes = _stack(len(ordered))
    return svg.picture(
        _patterns(key),
        *(draw(step, box, key) for step, box in zip(ordered, boxes, strict=True)),
        width=_TALL,
        height=len(ordered) * _ROW + 2,
        key=key,
        title=title,
        linked=any(step.href for step in ordered),
        class_="terrace-tall",
    )


def counts_tall(steps: Sequence[CountStep], *, title: str, key: str = "terrace-tall") -> Markup:
    """The counted terrace for a narrow screen; the year's ups and downs stand in words."""
    ordered = sorted(steps, key=lambda step: (-step.rank, step.is_branch))
    drawn = Markup("")
    for step, box in zip(ordered, _stack(len(ordered)), strict=True):
        moved = [f"▲{step.up:,}"] if step.up else []
        moved += [f"▼{step.down:,}"] if step.down else []
        drawn += draw_count(replace(step, note=" ".join([*moved, step.note])), box)
    return svg.picture(
        drawn,
        width=_TALL,
        height=len(ordered) * _ROW + 2,
        key=key,
        title=title,
        linked=any(step.href for step in ordered),
        class_="terrace-tall",
    )


def _stack(number: int) -> list[Box]:
    """Steps one below the other, from the shortest to the one as wide as the screen."""
    shortest = round(_TALL * 0.7)
    grown = (_TALL - shortest) // max(number - 1, 1)
    widths = [_TALL - 2 - grown * (number - 1 - index) for index in range(number)]
    return [
        Box(_TALL - 1 - width, 1 + index * _ROW, width, _ROW) for index, width in enumerate(widths)
    ]


def terrace_counts(
    steps: Sequence[CountStep],
    *,
    title: str,
    key: str = "terrace",
    whole: int = WHOLE,
    class_: str = "terrace",
) -> Markup:
    """The terrace of a place: how many hold each title, and the year's ups and downs."""
    ordered = sorted(steps, key=lambda step: (step.rank, step.is_branch))
    boxes, width, height = _places([(step.rank, step.is_branch) for step in ordered], whole)
    most = max([1, *(n for step in ordered for n in (step.up, step.down) if n)])
    drawn = [
        draw_count(step, box) + draw_ribbons(step, box, most)
        for step, box in zip(ordered, boxes, strict=True)
    ]
    rises = _rises([step.rise for step in ordered], boxes, above=28)
    return svg.picture(
        *drawn,
        rises,
        _ground(width, height),
        width=width,
        height=height,
        key=key,
        title=title,
        description="；".join(told(step) for step in ordered),
        linked=any(step.href for step in ordered),
        class_=class_,
    )


def counts_everywhere(steps: Sequence[CountStep], *, title: str, key: str) -> Markup:
    """The counted terrace for a wide screen, a narrow one and A4."""
    return (
        terrace_counts(steps, title=title, key=key)
        + counts_tall(steps, title=title, key=f"{key}-tall")
        + terrace_counts(
            steps, title=title, key=f"{key}-paper", whole=PAPER, class_="terrace-paper"
        )
    )


def _places(steps: Sequence[tuple[int, bool]], whole: int) -> tuple[list[Box], int, int]:
    """Where each (rank, is_branch) stands, and the size of the picture."""
    ranks = sorted({rank for rank, _branch in steps})
    height = _MARGIN + BASE + LEVEL * max(len(ranks) - 1, 0)
    boxes: list[Box] = []
    x, main = 1, min(max(whole // max(len(steps), 1), _NARROWEST), _WIDEST)
    for rank, is_branch in steps:
        top = height - BASE - LEVEL * ranks.index(rank) + (LEVEL // 3 if is_branch else 0)
        x += _GAP if is_branch else 0
        width = round(main * _SIDE) if is_branch else main
        boxes.append(Box(x, top, width, height - top))
        x += width + (_GAP if is_branch else 0)
    return boxes, x + 1, height + 2


def _rises(names: Sequence[str], boxes: Sequence[Box], above: int) -> Markup:
    """The names of the promotions, beside the risers they lead up; `above` the lower tread.

    Steps of one rank stand side by side: only the first of them has a riser.
    """
    drawn = Markup("")
    for index, (name, box) in enumerate(zip(names, boxes, strict=True)):
        lower = boxes[index - 1] if index else box
        if name and lower.y > box.y:
            drawn += svg.text(
                f"{name} ↗",
                box.x - 6,
                lower.y - above,
                size=12,
                text_anchor="end",
                fill=svg.SOFT,
                class_="svg-soft",
            )
    return drawn


def _ground(width: int, height: int) -> Markup:
    return svg.tag(
        "path",
        d=f"M0 {height - 1}H{width}",
        stroke=svg.JADE,
        stroke_width=2,
        class_="svg-jade-line",
    )


def _patterns(key: str) -> Markup:
    """Hatching in the two warning colours; told apart from a fill in black and white too."""
    return svg.tag(
        "defs",
        *(
            svg.tag(
                "pattern",
                svg.tag(
                    "path", d="M0 0V8", stroke=colour, stroke_width=3, class_=f"svg-{tone}-line"
                ),
                id=f"{key}-{tone}",
                width=8,
                height=8,
                patternUnits="userSpaceOnUse",
                patternTransform="rotate(45)",
            )
            for tone, colour in (("attention", svg.ATTENTION), ("unmet", svg.UNMET))
        ),
    )
