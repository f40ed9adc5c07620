"""科小 by year: who is back, who is not, who is new."""

from datetime import date

from app.enterprises.domain import EventKind
from app.evaluation.domain import Grade, Outcome
from app.reports.domain.composition import compose
from app.reports.domain.documents import TOTAL
from tests.factories.reports import ROLL, enrolled, facts_of, here, judged


def roll(facts):
    table = compose(facts).rolls[0]
    values = table.lines[TOTAL, ROLL]
    return {c.key: v for c, v in zip(table.columns, values, strict=True) if v}


def test_last_years_entries_are_back_pending_or_gone_and_this_years_are_told_apart():
    facts = facts_of(
        [
            enrolled("A", 2021), enrolled("A", 2022), enrolled("B", 2021), enrolled("C", 2021),
            enrolled("D", 2022),
        ],
        {"A": here(), "B": here(), "C": here(active=False), "D": here()},
    )  # fmt: skip

    assert roll(facts) == {
        "last_year": 3, "continued": 1, "pending": 1, "gone": 1, "joined": 1, "enrolled": 2,
    }  # fmt: skip


def test_the_roll_counts_on_the_last_day_of_the_year_though_its_numbers_have_run_out():
    facts = facts_of([enrolled("A", 2022, until=date(2022, 12, 31))], {"A": here()})

    assert roll(facts)["enrolled"] == 1


def test_an_entry_after_the_cut_off_day_is_not_there_yet():
    facts = facts_of([enrolled("A", 2022)], {"A": here()}, on=date(2022, 6, 29))

    assert roll(facts) == {}


def test_an_entry_revoked_by_the_day_is_struck():
    struck = enrolled("A", 2022, closed=EventKind.REVOKED, until=date(2022, 9, 1))

    assert roll(facts_of([struck], {"A": here()})) == {}
    assert roll(facts_of([struck], {"A": here()}, on=date(2022, 8, 31)))["enrolled"] == 1


def test_entries_are_checked_on_the_figures_that_count_and_assumptions_told_apart():
    facts = facts_of(
        [enrolled("A", 2022), enrolled("B", 2022), enrolled("C", 2022)],
        {"A": here(), "B": here(), "C": here()},
        verdicts={
            ("A", ROLL): judged(is_assumed=True),
            ("B", ROLL): judged(Grade.SHORT, Outcome.UNMET, findings="研发投入不足"),
        },
    )

    content = compose(facts)

    assert {f.key.rsplit(".", 1)[1]: f.count for f in content.rolled_check} == {
        "met": 1, "unmet": 1, "not_judged": 1, "assumed": 1,
    }  # fmt: skip
    assert content.rolled_words == (
        (
            "2022年度科小入库企业按 2021 年数据复核：未达标 1 户、达标 1 户、未评价 1 户"
            "；其中结论含推定陈述的 1 户，另行标明（附件3）。"
        ),
    )
    assert any("研发投入不足" in str(row) for row in content.annex("3").rows)
