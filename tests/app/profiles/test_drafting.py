"""From the first figure to the immutable revision: nothing lost, nothing half-filed."""

import json
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEvent
from app.enterprises.models import Enterprise
from app.foundation.actor import Actor, ActsFor, EnterpriseRole
from app.foundation.errors import Forbidden, NotFound
from app.profiles import confirming, drafting, drafts, locks
from app.profiles.domain import FigureStage, RevisionState
from app.profiles.errors import (
    DraftStale,
    FiguresUnfit,
    NothingToFile,
    NotSigned,
    ProfileLocked,
    RevisionVerified,
)
from app.profiles.models import ProfileDraft, ProfileRevision, Statement
from app.profiles.typed import MoneyUnit, Typed
from tests.factories.accounts import AccountFactory
from tests.factories.base import NOON
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.evaluation import LIBRARY, WAN, file_year

YEAR = 2025
ROLES = (EnterpriseRole.FILLER, EnterpriseRole.FINANCE, EnterpriseRole.LEGAL)
SOUND = Typed({"sales_revenue": "1,000", "rd_staff": "12", "prohibited_product": "no"})
pytestmark = pytest.mark.usefixtures("places")


def person(firm: Enterprise, *roles: EnterpriseRole) -> Actor:
    account = AccountFactory()
    mandates = tuple(ActsFor(firm.id, role) for role in roles)
    return Actor(id=account.id, name=account.name, mandates=mandates)


@pytest.fixture
def firm(session):
    return EnterpriseFactory()


@pytest.fixture
def boss(firm):
    return person(firm, *ROLES)


def later(minutes):
    return NOON + timedelta(minutes=minutes)


def save(session, firm, typed, *, by, version=0, at=NOON, year=YEAR):
    return drafting.save_draft(
        session, firm, year, typed, version=version, indicators=LIBRARY.indicators, by=by, at=at
    )


def sign(session, firm, role, version, *, by, at=NOON):
    return confirming.sign(
        session, firm, YEAR, role, version=version, indicators=LIBRARY.indicators, by=by, at=at
    )


def sign_both(session, firm, version, *, by, at=NOON):
    for role in ROLES[1:]:
        sign(session, firm, role, version, by=by, at=at)


def file(session, firm, version, *, by, at=NOON):
    return drafting.file(
        session, firm, YEAR, version=version, indicators=LIBRARY.indicators, by=by, at=at
    )


def start(session, firm, *, by, at=NOON):
    return drafting.start(session, firm, YEAR, indicators=LIBRARY.indicators, by=by, at=at)


def test_what_is_typed_is_kept_as_typed_faults_and_all(session, firm, boss):
    typed = Typed({"sales_revenue": "约 1,000", "rd_staff": "−5"}, unit=MoneyUnit.YUAN)

    save(session, firm, typed, by=boss)

    kept = drafts.find_draft(session, firm.id, YEAR)
    assert Typed.loads(kept.raw) == replace(typed, reasons={})
    assert drafts.contributors(session, firm.id, YEAR) == {boss.id}


def test_a_stale_save_changes_nothing(session, firm, boss):
    draft = save(session, firm, SOUND, by=boss)
    first = draft.version
    save(session, firm, Typed({"rd_staff": "13"}), by=boss, version=first, at=later(1))

    with pytest.raises(DraftStale):
        save(session, firm, Typed({"rd_staff": "14"}), by=boss, version=first)
    with pytest.raises(DraftStale):
        save(session, firm, Typed({"rd_staff": "14"}), by=boss, version=0)

    assert Typed.loads(draft.raw).figures == {"rd_staff": "13"}


def test_a_save_that_says_the_same_is_no_change(session, firm, boss):
    draft = save(session, firm, SOUND, by=boss)
    version, saved_at = draft.version, draft.saved_at

    again = save(session, firm, SOUND, by=boss, version=version, at=later(5))

    assert (again.version, again.saved_at) == (version, saved_at)


def test_a_tab_left_open_over_the_filing_cannot_begin_the_year_anew(session, firm, boss):
    file_year(firm, YEAR, {"sales_revenue": WAN})

    with pytest.raises(DraftStale):
        save(session, firm, SOUND, by=boss)


def test_a_new_year_takes_the_scope_of_the_last_and_none_of_its_figures(session, firm, boss):
    file_year(firm, YEAR - 1, {"sales_revenue": WAN})

    draft = start(session, firm, by=boss)

    assert Typed.loads(draft.raw).figures == {}
    assert start(session, firm, by=boss) is draft


def test_finance_signs_before_the_legal_person_and_both_before_filing(session, firm, boss):
    version = save(session, firm, SOUND, by=boss).version

    with pytest.raises(NotSigned, match="请先由财务确认"):
        sign(session, firm, EnterpriseRole.LEGAL, version, by=boss)
    with pytest.raises(NotSigned, match="财务、法人"):
        file(session, firm, version, by=boss)
    first = sign(session, firm, EnterpriseRole.FINANCE, version, by=boss)
    assert sign(session, firm, EnterpriseRole.FINANCE, version, by=boss) is first
    with pytest.raises(NotSigned, match="还缺法人"):
        file(session, firm, version, by=boss)


