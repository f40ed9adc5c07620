"""Drawing on the server: elements, colours and text that fits, for pages and for documents.

Every shape carries its colour as an attribute (a document needs no stylesheet) and a class
(terrace.css then gives it the colours of the page, dark mode included).
"""

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from markupsafe import Markup, escape

Number = int | float | Fraction

INK: Final = "#1d2733"
SOFT: Final = "#56616b"
JADE: Final = "#0b5d50"
MIST: Final = "#cfe3de"  # the part of a step that is reached; ink on it is 12 : 1
GROUND: Final = "#ffffff"
LINE: Final = "#7d8a93"
HAIR: Final = "#d7dfe3"
MET: Final = "#17703f"
ATTENTION: Final = "#8a5a00"
UNMET: Final = "#b42318"
UNKNOWN: Final = "#56616b"
MANUAL: Final = "#5b3fb0"
SERIES: Final = (JADE, "#7fb5a8", ATTENTION, MANUAL, SOFT)  # tell-apart also by their grey

FONT: Final = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Source Han Sans SC, sans-serif"
_WIDE_FROM: Final = 0x2E80  # from here on a character is as wide as it is high
_PIECE: Final = re.compile(r"[!-~]+ ?|.")
_NARROW: Final = 0.56  # em; digits, Latin letters and spaces in the fonts above


def tag(name: str, *children: str, **attributes: str | Number | None) -> Markup:
    """An element. `stroke_width=2` becomes `stroke-width="2"`; None leaves an attribute out."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_plain(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = Markup("").join(children)  # Escapes what is not markup yet.
    return Markup(f"<{name}{given}>{inner}</{name}>")  # noqa: S704 each part is escaped above


def text(
    content: str, x: Number, y: Number, *, size: Number = 13, **attributes: str | Number | None
) -> Markup:
    """A line of text with its baseline at (x, y)."""
    look = {"fill": INK, "class_": "svg-ink", **attributes}
    return tag("text", content, x=x, y=y, font_size=size, **look)


def lines(
    rows: Iterable[str], x: Number, y: Number, *, size: int, **attributes: str | Number | None
) -> Markup:
    """Several lines of text, the first with its baseline at `y`."""
    step = round(size * 1.4)
    return Markup("").join(
        text(row, x, y + index * step, size=size, **attributes) for index, row in enumerate(rows)
    )


def width_of(content: str, size: Number) -> float:
    """About how wide `content` is at font size `size`, in the same unit."""
    ems = sum(1.0 if ord(letter) >= _WIDE_FROM else _NARROW for letter in content)
    return ems * float(size)


def wrap(content: str, width: Number, size: Number, most: int = 2) -> list[str]:
    """`content` in at most `most` lines of `width`; what does not fit ends in an ellipsis.

    Latin words and numbers stay whole where a line can hold them.

    >>> wrap("近三年研究开发费用占比", 60, 12, most=2)
    ['近三年研究', '开发费用…']
    >>> wrap("编号 GR202313", 62, 12)
    ['编号', 'GR202313']
    """
    rows: list[str] = []
    row = ""
    for piece in _pieces(content, float(width), size):
        if width_of((row + piece).rstrip(), size) <= float(width):
            row += piece
            continue
        if len(rows) + 1 == most:
            while row and width_of(row + "…", size) > float(width):
                row = row[:-1]
            return [*rows, row.rstrip() + "…"]
        rows, row = [*rows, row.rstrip()], piece.lstrip()
    return [*rows, row] if row else rows


def _pieces(content: str, width: float, size: Number) -> list[str]:
    """What a line may be broken between: words and single wide characters."""
    found: list[str] = []
    for piece in _PIECE.findall(content):
        found += [piece] if width_of(piece, size) <= width else list(piece)
    return found


def picture(
    *children: str,
    width: Number,
    height: Number,
    key: str,
    title: str,
    description: str = "",
    linked: bool = False,
    class_: str = "",
) -> Markup:
    """The outer element, with a name and a description for who does not see it.

    A picture with links is a group: the children of an image would not be read out. `key`
    keeps the ids of several pictures on one page apart.
    """
    parts = [tag("title", title, id=f"{key}-title")]
    named = f"{key}-title"
    if description:
        parts.append(tag("desc", description, id=f"{key}-desc"))
    return tag(
        "svg",
        *parts,
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_plain(width)} {_plain(height)}",
        width=width,
        height=height,
        font_family=FONT,
        class_=f"svg {class_}".strip(),
        role="group" if linked else "img",
        aria_labelledby=named,
        aria_describedby=f"{key}-desc" if description else None,
    )


def link(content: Markup, href: str, name: str) -> Markup:
    """`content` as a link called `name`; without an address just a named group."""
    if not href:
        return tag("g", tag("title", name), content)
    return tag("a", content, href=href, aria_label=name, class_="svg-link")


def _plain(value: str | Number) -> str:
    """A number with two decimals at most, so that the same picture is the same text."""
    if isinstance(value, str):
        return value
    rounded = f"{float(value):.2f}"
    return rounded.rstrip("0").rstrip(".")
