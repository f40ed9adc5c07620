"""A form is judged unsaved exactly as it will be once filed; what changed is noted."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.evaluation import service, tracing
from app.evaluation.models import TraceNote, TraceShown
from app.foundation.actor import Actor
from app.foundation.clock import legal_day
from app.profiles import drafting
from app.profiles.checking import check_typed
from app.profiles.domain import StatementScope
from app.profiles.typed import MoneyUnit, Typed, of_values
from rules.days import Moment
from tests.app.profiles.test_drafting import ROLES, person, sign_both
from tests.factories.accounts import AccountFactory
from tests.factories.base import NOON
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.evaluation import (
    LIBRARY,
    SOUND,
    WAN,
    cover,
    file_year,
    make_sound,
    verify,
)

YEAR = 2025
TITLES = [LIBRARY.titles[step.title] for step in LIBRARY.ladders["xingtai"].steps]
TECH_SME = "national.tech_sme"
pytestmark = pytest.mark.usefixtures("places")


@pytest.fixture
def firm(session):
    cover()
    return make_sound(EnterpriseFactory(), 2023, 2024)


def trace(session, firm, typed, *, at=NOON):
    return tracing.trace(session, LIBRARY, firm, YEAR, typed, TITLES, at=at)


def outcome(traced, title=TECH_SME):
    return next(each.assessment.verdict.outcome for each in traced if each.title.id == title)


FORMS = {
    "sound": of_values(SOUND, LIBRARY.indicators),
    "blank": Typed(),
    "short": Typed({"employees_tech_sme": "600", "sales_revenue": "1"}),
    "stand-ins and formulas": Typed(
        {
            "operating_revenue": "1,000",
            "rd_expense_accounting": "61",
            "employees_year_end": "90",
            "total_assets": "500",
            "total_liabilities": "600",
        }
    ),
    "group": replace(of_values(SOUND, LIBRARY.indicators), scope=StatementScope.CONSOLIDATED),
    "stated": Typed({**of_values(SOUND, LIBRARY.indicators).figures, "prohibited_product": "yes"}),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_trace_is_the_verdict_of_what_will_be_filed(session, firm, name):
    boss = person(firm, *ROLES)
    typed = FORMS[name]
    if name != "blank":
        reasons = {
            j.indicator: "扩产"
            for j in check_typed(typed, SOUND, LIBRARY.indicators, at=NOON).jumps
        }
        typed = replace(typed, reasons=reasons)
    before = trace(session, firm, typed)
    version = drafting.save_draft(
        session, firm, YEAR, typed, version=0, indicators=LIBRARY.indicators, by=boss, at=NOON
    ).version
    sign_both(session, firm, version, by=boss)
    drafting.file(
        session, firm, YEAR, version=version, indicators=LIBRARY.indicators, by=boss, at=NOON
    )

    moment = Moment.of(legal_day(NOON), YEAR + 1)
    for each in before:
        if each.assessment is None:
            continue
        filed = service.evaluate(
            session, LIBRARY, firm.id, each.title, moment=moment, known_at=NOON
        )
        assert each.assessment.facts == filed.facts, each.title.id
        assert each.assessment.verdict.outcome == filed.verdict.outcome
        assert each.assessment.proxies == filed.proxies
        assert each.assessment.group_years == filed.group_years
    assert sum(each.assessment is not None for each in before) >= 5


def test_a_draft_stands_in_the_place_of_what_is_filed_and_verified(session, firm):
    verify(file_year(firm, YEAR, SOUND), "total_assets", 900_000 * WAN)

    assert outcome(trace(session, firm, FORMS["sound"])) == "met"
    assert outcome(trace(session, firm, FORMS["short"])) == "unmet"
    assert outcome(trace(session, firm, Typed())) == "unknown"


def test_what_cannot_be_read_is_unknown(session, firm):
    typed = Typed({**FORMS["sound"].figures, "total_assets": "很多"})

    assert outcome(trace(session, firm, typed)) == "unknown"


def remembered(session):
    return session.scalars(select(TraceShown)).all()


def test_a_figure_changed_after_it_was_shown_unmet_is_noted(session, firm):
    short = Typed({**FORMS["sound"].figures, "total_assets": "20,001"})
    account = AccountFactory()
    by = Actor(id=account.id, name=account.name)
    for _ in range(2):
        tracing.remember(session, LIBRARY, firm, YEAR, short, trace(session, firm, short), at=NOON)
    assert {row.text for row in remembered(session) if row.indicator == "total_assets"} == {
        "200,010,000"
    }
    in_yuan = replace(
        FORMS["sound"],
        figures={**FORMS["sound"].figures, "total_assets": "19999万元"},
        unit=MoneyUnit.WAN,
    )

    notes = tracing.note_changes(
        session, LIBRARY, firm, YEAR, in_yuan, by=by, at=NOON + timedelta(1)
    )

    noted = [n for n in notes if n.title == TECH_SME]
    assert [(n.criterion, n.indicator, n.before, n.after) for n in noted] == [
        ("KX-02c", "total_assets", "200,010,000", "199,990,000")
    ]
    assert remembered(session) == []
    assert tracing.list_notes(session, firm, YEAR) == session.scalars(select(TraceNote)).all()


def test_another_unit_is_no_change(session, firm):
    short = Typed({**FORMS["sound"].figures, "total_assets": "20,001"})
    tracing.remember(session, LIBRARY, firm, YEAR, short, trace(session, firm, short), at=NOON)
    same = Typed({"total_assets": "200,010,000"}, unit=MoneyUnit.YUAN)
    account = AccountFactory()

    notes = tracing.note_changes(
        session, LIBRARY, firm, YEAR, same, by=Actor(id=account.id, name="甲"), at=NOON
    )

    assert not [note for note in notes if note.indicator == "total_assets"]
