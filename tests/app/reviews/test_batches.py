"""Recommendations: batches with their letters, and the announced list that ends them."""

from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.enterprises.domain import EventKind
from app.enterprises.models import TitleEpisode, TitleEvent
from app.evaluation import jobs as evaluation_jobs
from app.foundation.actor import Role
from app.foundation.errors import NotFound
from app.notices.models import Notice
from app.reviews import batches, filing, gathered, jobs, queries, results
from app.reviews.domain import BatchState, CaseAction, CaseStatus
from app.reviews.errors import BatchUnfit, DecisionUnfit, NotYourCase
from app.reviews.models import RecommendationItem
from app.reviews.service import Sent
from tests.factories.base import NOON
from tests.factories.enterprises import SourceDocumentFactory, hold
from tests.factories.files import StoredFileFactory
from tests.factories.reference import CITY, XIANGDU, XINDU
from tests.factories.reviews import (
    LAW,
    UPPER,
    YEAR,
    apply,
    batch_of,
    city_reviewer,
    decide,
    firm,
    mandate,
    officer,
    recommended,
    send,
)


def test_a_county_sends_what_passed_and_the_city_recommends_it(session):
    case = apply(UPPER)
    county, city = officer(), city_reviewer()
    decide(case, by=county)
    batch = batch_of(case, county)

    send(batch, county)

    assert (case.stage, case.status) == (1, CaseStatus.OPEN)
    assert (batch.state, batch.number) == (BatchState.FORWARDED, "襄科函〔2026〕5号")
    told = session.scalars(select(Notice).where(Notice.account_id == city.id)).all()
    assert [notice.text for notice in told] == [
        "收到2026年第一批（高新技术企业，1 户，襄科函〔2026〕5号），待审核。"
    ]

    decide(case, by=city)
    send(batch_of(case, city, stage="city", division=CITY), city)

    assert (case.stage, case.status) == (2, CaseStatus.RECOMMENDED)
    assert [e.what for e in queries.list_events(session, case)] == [
        *("opened", "passed", "forwarded", "passed", "recommended")
    ]
    trail = session.scalars(select(AuditEvent.action).where(AuditEvent.action.contains("recomm")))
    assert set(trail) == {
        "case.recommended",
        "recommendation.created",
        "recommendation.forwarded",
    }


def test_a_batch_holds_what_passed_of_its_title_year_and_place(session):
    county = officer()
    mine, open_one = apply(UPPER), apply(UPPER)
    elsewhere = apply(UPPER, enterprise=firm(registered_division=XINDU))
    decide(mine, by=county)
    decide(elsewhere, by=officer(division=XINDU))

    batch = batch_of(mine, county)

    assert [case.id for case in gathered.cases_of_batch(session, batch)] == [mine.id]
    decide(open_one, by=county)
    assert batches.add_waiting(session, LAW, batch, by=county, at=NOON) == 1
    batches.take_out(session, LAW, batch, mine.id, by=county, at=NOON)
    assert [case.id for case in gathered.cases_of_batch(session, batch)] == [open_one.id]
    with pytest.raises(BatchUnfit):
        batches.take_out(session, LAW, batch, mine.id, by=county, at=NOON)


def test_an_empty_batch_is_not_made(session):
    case = apply(UPPER)

    with pytest.raises(BatchUnfit, match="没有已通过"):
        batch_of(case, officer())


def test_only_the_stages_own_role_handles_its_batches(session):
    case = apply(UPPER)
    county = officer()
    decide(case, by=county)

    for stranger in (city_reviewer(), officer(division=XINDU), officer(Role.POLICY)):
        with pytest.raises(NotYourCase):
            batch_of(case, stranger)
    batch = batch_of(case, county)
    with pytest.raises(NotYourCase):
        send(batch, city_reviewer())
    with pytest.raises(NotFound):
        gathered.get_batch(session, batch.id, visible_to=officer(division=XINDU))


def test_a_batch_needs_its_letter_and_leaves_once(session):
    case = apply(UPPER)
    county = officer()
    decide(case, by=county)
    batch = batch_of(case, county)
    letter = StoredFileFactory(uploaded_by_id=county.id).id

    def go(number="函1", letter_id=letter, version=None):
        return batches.forward(
            session,
            LAW,
            batch,
            number=number,
            letter_id=letter_id,
            version=batch.version if version is None else version,
            by=county,
            at=NOON,
        )

    with pytest.raises(DecisionUnfit):
        go(number=" ")
    with pytest.raises(DecisionUnfit):
        go(letter_id=None)
    with pytest.raises(BatchUnfit, match="刷新"):
        go(version=batch.version - 1)
    go()
    with pytest.raises(BatchUnfit, match="已上报"):
        go()


