"""PDF/A and PNG through typst. Without the Chinese font there is no PDF, and it is said so."""

import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import structlog
import typst

from app.reports.papers.grids import Grid, title_size, widths
from app.reports.papers.layout import Block, Heading, Paper, Paragraph, Picture

TEMPLATE: Final = Path(__file__).parent / "report.typ"
FONT: Final = "Noto Serif CJK SC"
_LOCK: Final = Lock()  # typst's compiler refuses a second thread
_PNG: Final = """#set page(width: auto, height: auto, margin: 0pt, fill: white)
#set text(font: "Noto Sans CJK SC")
#image(bytes(sys.inputs.picture), format: "svg", width: 720pt)
"""

log = structlog.get_logger()


def has_font() -> bool:
    """Whether Chinese can be printed here (Debian: fonts-noto-cjk)."""
    return FONT in _families()


@lru_cache(maxsize=1)
def _families() -> frozenset[str]:
    """The fonts of this machine; looking takes longer than printing a page."""
    return frozenset(typst.Fonts().families())


def write(paper: Paper, drawings: dict[str, str], mark: str, issued_at: datetime) -> bytes | None:
    """The report as PDF/A-2b; None where the font is missing. `drawings` are SVG by key."""
    data = {
        "title": paper.title, "title_size": title_size(paper.title, 18),
        "under_title": paper.under_title, "address": paper.address,
        "sender": paper.sender, "dated": paper.dated, "annexes": list(paper.annexes),
        "blocks": [_plain(block) for block in paper.blocks], "pictures": drawings, "mark": mark,
    }  # fmt: skip
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    with _LOCK:
        if not has_font():
            log.warning("report.pdf_skipped", missing_font=FONT, debian_package="fonts-noto-cjk")
            return None
        return _bytes(
            typst.compile(
                TEMPLATE.read_bytes(), format="pdf", sys_inputs=inputs, pdf_standards="a-2b",
                timestamp=int(issued_at.timestamp()),
            )
        )  # fmt: skip


def png(drawing: str) -> bytes | None:
    """A drawing as pixels, for Word; None where the font is missing."""
    with _LOCK:
        if not has_font():
            return None
        return _bytes(
            typst.compile(_PNG.encode(), format="png", ppi=160, sys_inputs={"picture": drawing})
        )


def _bytes(made: Any) -> bytes:
    """One document as bytes; typst gives a list when there are several pages of pixels."""
    return bytes(made[0] if isinstance(made, list) else made)


def _plain(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "text": block.text}
    if isinstance(block, Paragraph):
        return {"kind": "small" if block.small else "paragraph", "text": block.text}
    if isinstance(block, Picture):
        return {"kind": "picture", "key": block.key, "caption": block.caption}
    return _grid(block)


def _grid(grid: Grid) -> dict[str, Any]:
    return {
        "kind": "grid", "caption": grid.caption, "head": grid.head, "rows": grid.rows,
        "widths": [round(float(share) * 1000) for share in widths(grid)],
        "has_total": grid.has_total,
    }  # fmt: skip
