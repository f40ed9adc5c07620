"""Editions on a small register counted by hand, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.audit.models import AuditEvent
from app.enterprises import service as enterprises
from app.enterprises.domain import Attribute, DocumentKind, EventKind
from app.evaluation.domain import FlagKind, Grade, Outcome
from app.foundation.actor import SYSTEM, Actor, Grant, Line, Role
from app.foundation.errors import Forbidden, NotFound
from app.reports import service
from app.reports.domain.documents import TOTAL
from app.reports.domain.vocabulary import Basis, EditionKind
from app.reports.errors import IssuedMeanwhile, NotAPeriod
from app.reports.models import Edition, EditionFile
from app.reports.service import PaperFile
from config import BUILT_IN_PACKS
from rules.library import load
from tests.factories.base import NOON
from tests.factories.enterprises import EnterpriseFactory, SourceDocumentFactory, enrol, hold
from tests.factories.evaluation_rows import EvaluationFactory, FlagFactory
from tests.factories.reference import CITY, OTHER_COUNTY, XIANGDU, XINDU

HIGH, SME = "national.high_tech", "national.tech_sme"
ON = date(2022, 12, 31)
LATER = NOON + timedelta(days=1)


@pytest.fixture(scope="module")
def library():
    return load([BUILT_IN_PACKS], ["xingtai"])


def printed(content, imprint, changes):
    """One small paper that holds what it was given, so that its bytes tell."""
    said = f"{imprint.number} {content.headline} {len(changes.numbers)}"
    return [PaperFile("report.txt", "text/plain", said.encode())]


def issue(session, library, at=NOON, known_at=None, by=SYSTEM, division=CITY, **more):
    given = {"kind": EditionKind.YEARLY, "on": ON, "render": printed, **more}
    return service.issue(
        session, library, division=division, known_at=known_at or at, by=by, at=at, **given
    )


def preview(session, library, at=NOON, by=SYSTEM, division=CITY, kind=EditionKind.YEARLY):
    return service.preview(
        session, library, division=division, kind=kind, on=ON, known_at=at, by=by, at=at
    )


def line(content, title=HIGH, place=TOTAL, basis=Basis.MANAGING):
    tables = content.rolls if title == SME else content.stock
    table = content.table(tables, basis)
    values = table.lines[place, title]
    return {c.key: v for c, v in zip(table.columns, values, strict=True) if v}


def small_register():
    """Six firms: two hold 高企 all year, one gains it, one loses it, one moved; two on the roll."""
    kept, gained, lost, enrolled, dropped, elsewhere = (EnterpriseFactory() for _ in range(6))
    hold(kept, HIGH, date(2021, 11, 1), date(2024, 11, 1))
    hold(gained, HIGH, date(2022, 10, 18), date(2025, 10, 18))
    hold(lost, HIGH, date(2019, 11, 2), date(2022, 11, 2), EventKind.RECORDED)
    enrol(enrolled, 2021)
    enrol(enrolled, 2022)
    enrol(dropped, 2021)
    EvaluationFactory(enterprise_id=enrolled.id, outcome=Outcome.UNMET, grade=Grade.SHORT)
    EvaluationFactory(enterprise_id=dropped.id, assumed_count=2, grade=Grade.PLEDGE)
    EvaluationFactory(enterprise_id=kept.id)
    return kept, gained, lost, enrolled, dropped, elsewhere


def test_the_small_register_gives_the_numbers_counted_by_hand(session, library):
    small_register()

    content = preview(session, library)

    assert line(content) == {
        "year_start": 2, "first": 1, "expired": 1, "stock": 2, "previous": 2, "year_ago": 2,
    }  # fmt: skip
    assert line(content, SME) == {"last_year": 2, "continued": 1, "pending": 1, "enrolled": 1}
    assert content.pools.value(TOTAL, SME, "active") == 6
    assert content.pools.value(TOTAL, SME, "ready") == 1
    assert content.pools.value(TOTAL, SME, "pledge") == 1
    assert content.pools.value(TOTAL, SME, "no_data") == 3
    assert {f.key: f.count for f in content.rolled_check} == {
        f"{SME}.unmet": 1,
        f"{SME}.assumed": 0,
    }
    leads = {f.key: f.count for f in content.leads if f.count}
    assert leads == {f"{SME}.high_tech_holder": 1, f"{SME}.last_year": 1}


def test_counties_sum_to_the_city_and_each_sees_its_own(session, library):
    small_register()
    hold(EnterpriseFactory(registered_division=XINDU), HIGH, date(2021, 1, 1), date(2024, 1, 1))

    city, east = preview(session, library), preview(session, library, division=XIANGDU)

    assert line(city)["stock"] == 3
    assert line(city, place=XIANGDU)["stock"] == line(east)["stock"] == 2
    assert line(city, place=XINDU)["stock"] == 1
    assert len(east.firms) == 6


def test_a_firm_of_another_city_is_not_in_the_report(session, library):
    hold(
        EnterpriseFactory(registered_division=OTHER_COUNTY),
        HIGH,
        date(2021, 1, 1),
        date(2024, 1, 1),
    )

    content = preview(session, library)

    assert line(content) == {}
    assert content.firms == ()


def test_what_was_recorded_later_is_not_known_earlier(session, library):
    firm = EnterpriseFactory()
    hold(firm, HIGH, date(2021, 11, 1), date(2024, 11, 1), at=LATER)

    assert line(preview(session, library, at=NOON)) == {}
    assert line(preview(session, library, at=LATER))["stock"] == 1


def test_equal_data_is_not_issued_twice(session, library):
    small_register()

    first, made = issue(session, library)
    again, made_again = issue(session, library, at=LATER)

    assert (made, made_again) == (True, False)
    assert again.id == first.id


def test_later_knowledge_makes_the_next_number_with_its_differences(session, library):
    firms = small_register()
    first, _ = issue(session, library)
    bytes_then = session.scalar(select(EditionFile.content))

    hold(firms[5], HIGH, date(2022, 12, 1), date(2025, 12, 1), at=LATER)
    second, made = issue(session, library, at=LATER)

    assert made
    assert (second.number, second.previous_id) == (2, first.id)
    changes = service.differences_of(second)
    assert ("邢台市", "高企·存量", 2, 3) in [
        (n.place, n.label, n.before, n.after) for n in changes.numbers
    ]
    assert {f.name for f in changes.firms} == {firms[5].name}
    kept = session.scalar(select(EditionFile.content).where(EditionFile.edition_id == first.id))
    assert kept == bytes_then


def test_yesterdays_edition_can_be_made_again_from_yesterdays_knowledge(session, library):
    firms = small_register()
    first, _ = issue(session, library)
    hold(firms[5], HIGH, date(2022, 12, 1), date(2025, 12, 1), at=LATER)

    same, made = issue(session, library, at=LATER, known_at=NOON)

    assert not made
    assert same.id == first.id


def test_a_kept_edition_cannot_be_edited_or_deleted(session, library, places):
    edition, _ = issue(session, library)

    for statement in ("UPDATE edition SET number = 9", "DELETE FROM edition_file"):
        with pytest.raises(DatabaseError, match="kept as it was issued"), session.begin_nested():
            session.execute(text(statement))

    assert session.get(Edition, edition.id).number == 1


def test_two_who_issue_at_once_make_one_edition(session, library):
    small_register()
    given = {
        "division": CITY, "kind": EditionKind.YEARLY, "on": ON, "known_at": NOON, "by": SYSTEM,
        "at": NOON, "render": printed,
    }  # fmt: skip
    one = service.prepare(session, library, **given)
    other = service.prepare(session, library, **given)
    service.keep(session, one, by=SYSTEM)

    with pytest.raises(IssuedMeanwhile):
        service.keep(session, other, by=SYSTEM)


def test_issuing_is_in_the_audit_trail(session, library, places):
    edition, _ = issue(session, library)

    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "edition.issued")).one()

    assert event.subject_id == str(edition.id)
    assert edition.data_hash in event.body


def actor(role, division):
    return Actor(None, "张三", (Grant(role, division, Line.SCIENCE),))


def test_what_a_city_file_leaves_unsaid_is_among_the_notes(session, library):
    firm = EnterpriseFactory()
    said = SourceDocumentFactory(kind=DocumentKind.CITY_FILE, note="证书未写明登记类别\n无居民陈述")
    SourceDocumentFactory(kind=DocumentKind.CITY_FILE, note="别处的文件")
    hold(firm, HIGH, date(2021, 11, 1), date(2024, 11, 1), document_id=said.id)

    notes = preview(session, library).notes

    assert {"证书未写明登记类别。", "无居民陈述。"} <= set(notes)
    assert "别处的文件。" not in notes


def test_a_reader_may_preview(session, library, places):
    content = preview(session, library, by=actor(Role.LEADER, CITY))

    assert content.division.code == CITY


@pytest.mark.parametrize("role", [Role.LEADER, Role.FINANCE, Role.AUDITOR])
def test_readers_may_not_issue(session, library, role, places):
    with pytest.raises(Forbidden, match="不能为邢台市出具"):
        issue(session, library, by=actor(role, CITY))


def test_a_county_issues_for_itself_and_knows_of_no_other(session, library, places):
    by = actor(Role.COUNTY_REVIEWER, XIANGDU)

    edition, made = issue(session, library, by=by, division=XIANGDU)

    assert made
    assert edition.division == XIANGDU
    for outside in (XINDU, CITY, "999999"):
        with pytest.raises(NotFound):
            issue(session, library, by=by, division=outside)


def test_a_day_to_come_makes_no_report(session, library, places):
    with pytest.raises(NotAPeriod, match="截止日不能晚于今天"):
        issue(session, library, on=date(2030, 1, 1))
    with pytest.raises(NotAPeriod, match="数据截至不能晚于现在"):
        issue(session, library, known_at=datetime(2030, 1, 1, tzinfo=UTC))


def test_a_monthly_report_compares_with_the_end_of_the_month_before(session, library):
    small_register()

    content = preview(session, library, kind=EditionKind.MONTHLY)

    assert content.period_name == "2022年12月"
    assert line(content)["previous"] == 2  # on 30 November: kept and gained, lost on 2 November
    assert line(content)["year_start"] == 2


def test_a_move_between_counties_is_seen_in_both(session, library):
    firm = EnterpriseFactory()
    hold(firm, HIGH, date(2021, 11, 1), date(2024, 11, 1))
    enterprises.change_attribute(
        session,
        firm,
        Attribute.MANAGING_DIVISION,
        XINDU,
        since=date(2022, 5, 1),
        reason="归口划转",
        by=SYSTEM,
        at=NOON,
    )

    content = preview(session, library)

    assert line(content, place=XINDU)["transferred_in"] == 1
    assert line(content, place=XIANGDU)["transferred_out"] == 1
    assert line(content, place=XIANGDU, basis=Basis.REGISTERED)["stock"] == 1


def test_amounts_nobody_verified_stay_outside_the_total(session, library):
    firm = EnterpriseFactory()
    FlagFactory(enterprise_id=firm.id, detail='{"first":"no"}')
    FlagFactory(enterprise_id=firm.id, kind=FlagKind.KEEP_LOST, subject=HIGH)

    content = preview(session, library)

    assert [(f.key, f.count) for f in content.money] == [("hebei.high_tech_award.unverified", 1)]
    assert content.money_total_fen == 0
    assert [(f.key, f.count) for f in content.risks] == [(f"{HIGH}.keep_lost", 1)]


def test_a_verdict_replaced_by_one_of_a_later_day_still_counts_on_the_earlier_day(session, library):
    firm = EnterpriseFactory()
    EvaluationFactory(enterprise_id=firm.id, superseded_at=LATER)
    EvaluationFactory(
        enterprise_id=firm.id, on_day=date(2023, 6, 1), recorded_at=LATER, outcome=Outcome.UNMET,
        grade=Grade.SHORT,
    )  # fmt: skip

    content = preview(session, library, at=LATER)

    assert content.pools.value(TOTAL, SME, "ready") == 1
