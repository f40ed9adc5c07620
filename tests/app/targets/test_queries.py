"""Counting towards targets in the database, and who may see what."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from app.enterprises.domain import EventKind
from app.foundation.actor import Actor, Grant, Line, Role
from app.targets import queries
from config import BUILT_IN_PACKS
from rules.library import load
from tests.app.targets.test_domain import HIGH, target
from tests.factories.base import NOON
from tests.factories.enterprises import EnterpriseFactory, enrol, hold
from tests.factories.reference import CITY, OTHER_COUNTY, PROVINCE, XIANGDU, XINDU

END = date(2022, 12, 31)
SME = "national.tech_sme"


@pytest.fixture(scope="module")
def law():
    return load([BUILT_IN_PACKS], ["xingtai"])


def actor(division, role=Role.LEADER):
    return Actor(None, "张三", (Grant(role, division, Line.SCIENCE),))


def counted(session, law, known_at=NOON, **changes):
    return queries.measure(session, law, target(**changes), END, known_at).counted


def test_a_stock_counts_distinct_firms_over_its_titles(session, law):
    both = EnterpriseFactory()
    hold(both, HIGH, date(2021, 1, 1), date(2024, 1, 1))
    hold(both, "hebei.leader", date(2021, 1, 1), date(2024, 1, 1))
    hold(EnterpriseFactory(), HIGH, date(2021, 1, 1), date(2024, 1, 1))

    assert counted(session, law, titles=(HIGH, "hebei.leader")) == 2


def test_the_end_is_exclusive_and_other_cities_do_not_count(session, law):
    hold(EnterpriseFactory(), HIGH, date(2019, 12, 31), END)
    elsewhere = EnterpriseFactory(registered_division=OTHER_COUNTY)
    hold(elsewhere, HIGH, date(2021, 1, 1), date(2024, 1, 1))

    assert counted(session, law) == 0  # It was held once here, so that none is a fact.


def test_no_record_of_a_title_at_all_is_no_zero(session, law, places):
    found = queries.measure(session, law, target(), END, NOON)

    assert found.counted is None
    assert "请先导入公告名单" in found.reason


def test_a_net_target_takes_off_what_there_was(session, law):
    hold(EnterpriseFactory(), HIGH, date(2020, 1, 1), date(2022, 6, 1))
    for _ in range(3):
        hold(EnterpriseFactory(), HIGH, date(2022, 3, 1), date(2025, 3, 1))

    assert counted(session, law, kind="net") == 2


def test_a_new_target_counts_who_did_not_hold_it_at_the_start(session, law):
    again = EnterpriseFactory()
    hold(again, HIGH, date(2019, 6, 1), date(2022, 6, 1))
    hold(again, HIGH, date(2022, 6, 1), date(2025, 6, 1), EventKind.RENEWED)
    hold(EnterpriseFactory(), HIGH, date(2022, 3, 1), date(2025, 3, 1))

    assert counted(session, law, kind="new") == 1


def test_a_roll_counts_its_year_though_its_numbers_end_with_it(session, law):
    firm = EnterpriseFactory()
    enrol(firm, 2021)
    enrol(firm, 2022)
    enrol(EnterpriseFactory(), 2021)

    assert counted(session, law, titles=(SME,)) == 1
    assert counted(session, law, titles=(SME,), kind="net") == -1


def test_what_was_recorded_later_does_not_count_earlier(session, law):
    later = NOON + timedelta(days=1)
    hold(EnterpriseFactory(), HIGH, date(2021, 1, 1), date(2024, 1, 1), at=later)

    assert counted(session, law) is None
    assert counted(session, law, known_at=later) == 1


def board(session, law, division, targets):
    given = replace(law, targets=tuple(targets))
    return queries.board(
        session, given, year=2022, on=END, known_at=NOON, visible_to=actor(division)
    )


def test_the_city_sees_each_countys_share(session, law):
    hold(EnterpriseFactory(), HIGH, date(2021, 1, 1), date(2024, 1, 1))
    for _ in range(2):
        firm = EnterpriseFactory(registered_division=XINDU)
        hold(firm, HIGH, date(2021, 1, 1), date(2024, 1, 1))

    (line,) = board(session, law, CITY, [target(value=Fraction(4))])

    assert {share.code: share.count for share in line.shares} == {XIANGDU: 1, XINDU: 2}
    assert (line.progress.counted, line.progress.gap, line.is_partial) == (3, 1, False)


def test_a_county_sees_of_the_citys_target_its_own_part_only(session, law):
    hold(EnterpriseFactory(), HIGH, date(2021, 1, 1), date(2024, 1, 1))
    hold(EnterpriseFactory(registered_division=XINDU), HIGH, date(2021, 1, 1), date(2024, 1, 1))

    (line,) = board(session, law, XIANGDU, [target()])

    assert line.is_partial
    assert [share.code for share in line.shares] == [XIANGDU]
    assert line.progress.counted is None
    assert "本单位 1 户" in line.progress.reason


def test_targets_of_other_places_and_years_are_not_shown(session, law, places):
    others = [target(territory=XINDU), target(territory="130400"), target(year=2025)]

    assert board(session, law, XIANGDU, others) == []
    assert len(board(session, law, PROVINCE, [target()])) == 1
