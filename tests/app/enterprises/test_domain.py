"""Credit codes, terms and the projection of title events, without a database."""

import csv
import itertools
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.enterprises.domain import (
    ALPHABET,
    CLOSING,
    Event,
    EventKind,
    Term,
    check_character,
    check_code,
    half_open_end,
    normal_code,
    project,
    term,
    years_after,
)
from tests.conftest import SHARED

VECTORS = SHARED / "reference" / "uscc_vectors.csv"


@pytest.mark.shared
@pytest.mark.skipif(not VECTORS.exists(), reason="the shared data folder is not here")
def test_all_published_vectors_are_judged_as_they_should_be():
    wrong = []
    with VECTORS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        checked = check_code(row["code"])
        if row["expected"] == "valid":
            right = not checked.fault
        elif row["expected"] == "invalid":
            # Full-width digits are one and the same code once normalised (GB 32100 knows none).
            right = bool(checked.fault) or "full-width" in row["source"]
        elif row["expected"] == "nonconforming_but_issued":
            right = bool(checked.fault) and checked.is_wellformed  # needs an override
        else:
            right = not checked.fault and checked.code == normal_code(row["code"])
        if not right:
            wrong.append((row, checked))

    assert len(rows) == 306
    assert wrong == []


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y43",
        "91330401MA28A7N16U",
        "91331021MA2HET773R",
        "913306815877655972",
        "91410611MA00TE0115",
        "91411002MA00TE02X9",
        "91419001MA00TE038X",
        "91130502MA00TE046M",
        "91430903MA00TE054P",
    ],
)
def test_a_code_that_passes_both_checks_is_taken_without_a_word(code):
    checked = check_code(code)

    assert (checked.fault, checked.warning) == ("", "")


@pytest.mark.parametrize(
    ("text", "word", "wellformed"),
    [
        pytest.param("9135010", "18 位，这里有 7 位", False, id="too short"),
        pytest.param("", "这里有 0 位", False, id="empty"),
        pytest.param("9135O100M000100Y43", "不使用“O”", False, id="the letter O for a zero"),
        pytest.param(
            "913501A0M000100Y43", "第 3 至 8 位应为数字", False, id="a letter in the region"
        ),
        pytest.param("91350100M000100Y44", "校验码不符", True, id="a wrong check character"),
    ],
)
def test_a_faulty_code_is_told_what_is_wrong(text, word, wellformed):
    checked = check_code(text)

    assert word in checked.fault
    assert checked.is_wellformed is wellformed


def test_a_deviating_organisation_code_is_a_warning_only():
    body = "91130502MA00TE0470"[:17]  # the organisation code MA00TE046 altered, then made whole
    checked = check_code(body + check_character(body))

    assert checked.fault == ""
    assert "组织机构代码" in checked.warning


def test_spaces_width_and_case_are_normalised():
    assert normal_code("　９１ 350100m000100y43\t") == "91350100M000100Y43"


@given(
    st.text(ALPHABET, min_size=2, max_size=2),
    st.integers(0, 999999),
    st.text(ALPHABET, min_size=9, max_size=9),
    st.data(),
)
def test_any_single_wrong_character_is_found(head, region, tail, data):
    body = f"{head}{region:06d}{tail}"
    code = body + check_character(body)
    place = data.draw(st.integers(0, 17))
    other = data.draw(st.sampled_from([c for c in ALPHABET if c != code[place]]))

    assert check_code(code).fault == ""
    assert check_code(code[:place] + other + code[place + 1 :]).fault != ""


@pytest.mark.parametrize(
    ("end", "until"),
    [
        pytest.param("last_day", date(2023, 1, 1), id="the printed end is the last valid day"),
        pytest.param("shared", date(2022, 12, 31), id="the printed end is the renewal's first day"),
    ],
)
def test_a_printed_end_becomes_the_first_day_not_covered(end, until):
    assert half_open_end(date(2022, 12, 31), end) == until


def test_an_unknown_rule_of_ends_is_a_mistake_of_the_pack():
    with pytest.raises(ValueError, match="sometimes"):
        half_open_end(date(2022, 12, 31), "sometimes")


@pytest.mark.parametrize(
    ("kwargs", "expected"),
    [
        pytest.param(
            {"printed_end": date(2022, 12, 31), "end": "last_day", "is_yearly": True},
            Term(date(2022, 6, 30), date(2023, 1, 1), 2022),
            id="a year's number",
        ),
        pytest.param(
            {"printed_end": None, "end": "last_day", "is_yearly": True},
            Term(date(2022, 6, 30), date(2023, 1, 1), 2022),
            id="a year's number without a printed end holds to the end of its year",
        ),
        pytest.param(
            {"printed_end": None, "end": "shared", "is_yearly": False, "validity_years": 3},
            Term(date(2022, 6, 30), date(2025, 6, 30), None),
            id="a certificate without a printed end holds for the title's validity",
        ),
        pytest.param(
            {"printed_end": None, "end": "shared", "is_yearly": False},
            Term(date(2022, 6, 30), None, None),
            id="no end printed and no validity known",
        ),
    ],
)
def test_the_term_of_a_document(kwargs, expected):
    assert term(date(2022, 6, 30), **kwargs) == expected


