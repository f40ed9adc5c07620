"""What the front page counts, and that it counts nobody else's firms."""

from datetime import date

import pytest

from app.enterprises.domain import EventKind
from app.foundation.actor import Actor, Grant, Line, Role
from app.home import queries
from app.intake.domain import LoadKind, LoadState
from app.intake.models import Load
from tests.factories.base import NOON
from tests.factories.enterprises import EnterpriseFactory, enrol, hold
from tests.factories.jobs import JobFactory
from tests.factories.reference import CITY, OTHER_CITY, OTHER_COUNTY, XIANGDU, XINDU

ON = date(2026, 6, 15)
HIGH, ROLL = "national.high_tech", "national.tech_sme"


def sees(division=CITY):
    return Actor(id=None, name="张三", grants=(Grant(Role.CITY_REVIEWER, division, Line.SCIENCE),))


def standings(session, actor=None):
    return queries.standings(session, [HIGH, ROLL], {ROLL}, on=ON, visible_to=actor or sees())


def test_a_stock_counts_who_holds_it_today_and_who_came_and_went_this_year(session):
    hold(EnterpriseFactory(), since=date(2024, 11, 1), until=date(2027, 11, 1))
    hold(EnterpriseFactory(), since=date(2026, 3, 1), until=date(2029, 3, 1))
    hold(EnterpriseFactory(), since=date(2023, 2, 1), until=date(2026, 2, 1))  # ran out

    found = standings(session)[HIGH]

    assert (found.count, found.up, found.down) == (2, 1, 1)


def test_a_revocation_is_one_loss_also_when_the_firm_has_left_the_register(session):
    gone, here = EnterpriseFactory(deregistered=True), EnterpriseFactory()
    for firm in (gone, here):
        hold(firm, since=date(2024, 11, 1), until=date(2027, 11, 1))
        hold(firm, since=None, until=None, kind=EventKind.REVOKED, on_day=date(2026, 3, 1))

    found = standings(session)[HIGH]

    assert (found.count, found.up, found.down) == (0, 0, 2)


def test_a_renewal_neither_adds_nor_takes(session):
    firm = EnterpriseFactory()
    hold(firm, since=date(2023, 2, 1), until=date(2026, 2, 1))
    hold(firm, since=date(2026, 2, 1), until=date(2029, 2, 1), kind=EventKind.RENEWED)

    found = standings(session)[HIGH]

    assert (found.count, found.up, found.down) == (1, 0, 0)


def test_a_roll_counts_the_year_and_names_the_year_before(session):
    both, old, new = EnterpriseFactory(), EnterpriseFactory(), EnterpriseFactory()
    for firm in (both, old):
        enrol(firm, 2025)
    for firm in (both, new):
        hold(
            firm,
            ROLL,
            date(2026, 6, 1),
            date(2027, 1, 1),
            EventKind.ENROLLED,
            roll_year=2026,
        )

    found = standings(session)[ROLL]

    assert (found.count, found.up, found.down, found.last_year) == (2, 1, 1, 2)


def test_a_title_of_which_nothing_was_loaded_is_not_known_rather_than_zero(session):
    hold(EnterpriseFactory())

    assert ROLL not in standings(session)


def test_a_title_held_elsewhere_only_is_zero_here(session):
    hold(EnterpriseFactory(registered_division=OTHER_COUNTY))

    assert standings(session)[HIGH].count == 0
    assert standings(session, sees(OTHER_CITY))[HIGH].count == 1


def test_a_firm_that_was_deregistered_leaves_the_count(session):
    hold(EnterpriseFactory(deregistered=True))

    assert standings(session)[HIGH].count == 0


@pytest.mark.parametrize(("division", "names"), [(CITY, ["甲", "乙"]), (XINDU, ["乙"])])
def test_what_ends_soon_comes_in_order_and_only_from_ones_own_places(session, division, names):
    first = EnterpriseFactory(name="甲", registered_division=XIANGDU)
    second = EnterpriseFactory(name="乙", registered_division=XINDU)
    hold(second, since=date(2023, 9, 1), until=date(2026, 9, 1))
    hold(first, since=date(2023, 8, 1), until=date(2026, 8, 1))
    hold(EnterpriseFactory(), since=date(2024, 8, 1), until=date(2027, 8, 1))
    span = {"since": ON, "until": date(2026, 12, 15), "visible_to": sees(division)}

    found = queries.endings(session, [HIGH], **span, limit=8)

    assert [ending.name for ending in found] == names
    assert queries.count_endings(session, HIGH, **span) == len(names)


def test_running_jobs_and_open_loads_are_those_of_ones_own_places(session, places):
    JobFactory(running=True)
    JobFactory(done=True)
    JobFactory(running=True, division=OTHER_CITY)
    for state, division in (
        (LoadState.CHECKED, CITY),
        (LoadState.WRITTEN, CITY),
        (LoadState.CHECKED, OTHER_CITY),
    ):
        session.add(
            Load(
                kind=LoadKind.LIST,
                state=state,
                division=division,
                file_name="名单.xlsx",
                sha256="a" * 64,
                stored_as="x",
                settings="{}",
                created_at=NOON,
                created_by_name="张三",
            )
        )
    session.flush()

    assert len(queries.list_running_jobs(session, visible_to=sees())) == 1
    assert len(queries.list_open_loads(session, visible_to=sees())) == 1
    assert queries.list_editions(session, visible_to=sees()) == []


def test_the_notices_that_reach_a_place_are_its_own_and_those_above_it(session, places):
    assert queries.places_above(session, XIANGDU) == {"0", "130000", CITY, XIANGDU}