def test_a_change_makes_what_was_signed_void_also_when_it_is_undone(session, firm, boss):
    draft = save(session, firm, SOUND, by=boss)
    sign_both(session, firm, draft.version, by=boss, at=later(1))
    other = Typed({**SOUND.figures, "rd_staff": "13"})
    save(session, firm, other, by=boss, version=draft.version, at=later(2))

    assert drafts.signatures(session, draft) == {}
    save(session, firm, SOUND, by=boss, version=draft.version, at=later(3))
    assert drafts.signatures(session, draft) == {}
    with pytest.raises(NotSigned):
        file(session, firm, draft.version, by=boss, at=later(4))

    sign_both(session, firm, draft.version, by=boss, at=later(5))
    assert file(session, firm, draft.version, by=boss, at=later(6)).number == 1


def test_filing_makes_one_immutable_revision_and_takes_the_draft_away(session, firm, boss):
    file_year(firm, YEAR - 1, {"sales_revenue": 100 * WAN})
    typed = replace(SOUND, reasons={"sales_revenue": "新产品上市"}, stage=FigureStage.AUDITED)
    version = save(session, firm, typed, by=boss).version
    sign_both(session, firm, version, by=boss)

    revision = file(session, firm, version, by=boss)

    assert json.loads(revision.body) == {
        "figures": {"sales_revenue": 1_000 * WAN, "rd_staff": 12},
        "proxies": {},
        "reasons": {"sales_revenue": "新产品上市"},
    }
    assert (revision.stage, revision.state) == (FigureStage.AUDITED, RevisionState.FILED)
    assert drafts.find_draft(session, firm.id, YEAR) is None
    stated = session.scalars(select(Statement)).one()
    assert (stated.indicator, stated.value) == ("prohibited_product", "false")
    actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)).all()
    assert actions == ["profile.signed", "profile.signed", "profile.filed"]
    with pytest.raises(NothingToFile):
        file(session, firm, version, by=boss)


def test_faults_stop_signing_and_filing_and_are_named(session, firm, boss):
    typed = Typed({"rd_staff": "12.5", "total_assets": "1", "total_liabilities": "x"})
    version = save(session, firm, typed, by=boss).version

    with pytest.raises(FiguresUnfit) as refused:
        sign(session, firm, EnterpriseRole.FINANCE, version, by=boss)

    assert {fault.pointer for fault in refused.value.faults} == {"/rd_staff", "/total_liabilities"}
    assert session.scalar(select(func.count()).select_from(ProfileRevision)) == 0


def test_a_refused_filing_leaves_no_trace(session, firm, boss):
    file_year(firm, YEAR, {"sales_revenue": WAN})
    revision = drafts.current_revision(session, firm.id, YEAR)
    version = start(session, firm, by=boss).version
    sign_both(session, firm, version, by=boss)
    revision.state = RevisionState.VERIFIED
    session.flush()
    changed = Typed({"sales_revenue": "1.2"})
    version = save(session, firm, changed, by=boss, version=version, at=later(1)).version
    sign_both(session, firm, version, by=boss, at=later(2))

    with pytest.raises(RevisionVerified), session.begin_nested():
        file(session, firm, version, by=boss, at=later(3))

    assert drafts.find_draft(session, firm.id, YEAR) is not None
    assert session.scalar(select(func.count()).select_from(ProfileRevision)) == 1


def test_a_correction_supersedes_and_keeps_what_was_filed(session, firm, boss):
    file_year(firm, YEAR, {"sales_revenue": WAN, "rd_staff": 3})
    before = drafts.current_revision(session, firm.id, YEAR)
    body = before.body
    draft = start(session, firm, by=boss)
    assert Typed.loads(draft.raw).figures == {"sales_revenue": "1", "rd_staff": "3"}
    typed = Typed({"sales_revenue": "1.2", "rd_staff": "3"})
    version = save(session, firm, typed, by=boss, version=draft.version, at=later(1)).version
    sign_both(session, firm, version, by=boss, at=later(2))

    after = file(session, firm, version, by=boss, at=later(3))

    assert (after.number, json.loads(after.body)["figures"]["sales_revenue"]) == (2, 1_200_000)
    session.refresh(before)
    assert (before.body, before.superseded_at) == (body, later(3))
    assert drafts.current_revision(session, firm.id, YEAR, known_at=later(2)) == before


