"""Facts of enterprises as the evaluation reads them: years, statements, records, coverage."""

from datetime import date, datetime
from pathlib import Path

import factory

from app.evaluation.domain import FlagKind, FlagState, Grade
from app.evaluation.models import Flag
from app.foundation import canonical
from app.profiles.domain import (
    FigureStage,
    IncidentKind,
    IpKind,
    IpOrigin,
    RevisionState,
    StatementScope,
)
from app.profiles.models import (
    Assumption,
    Coverage,
    FigureNote,
    Incident,
    IpRight,
    ProfileRevision,
    Statement,
)
from rules.library import load
from tests.factories.base import NOON, Factory, current_session
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.reference import CITY

ROOT = Path(__file__).parent.parent.parent
LIBRARY = load([ROOT / "rules" / "packs"], ["xingtai", "reference"])
WAN = 1_000_000  # 分 in one 万元
REGISTERS = (
    *(kind.value for kind in IncidentKind),
    "award",
    "rd_platform",
    "standard",
    "ip_right",
    *LIBRARY.titles,
)


def people(number, indicator="employees_tech_sme"):
    """So many persons in the indicator's quantum (averages are kept in fractions)."""
    return LIBRARY.indicators[indicator].read(number)


SOUND = {  # 30 % staff: 20 points; 6 % R&D: 50 points; with one class I right: 100
    "employees_tech_sme": people(100),
    "sci_tech_staff_tech_sme": people(30, "sci_tech_staff_tech_sme"),
    "sales_revenue": 1_000 * WAN,
    "cost_and_expense_total": 900 * WAN,
    "rd_expense_tech_sme": 60 * WAN,
    "total_assets": 2_000 * WAN,
}


def add(row):
    """Write one row."""
    session = current_session()
    session.add(row)
    session.flush()
    return row


def file_year(
    enterprise,
    year,
    figures=None,
    *,
    proxies=None,
    scope=StatementScope.SINGLE,
    state=RevisionState.FILED,
    recorded_at=NOON,
    superseded_at=None,
    number=1,
):
    """One year of figures, in quanta."""
    body = canonical.dumps({"figures": figures or SOUND, "proxies": proxies or {}})
    return add(
        ProfileRevision(
            enterprise_id=enterprise.id,
            year=year,
            number=number,
            state=state,
            stage=FigureStage.ANNUAL,
            scope=scope,
            body=body,
            body_hash=canonical.sha256(body),
            filed_at=None if state is RevisionState.DRAFT else recorded_at,
            recorded_at=recorded_at,
            recorded_by_id=None,
            superseded_at=superseded_at,
        )
    )


def verify(revision, indicator, value, recorded_at=NOON):
    """An officer's value (核定数) for one figure."""
    return add(
        FigureNote(
            revision_id=revision.id,
            indicator=indicator,
            verified_value=canonical.dumps(value),
            reason="按审计报告核定",
            recorded_at=recorded_at,
        )
    )


def say(enterprise, indicator, value, since=date(2015, 1, 1), until=None, **more):
    """An as-of statement."""
    return add(
        Statement(
            enterprise_id=enterprise.id,
            indicator=indicator,
            value=canonical.dumps(value),
            since=since,
            until=until,
            recorded_at=more.pop("recorded_at", NOON),
            **more,
        )
    )


def cover(*registers, division=CITY, since=date(2010, 1, 1), until=None, **more):
    """Registers that are complete for a place."""
    for register in registers or REGISTERS:
        add(
            Coverage(
                register=register,
                division=division,
                since=since,
                until=until,
                recorded_at=more.get("recorded_at", NOON),
                is_assumed=more.get("is_assumed", False),
            )
        )


def assume(indicator, value, division=CITY, since=date(2010, 1, 1), until=None):
    """A statement assumed for everybody of a place."""
    return add(
        Assumption(
            indicator=indicator,
            value=canonical.dumps(value),
            division=division,
            since=since,
            until=until,
            reason="文件没有这一项",
            recorded_at=NOON,
        )
    )


def incident(enterprise, kind, since, until=None, severity=""):
    """An entry in a negative list or an accident."""
    return add(
        Incident(
            enterprise_id=enterprise.id,
            kind=kind,
            since=since,
            until=until,
            severity=severity,
            recorded_at=NOON,
        )
    )


def right(enterprise, kind=IpKind.INVENTION, since=date(2020, 1, 1), **more):
    """An intellectual property right, own and undisputed."""
    return add(
        IpRight(
            enterprise_id=enterprise.id,
            kind=kind,
            number=more.pop("number", f"ZL{enterprise.id.hex[-8:]}{since:%Y%m%d}"),
            name="一种装置",
            origin=more.pop("origin", IpOrigin.OWN),
            supports_main_product=more.pop("supports_main_product", True),
            since=since,
            until=more.pop("until", None),
            recorded_at=NOON,
            **more,
        )
    )


def make_sound(enterprise, *years):
    """Everything 科小 asks for in `years`, stated by the firm; the registers need `cover()`."""
    for year in years:
        file_year(enterprise, year)
    say(enterprise, "resident_enterprise", value=True)
    say(enterprise, "prohibited_product", value=False)
    right(enterprise)
    return enterprise


def at(day, hour=12):
    """An instant of a day of 2026, as (month, day)."""
    month, number = day
    return datetime(2026, month, number, hour, tzinfo=NOON.tzinfo)


class FlagFactory(Factory):
    """An open flag: 科小 should be assessed."""

    class Meta:
        model = Flag
        exclude = ("enterprise",)

    enterprise = factory.SubFactory(EnterpriseFactory)
    enterprise_id = factory.LazyAttribute(lambda made: made.enterprise.id)
    kind = FlagKind.ELIGIBLE_NOT_HELD
    subject = "national.tech_sme"
    for_year = 2026
    state = FlagState.OPEN
    grade = Grade.PLEDGE
    detail = '{"decisive":[],"fingerprint":""}'
    raised_at = NOON

    class Params:
        closed = factory.Trait(state=FlagState.CLOSED, ended_at=NOON)
