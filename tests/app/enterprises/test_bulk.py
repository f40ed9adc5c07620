"""A city is registered in statements, again without effect, and never against later knowledge."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.enterprises import service
from app.enterprises.bulk import bulk_register
from app.enterprises.domain import Attribute, OperatingStatus
from app.enterprises.models import Enterprise, EnterpriseAttribute
from app.enterprises.service import Firm
from app.foundation.actor import SYSTEM
from tests.factories.base import NOON
from tests.factories.enterprises import credit_code
from tests.factories.reference import XIANGDU, XINDU, ZONE

pytestmark = pytest.mark.usefixtures("places")
LATER = NOON + timedelta(days=1)
FILE_DAY = date(2025, 12, 31)


def firms(count=3, **changes):
    return [
        Firm(
            credit_code=credit_code(number),
            name=f"邢台{number}号机械有限公司",
            registered_division=XIANGDU,
            registered_on=date(2015, 1, 1),
            **changes,
        )
        for number in range(count)
    ]


def load(session, rows, on=FILE_DAY, at=NOON):
    return bulk_register(session, rows, on=on, document_id=None, at=at)


def values(session, enterprise_id, attribute):
    rows = session.scalars(
        select(EnterpriseAttribute)
        .where(
            EnterpriseAttribute.enterprise_id == enterprise_id,
            EnterpriseAttribute.attribute == attribute,
            EnterpriseAttribute.superseded_at.is_(None),
        )
        .order_by(func.coalesce(EnterpriseAttribute.since, date(1900, 1, 1)))
    )
    return [(row.value, row.since, row.until) for row in rows]


def test_new_firms_get_their_row_their_spelling_and_their_history(session):
    done = load(session, firms())

    assert (done.created, done.changed, len(done.ids)) == (3, 0, 3)
    firm = session.get(Enterprise, done.ids[credit_code(1)])
    assert (firm.name_sort, firm.name_initials) == ("xingtai1haojixieyouxiangongsi", "xt1hjxyxgs")
    assert firm.managing_division == XIANGDU
    assert values(session, firm.id, Attribute.NAME) == [("邢台1号机械有限公司", None, None)]


def test_the_same_firms_again_write_nothing(session):
    load(session, firms())
    before = session.scalar(select(func.count()).select_from(EnterpriseAttribute))

    again = load(session, firms(), at=LATER)

    assert (again.created, again.changed) == (0, 0)
    assert session.scalar(select(func.count()).select_from(EnterpriseAttribute)) == before


def test_a_new_name_holds_from_the_files_day_and_the_former_one_is_kept(session):
    load(session, firms(1), on=date(2024, 12, 31))
    renamed = replace(firms(1)[0], name="邢台重庆路机械有限公司")

    done = load(session, [renamed], at=LATER)

    firm = session.get(Enterprise, done.ids[credit_code(0)])
    assert (done.changed, firm.name, firm.version) == (1, renamed.name, 2)
    assert firm.name_initials == "xtcqljxyxgs"
    assert values(session, firm.id, Attribute.NAME) == [
        ("邢台0号机械有限公司", None, FILE_DAY),
        (renamed.name, FILE_DAY, None),
    ]


def test_a_file_of_last_year_does_not_undo_what_an_officer_recorded_since(session):
    done = load(session, firms(1, managing_division=XIANGDU))
    firm = session.get(Enterprise, done.ids[credit_code(0)])
    service.change_attribute(
        session, firm, Attribute.MANAGING_DIVISION, ZONE,
        since=date(2026, 3, 1), reason="划转", by=SYSTEM, at=NOON,
    )  # fmt: skip

    load(session, firms(1, managing_division=XINDU), at=LATER)

    session.refresh(firm)
    assert firm.managing_division == ZONE
    assert values(session, firm.id, Attribute.MANAGING_DIVISION) == [
        (XIANGDU, None, FILE_DAY),
        (XINDU, FILE_DAY, date(2026, 3, 1)),
        (ZONE, date(2026, 3, 1), None),
    ]


def test_what_the_source_leaves_out_stays(session):
    done = load(session, firms(1, managing_division=ZONE))

    load(session, firms(1), at=LATER)

    firm = session.get(Enterprise, done.ids[credit_code(0)])
    assert firm.managing_division == ZONE


def test_a_status_and_a_founding_day_are_brought_in_line(session):
    load(session, firms(2))
    gone = replace(
        firms(1)[0],
        operating_status=OperatingStatus.DEREGISTERED,
        registered_on=date(2014, 5, 1),
    )

    done = load(session, [gone], on=None, at=LATER)

    firm = session.get(Enterprise, done.ids[credit_code(0)])
    assert done.changed == 1
    assert firm.operating_status is OperatingStatus.DEREGISTERED
    assert firm.registered_on == date(2014, 5, 1)
    assert values(session, firm.id, Attribute.STATUS)[1] == (
        "deregistered",
        date(2026, 6, 16),
        None,
    )
