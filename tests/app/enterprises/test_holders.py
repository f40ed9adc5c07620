"""Who holds which title: on a day, on a roll, as known at an instant."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.enterprises import holders, titles
from app.enterprises.domain import EventKind
from app.enterprises.models import TitleEvent
from app.enterprises.titles import NewEvent
from app.foundation.actor import SYSTEM
from tests.factories.base import NOON, current_session
from tests.factories.enterprises import EnterpriseFactory, enrol, hold
from tests.factories.reference import CITY, OTHER_COUNTY, XIANGDU, XINDU

HIGH_TECH, TECH_SME = "national.high_tech", "national.tech_sme"
LATER = NOON + timedelta(days=1)
D = date


def ids(session, statement):
    return set(session.scalars(statement))


def revoke(firm, title, on_day, at=NOON):
    event = NewEvent(enterprise_id=firm.id, title=title, kind=EventKind.REVOKED, on_day=on_day)
    return titles.record_events(current_session(), [event], by=SYSTEM, at=at)


@pytest.mark.parametrize(
    ("on", "holds"),
    [
        pytest.param(D(2024, 10, 31), False, id="the day before it begins"),
        pytest.param(D(2024, 11, 1), True, id="its first day"),
        pytest.param(D(2027, 10, 31), True, id="its last day"),
        pytest.param(D(2027, 11, 1), False, id="the day the renewal would begin"),
    ],
)
def test_a_stock_title_is_held_from_its_first_day_to_the_day_before_its_end(session, on, holds):
    firm = EnterpriseFactory()
    hold(firm, since=D(2024, 11, 1), until=D(2027, 11, 1))

    assert ids(session, holders.held_on(HIGH_TECH, on)) == ({firm.id} if holds else set())


def test_what_was_not_known_then_is_not_held_then(session):
    firm = EnterpriseFactory()
    hold(firm, at=LATER)

    day = D(2026, 6, 15)
    assert ids(session, holders.held_on(HIGH_TECH, day, known_at=NOON)) == set()
    assert ids(session, holders.held_on(HIGH_TECH, day, known_at=LATER)) == {firm.id}


def test_what_was_corrected_later_is_still_as_it_was_known(session):
    firm = EnterpriseFactory()
    hold(firm)
    event = session.scalars(select(TitleEvent)).one()
    titles.withdraw_event(session, event.id, reason="录入错误", by=SYSTEM, at=LATER)

    assert [e.title for e in holders.titles_of(session, firm.id, known_at=NOON)] == [HIGH_TECH]
    assert holders.titles_of(session, firm.id) == []
    assert len(holders.list_events(session, firm.id, known_at=NOON)) == 1


def test_a_roll_keeps_its_firms_after_the_years_number_has_run_out(session):
    firm = EnterpriseFactory()
    enrol(firm, 2024)

    assert ids(session, holders.held_on(TECH_SME, D(2025, 3, 1))) == set()
    assert ids(session, holders.on_roll(TECH_SME, 2024)) == {firm.id}
    assert ids(session, holders.on_roll(TECH_SME, 2025)) == set()


def test_a_roll_as_of_a_day_has_neither_later_entries_nor_those_revoked_by_then(session):
    early, revoked = EnterpriseFactory(), EnterpriseFactory()
    enrol(early, 2025)
    enrol(revoked, 2025)
    revoke(revoked, TECH_SME, D(2025, 9, 1))

    assert ids(session, holders.on_roll(TECH_SME, 2025, D(2025, 6, 29))) == set()
    assert ids(session, holders.on_roll(TECH_SME, 2025, D(2025, 8, 31))) == {early.id, revoked.id}
    assert ids(session, holders.on_roll(TECH_SME, 2025, D(2025, 9, 1))) == {early.id}
    assert ids(session, holders.on_roll(TECH_SME, 2025)) == {early.id}


def test_expiring_are_those_that_nothing_follows(session):
    ending, renewed, revoked = (EnterpriseFactory() for _ in range(3))
    for firm in (ending, renewed, revoked):
        hold(firm, since=D(2023, 5, 1), until=D(2026, 5, 1))
    hold(renewed, since=D(2026, 5, 1), until=D(2029, 5, 1), kind=EventKind.RENEWED)
    revoke(revoked, HIGH_TECH, D(2025, 1, 1))

    span = {"since": D(2026, 1, 1), "until": D(2027, 1, 1)}
    assert ids(session, holders.expiring(HIGH_TECH, **span)) == {ending.id}


def test_a_renewal_not_yet_known_does_not_hide_an_expiry(session):
    firm = EnterpriseFactory()
    hold(firm, since=D(2023, 5, 1), until=D(2026, 5, 1))
    hold(firm, since=D(2026, 5, 1), until=D(2029, 5, 1), kind=EventKind.RENEWED, at=LATER)

    span = {"since": D(2026, 1, 1), "until": D(2027, 1, 1)}
    assert ids(session, holders.expiring(HIGH_TECH, **span, known_at=NOON)) == {firm.id}
    assert ids(session, holders.expiring(HIGH_TECH, **span)) == set()


def test_counts_are_by_title_and_place_and_stop_at_the_divisions_asked_for(session):
    hold(EnterpriseFactory())
    enrol(EnterpriseFactory(registered_division=XINDU), 2025)
    hold(EnterpriseFactory(registered_division=OTHER_COUNTY))
    city = {"divisions": {CITY}}

    assert holders.count_holders(session, D(2026, 6, 15), **city) == {(HIGH_TECH, XIANGDU): 1}
    assert holders.count_rolls(session, (2025, 2026), **city) == {2025: {(TECH_SME, XINDU): 1}}
    assert holders.count_expiring(session, (2026, 2027), **city) == {
        2027: {(HIGH_TECH, XIANGDU): 1}
    } | {2026: {(TECH_SME, XINDU): 1}}
    events = holders.count_events(session, since=D(2025, 1, 1), until=D(2026, 1, 1), **city)
    assert events == {(TECH_SME, EventKind.ENROLLED): 1}