def test_a_statement_said_twice_on_one_day_is_corrected_and_later_begins_anew(session, firm, boss):
    for minute, said in ((0, "no"), (5, "yes"), (10, "yes"), (60 * 24, "no")):
        file_at = later(minute)
        draft = start(session, firm, by=boss, at=file_at)
        typed = Typed({"prohibited_product": said, "rd_staff": "1"})
        draft = save(session, firm, typed, by=boss, version=draft.version, at=file_at)
        sign_both(session, firm, draft.version, by=boss, at=file_at)
        file(session, firm, draft.version, by=boss, at=file_at)

    rows = session.execute(
        select(Statement.value, Statement.since, Statement.superseded_at.is_(None)).order_by(
            Statement.recorded_at
        )
    ).all()
    assert [tuple(row) for row in rows] == [
        ("false", date(2026, 6, 15), False),
        ("true", date(2026, 6, 15), True),
        ("false", date(2026, 6, 16), True),
    ]


# --- Locks ----------------------------------------------------------------------------------------


def test_an_open_case_holds_its_year_but_for_the_fields_sent_back(session, firm, boss):
    file_year(firm, YEAR, {"sales_revenue": WAN, "rd_staff": 3})
    case = uuid4()
    locks.lock(session, firm.id, YEAR, case, [], at=NOON)
    with pytest.raises(ProfileLocked):
        start(session, firm, by=boss)

    locks.lock(session, firm.id, YEAR, case, ["rd_staff"], at=NOON)
    draft = start(session, firm, by=boss)
    held = Typed({"sales_revenue": "2", "rd_staff": "3"}, stage=FigureStage.AUDITED)
    with pytest.raises(ProfileLocked, match="销售收入、数据阶段") as refused:
        save(session, firm, held, by=boss, version=draft.version)
    assert {fault.pointer for fault in refused.value.faults} == {"/sales_revenue", "/stage"}
    free = Typed({"sales_revenue": "10,000", "rd_staff": "x"}, unit=MoneyUnit.YUAN)
    draft = save(session, firm, free, by=boss, version=draft.version)
    worse = Typed({"sales_revenue": "x", "rd_staff": "4"}, unit=MoneyUnit.YUAN)
    with pytest.raises(ProfileLocked):
        save(session, firm, worse, by=boss, version=draft.version)

    locks.release(session, case, at=NOON)
    assert drafts.editable(session, firm.id, YEAR) is None


def test_a_case_opened_over_a_draft_is_held_to_what_was_filed(session, firm, boss):
    file_year(firm, YEAR, {"sales_revenue": WAN})
    draft = start(session, firm, by=boss)
    typed = Typed({"sales_revenue": "1.1"})
    version = save(session, firm, typed, by=boss, version=draft.version).version
    sign_both(session, firm, version, by=boss)
    locks.lock(session, firm.id, YEAR, uuid4(), [], at=NOON)

    with pytest.raises(ProfileLocked):
        file(session, firm, version, by=boss)


def test_two_cases_leave_only_what_both_sent_back(session, firm):
    locks.lock(session, firm.id, YEAR, uuid4(), ["a", "b"], at=NOON)
    locks.lock(session, firm.id, YEAR, uuid4(), ["b", "c"], at=NOON)

    assert drafts.editable(session, firm.id, YEAR) == {"b"}


# --- Who may --------------------------------------------------------------------------------------


def test_another_firm_is_not_found_and_other_roles_are_refused(session, firm, boss):
    stranger = person(EnterpriseFactory(), *ROLES)
    with pytest.raises(NotFound):
        drafts.own_enterprise(session, firm.id, visible_to=stranger)
    assert drafts.own_enterprise(session, firm.id, visible_to=boss) == firm

    legal = person(firm, EnterpriseRole.LEGAL)
    with pytest.raises(Forbidden):
        save(session, firm, SOUND, by=legal)
    agent = person(firm, EnterpriseRole.AGENT)
    version = save(session, firm, SOUND, by=agent).version
    with pytest.raises(Forbidden):
        file(session, firm, version, by=agent)
    with pytest.raises(Forbidden):
        sign(session, firm, EnterpriseRole.FINANCE, version, by=legal)
    with pytest.raises(Forbidden):
        sign(session, firm, EnterpriseRole.ADMIN, version, by=boss)


def test_a_draft_is_thrown_away_only_as_it_was_seen(session, firm, boss):
    version = save(session, firm, SOUND, by=boss).version

    with pytest.raises(DraftStale):
        drafting.discard(session, firm, YEAR, version=version + 1, by=boss, at=NOON)
    drafting.discard(session, firm, YEAR, version=version, by=boss, at=NOON)

    assert session.scalars(select(ProfileDraft)).all() == []


def test_a_stand_in_is_not_taken_for_the_figure_itself(session, firm, boss):
    figures = {"employees_year_end": 91, "employees_tech_sme": 91 * 600}
    file_year(firm, YEAR, figures, proxies={"employees_tech_sme": "employees_year_end"})

    draft = start(session, firm, by=boss)

    assert Typed.loads(draft.raw).figures == {"employees_year_end": "91"}
