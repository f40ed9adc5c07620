"""Figures and records as they are known, and as they were known."""

from datetime import date, timedelta

from app.foundation.actor import Actor, Grant, Line, Role
from app.foundation.identifiers import uuid7
from app.profiles import queries, service
from app.profiles.models import Incident
from tests.factories.base import NOON
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.profiles import IncidentFactory, file_year
from tests.factories.reference import CITY, XIANGDU, XINDU

LATER = NOON + timedelta(days=1)


def reviewer(division):
    return Actor(uuid7(), "张三", (Grant(Role.COUNTY_REVIEWER, division, Line.SCIENCE),))


def test_the_years_of_an_enterprise_come_newest_first(session):
    firm = EnterpriseFactory()
    file_year(firm, 2020, {"sales_revenue": 1})
    file_year(firm, 2021, {"sales_revenue": 2}, proxies={"operating_revenue": "sales_revenue"})

    newest, oldest = queries.list_years(session, firm.id, visible_to=reviewer(CITY))

    assert (newest.year, newest.figures, oldest.year) == (2021, {"sales_revenue": 2}, 2020)
    assert newest.proxies == {"operating_revenue": "sales_revenue"}


def test_what_was_known_before_a_correction_can_be_read_again(session):
    firm = EnterpriseFactory()
    file_year(firm, 2021, {"sales_revenue": 100})
    file_year(firm, 2021, {"sales_revenue": 90}, at=LATER)

    def known(at):
        (year,) = queries.list_years(session, firm.id, visible_to=reviewer(CITY), known_at=at)
        return year.figures["sales_revenue"]

    assert (known(NOON), known(LATER), known(None)) == (100, 90, 90)
    history = queries.list_revisions(session, firm.id, 2021, visible_to=reviewer(CITY))
    assert [row.number for row in history] == [2, 1]


def test_another_countys_figures_do_not_exist(session):
    firm = EnterpriseFactory(registered_division=XIANGDU)
    file_year(firm, 2021, {"sales_revenue": 100})
    IncidentFactory(enterprise_id=firm.id)

    assert queries.list_years(session, firm.id, visible_to=reviewer(XINDU)) == []
    assert queries.list_revisions(session, firm.id, 2021, visible_to=reviewer(XINDU)) == []
    assert queries.list_records(session, Incident, firm.id, visible_to=reviewer(XINDU)) == []
    assert len(queries.list_records(session, Incident, firm.id, visible_to=reviewer(XIANGDU))) == 1


def test_a_county_is_covered_by_what_was_said_of_its_city(session, places):
    service.cover(
        session, "abnormal_list", CITY, since=date(2018, 1, 1), until=date(2023, 1, 1),
        checked_on=None, is_assumed=False, reason="", document_id=None, at=NOON,
    )  # fmt: skip

    def covered(on):
        return [row.register for row in queries.list_coverage(session, XIANGDU, on=on)]

    assert covered(date(2022, 12, 31)) == ["abnormal_list"]
    assert covered(date(2023, 1, 1)) == []


def test_an_assumption_holds_within_its_days(session, places):
    service.assume(
        session, "resident_enterprise", True, CITY, since=date(2018, 1, 1),
        until=date(2023, 1, 1), reason="假定", document_id=None, at=NOON,
    )  # fmt: skip

    assert len(queries.list_assumptions(session, XIANGDU, on=date(2022, 12, 31))) == 1
    assert queries.list_assumptions(session, XIANGDU, on=date(2023, 1, 1)) == []
    assert queries.list_assumptions(session, "130400", on=date(2022, 12, 31)) == []
