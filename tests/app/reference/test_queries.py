"""Places are found by code, former code and name; what is within what comes from the closure."""

from datetime import date

import pytest
from sqlalchemy import select

from app.foundation.errors import NotFound
from app.reference import queries
from app.reference.domain import DivisionLevel
from app.reference.models import Division, DivisionAlias, HighTechField, Industry
from tests.factories.reference import CITY, OTHER_COUNTY, PROVINCE, XIANGDU, XINDU, ZONE

pytestmark = pytest.mark.usefixtures("places")


def codes_within(session, divisions):
    return set(session.scalars(queries.within(divisions)))


def test_a_city_holds_itself_its_counties_and_its_zone(session):
    assert codes_within(session, {CITY}) == {CITY, XIANGDU, XINDU, ZONE}


def test_a_county_holds_itself_alone(session):
    assert codes_within(session, {XIANGDU}) == {XIANGDU}


def test_two_grants_give_both_places_once(session):
    assert sorted(session.scalars(queries.within({XIANGDU, CITY}))) == [
        CITY,
        XIANGDU,
        XINDU,
        ZONE,
    ]


def test_no_grant_gives_no_place(session):
    assert codes_within(session, frozenset()) == set()


def test_a_neighbouring_city_is_not_covered(session):
    assert queries.covers(session, {CITY}, XINDU)
    assert not queries.covers(session, {CITY}, OTHER_COUNTY)


def test_places_below_can_be_limited_to_a_level(session):
    zones = queries.list_below(session, {PROVINCE}, levels=[DivisionLevel.ZONE])

    assert [zone.code for zone in zones] == [ZONE]


def test_an_unknown_code_does_not_exist(session):
    with pytest.raises(NotFound, match="999999"):
        queries.get_division(session, "999999")


def former(session, alias, code, until):
    session.add(DivisionAlias(alias=alias, code=code, since=None, until=until, source="测试"))
    session.flush()


@pytest.mark.parametrize(
    ("text", "on", "found"),
    [
        pytest.param(XIANGDU, None, XIANGDU, id="by its code"),
        pytest.param(" 襄都区 ", None, XIANGDU, id="by its name, spaces ignored"),
        pytest.param("桥东区", date(2019, 6, 1), XIANGDU, id="by a name in use on the day"),
        pytest.param("桥东区", None, XIANGDU, id="by a former name, no day asked"),
        pytest.param("桥东区", date(2021, 1, 1), None, id="not by a name no longer in use"),
        pytest.param("桃源县", None, None, id="not by a name nobody has"),
    ],
)
def test_a_place_is_found_by(session, text, on, found):
    former(session, "桥东区", XIANGDU, date(2021, 1, 1))

    place = queries.find_division(session, text, on=on)

    assert (place.code if place else None) == found


def test_a_name_of_two_places_is_found_only_below_one_of_them(session):
    former(session, "桥西区", XINDU, None)
    former(session, "桥西区", OTHER_COUNTY, None)

    assert queries.find_division(session, "桥西区") is None
    assert queries.find_division(session, "桥西区", below=CITY).code == XINDU


def test_a_former_code_leads_to_the_present_one(session):
    former(session, "130521", XINDU, date(2021, 1, 1))

    codes = queries.division_codes(session)

    assert (codes["130521"], codes[XINDU]) == (XINDU, XINDU)
    assert set(codes) == {"130521", *session.scalars(select(Division.code))}


def test_names_can_be_asked_for_some_codes(session):
    assert queries.names(session, [XIANGDU]) == {XIANGDU: "襄都区"}
    assert queries.names(session)[CITY] == "邢台市"


def test_industries_and_fields_are_trees_in_the_order_of_their_codes(session):
    for code, level, parent in (("C", 1, None), ("18", 2, "C"), ("17", 2, "C"), ("181", 3, "18")):
        session.add(Industry(code=code, name=code, level=level, parent_code=parent, section="C"))
        session.flush()
    session.add(HighTechField(code="10", name="电子信息", level=1, parent_code=None))
    session.flush()

    (section,) = queries.list_industries(session)

    assert [child.code for child in section.children] == ["17", "18"]
    assert section.children[1].children[0].code == "181"
    assert [field.name for field in queries.list_fields(session)] == ["电子信息"]
    assert queries.industry_names(session, 2) == {"17": "17", "18": "18"}
