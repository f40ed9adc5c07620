"""Rows of a list find their enterprises; what could be wrong is left to a person."""

from uuid import UUID

import pytest

from app.intake.domain import RowMatch
from app.intake.matching import Asked, Directory, Known, normal_name
from tests.factories.enterprises import credit_code

STAR = Known(UUID(int=1), credit_code(1), "邢台星云科技有限公司", "130502")
TWIN_EAST = Known(UUID(int=2), credit_code(2), "邢台双子科技有限公司", "130502")
TWIN_WEST = Known(UUID(int=3), credit_code(3), "邢台双子科技有限公司", "130503")
BRACKET = Known(UUID(int=4), credit_code(4), "河北（邢台）机械有限公司", "130503")
ZONE = Known(UUID(int=5), credit_code(5), "邢台两地机电有限公司", "130571", "130502")
DIRECTORY = Directory.of(
    [STAR, TWIN_EAST, TWIN_WEST, BRACKET, ZONE], {STAR.id: {"邢台旧名科技有限公司", STAR.name}}
)


def find(name="", code="", region="", divisions=(), foreign=False):
    asked = Asked(5, name, code, region, frozenset(divisions), foreign)
    return DIRECTORY.find(asked)


@pytest.mark.parametrize(
    ("asked", "match", "firm"),
    [
        ({"name": STAR.name}, RowMatch.BY_NAME, STAR),
        ({"code": STAR.credit_code}, RowMatch.BY_CODE, STAR),
        ({"code": STAR.credit_code.lower(), "name": STAR.name}, RowMatch.BY_CODE, STAR),
        ({"name": "邢台旧名科技有限公司"}, RowMatch.BY_FORMER_NAME, STAR),
        ({"name": "河北(邢台)机械 有限公司"}, RowMatch.BY_NAME, BRACKET),
        ({"name": "河北〔邢台〕机械有限公司"}, RowMatch.BY_NAME, BRACKET),
        ({"name": TWIN_EAST.name, "divisions": ["130503"]}, RowMatch.BY_NAME, TWIN_WEST),
        ({"name": ZONE.name, "divisions": ["130502"]}, RowMatch.BY_NAME, ZONE),
        ({"name": ZONE.name, "divisions": ["130571"]}, RowMatch.BY_NAME, ZONE),
        ({"name": "石家庄某某有限公司", "region": "石家庄"}, RowMatch.OUTSIDE, None),
        ({"name": "邢台星云科技"}, RowMatch.OUTSIDE, None),
        ({"name": STAR.name, "code": "91130502MA"}, RowMatch.BY_NAME, STAR),
    ],
)
def test_a_row_finds_its_enterprise(asked, match, firm):
    answer = find(**asked)

    assert (answer.match, answer.enterprise_id) == (match, firm.id if firm else None)


@pytest.mark.parametrize(
    ("asked", "candidates"),
    [
        ({"name": TWIN_EAST.name}, [TWIN_EAST, TWIN_WEST]),
        ({"name": STAR.name, "divisions": ["130503"], "region": "信都区"}, [STAR]),
        ({"name": STAR.name, "foreign": True, "region": "石家庄市"}, [STAR]),
        ({"name": STAR.name, "code": credit_code(99)}, [STAR]),
    ],
    ids=["two of one name", "another county", "another city", "another code"],
)
def test_a_doubtful_row_is_left_to_a_person(asked, candidates):
    answer = find(**asked)

    assert (answer.match, answer.enterprise_id) == (RowMatch.AMBIGUOUS, None)
    assert list(answer.candidates) == candidates
    assert "请确认" in answer.detail


def test_a_code_with_another_name_says_so():
    assert "是否更名" in find(name="邢台新名科技有限公司", code=STAR.credit_code).detail
    assert find(name="邢台旧名科技有限公司", code=STAR.credit_code).detail == ""


def test_names_differ_where_people_would_say_they_differ():
    assert normal_name("甲（A）公司") == normal_name("甲(Ａ) 公司")
    assert normal_name("甲公司") != normal_name("乙公司")
