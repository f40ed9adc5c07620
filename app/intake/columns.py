"""Finds the header of an announced list and what its columns say. Pure.

Lists come with merged titles above the header, two-line headers and headings nobody agreed
on. What is proposed here a person confirms; what he confirms is remembered by the header.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from app.foundation import canonical
from app.intake.cells import plain
from app.intake.domain import ListField
from app.intake.workbooks import Grid

LOOKED_AT: Final = 20  # rows among which the header is sought
_BLANK: Final = re.compile(r"[\s（）()、:：*＊]+")
_WORDS: Final = tuple(  # in this order: a plain heading is looked for before a vague one
    (field, re.compile(words))
    for field, words in (
        (ListField.CREDIT_CODE, "信用代码|社会代码|机构代码|^税号$|纳税人识别号"),
        (ListField.NAME, "(企业|单位|公司|机构|主体)(名称|全称)"),
        (ListField.UNTIL, "有效期(至|止|截止|结束)|截止日期|终止日期|到期"),
        (ListField.SINCE, "(发证|认定|入库|批准|备案|登记)(日期|时间)|有效期(自|起)|起始日期"),
        (ListField.CERTIFICATE, "证书编?号|(登记|入库|备案)编?号"),
        (ListField.REGION, "地区|区县|县区|县市区|市区县|地市|所在地|属地|辖区|推荐单位|归口"),
        (ListField.REGION, "行政区划|^[市县区]$"),
        (ListField.NAME, "^(企业|单位|公司)$|^名称$"),
        (ListField.CERTIFICATE, "^编号$"),
    )
)


def propose_header(grid: Grid) -> int:
    """The index of the row that is most likely the header: the one that names most columns."""
    best, best_score = 0, -1
    for index, row in enumerate(grid.rows[:LOOKED_AT]):
        texts = [plain(cell) for cell in row if cell]
        merged_title = len(texts) == 1 < grid.width  # a title over the table names no column
        score = 0 if merged_title else len(guess(texts)) * 100 + len(texts)
        if score > best_score:
            best, best_score = index, score
    return best


def headings(grid: Grid, header: int) -> tuple[str, ...]:
    """The texts of the header row; where it is blank, the text above (a two-line header)."""
    row = grid.rows[header]
    above = grid.rows[header - 1] if header else ("",) * len(row)
    is_title = sum(bool(cell) for cell in above) <= 1
    return tuple(
        plain(cell) or ("" if is_title else plain(upper))
        for cell, upper in zip(row, above, strict=True)
    )


def header_hash(texts: Sequence[str]) -> str:
    """What the same kind of list has in common the next time: its headings in order."""
    return canonical.sha256(canonical.dumps([_bare(text) for text in texts]))


def guess(texts: Sequence[str]) -> dict[int, ListField]:
    """What each column probably says; each meaning is given once, to the first that fits."""
    bare = [_bare(text) for text in texts]
    found: dict[int, ListField] = {}
    for field, words in _WORDS:
        free = (place for place in range(len(bare)) if place not in found)
        fitting = next((place for place in free if words.search(bare[place])), None)
        if fitting is not None and field not in found.values():
            found[fitting] = field
    return found


def to_document(columns: Mapping[int, ListField]) -> dict[str, str]:
    """The mapping as JSON keeps it."""
    return {str(place): field.value for place, field in columns.items()}


def from_document(document: Mapping[str, str]) -> dict[int, ListField]:
    """The mapping as it was kept."""
    return {int(place): ListField(field) for place, field in document.items()}


def _bare(text: str) -> str:
    return _BLANK.sub("", plain(text))
