"""The interpreter of procedures, walked whole; and windows at their edges."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.foundation.clock import SHANGHAI
from app.reviews.domain import (
    DECISIONS,
    FINAL,
    START,
    CaseAction,
    CaseStatus,
    Standing,
    allowed,
    closes_at,
    document_of,
    filing_windows,
    grants_here,
    is_open,
    next_standing,
    next_window,
    open_window,
    stages_of,
)
from app.reviews.errors import IllegalTransition
from config import BUILT_IN_PACKS
from rules.library import load
from rules.pack import Procedure, Stage, Window
from rules.text import Text

DEMO = load([BUILT_IN_PACKS], ["demo"])
OWN = DEMO.procedure_of("demo.gazelle").stages
UPPER = DEMO.procedure_of("national.high_tech").stages


def stage(name, kind="review", actions=("pass", "return", "reject")):
    return Stage(name, Text(name), "county_reviewer", "county", kind, tuple(actions), 10)


@st.composite
def procedures(draw):
    """Any procedure the reader of packs would take."""
    kinds = draw(
        st.lists(st.sampled_from(["review", "meeting", "forward"]), min_size=1, max_size=5)
    )
    more = st.sets(st.sampled_from(["return", "reject"]))
    stages = [stage(f"s{n}", kind, {"pass", *draw(more)}) for n, kind in enumerate(kinds)]
    if draw(st.booleans()):
        stages.append(stage("result", "result", ()))
    return tuple(stages)


def reached(stages):
    """Every standing a case can come to."""
    found, waiting = {START}, [START]
    while waiting:
        here = waiting.pop()
        for action in allowed(stages, here):
            there = next_standing(stages, here, action)
            if there not in found:
                found.add(there)
                waiting.append(there)
    return found


@settings(deadline=None)  # the machine may be busy; what is held is the outcome
@given(procedures())
def test_every_case_can_reach_an_end_and_a_decision(stages):
    standings = reached(stages)
    ends = {here for here in standings if here.status in FINAL}
    decided = {here for here in ends if here.status is not CaseStatus.WITHDRAWN}
    for goal in (ends, decided):
        led = set(goal)
        while more := {
            here
            for here in standings - led
            if any(next_standing(stages, here, a) in led for a in allowed(stages, here))
        }:
            led |= more
        assert led | ends == standings


@settings(deadline=None)
@given(procedures())
def test_no_action_that_is_not_allowed_is_taken(stages):
    for stage_number in range(len(stages)):
        for status in CaseStatus:
            here = Standing(stage_number, status)
            for action in set(CaseAction) - set(allowed(stages, here)):
                with pytest.raises(IllegalTransition, match="请刷新页面"):
                    next_standing(stages, here, action)


@settings(deadline=None)
@given(procedures())
def test_what_has_ended_stays_ended_and_stages_are_passed_in_order(stages):
    for here in reached(stages):
        if here.status in FINAL:
            assert allowed(stages, here) == ()
        for action in allowed(stages, here):
            there = next_standing(stages, here, action)
            if action is CaseAction.RESUBMIT:
                assert there == START
            else:
                assert there.stage in {here.stage, here.stage + 1}
                skipped = there.stage > here.stage
                assert not skipped or action in {CaseAction.PASS, CaseAction.FORWARD}


@settings(deadline=None)
@given(procedures())
def test_a_title_of_others_is_never_granted_by_our_own_decision(stages):
    for here in reached(stages):
        for action in DECISIONS:
            if action in allowed(stages, here) and not grants_here(stages):
                assert next_standing(stages, here, action).status is not CaseStatus.GRANTED


@settings(deadline=None)
@given(procedures())
def test_stages_survive_being_written_down(stages):
    kept = document_of(Procedure("x.y", 1, Text("y"), (), stages))

    assert stages_of(kept) == stages


def test_an_own_title_is_granted_by_the_third_stage():
    here = START
    for _ in OWN:
        assert here.status is CaseStatus.OPEN
        here = next_standing(OWN, here, CaseAction.PASS)

    assert here == Standing(2, CaseStatus.GRANTED)


def test_an_upper_title_leaves_with_two_batches_and_waits_for_the_list():
    here = START
    for _ in range(2):
        here = next_standing(UPPER, here, CaseAction.PASS)
        assert here.status is CaseStatus.PASSED
        here = next_standing(UPPER, here, CaseAction.FORWARD)

    assert here == Standing(2, CaseStatus.RECOMMENDED)
    assert allowed(UPPER, here) == (CaseAction.LIST, CaseAction.UNLIST)


def test_a_refusal_says_where_the_case_stands_and_what_can_be_done():
    with pytest.raises(
        IllegalTransition, match=r"县区初审.*办理中.*不能“汇总上报”.*通过、退回补正"
    ):
        next_standing(OWN, START, CaseAction.FORWARD)
    with pytest.raises(IllegalTransition, match="已经办结"):
        next_standing(OWN, Standing(0, CaseStatus.REJECTED), CaseAction.PASS)


# --- Windows --------------------------------------------------------------------------------------


def window(closes=date(2026, 10, 15), opens=date(2026, 9, 1), level="county", **more):
    said = {"year": 2026, "number": "测〔2026〕1号", "territory": "130500", **more}
    return Window(
        title="t.t", batch=Text("第一批"), level=level, opens_on=opens, closes_on=closes, **said
    )


def shanghai(*parts):
    return datetime(*parts, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("closes", "at", "expected"),
    [
        (date(2026, 10, 15), shanghai(2026, 10, 15, 23, 59, 59), True),
        (date(2026, 10, 15), shanghai(2026, 10, 15, 23, 59, 59, 999_999), True),
        (date(2026, 10, 15), shanghai(2026, 10, 16, 0, 0, 0), False),
        (date(2026, 10, 15), datetime(2026, 10, 15, 15, 59, 59, tzinfo=UTC), True),
        (date(2026, 10, 15), datetime(2026, 10, 15, 16, 0, 0, tzinfo=UTC), False),
        (date(2026, 10, 15), shanghai(2026, 9, 1, 0, 0, 0), True),
        (date(2026, 10, 15), shanghai(2026, 8, 31, 23, 59, 59), False),
        (date(2026, 12, 31), shanghai(2026, 12, 31, 23, 59, 59), True),
        (date(2026, 12, 31), shanghai(2027, 1, 1, 0, 0, 0), False),
        (date(2028, 2, 29), shanghai(2028, 2, 29, 23, 59, 59), True),  # leap day
        (date(2028, 2, 28), shanghai(2028, 2, 29, 0, 0, 0), False),
    ],
)
def test_the_last_day_ends_at_24_00_in_shanghai(closes, at, expected):
    assert is_open(window(closes), at) is expected


def test_one_instant_is_one_answer_in_every_zone():
    last = closes_at(window())

    assert is_open(window(), last - timedelta(microseconds=1))
    assert not is_open(window(), last.astimezone(SHANGHAI))


def test_of_one_batch_the_county_deadline_counts_and_only_where_the_notice_reaches():
    county, city = window(), window(date(2026, 10, 31), level="city")
    elsewhere = window(territory="130400", number="别处")

    found = filing_windows([city, county, elsewhere], "t.t", territories={"130502", "130500", "0"})

    assert found == [county]


def test_a_window_for_renewals_takes_no_new_application():
    renewals = window(application_types=("重新认定",))

    assert (
        filing_windows([renewals], "t.t", territories={"130500"}, application_type="新申报") == []
    )
    assert filing_windows([renewals], "t.t", territories={"130500"}, application_type="重新认定")


def test_the_open_window_and_the_next_one_are_found():
    first = window(date(2026, 5, 10), date(2026, 3, 15))
    second = window(date(2026, 8, 10), date(2026, 6, 15), number="测〔2026〕2号")
    between = shanghai(2026, 5, 11)

    assert open_window([first, second], 2026, shanghai(2026, 5, 10, 23)) == first
    assert open_window([first, second], 2026, between) is None
    assert open_window([first, second], 2025, shanghai(2026, 5, 1)) is None
    assert next_window([first, second], between) == second
    assert next_window([first, second], shanghai(2026, 9, 1)) is None
