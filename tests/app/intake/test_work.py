"""A city's files through the job: checked, written, repeated, interrupted."""

import json
from datetime import date

import pytest
from sqlalchemy import func, select

from app.enterprises.domain import Attribute, EventKind
from app.enterprises.models import Enterprise, EnterpriseAttribute, TitleEpisode, TitleEvent
from app.enterprises.service import change_attribute
from app.foundation.actor import SYSTEM, Actor, Grant, Line, Role
from app.foundation.clock import now
from app.foundation.identifiers import uuid7
from app.intake import cities, service
from app.intake.domain import LoadState
from app.intake.errors import AlreadyLoaded, NotReady, NotYourDivision
from app.intake.models import Load, LoadIssue
from app.intake.staging import stage_folder
from app.jobs.domain import JobState
from app.jobs.errors import AlreadyActive
from app.profiles.models import (
    Assumption,
    Coverage,
    FigureStage,
    Incident,
    ProfileRevision,
    Statement,
)
from app.reference.models import DivisionAlias, Industry
from tests.factories.enterprises import credit_code
from tests.factories.intake import city_folder
from tests.factories.reference import OTHER_CITY

A, B = credit_code(1), credit_code(2)
FILES = {
    "enterprises": f"{A},甲公司,130502,C3517,2015-03-01,存续\n{B},乙公司,130503,,2019-05-01,注销",
    "annual": f"{A},2020,100,90,5,50,10,2,1\n{A},2021,110,99,6,60,11,2,2\n{B},2021,1,1,,1,1,0,-1",
    "certificates": (
        f"{A},科技型中小企业,2022-06-30,2022-12-31\n{A},高新技术企业,2019-11-01,2022-11-01\n"
        f"{A},高新技术企业,2022-11-01,2025-11-01\n{B},高新技术企业,2021-11-01,2024-11-01"
    ),
    "events": f"{A},经营异常名录,2022-05-07,",
    "ip_counts": f"{A},3\n{B},0",
}
TABLES = (
    Enterprise, EnterpriseAttribute, ProfileRevision, TitleEvent, TitleEpisode, Incident,
    Statement, Coverage, Assumption,
)  # fmt: skip


@pytest.fixture
def industries(session, places):
    session.add(Industry(code="C", name="制造业", level=1, parent_code=None, section="C"))
    session.flush()
    session.add(Industry(code="3517", name="设备制造", level=4, parent_code="C", section="C"))
    session.flush()


@pytest.fixture
def bring(app, session, industries, manifest, data_dir, tmp_path):
    """`bring(write=True, **files)` stages files, receives them and runs the job."""

    def run(*, write=True, by=SYSTEM, again=False, **changes):
        source = city_folder(tmp_path / uuid7().hex, **{**FILES, **changes})
        staged = stage_folder(data_dir, source)
        load = service.receive_city(
            session, sha256=staged.sha256, stored_as=staged.stored_as, file_name="city",
            manifest=manifest, again=again, by=by, at=now(),
        )  # fmt: skip
        outcome = app.extensions["workshop"].run_now(
            service.JOB, key=str(load.id), payload=service.payload(load, write=write),
            division=load.division,
        )  # fmt: skip
        session.expire_all()
        return session.get_one(Load, load.id), outcome

    return run


def sizes(session):
    return {
        table.__tablename__: session.scalar(select(func.count()).select_from(table))
        for table in TABLES
    }


def test_everything_the_files_say_is_written_with_its_source(session, bring):
    load, outcome = bring()

    assert (outcome.state, load.state) == (JobState.DONE, LoadState.WRITTEN)
    assert sizes(session) == {
        "enterprise": 2, "enterprise_attribute": 9, "profile_revision": 3, "title_event": 4,
        "title_episode": 4, "incident": 1, "statement": 4, "coverage": 1, "assumption": 1,
    }  # fmt: skip
    revisions = session.scalars(select(ProfileRevision)).all()
    assert {r.document_id for r in revisions} == {load.document_id}
    assert {r.stage for r in revisions} == {FigureStage.ANNUAL}


def test_first_and_renewed_are_told_where_they_can_be(session, bring):
    bring()

    kinds = {
        (event.title.partition(".")[2], event.since.year): event.kind
        for event in session.scalars(select(TitleEvent))
    }
    assert kinds == {
        ("tech_sme", 2022): EventKind.ENROLLED,
        ("high_tech", 2019): EventKind.RECORDED,  # founded in 2015, known from 2018
        ("high_tech", 2022): EventKind.RENEWED,
        ("high_tech", 2021): EventKind.FIRST,  # founded after history begins
    }


def test_a_dry_run_writes_nothing_but_says_it_all(session, bring):
    load, outcome = bring(write=False)

    assert set(sizes(session).values()) == {0}
    assert (load.state, outcome.state) == (LoadState.CHECKED, JobState.DONE)
    difference = json.loads(load.tally)["difference"]
    assert {name: counts["new"] for name, counts in difference.items()} == {
        "firms": 2, "years": 3, "certificates": 4, "events": 1, "counts": 4,
    }  # fmt: skip


def test_the_same_files_a_second_time_are_refused_politely(session, bring):
    bring()

    with pytest.raises(AlreadyLoaded, match="内容完全相同，没有任何更改"):
        bring()


def test_the_same_files_can_be_taken_in_again_where_rows_were_left_out(session, bring):
    stranger = f"\n{credit_code(9)},丁公司,130521,,2020-01-01,存续"
    first, _ = bring(enterprises=FILES["enterprises"] + stranger)
    session.add(DivisionAlias(alias="130521", code="130503", source="测试"))

    second, _ = bring(again=True, enterprises=FILES["enterprises"] + stranger)

    assert json.loads(first.tally)["issues"]["row"] == 1
    assert json.loads(second.tally)["written"]["firms"]["new"] == 1
    assert first.document_id == second.document_id


