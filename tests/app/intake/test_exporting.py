"""What is written back is text: never a formula, whatever came in."""

import io

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from app.foundation.identifiers import uuid7
from app.intake.domain import IssueEffect, RowMatch
from app.intake.exporting import issues_workbook, list_workbook
from app.intake.models import ListRow, LoadIssue
from app.intake.queries import RowShown
from app.intake.workbooks import Grid

# Control characters cannot stand in XML at all; the parser of uploads never lets them through.
cells = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cn"]), max_size=40)
hostile = st.builds("{}{}".format, st.sampled_from(["=", "+", "-", "@", "=cmd|'/C x'!A0"]), cells)


def types(content):
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(cells, hostile), min_size=1, max_size=5))
def test_a_list_comes_back_without_a_single_formula(texts):
    grid = Grid((("企业名称",), *((text,) for text in texts)), ())
    rows = [
        RowShown(
            ListRow(line=line, name=text, match=RowMatch.OUTSIDE, detail=text, load_id=uuid7()),
            None,
        )
        for line, text in enumerate(texts, start=2)
    ]

    assert types(list_workbook(grid, 0, 0, rows)) <= {"s"}


@settings(max_examples=40, deadline=None)
@given(st.one_of(cells, hostile))
def test_faults_come_without_a_single_formula(text):
    issue = LoadIssue(
        file="annual.csv", line=2, column=text, value=text, effect=IssueEffect.VALUE, detail=text
    )

    assert types(issues_workbook([issue])) <= {"s", "n"}
