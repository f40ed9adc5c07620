"""One step of the terrace: what is known of it, and how it is drawn in its box."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from markupsafe import Markup

from app.foundation.labelled import Labelled
from app.web import svg
from app.web.i18n import gettext as _

LEVEL: Final = 42  # one rank higher
BASE: Final = 112  # of the lowest step: room for a name and four lines
_PAD: Final = 12
_Attributes = dict[str, str | svg.Number | None]


class StepState(Labelled):
    """Where a firm stands on one step."""

    HELD = "held", "已取得"
    REACHED = "reached", "已达标，未登记"
    NEAR = "near", "尚差"
    EXPIRING = "expiring", "即将到期"
    LOST = "lost", "已失去"
    UNASSESSABLE = "unassessable", "不能判断"


GLYPHS: Final = {
    StepState.HELD: "✓",
    StepState.REACHED: "★",
    StepState.NEAR: "◐",
    StepState.EXPIRING: "!",
    StepState.LOST: "✕",
    StepState.UNASSESSABLE: "?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One title of the ladder, as one firm stands to it.

    `note` is the line that matters: certificate dates, the missing criterion, the day, what
    is missing. `met_share` is the share of criteria met, of a step that is near. `rise` names
    the promotion that leads here (小升高).
    """

    id: str
    name: str
    state: StepState
    rank: int
    note: str = ""
    is_branch: bool = False
    met_share: Fraction = Fraction(0)
    rise: str = ""
    href: str = ""
    has_changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CountStep:
    """One title of the ladder with the firms that hold it, and the year's ups and downs."""

    id: str
    name: str
    count: int | None  # None: not known
    rank: int
    note: str = ""
    is_branch: bool = False
    up: int | None = None
    down: int | None = None
    rise: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a step stands."""

    x: int
    y: int
    width: int
    height: int


def draw(step: Step, box: Box, key: str) -> Markup:
    """One step: its body by state, then name, status and note."""
    held = step.state is StepState.HELD
    ink: _Attributes = {"fill": svg.GROUND, "class_": "svg-on-jade"} if held else {}
    x, inner = box.x + _PAD, box.width - 2 * _PAD
    status = f"{GLYPHS[step.state]} {_(step.state.label)}"
    if step.state is StepState.NEAR and step.met_share:
        status = f"{GLYPHS[step.state]} {_('已达')} {_share(step.met_share)}"
    name = svg.wrap(step.name, inner, 15, most=2)
    y = box.y + 26
    words = svg.lines(name, x, y, size=15, font_weight=600, **ink)
    y += 21 * len(name)
    words += svg.text(status, x, y, size=13, font_weight=600, **_tone(step.state))
    words += svg.lines(svg.wrap(step.note, inner, 12, most=2), x, y + 19, size=12, **ink)
    body = _body(step, box, key) + words
    return svg.link(body, step.href, spoken(step))


def _body(step: Step, box: Box, key: str) -> Markup:
    """The shape of a step: filled, outlined, part-filled, hatched or dotted."""
    place: _Attributes = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    ground = svg.tag("rect", **place, fill=svg.GROUND, class_="svg-ground")
    frame: _Attributes = {**place, "fill": "none", "stroke_width": 1.5}
    match step.state:
        case StepState.HELD:
            field = svg.tag(
                "rect", **place, fill=svg.JADE, stroke=svg.GROUND, class_="svg-jade step-edge"
            )
            return field + _furrows(box)
        case StepState.REACHED:
            return ground + _outline(step, box)
        case StepState.NEAR:
            line = svg.tag("rect", **frame, stroke=svg.JADE, class_="svg-jade-line")
            return ground + _filled(step, box) + line
        case StepState.UNASSESSABLE:
            dots: _Attributes = {"stroke": svg.LINE, "stroke_dasharray": "2 4"}
            return ground + svg.tag("rect", **frame, **dots, class_="svg-line")
    lost = step.state is StepState.LOST
    tone, colour = ("unmet", svg.UNMET) if lost else ("attention", svg.ATTENTION)
    hatch = svg.tag("rect", **place, fill=f"url(#{key}-{tone})")
    line = svg.tag("rect", **frame, stroke=colour, class_=f"svg-{tone}-line")
    return ground + hatch + line + _plate(step, box)


def _furrows(box: Box) -> Markup:
    """The edges of the fields below, faint in a filled step: what makes it a terrace."""
    ys = range(box.y + box.height - BASE + LEVEL, box.y + box.height, LEVEL)
    path = "".join(f"M{box.x + 1} {y}h{box.width - 2}" for y in ys if y > box.y + BASE - 16)
    return svg.tag("path", d=path, stroke=svg.GROUND, opacity="0.28", class_="step-edge")


def _outline(step: Step, box: Box) -> Markup:
    """A thick line inside the edge; it pulses once where the step was reached just now."""
    return svg.tag(
        "rect",
        x=box.x + 2,
        y=box.y + 2,
        width=box.width - 4,
        height=box.height - 4,
        fill="none",
        stroke=svg.JADE,
        stroke_width=4,
        class_="svg-jade-line step-pulse" if step.has_changed else "svg-jade-line",
    )


def _filled(step: Step, box: Box) -> Markup:
    """The lower part, as high as the share of criteria met."""
    share = min(max(step.met_share, Fraction(0)), Fraction(1))
    filled = round(box.height * share)
    return svg.tag(
        "rect",
        x=box.x,
        y=box.y + box.height - filled,
        width=box.width,
        height=filled,
        fill=svg.MIST,
        class_="svg-mist",
    )


def _plate(step: Step, box: Box) -> Markup:
    """A plain ground behind the words of a hatched step."""
    inner = box.width - 2 * _PAD
    rows = len(svg.wrap(step.name, inner, 15)) * 21 + len(svg.wrap(step.note, inner, 12)) * 17
    return svg.tag(
        "rect",
        x=box.x + 7,
        y=box.y + 8,
        width=box.width - 14,
        height=rows + 24,
        fill=svg.GROUND,
        class_="svg-ground",
    )


def _tone(state: StepState) -> dict[str, str]:
    """How the status of a step is written."""
    return {
        StepState.HELD: {"fill": svg.GROUND, "class_": "svg-on-jade"},
        StepState.REACHED: {"fill": svg.JADE, "class_": "svg-jade"},
        StepState.NEAR: {"fill": svg.INK, "class_": "svg-ink"},
        StepState.EXPIRING: {"fill": svg.ATTENTION, "class_": "svg-attention"},
        StepState.LOST: {"fill": svg.UNMET, "class_": "svg-unmet"},
        StepState.UNASSESSABLE: {"fill": svg.UNKNOWN, "class_": "svg-unknown"},
    }[state]


def draw_count(step: CountStep, box: Box) -> Markup:
    """One step of a place: the name, and the number large."""
    held: _Attributes = {"fill": svg.GROUND, "class_": "svg-on-jade"}
    look: _Attributes = {"fill": svg.JADE, "class_": "svg-jade step-edge", "stroke": svg.GROUND}
    if step.count is None:
        held = {}
        look = {"fill": svg.GROUND, "class_": "svg-ground svg-line", "stroke": svg.LINE}
        look["stroke_dasharray"] = "2 4"
    body = svg.tag("rect", x=box.x, y=box.y, width=box.width, height=box.height, **look)
    x, inner = box.x + _PAD, box.width - 2 * _PAD
    number = "—" if step.count is None else f"{step.count:,}"
    if step.count is not None:
        body += _furrows(box)
    words = svg.lines(svg.wrap(step.name, inner, 14, most=1), x, box.y + 26, size=14, **held)
    words += svg.text(number, x, box.y + 60, size=28, font_weight=600, **held)
    words += svg.lines(svg.wrap(step.note, inner, 12, most=2), x, box.y + 82, size=12, **held)
    return svg.link(body + words, step.href, told(step))


def draw_ribbons(step: CountStep, box: Box, most: int) -> Markup:
    """Above the tread: who came up this year and who went, as ribbons as long as their number."""
    drawn, x = Markup(""), box.x + 4
    for number, glyph, colour, tone in (
        (step.up, "▲", svg.MET, "met"),
        (step.down, "▼", svg.UNMET, "unmet"),
    ):
        if not number:
            continue
        word = f"{glyph}{number:,}"
        length = 6 + round(44 * number / most)
        ribbon = f"M{x} {box.y - 8}h{length}l-3 4l3 4h-{length}z"
        drawn += svg.tag("path", d=ribbon, fill=colour, class_=f"svg-{tone}")
        drawn += svg.text(
            word, x, box.y - 12, size=12, font_weight=600, fill=colour, class_=f"svg-{tone}"
        )
        x += max(length, round(svg.width_of(word, 12))) + 12
    return drawn


def _share(share: Fraction) -> str:
    return f"{round(share * 100)} %"


def spoken(step: Step) -> str:
    """A step in words, for who does not see it."""
    words = f"{step.name}：{_(step.state.label)}"
    if step.state is StepState.NEAR and step.met_share:
        words = f"{step.name}：{_('已达')} {_share(step.met_share)}"
    return f"{words}，{step.note}" if step.note else words


def told(step: CountStep) -> str:
    """A counted step in words."""
    words = [f"{step.name} {'—' if step.count is None else step.count}"]
    words += [_("本年新增 %(n)s", n=step.up)] if step.up else []
    words += [_("本年减少 %(n)s", n=step.down)] if step.down else []
    words += [step.note] if step.note else []
    return "，".join(words)
