"""Charts drawn on the server: bars, grouped bars, lines, stacked progress.

Each returns one picture whose description says every number; the macro `figure` of
macros/page.html puts the same numbers in a table below it. The numbers are whole (firms,
persons, 分 turned to a unit by the caller): what is printed beside a bar is the label given,
never a number the chart rounded itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from markupsafe import Markup

from app.web import svg
from app.web.i18n import gettext as _

_ROW: Final = 28
_THIN: Final = 15  # a bar within a group
_SIZE: Final = 13
_RIGHT: Final = 90  # room for the number behind the longest bar
_PLOT: Final = 220  # height of a line chart's field


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: what it is, how long, what is written behind it, where it leads."""

    name: str
    value: int | None  # None: not known, which is not zero
    label: str = ""
    href: str = ""
    target: int | None = None  # drawn as a tick


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line, or one bar of every group; `values` run along the chart's names."""

    name: str
    values: tuple[int | None, ...]
    labels: tuple[str, ...] = ()


def bars(rows: Sequence[Bar], *, title: str, key: str, width: int = 640) -> Markup:
    """Horizontal bars, one a row, from zero; a tick marks the target."""
    names = _name_column([row.name for row in rows])
    field = width - names - _RIGHT
    most = max([1, *(n for row in rows for n in (row.value, row.target) if n)])
    drawn = Markup("")
    for index, row in enumerate(rows):
        y = index * _ROW + 4
        drawn += svg.link(_bar(row, y, names, field, most), row.href, _said(row))
    height = len(rows) * _ROW + 8
    return svg.picture(
        drawn,
        _axis(names, height),
        width=width,
        height=height,
        key=key,
        title=title,
        description="；".join(_said(row) for row in rows),
        linked=any(row.href for row in rows),
        class_="chart",
    )


def grouped(
    names: Sequence[str], series: Sequence[Series], *, title: str, key: str, width: int = 640
) -> Markup:
    """Horizontal bars in groups, one group a name, one bar a series."""
    left = _name_column(names)
    field = width - left - _RIGHT
    most = max([1, *(n for one in series for n in one.values if n)])
    tall = _THIN * len(series) + 12
    drawn, head = _legend(series, left, width)
    for index, name in enumerate(names):
        top = head + index * tall
        drawn += svg.text(name, left - 8, top + tall / 2 + 2, size=_SIZE, text_anchor="end")
        for place, one in enumerate(series):
            y = top + 4 + place * _THIN
            value = one.values[index]
            drawn += _piece(left, y, field * Fraction(value or 0, most), _THIN - 3, place)
            drawn += _behind(_label(one, index), left, y + 10, field * Fraction(value or 0, most))
    height = head + len(names) * tall + 4
    return svg.picture(
        drawn,
        _axis(left, height, head),
        width=width,
        height=height,
        key=key,
        title=title,
        description=_described(names, series),
        class_="chart",
    )


def lines(
    names: Sequence[str], series: Sequence[Series], *, title: str, key: str, width: int = 640
) -> Markup:
    """Lines over years; an unknown year leaves a gap, and the axis starts at zero."""
    drawn, head = _legend(series, 8, width)
    most = max([1, *(n for one in series for n in one.values if n)])
    least = min([0, *(n for one in series for n in one.values if n)])
    bottom = head + _PLOT
    step = Fraction(width - 80, max(len(names) - 1, 1))
    xs = [40 + step * index for index in range(len(names))]

    def height_of(value: int) -> Fraction:
        return bottom - Fraction((value - least) * (_PLOT - 30), most - least)

    for place, one in enumerate(series):
        drawn += _line(one, xs, [None if v is None else height_of(v) for v in one.values], place)
    for x, name in zip(xs, names, strict=True):
        drawn += svg.text(name, x, bottom + 20, size=12, text_anchor="middle", **_SOFT)
    drawn += _rule(height_of(0), width)
    return svg.picture(
        drawn,
        width=width,
        height=bottom + 28,
        key=key,
        title=title,
        description=_described(names, series),
        class_="chart",
    )


def stacked(parts: Sequence[Bar], *, title: str, key: str, width: int = 640) -> Markup:
    """One bar in parts (续评进度: 已交, 在审, 未交), with the parts named below it."""
    whole = sum(part.value or 0 for part in parts)
    drawn, x = Markup(""), Fraction(0)
    for place, part in enumerate(parts):
        length = Fraction(width * (part.value or 0), whole) if whole else Fraction(0)
        drawn += svg.link(_piece(x, 4, length, 22, place), part.href, _said(part))
        x += length
    x, y = Fraction(0), 46
    for place, part in enumerate(parts):
        word = f"{part.name} {part.label or _number(part.value)}"
        wide = svg.width_of(word, _SIZE) + 34
        if x and x + Fraction(wide) > width:
            x, y = Fraction(0), y + 22
        drawn += _swatch(x, y - 10, place) + svg.text(word, x + 16, y, size=_SIZE)
        x += Fraction(round(wide))
    return svg.picture(
        drawn,
        width=width,
        height=y + 8,
        key=key,
        title=title,
        description="；".join(_said(part) for part in parts),
        linked=any(part.href for part in parts),
        class_="chart",
    )


