"""Stock, and every way into and out of it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.enterprises.domain import EventKind
from app.reports.domain.composition import compose
from app.reports.domain.documents import TOTAL, matching
from app.reports.domain.vocabulary import Basis, Moment
from tests.factories.reports import EAST, HIGH, WEST, facts_of, held, here

LONG_AGO, SOON = date(2020, 12, 1), date(2023, 12, 1)


def line(facts, place=TOTAL, basis=Basis.MANAGING):
    table = next(table for table in compose(facts).stock if table.basis == basis)
    values = table.lines[place, HIGH]
    return {c.key: v for c, v in zip(table.columns, values, strict=True) if v}


def test_a_title_held_all_year_is_stock_and_no_change():
    facts = facts_of([held("A", LONG_AGO, SOON)], {"A": here()})

    assert line(facts) == {"year_start": 1, "stock": 1, "previous": 1, "year_ago": 1}


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        (EventKind.FIRST, "first"),
        (EventKind.RENEWED, "renewed"),
        (EventKind.REVIEWED, "renewed"),
        (EventKind.RECORDED, "undecided"),
        (EventKind.MOVED_IN, "moved_in"),
    ],
)
def test_a_title_begun_this_year_is_counted_by_how_it_began(kind, column):
    facts = facts_of([held("A", date(2022, 10, 18), SOON, kind)], {"A": here()})

    assert line(facts) == {column: 1, "net": 1, "stock": 1}


def test_a_renewal_without_a_gap_is_counted_but_adds_nothing():
    renewed = held("A", date(2022, 12, 1), date(2025, 12, 1), EventKind.RENEWED)
    facts = facts_of([held("A", date(2019, 12, 1), date(2022, 12, 1)), renewed], {"A": here()})

    found = line(facts)

    assert (found["renewed"], found["continuing"], found["stock"]) == (1, 1, 1)
    assert "net" not in found


@pytest.mark.parametrize(
    ("closed", "column"),
    [
        (None, "expired"),
        (EventKind.REVOKED, "removed"),
        (EventKind.LAPSED, "removed"),
        (EventKind.MOVED_OUT, "removed"),
    ],
)
def test_a_title_ended_this_year_is_counted_by_how_it_ended(closed, column):
    facts = facts_of([held("A", LONG_AGO, date(2022, 11, 1), closed=closed)], {"A": here()})

    assert line(facts) == {
        "year_start": 1, column: 1, "net": -1, "previous": 1, "year_ago": 1,
    }  # fmt: skip


def test_the_last_valid_day_counts_and_the_day_after_does_not():
    ends_after = facts_of([held("A", LONG_AGO, date(2023, 1, 1))], {"A": here()})
    ends_before = facts_of([held("A", LONG_AGO, date(2022, 12, 31))], {"A": here()})

    assert line(ends_after)["stock"] == 1
    assert "stock" not in line(ends_before)


def test_an_episode_of_next_year_does_not_hide_that_the_title_expired():
    later = held("A", date(2023, 3, 1), date(2026, 3, 1), EventKind.RENEWED)
    facts = facts_of([held("A", LONG_AGO, date(2022, 11, 1)), later], {"A": here()})

    assert line(facts)["expired"] == 1


def test_a_firm_that_changes_its_county_leaves_one_and_enters_the_other():
    facts = facts_of([held("A", LONG_AGO, SOON)], {"A": here(WEST)}, {"A": here(EAST)})

    assert line(facts, EAST.code)["transferred_out"] == 1
    assert line(facts, EAST.code)["net"] == -1
    assert line(facts, WEST.code)["transferred_in"] == 1
    assert line(facts, WEST.code)["net"] == 1
    assert "net" not in line(facts)


def test_a_firm_that_leaves_the_city_takes_its_title_with_it():
    facts = facts_of([held("A", LONG_AGO, SOON)], {}, {"A": here(EAST)})

    assert line(facts) == {"year_start": 1, "removed": 1, "net": -1, "previous": 1, "year_ago": 1}


def test_a_deregistered_holder_stays_in_the_stock_and_is_told_apart():
    facts = facts_of([held("A", LONG_AGO, SOON)], {"A": here(active=False)})

    assert (line(facts)["stock"], line(facts)["idle"]) == (1, 1)


def test_registered_here_managed_there_counts_in_each_table_once():
    facts = facts_of([held("A", LONG_AGO, SOON)], {"A": here(WEST, registered=EAST)})

    assert line(facts, WEST.code, Basis.MANAGING)["stock"] == 1
    assert "stock" not in line(facts, EAST.code, Basis.MANAGING)
    assert line(facts, EAST.code, Basis.REGISTERED)["stock"] == 1


DAYS = st.dates(date(2019, 1, 1), date(2024, 12, 31))
PLACES = st.sampled_from([here(EAST), here(WEST), here(EAST, registered=WEST), None])


@st.composite
def registers(draw):
    """Firms with up to three episodes that do not overlap, living anywhere."""
    holdings, where, then = [], {}, {}
    for firm in "ABCDE":
        for known, into in ((draw(PLACES), where), (draw(PLACES), then)):
            if known is not None:
                into[firm] = known
        days = sorted(draw(st.lists(DAYS, max_size=6, unique=True)))
        for since, until in zip(days[::2], days[1::2], strict=False):
            kind = draw(st.sampled_from([EventKind.FIRST, EventKind.RENEWED, EventKind.MOVED_IN]))
            closed = draw(st.sampled_from([None, EventKind.REVOKED, EventKind.LAPSED]))
            holdings.append(held(firm, since, until, kind, closed))
    facts = facts_of(holdings, where)
    moments = {moment: (where if moment is Moment.NOW else then) for moment in Moment}
    firms = facts_of((), {**then, **where}).firms
    return replace(facts, where=moments, firms=firms)


@settings(max_examples=150, deadline=None)
@given(registers())
def test_net_change_is_the_difference_of_the_stocks_in_every_place_and_counties_sum_to_the_city(
    facts,
):
    content = compose(facts)

    for table in content.stock:
        for (place, title), values in table.lines.items():
            n = dict(zip((c.key for c in table.columns), values, strict=True))
            assert n["net"] == n["stock"] - n["year_start"], (place, n)
            if place == TOTAL:
                parts = [table.lines[p.code, title] for p in content.places]
                assert values == tuple(map(sum, zip(*parts, strict=True)))


@settings(max_examples=80, deadline=None)
@given(registers())
def test_every_number_is_the_count_of_the_rows_it_names(facts):
    content = compose(facts)

    for table in content.stock:
        for (place, title), values in table.lines.items():
            for column, value in zip(table.columns, values, strict=True):
                if column.key == "net":
                    continue
                annex = content.annex(column.annex)
                where = {**dict(column.where), "title": title}
                rows = list(matching(annex, content.firms, where, place, table.basis))
                assert len(rows) == value, (place, column.key)
