"""Headers of lists, as bureaus print them."""

import pytest

from app.intake.columns import (
    from_document,
    guess,
    header_hash,
    headings,
    propose_header,
    to_document,
)
from app.intake.domain import ListField
from app.intake.workbooks import Grid


def grid(*rows):
    width = max(len(row) for row in rows)
    return Grid(tuple(tuple(row) + ("",) * (width - len(row)) for row in rows), ())


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("序号", "企业名称", "地区"), {1: "name", 2: "region"}),
        (
            ("序号", "入库登记编号", "企业名称", "统一社会信用代码", "所在地"),
            {1: "certificate", 2: "name", 3: "credit_code", 4: "region"},
        ),
        (
            ("编号", "产品名称", "企业全称", "有效期至", "发证时间", "证书编号"),
            {2: "name", 3: "until", 4: "since", 5: "certificate"},
        ),
        (("名称", "市"), {0: "name", 1: "region"}),
        (("企业（单位）名称",), {0: "name"}),
        (("序号", "备注"), {}),
    ],
)
def test_what_columns_say_is_guessed_from_their_headings(texts, expected):
    assert {place: field.value for place, field in guess(texts).items()} == expected


def test_the_header_is_found_below_merged_titles():
    sheet = grid(
        ("附件1",), ("2022年第一批名单",), ("序号", "企业名称", "地区"), ("1", "甲", "襄都区")
    )

    assert propose_header(sheet) == 2


def test_a_list_of_names_alone_has_its_header_on_top():
    assert propose_header(grid(("企业名称",), ("甲公司",), ("乙公司",))) == 0


def test_a_blank_heading_takes_the_text_above_it():
    sheet = grid(("序号", "企业名称", "证书"), ("", "", "编号"), ("1", "甲", "GR1"))

    assert headings(sheet, 1) == ("序号", "企业名称", "编号")


def test_a_title_above_the_header_is_no_heading():
    sheet = grid(("2022年名单", "", ""), ("序号", "企业名称", ""), ("1", "甲", "x"))

    assert headings(sheet, 1) == ("序号", "企业名称", "")


def test_headings_differing_in_blanks_are_the_same_kind_of_list():
    assert header_hash(("企业 名称", "地区")) == header_hash(("企业名称", "地　区"))
    assert header_hash(("企业名称", "地区")) != header_hash(("地区", "企业名称"))


def test_a_choice_survives_being_kept():
    chosen = {0: ListField.NAME, 3: ListField.REGION}

    assert from_document(to_document(chosen)) == chosen