def test_a_confirmed_load_whose_job_was_cancelled_can_be_confirmed_again(session, bring):
    load, _ = bring(write=False)
    job = service.ask(session, load, write=True, by=SYSTEM, at=now())
    with pytest.raises(AlreadyActive):
        service.ask(session, load, write=True, by=SYSTEM, at=now())
    job.state, job.ended_at = JobState.CANCELLED, now()
    session.flush()

    assert service.ask(session, load, write=True, by=SYSTEM, at=now()).id != job.id
    assert load.state is LoadState.QUEUED


def test_equal_rows_in_other_files_write_nothing(session, bring):
    bring()
    before = sizes(session)

    later, again = bring(annual="\n".join(reversed(FILES["annual"].split("\n"))))
    assert sizes(session) == before
    assert again.message == "与已有数据完全一致，没有任何更改。"
    written = json.loads(later.tally)["written"]
    assert {name: counts["new"] + counts["corrected"] for name, counts in written.items()} == (
        dict.fromkeys(written, 0)
    )


def test_a_correction_supersedes_and_is_counted(session, bring):
    bring()

    load, _ = bring(annual=FILES["annual"].replace("110,99", "120,99"))

    assert json.loads(load.tally)["written"]["years"] == {
        "new": 0, "corrected": 1, "same": 2, "kept": 0,
    }  # fmt: skip
    rows = session.scalars(select(ProfileRevision).where(ProfileRevision.year == 2021)).all()
    assert sorted((r.number, r.superseded_at is None) for r in rows) == [
        (1, False), (1, True), (2, True),
    ]  # fmt: skip


def test_faulty_rows_are_kept_with_their_places(session, bring):
    load, _ = bring(annual=FILES["annual"] + f"\n{credit_code(9)},2021,1,1,1,1,1,0,1")

    (issue,) = session.scalars(select(LoadIssue)).all()
    assert (issue.file, issue.line, issue.load_id) == ("annual.csv", 5, load.id)
    assert json.loads(load.tally)["issues"] == {"row": 1, "value": 0, "note": 0}
    assert sizes(session)["profile_revision"] == 3


def test_files_that_cannot_be_read_fail_with_the_reason_and_may_be_discarded(session, bring):
    load, outcome = bring(annual="\x00")

    assert (load.state, outcome.state) == (LoadState.FAILED, JobState.FAILED)
    assert "annual.csv" in json.loads(load.tally)["refused"]
    service.discard(session, load, by=SYSTEM, at=now())
    assert load.state is LoadState.DISCARDED


def test_an_interrupted_import_is_finished_by_the_next_run(session, bring, monkeypatch):
    whole = cities.steps

    def broken(writing):
        def fail(*_):
            raise KeyboardInterrupt

        plan = whole(writing)
        return [*plan[:2], ("certificates", 0, fail), *plan[2:]]

    monkeypatch.setattr(cities, "steps", broken)
    with pytest.raises(KeyboardInterrupt):
        bring()
    monkeypatch.setattr(cities, "steps", whole)
    assert sizes(session)["title_event"] == 0

    load, outcome = bring()

    assert outcome.state is JobState.DONE
    assert json.loads(load.tally)["written"]["firms"]["new"] == 2
    assert sizes(session)["title_event"] == 4


def test_a_file_of_last_year_does_not_undo_what_an_officer_recorded_since(session, bring):
    bring()
    firm = session.scalars(select(Enterprise).where(Enterprise.credit_code == A)).one()
    change_attribute(
        session, firm, Attribute.MANAGING_DIVISION, "130571", since=date(2024, 1, 1),
        reason="归口开发区", by=SYSTEM, at=now(),
    )  # fmt: skip

    bring(enterprises=FILES["enterprises"].replace("甲公司", "甲公司旧称"))

    session.refresh(firm)
    assert (firm.managing_division, firm.name) == ("130571", "甲公司旧称")


def test_a_firm_that_has_moved_away_is_not_changed_by_the_citys_file(session, bring):
    bring()
    firm = session.scalars(select(Enterprise).where(Enterprise.credit_code == B)).one()
    change_attribute(
        session, firm, Attribute.MANAGING_DIVISION, "130402", since=date(2024, 1, 1),
        reason="迁出", by=SYSTEM, at=now(),
    )  # fmt: skip

    load, _ = bring(annual=FILES["annual"].replace(f"{B},2021,1,1", f"{B},2021,2,2"))

    issues = session.scalars(select(LoadIssue).where(LoadIssue.load_id == load.id)).all()
    assert issues
    assert all("其他区划归口" in issue.detail for issue in issues)
    assert json.loads(load.tally)["written"]["years"]["corrected"] == 0


def test_another_city_may_not_bring_in_these_files(session, bring):
    grant = Grant(Role.CITY_REVIEWER, OTHER_CITY, Line.SCIENCE)

    with pytest.raises(NotYourDivision):
        bring(by=Actor(uuid7(), "邻市", (grant,)))


def test_only_a_checked_load_can_be_confirmed(session, bring):
    load, _ = bring()

    with pytest.raises(NotReady, match="已导入"):
        service.ask(session, load, write=True, by=SYSTEM, at=now())
    with pytest.raises(NotReady, match="已导入"):
        service.discard(session, load, by=SYSTEM, at=now())
