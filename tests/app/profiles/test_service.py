"""Filing, correcting, recording: nothing is overwritten, nothing equal is written twice."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DatabaseError

from app.foundation.actor import SYSTEM
from app.profiles import service
from app.profiles.domain import Filed, IncidentKind, RevisionState, StatementScope, filing
from app.profiles.errors import FiguresUnfit, RecordSuperseded, RevisionVerified
from app.profiles.models import Assumption, Coverage, Incident, ProfileRevision
from rules.indicators import load_indicators
from tests.factories.base import NOON
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.profiles import IncidentFactory, file_year
from tests.factories.reference import CITY

LATER = NOON + timedelta(days=1)
INDICATORS = load_indicators(
    {
        "sales_revenue": {"name": "销售收入", "unit": "CNY", "period": "FY"},
    }
)


def revisions(session, enterprise):
    return session.scalars(
        select(ProfileRevision)
        .where(ProfileRevision.enterprise_id == enterprise.id)
        .order_by(ProfileRevision.year, ProfileRevision.number)
        .execution_options(populate_existing=True)
    ).all()


def test_a_filing_is_kept_with_its_hash(session):
    firm = EnterpriseFactory()

    assert file_year(firm, 2021, {"sales_revenue": 100}) == Filed(new_count=1)

    (kept,) = revisions(session, firm)
    assert json.loads(kept.body) == {"figures": {"sales_revenue": 100}, "proxies": {}}
    assert (kept.number, kept.state, kept.filed_at) == (1, RevisionState.FILED, NOON)


def test_an_equal_filing_writes_nothing(session):
    firm = EnterpriseFactory()
    file_year(firm, 2021, {"sales_revenue": 100})

    assert file_year(firm, 2021, {"sales_revenue": 100}, at=LATER) == Filed(same_count=1)
    assert len(revisions(session, firm)) == 1


def test_a_correction_supersedes_and_keeps_what_was(session):
    firm = EnterpriseFactory()
    file_year(firm, 2021, {"sales_revenue": 100})

    assert file_year(firm, 2021, {"sales_revenue": 90}, at=LATER) == Filed(corrected_count=1)

    before, after = revisions(session, firm)
    assert (before.superseded_at, after.superseded_at) == (LATER, None)
    assert after.number == 2
    assert json.loads(before.body)["figures"] == {"sales_revenue": 100}


def test_the_same_figures_of_the_group_are_another_filing(session):
    firm = EnterpriseFactory()
    file_year(firm, 2021, {"sales_revenue": 100})

    changed = file_year(firm, 2021, {"sales_revenue": 100}, scope=StatementScope.CONSOLIDATED)

    assert changed == Filed(corrected_count=1)


def test_a_verified_year_is_not_overruled_by_a_file(session):
    firm = EnterpriseFactory()
    file_year(firm, 2021, {"sales_revenue": 100})
    session.execute(update(ProfileRevision).values(state=RevisionState.VERIFIED))

    assert file_year(firm, 2021, {"sales_revenue": 90}, at=LATER) == Filed(kept_count=1)
    assert len(revisions(session, firm)) == 1


def test_comparing_counts_as_filing_would_and_writes_nothing(session):
    firm = EnterpriseFactory()
    file_year(firm, 2021, {"sales_revenue": 100})
    wanted = [
        filing(firm.id, 2020, {"sales_revenue": 1}),
        filing(firm.id, 2021, {"sales_revenue": 2}),
    ]

    assert service.compare_filings(session, wanted) == Filed(new_count=1, corrected_count=1)
    assert len(revisions(session, firm)) == 1


def test_a_single_filing_is_checked_against_the_indicators(session):
    firm = EnterpriseFactory()

    with pytest.raises(FiguresUnfit) as refused:
        service.file_revision(
            session, filing(firm.id, 2021, {"sales": 1}), indicators=INDICATORS,
            document_id=None, by=SYSTEM, at=NOON,
        )  # fmt: skip

    assert [fault.pointer for fault in refused.value.faults] == ["/sales"]
    assert revisions(session, firm) == []


def test_a_single_filing_of_a_verified_year_says_so(session):
    firm = EnterpriseFactory()
    file_year(firm, 2021, {"sales_revenue": 100})
    session.execute(update(ProfileRevision).values(state=RevisionState.VERIFIED))

    with pytest.raises(RevisionVerified, match="2021年度数据已经核实"):
        service.file_revision(
            session, filing(firm.id, 2021, {"sales_revenue": 1}), indicators=INDICATORS,
            document_id=None, by=SYSTEM, at=LATER,
        )  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [update(ProfileRevision).values(body="{}"), delete(ProfileRevision)],
    ids=["change", "delete"],
)
def test_the_database_itself_keeps_a_filed_revision(session, statement):
    file_year(EnterpriseFactory(), 2021, {"sales_revenue": 100})

    with pytest.raises(DatabaseError, match="profile_revision_is"), session.begin_nested():
        session.execute(statement)


def test_records_are_written_once_and_corrected_by_superseding(session):
    firm = EnterpriseFactory()
    row = {
        "enterprise_id": firm.id, "kind": IncidentKind.ABNORMAL_LIST, "severity": "",
        "since": date(2022, 5, 7), "until": None,
    }  # fmt: skip
    first = service.record_all(session, Incident, [row], document_id=None, at=NOON)
    again = service.record_all(session, Incident, [row], document_id=None, at=LATER)
    removed = {**row, "until": date(2022, 9, 1)}
    compared = service.compare_records(session, Incident, [removed])
    ended = service.record_all(session, Incident, [removed], document_id=None, at=LATER)

    assert (first, again) == (Filed(new_count=1), Filed(same_count=1))
    assert compared == ended == Filed(corrected_count=1)
    in_force = select(func.count()).select_from(Incident).where(Incident.superseded_at.is_(None))
    assert session.scalar(in_force) == 1


def test_a_record_is_superseded_by_the_right_one_only_once(session):
    wrong = IncidentFactory()
    right = Incident(
        enterprise_id=wrong.enterprise_id, kind=wrong.kind, severity="", since=date(2022, 5, 8)
    )

    service.supersede_record(session, wrong, replacement=right, at=LATER)

    assert (wrong.superseded_at, right.recorded_at) == (LATER, LATER)
    with pytest.raises(RecordSuperseded):
        service.supersede_record(session, wrong, at=LATER)


def cover(session, at=NOON, **changes):
    said = {
        "since": date(2018, 1, 1), "until": date(2023, 1, 1), "checked_on": date(2022, 12, 31),
        "is_assumed": True, "reason": "假定", "document_id": None,
    }  # fmt: skip
    return service.cover(session, "abnormal_list", CITY, **{**said, **changes}, at=at)


def test_coverage_said_twice_is_one_row_and_a_change_supersedes(session, places):
    assert cover(session)
    assert not cover(session, at=LATER)
    assert cover(session, at=LATER, is_assumed=False)

    rows = session.scalars(select(Coverage).order_by(Coverage.recorded_at)).all()
    assert [row.superseded_at for row in rows] == [LATER, None]


def test_coverage_of_no_register_is_refused(session, places):
    with pytest.raises(FiguresUnfit, match="没有“abnormal”这个登记簿"):
        service.cover(
            session, "abnormal", CITY, since=date(2018, 1, 1), until=None, checked_on=None,
            is_assumed=True, reason="", document_id=None, at=NOON,
        )  # fmt: skip


def test_an_assumption_is_kept_with_its_reason(session, places):
    said = {"since": date(2018, 1, 1), "until": None, "reason": "名册均为本市企业"}
    for _ in range(2):
        service.assume(
            session, "resident_enterprise", True, CITY, **said, document_id=None, at=NOON
        )

    (kept,) = session.scalars(select(Assumption)).all()
    assert (kept.value, kept.reason) == ("true", "名册均为本市企业")