def test_a_firm_that_withdraws_leaves_the_open_batch(session):
    by = mandate(enterprise := firm())
    case = apply(UPPER, enterprise=enterprise, by=by)
    county = officer()
    decide(case, by=county)
    batch = batch_of(case, county)

    filing.withdraw(session, LAW, case.id, reason="不报了", version=case.version, by=by, at=NOON)

    assert session.scalars(select(RecommendationItem)).all() == []
    with pytest.raises(BatchUnfit, match="没有申报"):
        send(batch, county)


# --- The announced list ---------------------------------------------------------------------------


def announce(enterprise, on=date(2026, 6, 15), **more):
    """The firm is on a list that was imported."""
    paper = SourceDocumentFactory()
    hold(enterprise, UPPER, on, date(2029, 6, 15), document_id=paper.id, **more)
    return paper


def test_the_episode_comes_from_the_list_alone_and_closes_the_recommendation(session):
    named, left_out = recommended(), recommended()
    assert session.scalars(select(TitleEvent)).all() == []
    paper = announce(named.enterprise)

    closed = results.conclude(session, LAW, UPPER, YEAR, at=NOON)

    assert [case.id for case in closed] == [named.id]
    assert (named.status, left_out.status) == (CaseStatus.GRANTED, CaseStatus.RECOMMENDED)
    assert len(session.scalars(select(TitleEpisode)).all()) == 1
    assert paper.number in queries.list_events(session, named)[-1].text
    assert results.conclude(session, LAW, UPPER, YEAR, at=NOON) == []  # repeatable


def test_the_job_after_an_import_closes_what_the_list_names(session, monkeypatch):
    named, left_out = recommended(), recommended()
    announce(named.enterprise)
    judged = []
    monkeypatch.setattr(evaluation_jobs, "affected", judged.append)

    @contextmanager
    def same():
        yield session

    firms = [str(case.enterprise_id) for case in (named, left_out)]
    run = SimpleNamespace(
        payload={"enterprises": firms}, library=LAW, sessions=SimpleNamespace(begin=same)
    )
    jobs.affected(run)

    assert (named.status, left_out.status) == (CaseStatus.GRANTED, CaseStatus.RECOMMENDED)
    assert judged == [run]
    last = queries.list_events(session, named)[-1]
    assert (last.by_id, last.by_name) == (None, "系统")


def test_a_title_held_before_or_without_a_list_closes_nothing(session):
    before, unpapered, moved = recommended(), recommended(), recommended()
    announce(before.enterprise, on=date(2025, 11, 1))
    hold(unpapered.enterprise, UPPER, date(2026, 6, 15), date(2029, 6, 15))
    announce(moved.enterprise, kind=EventKind.MOVED_IN)

    assert results.conclude(session, LAW, UPPER, YEAR, at=NOON) == []


def test_an_officer_closes_what_the_list_left_out_with_the_reason(session):
    case = recommended()
    city = city_reviewer()

    with pytest.raises(DecisionUnfit):
        results.close_unlisted(session, LAW, [case.id], reason=" ", by=city, at=NOON)
    with pytest.raises(NotYourCase):
        results.close_unlisted(session, LAW, [case.id], reason="名单", by=officer(), at=NOON)
    results.close_unlisted(session, LAW, [case.id], reason="名单未列", by=city, at=NOON)

    assert case.status is CaseStatus.NOT_LISTED
    states = {batch.state for batch in gathered.list_batches(session, visible_to=city)}
    assert states == {BatchState.CONCLUDED}


def test_an_officer_concludes_his_own_places_only(session):
    case = recommended()
    announce(case.enterprise)

    with pytest.raises(NotYourCase):
        results.conclude(session, LAW, UPPER, YEAR, by=officer(), at=NOON)
    assert results.conclude(session, LAW, UPPER, YEAR, by=officer(division=XINDU), at=NOON) == []
    assert results.conclude(session, LAW, UPPER, YEAR, by=city_reviewer(), at=NOON) == [case]


def test_a_case_sent_back_by_the_city_is_put_together_anew(session):
    by = mandate(enterprise := firm())
    case = apply(UPPER, enterprise=enterprise, by=by)
    county, city = officer(), city_reviewer()
    decide(case, by=county)
    send(batch_of(case, county), county)
    decide(case, CaseAction.RETURN, by=city, items=[Sent("ip_right", None, "缺证书")])
    filing.resubmit(session, LAW, case.id, note="", version=case.version, by=by, at=NOON)
    decide(case, by=county)

    assert batch_of(case, county, division=XIANGDU).id
    assert case.round == 2
