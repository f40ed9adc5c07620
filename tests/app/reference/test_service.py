"""Reference data load whole, twice without effect, and with a bureau's own additions."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import func, select

from app.reference import queries
from app.reference.cli import BUILT_IN, cli
from app.reference.domain import DivisionLevel
from app.reference.errors import ReferenceFault
from app.reference.models import Division, DivisionClosure
from app.reference.service import load_reference


@pytest.fixture
def loaded(session):
    load_reference(session, [BUILT_IN])
    return session


def test_the_country_has_its_provinces_cities_counties_and_zones(loaded):
    levels = Counter(loaded.scalars(select(Division.level)))

    assert levels == {
        DivisionLevel.COUNTRY: 1,
        DivisionLevel.PROVINCE: 34,
        DivisionLevel.CITY: 365,
        DivisionLevel.COUNTY: 2819,
        DivisionLevel.ZONE: 124,
    }


def test_a_second_load_changes_nothing(loaded):
    again = load_reference(loaded, [BUILT_IN])

    assert [(part.added, part.changed) for part in again] == [(0, 0)] * len(again)


def test_xingtai_has_eighteen_counties_and_its_development_zone(loaded):
    levels = Counter(place.level for place in queries.list_children(loaded, "130500"))

    assert levels == {DivisionLevel.COUNTY: 18, DivisionLevel.ZONE: 1}
    assert queries.get_division(loaded, "130571").name == "河北邢台经济开发区"


def test_jiyuan_stands_directly_below_its_province_as_a_city(loaded):
    jiyuan = queries.get_division(loaded, "419001")

    assert (jiyuan.level, jiyuan.parent_code) == (DivisionLevel.CITY, "410000")


def test_every_place_is_below_the_country_in_the_closure(loaded):
    places = loaded.scalar(select(func.count()).select_from(Division))
    below = loaded.scalar(
        select(func.count())
        .select_from(DivisionClosure)
        .where(DivisionClosure.ancestor_code == "0")
    )

    assert below == places


def test_a_bureaus_own_folder_adds_a_zone_and_a_new_years_holidays(loaded, tmp_path):
    (tmp_path / "divisions.csv").write_text(
        "code,name,level,parent,source\n1305Z1,信都科技园,zone,130500,本局\n", encoding="utf-8"
    )
    (tmp_path / "calendar.csv").write_text(
        "day,is_working,name,source\n2027-01-01,0,元旦,国办发明电〔2026〕1号\n", encoding="utf-8"
    )

    load_reference(loaded, [BUILT_IN, tmp_path])

    assert queries.covers(loaded, {"130000"}, "1305Z1")
    assert not queries.working_calendar(loaded).is_working_day(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("divisions.csv", "code,name,level,parent\n9,某地,village,0\n", "第 2 行：级别“village”"),
        ("calendar.csv", "day,is_working,name,source\n2027/1/1,0,元旦,x\n", "不是日期"),
        ("calendar.csv", "day,is_working,name,source\n2027-01-01,否,元旦,x\n", "is_working"),
    ],
    ids=["an unknown level", "a day in another form", "neither open nor closed"],
)
def test_a_faulty_row_is_named_with_its_file_and_reason(session, tmp_path, name, text, reason):
    (tmp_path / name).write_text(text, encoding="utf-8")

    with pytest.raises(ReferenceFault, match=reason):
        load_reference(session, [tmp_path])


def test_the_command_loads_and_says_what_it_did(app):
    result = app.test_cli_runner().invoke(cli, ["load"])

    assert result.exit_code == 0, result.output
    assert "division: 新增" in result.output
