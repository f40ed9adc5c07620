"""Pools, risks and money: who could hold a title, who may lose it, who is owed."""

from dataclasses import replace
from datetime import date

import pytest

from app.enterprises.domain import EventKind
from app.evaluation.domain import Grade, Outcome
from app.reports.domain.composition import compose
from app.reports.domain.documents import TOTAL, matching
from app.reports.domain.facts import Batch, Clause, MoneyClaim, Threat
from app.reports.domain.vocabulary import Basis
from app.reports.papers.screen import rows_behind
from tests.factories.reports import HIGH, ROLL, TITLES, enrolled, facts_of, held, here, judged


def pool(content, title=ROLL):
    values = content.pools.lines[TOTAL, title]
    return {c.key: v for c, v in zip(content.pools.columns, values, strict=True) if v}


def graded():
    """One firm of each standing under 科小; firm A holds it, firm H is 注销."""
    verdicts = {
        ("A", ROLL): judged(),
        ("B", ROLL): judged(),
        ("C", ROLL): judged(Grade.PLEDGE, Outcome.MANUAL),
        ("D", ROLL): judged(Grade.ONE_SHORT, Outcome.UNMET, findings="科技人员占比不足"),
        ("E", ROLL): judged(Grade.SHORT, Outcome.UNMET),
        ("F", ROLL): judged(Grade.NO_DATA, Outcome.UNKNOWN),
        ("H", ROLL): judged(),
    }
    where = {firm: here() for firm in "ABCDEFG"} | {"H": here(active=False)}
    return facts_of(
        [enrolled("A", 2022), held("B", date(2021, 1, 1), date(2024, 1, 1))], where,
        verdicts=verdicts,
    )  # fmt: skip


def test_each_standing_is_counted_once_and_the_deregistered_leave_every_list():
    content = compose(graded())

    assert pool(content) == {
        "active": 7, "evaluable": 5, "held": 1, "ready": 1, "pledge": 1, "one_short": 1,
        "short": 1, "no_data": 2,
    }  # fmt: skip


def test_every_number_of_the_pools_is_the_count_of_its_rows():
    facts = graded()
    leads = tuple(replace(title, is_adopted=False) for title in TITLES)

    for content in (compose(facts), compose(replace(facts, titles=leads))):
        for title in content.titles:
            values = content.pools.lines[TOTAL, title.id]
            for column, value in zip(content.pools.columns, values, strict=True):
                annex, where = rows_behind(column, title)
                found = content.annex(annex)
                rows = list(matching(found, content.firms, where, TOTAL, Basis.MANAGING))
                assert len(rows) == value, (title.id, column.key)


def test_the_easiest_come_first_and_say_what_they_lack():
    content = compose(graded())

    rows = [row for row in content.annex("4").rows if row[1] == ROLL]

    assert [row[2] for row in rows] == ["ready", "pledge", "one_short"]
    assert rows[0][3] == "high_tech_holder"
    assert rows[2][4] == "科技人员占比不足"
    assert content.leads[0].count == 1


def test_titles_that_end_this_year_or_next_name_the_last_batch_still_usable():
    facts = facts_of(
        [
            held("A", date(2020, 11, 1), date(2023, 11, 1)),
            held("B", date(2021, 11, 1), date(2024, 11, 1)),
        ],
        {"A": here(), "B": here()},
        batches=(
            Batch(HIGH, 2023, "2023年第一批县区", date(2023, 5, 10)),
            Batch(HIGH, 2023, "2023年第二批县区", date(2023, 8, 10)),
            Batch(HIGH, 2023, "2023年第三批县区", date(2023, 11, 10)),
        ),
    )

    rows = compose(facts).annex("6").rows

    assert [row[2:5] for row in rows] == [
        ("expires_next_year", "2023-11-01", "2023年第二批县区，2023年8月10日截止")
    ]


def test_without_a_notice_the_batch_is_awaited_and_a_missed_one_is_said():
    ends = [held("A", date(2020, 1, 10), date(2023, 1, 10))]
    none = facts_of(ends, {"A": here()})
    missed = replace(
        facts_of([held("A", date(2019, 12, 1), date(2023, 1, 1))], {"A": here()}),
        batches=(Batch(HIGH, 2023, "第一批", date(2023, 1, 1)),),
    )

    assert compose(none).annex("6").rows[0][4] == "待通知"
    assert compose(missed).annex("6").rows[0][4] == "第一批，2023年1月1日截止"


def test_the_end_is_printed_as_on_the_certificate():
    facts = facts_of([held("A", date(2020, 1, 1), date(2023, 1, 1))], {"A": here()})
    last_days = replace(
        facts, titles=tuple(replace(title, end="last_day") for title in facts.titles)
    )

    ends = [compose(one).annex("6").rows[0][3] for one in (facts, last_days)]

    assert ends == ["2023-01-01", "2022-12-31"]


def test_a_title_renewed_already_is_no_risk():
    facts = facts_of(
        [
            held("A", date(2020, 11, 1), date(2023, 11, 1)),
            held("A", date(2023, 11, 1), date(2026, 11, 1), EventKind.RENEWED),
        ],
        {"A": here()},
    )

    assert compose(facts).annex("6").rows == ()


@pytest.mark.parametrize(("active", "count"), [(True, 1), (False, 0)])
def test_threats_and_claims_are_of_firms_in_business(active, count):
    facts = facts_of(
        (), {"A": here(active=active)},
        threats=(Threat("A", "keep_lost", HIGH, ""),),
        claims=(MoneyClaim("A", "s", "奖补", 1000_00, "文号"),),
    )  # fmt: skip

    content = compose(facts)

    assert len(content.annex("6").rows) == count
    assert content.money_total_fen == count * 1000_00


def test_unverified_claims_are_listed_and_not_summed():
    claims = (
        MoneyClaim("A", "s", "奖补", 1000_00, "文号"),
        MoneyClaim("B", "s", "奖补", None, "金额未核"),
    )

    content = compose(facts_of((), {"A": here(), "B": here()}, claims=claims))

    assert [(f.label, f.count) for f in content.money] == [("奖补：应兑付", 1), ("奖补：待核", 1)]
    assert content.money_total_fen == 1000_00
    assert any(
        "应兑付 1 户次、0.1 万元（附件7）；另有待核 1 户次" in point for point in content.decisions
    )


def test_clauses_nobody_checked_are_listed():
    clause = Clause("hebei", "LJ-1", "研发强度", "冀科高〔2020〕10号　第五条", "V2")

    content = compose(facts_of((), {}, clauses=(clause,)))

    assert len(content.annex("8").rows) == 1
    assert any("1 条条款尚未对照官方文本核实" in point for point in content.decisions)
