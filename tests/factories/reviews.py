"""Firms that apply, those who review them, and cases at every stage, through the real services."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from app.evaluation.domain import ApplicationType
from app.foundation.actor import Actor, ActsFor, EnterpriseRole, Grant, Line, Role
from app.foundation.clock import SHANGHAI
from app.mandates.models import Mandate
from app.reviews import batches, filing, service
from app.reviews.domain import CaseAction
from rules.library import Library, load
from rules.pack import Window
from rules.text import Text
from tests.factories.accounts import AccountFactory, RoleGrantFactory
from tests.factories.base import NOON, current_session
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.evaluation import file_year
from tests.factories.files import StoredFileFactory
from tests.factories.reference import CITY, XIANGDU

PACKS = Path(__file__).parent.parent.parent / "rules" / "packs"
OWN, UPPER = "demo.gazelle", "national.high_tech"
YEAR = 2026
OPENS, CLOSES = date(2026, 6, 1), date(2026, 7, 31)
AUTUMN = (date(2026, 9, 1), date(2026, 10, 15))


def _windows(title):
    """A window that is open at NOON, and one that opens later."""
    said = {"title": title, "year": YEAR, "level": "county", "territory": CITY}
    first = Window(
        **said, batch=Text("第一批"), number="测〔2026〕1号", opens_on=OPENS, closes_on=CLOSES
    )
    second = replace(
        first, batch=Text("第二批"), number="测〔2026〕2号", opens_on=AUTUMN[0], closes_on=AUTUMN[1]
    )
    return (first, second)


def law() -> Library:
    """The demonstration's law with windows in 邢台, where the places of the tests are."""
    library = load([PACKS], ["demo"])
    library.windows = (*_windows(OWN), *_windows(UPPER))
    return library


LAW = law()


def mandate(enterprise, role=EnterpriseRole.FILLER, account=None) -> Actor:
    """Somebody who may act for the firm."""
    account = account or AccountFactory()
    session = current_session()
    session.add(
        Mandate(
            account_id=account.id,
            enterprise_id=enterprise.id,
            role=role,
            since=date(2020, 1, 1),
            granted_at=NOON,
            granted_by_id=account.id,
        )
    )
    session.flush()
    return Actor(id=account.id, name=account.name, mandates=(ActsFor(enterprise.id, role),))


def officer(role=Role.COUNTY_REVIEWER, division=XIANGDU, line=Line.SCIENCE) -> Actor:
    """Somebody of the bureau, with the grant written down as well."""
    account = AccountFactory()
    RoleGrantFactory(account_id=account.id, role=role, division=division, line=line)
    return Actor(id=account.id, name=account.name, grants=(Grant(role, division, line),))


def city_reviewer():
    return officer(Role.CITY_REVIEWER, CITY)


def approver():
    return officer(Role.CITY_APPROVER, CITY)


def firm(years=(2023, 2024, 2025), **more):
    """A firm with filed years."""
    made = EnterpriseFactory(**more)
    for year in years:
        file_year(made, year)
    return made


def apply(title=OWN, *, enterprise=None, by=None, at=NOON, kind=ApplicationType.NEW, year=YEAR):
    """An application just filed."""
    enterprise = enterprise or firm()
    return filing.open_case(
        current_session(),
        LAW,
        enterprise,
        LAW.titles[title],
        application_type=kind,
        for_year=year,
        by=by or mandate(enterprise),
        at=at,
    )


def decide(case, action=CaseAction.PASS, *, by, at=NOON, version=None, reason="材料齐全", **more):
    """One decision through the service, on the case as it is."""
    return service.decide(
        current_session(),
        LAW,
        case.id,
        action=action,
        reason=reason,
        version=case.version if version is None else version,
        by=by,
        at=at,
        **more,
    )


MEETING = service.Meeting(on=date(2026, 6, 15), number="邢科纪〔2026〕3号")


def at_approval(**more):
    """An own title's case that only the meeting has still to decide."""
    case = apply(**more)
    decide(case, by=officer())
    return decide(case, by=city_reviewer())


def batch_of(case, by, *, stage="county", division=XIANGDU):
    """The cases that passed with this one, put together."""
    return batches.create(
        current_session(),
        LAW,
        title=case.title,
        for_year=case.for_year,
        stage_id=stage,
        division=division,
        name="2026年第一批",
        by=by,
        at=NOON,
    )


def send(batch, by, number="襄科函〔2026〕5号"):
    """The batch sent up, with a letter."""
    letter = StoredFileFactory(uploaded_by_id=by.id)
    return batches.forward(
        current_session(),
        LAW,
        batch,
        number=number,
        letter_id=letter.id,
        version=batch.version,
        by=by,
        at=NOON,
    )


def recommended(**more):
    """An upper title's case, recommended by the city, waiting for the announced list."""
    case = apply(UPPER, **more)
    county, city = officer(), city_reviewer()
    decide(case, by=county)
    send(batch_of(case, county), county)
    decide(case, by=city)
    send(batch_of(case, city, stage="city", division=CITY), city, "邢科函〔2026〕9号")
    return case


def shanghai(*parts) -> datetime:
    """An instant by the clock on the wall in 邢台."""
    return datetime(*parts, tzinfo=SHANGHAI)
