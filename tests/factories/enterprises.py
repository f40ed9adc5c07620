"""Enterprises, their sources, and titles that are held."""

from datetime import date

import factory

from app.enterprises import titles
from app.enterprises.domain import (
    Attribute,
    DocumentKind,
    EventKind,
    OperatingStatus,
    check_character,
    organisation_check,
)
from app.enterprises.models import Enterprise, EnterpriseAttribute, SourceDocument
from app.enterprises.pinyin import spell
from app.foundation.actor import SYSTEM
from tests.factories.base import NOON, Factory, current_session
from tests.factories.reference import XIANGDU, places


def credit_code(number, region="130502"):
    """The `number`th code of a series whose check characters are all right."""
    body = f"MA{number:06d}"
    code = f"91{region}{body}{organisation_check(body)}"
    return code + check_character(code)


class SourceDocumentFactory(Factory):
    """An announced list."""

    class Meta:
        model = SourceDocument

    kind = DocumentKind.LIST
    number = factory.Sequence(lambda n: f"冀科高〔2026〕{n}号")
    batch = "第一批"
    title = "关于公布名单的通知"
    issued_on = date(2026, 5, 20)
    recorded_at = NOON
    recorded_by_id = None


class EnterpriseFactory(Factory):
    """An active enterprise of 襄都区, with the history its present columns call for."""

    class Meta:
        model = Enterprise

    credit_code = factory.Sequence(credit_code)
    name = factory.Sequence(lambda n: f"邢台第{n}科技有限公司")
    name_sort = factory.LazyAttribute(lambda made: spell(made.name).sort)
    name_initials = factory.LazyAttribute(lambda made: spell(made.name).initials)
    registered_on = date(2015, 3, 1)
    registered_division = XIANGDU
    managing_division = factory.SelfAttribute("registered_division")
    industry_code = None
    operating_status = OperatingStatus.ACTIVE
    created_at = NOON

    class Params:
        deregistered = factory.Trait(operating_status=OperatingStatus.DEREGISTERED)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        places(current_session())
        made = super()._create(model_class, *args, **kwargs)
        session = current_session()
        session.add_all(
            EnterpriseAttribute(
                enterprise_id=made.id,
                attribute=attribute,
                value=str(getattr(made, attribute.value)),
                recorded_at=made.created_at,
            )
            for attribute in Attribute
            if getattr(made, attribute.value) is not None
        )
        session.flush()
        return made


def hold(
    enterprise,
    title="national.high_tech",
    since=date(2024, 11, 1),
    until=date(2027, 11, 1),
    kind=EventKind.FIRST,
    at=NOON,
    **more,
):
    """Let `enterprise` hold a title over [since, until), through the real register."""
    event = titles.NewEvent(
        enterprise_id=enterprise.id,
        title=title,
        kind=kind,
        on_day=more.pop("on_day", since),
        since=since,
        until=until,
        **more,
    )
    return titles.record_events(current_session(), [event], by=SYSTEM, at=at)


def enrol(enterprise, year, title="national.tech_sme", at=NOON, **more):
    """Put `enterprise` on the roll of `year`, from 30 June to the year's end."""
    return hold(
        enterprise,
        title,
        date(year, 6, 30),
        date(year + 1, 1, 1),
        EventKind.ENROLLED,
        at,
        roll_year=year,
        **more,
    )
