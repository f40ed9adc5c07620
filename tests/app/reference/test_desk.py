"""The pages of reference data."""

import pytest

from app.foundation.actor import Role
from app.reference.cli import BUILT_IN
from app.reference.service import load_reference
from tests.factories.reference import CITY


@pytest.fixture
def visitor(client, sign_in, session):
    load_reference(session, [BUILT_IN])
    sign_in(client, Role.LEADER, CITY)
    return client


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("", "襄都区", "邯山区"),
        ("tab=divisions&q=开发", "河北邢台经济开发区", "襄都区"),
        ("tab=industries", "制造业", "锦纶纤维制造"),
        ("tab=industries&q=锦纶", "锦纶纤维制造", "稻谷种植"),
        ("tab=fields&q=基础软件", "基础软件", "生物"),
        ("tab=calendar&year=2026", "国庆节调休上班", "2025年"),
        ("tab=nonsense&q=没有", "没有符合条件的条目", "襄都区"),
    ],
)
def test_each_table_can_be_read_and_searched(visitor, query, there, absent):
    page = visitor.get(f"/reference?{query}")

    assert page.status_code == 200
    assert there in page.text
    assert f'<th scope="row">{absent}' not in page.text
