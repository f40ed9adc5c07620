"""The demo city is the same every time, valid in every code, and tells its stories."""

from datetime import date
from itertools import pairwise

import pytest
from stdnum.cn import uscc

from seed.demo.city import generate, size
from seed.demo.firms import City, Firm
from seed.demo.papers import HIGH_TECH, TECH_SME
from seed.demo.places import COUNTIES, ZONE

SIGNS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫"
TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def city() -> City:
    return generate()


def test_the_same_seed_makes_the_same_city(city: City) -> None:
    assert generate().firms == city.firms
    assert generate(seed=1).firms != city.firms


def test_there_are_three_hundred_firms_and_twelve_stories(city: City) -> None:
    assert len(city.firms) == size() == 300
    told = [firm.kind for firm in city.firms if firm.kind[0] in SIGNS]
    assert told == ["①", "②", "③", "④", "④b", *SIGNS[4:]]


def test_every_credit_code_is_valid_and_no_name_or_code_is_used_twice(city: City) -> None:
    assert all(uscc.is_valid(firm.credit_code) for firm in city.firms)
    assert len({firm.credit_code for firm in city.firms}) == len(city.firms)
    names = [firm.name for firm in city.firms]
    names += [former.name for firm in city.firms for former in firm.former_names]
    assert len(set(names)) == len(names)


def test_no_figure_is_anything_but_an_integer(city: City) -> None:
    for firm in city.firms:
        for figures in firm.years.values():
            assert all(type(value) is int for value in figures.values())


def test_the_heads_of_expense_add_up(city: City) -> None:
    heads = (
        "labour",
        "direct_input",
        "depreciation",
        "intangible",
        "design",
        "equipment_test",
        "other",
    )
    for firm in city.firms:
        for figures in firm.years.values():
            total = sum(figures[f"rd_{head}"] for head in heads)
            assert total == figures["rd_expense_high_tech"], firm.name


def test_titles_of_one_kind_never_overlap(city: City) -> None:
    for firm in city.firms:
        for title in {row.title for row in firm.titles}:
            rows = sorted((r for r in firm.titles if r.title == title), key=lambda r: r.since)
            assert all(early.until <= late.since for early, late in pairwise(rows)), firm.name


def test_rights_are_numbered_once(city: City) -> None:
    numbers = [right.number for firm in city.firms for right in firm.rights]
    assert len(set(numbers)) == len(numbers)
    assert all(r.applied_on < r.granted_on for firm in city.firms for r in firm.rights)


def test_every_firm_lies_in_a_county_of_the_city(city: City) -> None:
    codes = {place.code for place in COUNTIES}
    assert {firm.managing_division for firm in city.firms} == codes
    assert {firm.registered_division for firm in city.firms} == codes


def test_the_announced_list_has_fifty_five_present_and_three_former_names(city: City) -> None:
    former = [firm for firm in city.awaiting if firm.former_names]
    assert (len(city.awaiting), len(former)) == (58, 3)
    assert not any(firm.held(TECH_SME, TODAY) for firm in city.awaiting)


def three_years(firm: Firm, indicator: str) -> int:
    return sum(firm.years[year][indicator] for year in (2023, 2024, 2025))


def test_the_story_of_five_per_cent_turns_on_one_fen(city: City) -> None:
    exact, short = city.story("④"), city.story("④b")
    assert three_years(exact, "rd_expense_high_tech") * 20 == three_years(exact, "sales_revenue")
    assert (
        three_years(short, "rd_expense_high_tech") * 20 == three_years(short, "sales_revenue") - 20
    )


def test_the_stories_are_what_their_names_say(city: City) -> None:
    assert city.story("①").held(HIGH_TECH, TODAY)
    assert not city.story("①").held(TECH_SME, TODAY)
    assert max(row.until for row in city.story("③").titles if row.title == HIGH_TECH) == date(
        2026, 11, 28
    )
    assert (city.story("⑥").registered_division, city.story("⑥").managing_division) == (
        "990101",
        ZONE,
    )
    assert city.story("⑦").registered_on == date(2026, 4, 8)
    assert city.story("⑧").consolidated_years == (2024, 2025)
    assert [row.kind for row in city.story("⑨").titles] == ["moved_in"]
    assert city.story("⑩").former_names
    assert city.story("⑪").status == "deregistered"
    assert all(city.story("⑫").years[year]["net_assets"] < 0 for year in (2023, 2024, 2025))
