"""Registering and changing an enterprise: nothing is overwritten, and each refusal says why."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditEvent
from app.enterprises import holders, queries, service
from app.enterprises.domain import Attribute, DocumentKind, EventKind, OperatingStatus
from app.enterprises.errors import ChangeImpossible, CreditCodeFaulty, CreditCodeTaken, NotYours
from app.enterprises.models import Enterprise, EnterpriseAttribute, TitleEvent
from app.enterprises.service import Firm
from app.foundation.actor import SYSTEM, Actor, Grant, Line, Role
from app.foundation.errors import Conflict, Forbidden, Invalid
from app.foundation.identifiers import uuid7
from tests.factories.base import NOON
from tests.factories.enterprises import EnterpriseFactory, credit_code, enrol, hold
from tests.factories.reference import CITY, XIANGDU, XINDU, ZONE

pytestmark = pytest.mark.usefixtures("places")
D = date
GIVEN = Firm(
    credit_code=credit_code(1),
    name="邢台力昌机械有限公司",
    registered_division=XIANGDU,
    registered_on=D(2015, 3, 1),
)


def officer(role=Role.COUNTY_REVIEWER, division=XIANGDU):
    return Actor(uuid7(), "李审核", (Grant(role, division, Line.SCIENCE),))


def register(session, by=SYSTEM, **changes):
    return service.register(session, replace(GIVEN, **changes), document_id=None, by=by, at=NOON)


CHANGED = D(2024, 5, 1)


def change(session, enterprise, attribute, value, since=CHANGED, by=SYSTEM, **more):
    return service.change_attribute(
        session, enterprise, attribute, value,
        since=since, reason="营业执照变更", by=by, at=more.pop("at", NOON), **more,
    )  # fmt: skip


def spans(session, enterprise, attribute):
    rows = queries.history(session, enterprise.id)
    return [
        (row.value, row.since, row.until) for row, _ in reversed(rows) if row.attribute is attribute
    ]


def test_registering_writes_the_firm_its_history_and_the_trail(session):
    made = register(session, by=officer())

    assert made.managing_division == XIANGDU
    assert (made.name_initials, made.version) == ("xtlcjxyxgs", 1)
    assert spans(session, made, Attribute.NAME) == [(GIVEN.name, None, None)]
    told = session.scalars(select(AuditEvent)).one()
    assert (told.action, told.subject_id) == ("enterprise.registered", str(made.id))


def test_a_code_is_normalised_before_it_is_kept(session):
    made = register(session, credit_code=f" {credit_code(1).lower()} ")

    assert made.credit_code == credit_code(1)


def test_a_code_identifies_one_firm_for_good(session):
    register(session)

    with pytest.raises(CreditCodeTaken, match=credit_code(1)):
        register(session, name="另一家")


def test_the_database_refuses_a_second_firm_with_the_code_too(session):
    made = register(session)

    with pytest.raises(IntegrityError), session.begin_nested():
        EnterpriseFactory(credit_code=made.credit_code)


def test_a_faulty_code_is_taken_only_with_a_reason(session):
    faulty = "91350211M0000XUF46"  # issued in the pilot of 2015; fails the check

    with pytest.raises(CreditCodeFaulty, match="校验码不符"):
        register(session, credit_code=faulty)
    made = register(session, credit_code=faulty, credit_code_override="已核对营业执照原件")

    assert made.credit_code_override == "已核对营业执照原件"


def test_no_reason_makes_a_code_of_wrong_length_right(session):
    with pytest.raises(CreditCodeFaulty, match="18 位"):
        register(session, credit_code="9135", credit_code_override="已核对")


def test_a_reason_is_not_kept_for_a_code_that_passes(session):
    assert register(session, credit_code_override="多余").credit_code_override == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"name": " "}, "name", id="no name"),
        pytest.param({"registered_division": "999999"}, "registered_division", id="no such place"),
        pytest.param({"managing_division": "999999"}, "managing_division", id="no such manager"),
        pytest.param({"industry_code": "9999"}, "industry_code", id="no such industry"),
        pytest.param({"registered_on": D(2026, 6, 16)}, "registered_on", id="founded tomorrow"),
    ],
)
def test_particulars_that_cannot_be_are_named(session, changes, field):
    with pytest.raises(Invalid) as refusal:
        register(session, **changes)

    assert field in {fault.pointer for fault in refusal.value.faults}


def test_an_officer_registers_in_his_own_county_only(session):
    with pytest.raises(NotYours):
        register(session, by=officer(division=XINDU))
    with pytest.raises(Forbidden):
        register(session, by=officer(Role.LEADER, CITY))


# --- Changes --------------------------------------------------------------------------------------


def test_a_new_name_holds_from_its_day_and_the_old_one_until_then(session):
    made = register(session)

    assert change(session, made, Attribute.NAME, "邢台重庆路机械有限公司")

    assert (made.name, made.name_initials) == ("邢台重庆路机械有限公司", "xtcqljxyxgs")
    assert spans(session, made, Attribute.NAME) == [
        (GIVEN.name, None, D(2024, 5, 1)),
        ("邢台重庆路机械有限公司", D(2024, 5, 1), None),
    ]


def test_what_was_known_before_stays_in_the_table(session):
    made = register(session)
    later = NOON + timedelta(hours=1)

    change(session, made, Attribute.NAME, "新名", at=later)

    old = session.scalars(
        select(EnterpriseAttribute).where(EnterpriseAttribute.superseded_at.is_not(None))
    ).one()
    assert (old.value, old.until, old.superseded_at) == (GIVEN.name, None, later)


def test_the_same_value_again_changes_nothing(session):
    made = register(session)

    assert not change(session, made, Attribute.NAME, GIVEN.name)
    assert made.version == 1


def test_a_late_entry_does_not_hide_a_later_change(session):
    made = register(session)
    change(session, made, Attribute.MANAGING_DIVISION, ZONE, since=D(2025, 1, 1))

    change(session, made, Attribute.MANAGING_DIVISION, XINDU, since=D(2023, 1, 1))

    assert made.managing_division == ZONE
    assert spans(session, made, Attribute.MANAGING_DIVISION) == [
        (XIANGDU, None, D(2023, 1, 1)),
        (XINDU, D(2023, 1, 1), D(2025, 1, 1)),
        (ZONE, D(2025, 1, 1), None),
    ]


def test_a_correction_replaces_the_present_value_over_its_whole_span(session):
    made = register(session)
    change(session, made, Attribute.MANAGING_DIVISION, ZONE, since=D(2025, 1, 1))

    change(session, made, Attribute.MANAGING_DIVISION, XINDU, since=None)

    assert spans(session, made, Attribute.MANAGING_DIVISION)[1:] == [(XINDU, D(2025, 1, 1), None)]


def test_two_changes_on_one_day_leave_the_second(session):
    made = register(session)
    change(session, made, Attribute.NAME, "甲")

    change(session, made, Attribute.NAME, "乙")

    assert spans(session, made, Attribute.NAME)[1:] == [("乙", D(2024, 5, 1), None)]


@pytest.mark.parametrize(
    ("attribute", "value", "since", "field"),
    [
        pytest.param(Attribute.NAME, "新名", D(2026, 6, 16), "since", id="from tomorrow on"),
        pytest.param(Attribute.NAME, "新名", D(2015, 2, 28), "since", id="before it was founded"),
        pytest.param(Attribute.NAME, "  ", D(2024, 1, 1), "value", id="an empty name"),
        pytest.param(Attribute.INDUSTRY, "9999", D(2024, 1, 1), "value", id="no such industry"),
        pytest.param(Attribute.STATUS, "asleep", D(2024, 1, 1), "value", id="no such status"),
        pytest.param(Attribute.REGISTERED_DIVISION, "9", D(2024, 1, 1), "value", id="no place"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_its_field(session, attribute, value, since, field):
    made = register(session)

    with pytest.raises(ChangeImpossible) as refusal:
        change(session, made, attribute, value, since)

    assert refusal.value.faults[0].pointer == field


def test_a_stale_page_is_refused(session):
    made = register(session)
    change(session, made, Attribute.NAME, "甲", version=1)

    with pytest.raises(Conflict):
        change(session, made, Attribute.NAME, "乙", since=D(2025, 5, 1), version=1)


def test_a_county_cannot_hand_a_firm_to_another_county_and_the_city_can(session):
    made = register(session)

    with pytest.raises(NotYours):
        change(session, made, Attribute.MANAGING_DIVISION, XINDU, by=officer())
    change(session, made, Attribute.MANAGING_DIVISION, XINDU, by=officer(Role.POLICY, CITY))

    assert made.managing_division == XINDU


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (OperatingStatus.DEREGISTERED, EventKind.LAPSED),
        (OperatingStatus.MOVED_OUT, EventKind.MOVED_OUT),
    ],
    ids=["deregistered", "moved out"],
)
def test_a_firm_that_is_gone_loses_its_titles_on_that_day(session, status, kind):
    made = register(session)
    hold(made, since=D(2023, 11, 1), until=D(2026, 11, 1))
    enrol(made, 2024)

    change(session, made, Attribute.STATUS, status.value, since=D(2026, 3, 1))

    assert made.operating_status is status
    assert holders.held_titles(session, made.id, D(2026, 3, 1)) == []
    assert holders.held_titles(session, made.id, D(2026, 2, 28)) == ["national.high_tech"]
    closing = session.scalars(select(TitleEvent).where(TitleEvent.kind == kind)).one()
    assert closing.on_day == D(2026, 3, 1)


# --- Sources --------------------------------------------------------------------------------------


def document(session, **changes):
    given = {"kind": DocumentKind.LIST, "title": "公布名单", "number": "冀科高〔2026〕1号"}
    return service.record_document(session, **{**given, **changes}, by=SYSTEM, at=NOON)


def test_the_same_paper_and_the_same_file_are_kept_once(session):
    paper = document(session)
    file = document(session, sha256="a" * 64)

    assert document(session) is paper
    assert document(session, sha256="a" * 64, number="别的") is file
    assert document(session, batch="第二批") is not paper
    assert document(session, number="") is not document(session, number="")


def test_every_present_column_has_its_row_of_history(session):
    made = register(session)

    kept = {row.attribute.value: row.value for row, _ in queries.history(session, made.id)}
    present = session.get(Enterprise, made.id)
    assert kept == {name: str(getattr(present, name)) for name in kept}
    assert set(kept) == {attribute.value for attribute in Attribute} - {"industry_code"}
