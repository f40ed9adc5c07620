"""The list of enterprises can be narrowed to a flag and to a grade."""

from datetime import date

import pytest

from app.enterprises.queries import Filters
from app.evaluation import narrowing
from app.evaluation.domain import ApplicationType, FlagKind, FlagState, Grade, Outcome
from app.evaluation.models import Evaluation, RuleSetRecord
from app.foundation.actor import Role
from tests.factories.base import NOON, TODAY
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.evaluation import FlagFactory
from tests.factories.reference import CITY

SME, HIGH = "national.tech_sme", "national.high_tech"


def flag(firm, state=FlagState.OPEN, **more):
    ended = NOON if state in {FlagState.CLOSED, FlagState.CLEARED} else None
    return FlagFactory(enterprise=firm, kind=FlagKind.EXPIRING, state=state, ended_at=ended, **more)


def test_a_flag_narrows_to_firms_where_it_still_waits(session):
    waiting, done = EnterpriseFactory(), EnterpriseFactory()
    flag(waiting)
    flag(done, FlagState.CLOSED)

    found = session.scalars(narrowing.flagged("expiring", Filters(on=TODAY))).all()

    assert found == [waiting.id]


@pytest.fixture
def graded(session):
    session.add(RuleSetRecord(**rule_set()))
    session.flush()
    firm = EnterpriseFactory()
    session.add(evaluation(firm, SME, 2026, Grade.READY))
    session.add(evaluation(firm, HIGH, 2025, Grade.ONE_SHORT))
    session.add(evaluation(firm, HIGH, 2026, Grade.READY, superseded_at=NOON))
    session.flush()
    return firm


def rule_set():
    return {
        "fingerprint": "f" * 64,
        "title": SME,
        "application_type": ApplicationType.NEW,
        "language": "1",
        "tree": "{}",
        "recorded_at": NOON,
    }


def evaluation(firm, title, year, grade, **more):
    given = {
        "enterprise_id": firm.id,
        "title": title,
        "application_type": ApplicationType.NEW,
        "for_year": year,
        "base_year": year - 1,
        "on_day": date(year, 6, 1),
        "fingerprint": "f" * 64,
        "facts_hash": "a" * 64,
        "outcome": Outcome.MET,
        "grade": grade,
        "is_preliminary": False,
        "is_proxy": False,
        "assumed_count": 0,
        "findings": "[]",
        "decisive_hash": "b" * 64,
        "recorded_at": NOON,
    }
    return Evaluation(**given, **more)


@pytest.mark.parametrize(
    ("grade", "filters", "found"),
    [
        pytest.param("ready", {}, True, id="of any title in the year of the day"),
        pytest.param("ready", {"title": SME}, True, id="of the title chosen"),
        pytest.param("ready", {"title": HIGH}, False, id="not a superseded one"),
        pytest.param("one_short", {}, False, id="not of another year"),
        pytest.param("one_short", {"year": 2025}, True, id="of the year chosen"),
    ],
)
def test_a_grade_narrows_to_evaluations_in_force(session, graded, grade, filters, found):
    ids = session.scalars(narrowing.graded(grade, Filters(on=TODAY, **filters))).all()

    assert ids == ([graded.id] if found else [])


def test_the_list_offers_both_and_narrows_by_them(client, sign_in, session):
    sign_in(client, Role.CITY_REVIEWER, CITY)
    flag(EnterpriseFactory(name="到期机械"))
    EnterpriseFactory(name="无事化工")

    page = client.get("/enterprises?flag=expiring").text

    assert "到期机械" in page
    assert "无事化工" not in page
    assert 'name="grade"' in page
