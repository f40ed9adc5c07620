"""Differences of two contents, and contents as documents."""

import json
from dataclasses import replace
from datetime import date

from app.foundation import canonical
from app.reports.domain.comparison import Differences, compare
from app.reports.domain.composition import compose
from app.reports.domain.documents import Content
from app.reports.domain.period import Period, a_year_before
from app.reports.domain.vocabulary import EditionKind, Moment
from tests.factories.reports import WEST, enrolled, facts_of, held, here, judged

HELD = held("A", date(2021, 1, 1), date(2024, 1, 1))


def test_equal_contents_do_not_differ():
    content = compose(facts_of([HELD], {"A": here()}))

    assert compare(content, content) == Differences()


def test_a_firm_more_is_named_with_the_numbers_it_moved():
    before = compose(facts_of([HELD], {"A": here(), "B": here(WEST)}))
    more = held("B", date(2022, 3, 1), date(2025, 3, 1))
    after = compose(facts_of([HELD, more], {"A": here(), "B": here(WEST)}))

    found = compare(before, after)

    numbers = {(n.place, n.label): (n.before, n.after) for n in found.numbers}
    assert numbers["邢台市", "高企·存量"] == (1, 2)
    assert numbers["信都区", "高企·首次认定"] == (0, 1)
    assert not any(place == "襄都区" for place, _ in numbers)
    assert {(f.annex, f.name, f.before) for f in found.firms} == {
        ("1", "B公司", ""),
        ("2", "B公司", ""),
    }


def test_a_row_that_changed_is_told_before_and_after():
    before = compose(facts_of([HELD], {"A": here()}))
    later = replace(HELD, until=date(2025, 1, 1))
    after = compose(facts_of([later], {"A": here()}))

    change = next(f for f in compare(before, after).firms if f.annex == "1")

    assert "2024-01-01" in change.before
    assert "2025-01-01" in change.after


def test_differences_survive_as_a_document():
    before = compose(facts_of([HELD], {"A": here()}))
    after = compose(facts_of([], {"A": here()}))
    found = compare(before, after)

    assert found.numbers
    assert Differences.read(found.document()) == Differences.read(
        json.loads(canonical.dumps(found.document()))
    )


def test_a_content_reads_back_as_it_was_written():
    content = compose(
        facts_of([HELD, enrolled("A", 2022)], {"A": here()}, verdicts={("A", "x"): judged()})
    )
    text = canonical.dumps(content.document())

    again = Content.read(json.loads(text))

    assert canonical.dumps(again.document()) == text
    assert again.headline == content.headline


def test_an_edition_of_an_earlier_release_still_opens():
    document = json.loads(canonical.dumps(compose(facts_of([HELD], {"A": here()})).document()))
    del document["rolled_words"], document["leads"]

    content = Content.read(document)

    assert (content.rolled_words, content.leads) == ((), ())
    assert content.headline


def test_the_order_in_which_facts_arrive_does_not_change_the_content():
    firms = {"A": here(), "B": here(WEST)}
    holdings = [HELD, held("B", date(2022, 3, 1), date(2025, 3, 1)), enrolled("A", 2022)]
    one = facts_of(holdings, firms)
    other = facts_of(holdings[::-1], dict(reversed(firms.items())))

    assert canonical.dumps(compose(one).document()) == canonical.dumps(compose(other).document())


def test_periods_hold_their_days():
    monthly = Period.of(EditionKind.MONTHLY, date(2024, 2, 29))
    special = Period.of(EditionKind.SPECIAL, date(2024, 6, 30))

    assert (monthly.since, monthly.until) == (date(2024, 2, 1), date(2024, 3, 1))
    assert monthly.days() == {
        Moment.NOW: date(2024, 2, 29),
        Moment.YEAR_START: date(2023, 12, 31),
        Moment.PREVIOUS: date(2024, 1, 31),
        Moment.YEAR_AGO: date(2023, 2, 28),
    }
    assert (special.since, special.until) == (date(2024, 1, 1), date(2024, 7, 1))
    assert special.name == "截至2024年6月30日"
    assert a_year_before(date(2023, 3, 1)) == date(2022, 3, 1)