def test_a_term_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="before the beginning"):
        term(date(2022, 6, 30), date(2022, 1, 1), end="shared", is_yearly=False)


def test_three_years_after_leap_day_is_the_last_of_february():
    assert years_after(date(2024, 2, 29), 3) == date(2027, 2, 28)


def event(number, kind, on_day, since=None, until=None, roll_year=None):
    return Event(UUID(int=number), kind, on_day, since, until, roll_year)


def opening(number, kind, since, until, roll_year=None):
    return event(number, kind, since, since, until, roll_year)


def spans(episodes):
    return [(episode.since, episode.until) for episode in episodes]


D = date


def test_a_renewal_on_the_shared_day_continues_without_gap_or_overlap():
    first = opening(1, EventKind.FIRST, D(2019, 11, 1), D(2022, 11, 1))
    renewal = opening(2, EventKind.RENEWED, D(2022, 11, 1), D(2025, 11, 1))

    assert spans(project([renewal, first])) == [
        (D(2019, 11, 1), D(2022, 11, 1)),
        (D(2022, 11, 1), D(2025, 11, 1)),
    ]


def test_an_early_renewal_ends_the_running_episode_and_says_by_what():
    first = opening(1, EventKind.FIRST, D(2019, 11, 1), D(2022, 11, 1))
    renewal = opening(2, EventKind.RENEWED, D(2022, 9, 1), D(2025, 9, 1))

    episodes = project([first, renewal])

    assert spans(episodes)[0] == (D(2019, 11, 1), D(2022, 9, 1))
    assert episodes[0].closed_by == renewal.id


def test_a_revocation_ends_the_title_on_the_day_of_its_effect():
    first = opening(1, EventKind.FIRST, D(2019, 11, 1), D(2022, 11, 1))
    revoked = event(2, EventKind.REVOKED, D(2021, 5, 1), since=D(2021, 1, 1))

    (episode,) = project([first, revoked])

    assert (episode.until, episode.closed_by) == (D(2021, 1, 1), revoked.id)


def test_a_revocation_back_to_the_beginning_leaves_nothing():
    first = opening(1, EventKind.FIRST, D(2019, 11, 1), D(2022, 11, 1))
    revoked = event(2, EventKind.REVOKED, D(2021, 5, 1), since=D(2019, 11, 1))

    assert project([first, revoked]) == []


def test_a_title_may_be_won_again_after_it_was_revoked():
    events = [
        opening(1, EventKind.FIRST, D(2018, 11, 1), D(2021, 11, 1)),
        event(2, EventKind.REVOKED, D(2019, 3, 1)),
        opening(3, EventKind.FIRST, D(2021, 11, 1), D(2024, 11, 1)),
    ]

    assert spans(project(events)) == [
        (D(2018, 11, 1), D(2019, 3, 1)),
        (D(2021, 11, 1), D(2024, 11, 1)),
    ]


def test_a_rename_and_a_review_without_a_term_change_nothing():
    events = [
        opening(1, EventKind.FIRST, D(2019, 11, 1), D(2022, 11, 1)),
        event(2, EventKind.RENAMED, D(2020, 3, 1)),
        event(3, EventKind.REVIEWED, D(2021, 3, 1)),
    ]

    assert spans(project(events)) == [(D(2019, 11, 1), D(2022, 11, 1))]


def test_the_years_of_a_roll_are_episodes_of_their_own():
    events = [
        opening(year, EventKind.ENROLLED, D(year, 6, 30), D(year + 1, 1, 1), year)
        for year in (2020, 2021, 2022)
    ]

    assert [episode.roll_year for episode in project(events)] == [2020, 2021, 2022]


def test_of_two_openings_on_one_day_the_better_known_one_stands():
    recorded = opening(2, EventKind.RECORDED, D(2020, 11, 1), D(2023, 11, 1))
    first = opening(1, EventKind.FIRST, D(2020, 11, 1), D(2023, 11, 1))

    (episode,) = project([recorded, first])

    assert episode.opened_by == first.id


DAYS = st.dates(D(2015, 1, 1), D(2026, 12, 31))


@st.composite
def random_events(draw):
    made = []
    for number in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(EventKind))
        since = draw(DAYS)
        until = draw(
            st.none() | st.dates(D(2027, 1, 1), D(2030, 1, 1)) | st.just(years_after(since, 1))
        )
        made.append(event(number + 1, kind, since, None if kind in CLOSING else since, until))
    return made


@given(random_events(), st.randoms())
def test_episodes_never_overlap_whatever_the_order_in_which_events_came(events, random):
    episodes = project(events)
    shuffled = list(events)
    random.shuffle(shuffled)

    assert project(shuffled) == episodes
    for earlier, later in itertools.pairwise(episodes):
        assert earlier.until is not None
        assert earlier.since < earlier.until <= later.since