_SOFT: Final[dict[str, str | svg.Number | None]] = {"fill": svg.SOFT, "class_": "svg-soft"}
_DASHES: Final = (None, "6 3", "2 3", "8 3 2 3", "1 4")  # lines are told apart without colour


def _bar(row: Bar, y: int, names: int, field: int, most: int) -> Markup:
    """A row of a bar chart: name, bar, target, number."""
    length = field * Fraction(max(row.value or 0, 0), most)
    drawn = svg.text(row.name, names - 8, y + 15, size=_SIZE, text_anchor="end")
    drawn += _piece(names, y + 3, length, _ROW - 12, 0)
    drawn += _behind(row.label or _number(row.value), names, y + 15, length)
    if row.target is not None:
        at = names + field * Fraction(row.target, most)
        drawn += svg.tag(
            "path", d=_path(at, y, _ROW - 6), stroke=svg.INK, stroke_width=2, class_="svg-tick"
        )
    return drawn


def _path(x: svg.Number, y: int, tall: int) -> str:
    return f"M{float(x):.1f} {y}v{tall}"


def _piece(x: svg.Number, y: svg.Number, length: svg.Number, tall: int, place: int) -> Markup:
    """A filled part in the colour of series `place`; parts are parted by the ground."""
    return svg.tag(
        "rect",
        x=x,
        y=y,
        width=length,
        height=tall,
        fill=svg.SERIES[place % len(svg.SERIES)],
        stroke=svg.GROUND,
        class_=f"svg-series-{place % len(svg.SERIES)} step-edge",
    )


def _swatch(x: svg.Number, y: svg.Number, place: int) -> Markup:
    return _piece(x, y, 11, 11, place)


def _behind(word: str, left: int, y: svg.Number, length: svg.Number) -> Markup:
    return svg.text(word, left + length + 6, y, size=12, **_SOFT)


def _line(one: Series, xs: Sequence[Fraction], ys: Sequence[Fraction | None], place: int) -> Markup:
    """A line with a dot and a number at each known year; where a year is unknown, a gap."""
    colour = svg.SERIES[place % len(svg.SERIES)]
    path, pen = "", "M"
    drawn = Markup("")
    for index, (x, y) in enumerate(zip(xs, ys, strict=True)):
        if y is None:
            pen = "M"
            continue
        path += f"{pen}{float(x):.1f} {float(y):.1f}"
        pen = "L"
        drawn += svg.tag(
            "circle", cx=x, cy=y, r=3, fill=colour, class_=f"svg-series-{place % len(svg.SERIES)}"
        )
        word = _label(one, index)
        drawn += svg.text(word, x, y - 8, size=12, text_anchor="middle", **_SOFT)
    return (
        svg.tag(
            "path",
            d=path,
            fill="none",
            stroke=colour,
            stroke_width=2,
            stroke_dasharray=_DASHES[place % len(_DASHES)],
            class_=f"svg-stroke-{place % len(svg.SERIES)}",
        )
        + drawn
    )


def _legend(series: Sequence[Series], left: int, width: int) -> tuple[Markup, int]:
    """The names of the series, and how much height they took; nothing for a single one."""
    if len(series) < 2:  # noqa: PLR2004 one series is named by the title
        return Markup(""), 4
    drawn, x, y = Markup(""), float(left), 14
    for place, one in enumerate(series):
        wide = svg.width_of(one.name, _SIZE) + 36
        if x > left and x + wide > width:
            x, y = float(left), y + 20
        drawn += _swatch(x, y - 10, place) + svg.text(one.name, x + 16, y, size=_SIZE)
        x += wide
    return drawn, y + 12


def _axis(x: int, height: int, top: int = 0) -> Markup:
    return svg.tag(
        "path", d=f"M{x} {top}V{height}", stroke=svg.LINE, stroke_width=1, class_="svg-line"
    )


def _rule(y: svg.Number, width: int) -> Markup:
    return svg.tag("path", d=f"M8 {float(y):.1f}H{width - 8}", stroke=svg.LINE, class_="svg-line")


def _name_column(names: Sequence[str]) -> int:
    """Room for the longest name, within reason."""
    longest = max([svg.width_of(name, _SIZE) for name in names] or [0])
    return min(round(longest) + 16, 220)


def _number(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"


def _label(one: Series, index: int) -> str:
    return one.labels[index] if one.labels else _number(one.values[index])


def _said(row: Bar) -> str:
    words = f"{row.name} {row.label or _number(row.value)}"
    return words if row.target is None else f"{words}，{_('目标')} {row.target:,}"


def _described(names: Sequence[str], series: Sequence[Series]) -> str:
    """Every number in words: the picture says nothing that is not here."""
    said = [
        f"{name} " + "，".join(f"{one.name} {_label(one, index)}" for one in series)
        for index, name in enumerate(names)
    ]
    return "；".join(said)
