"""Filed years and dated records."""

from datetime import date

import factory

from app.foundation.actor import SYSTEM
from app.profiles import service
from app.profiles.domain import IncidentKind, IpKind, IpOrigin, filing
from app.profiles.models import Incident, IpRight, Statement
from tests.factories.base import NOON, Factory, current_session
from tests.factories.enterprises import EnterpriseFactory


def file_year(enterprise, year, figures, *, at=NOON, by=SYSTEM, document_id=None, **more):
    """File a year's figures (integers in each indicator's quantum) through the real service."""
    return service.file_revisions(
        current_session(),
        [filing(enterprise.id, year, figures, **more)],
        document_id=document_id,
        by=by,
        at=at,
    )


class _RecordFactory(Factory):
    class Meta:
        abstract = True

    enterprise_id = factory.LazyFunction(lambda: EnterpriseFactory().id)
    since = date(2022, 5, 7)
    until = None
    recorded_at = NOON


class IncidentFactory(_RecordFactory):
    """An entry in the list of abnormal operations, not removed."""

    class Meta:
        model = Incident

    kind = IncidentKind.ABNORMAL_LIST

    class Params:
        safety = factory.Trait(kind=IncidentKind.SAFETY, severity="重大")


class IpRightFactory(_RecordFactory):
    """An own invention in force."""

    class Meta:
        model = IpRight

    kind = IpKind.INVENTION
    number = factory.Sequence(lambda n: f"ZL2020{n:08d}")
    name = "一种测试装置"
    applied_on = date(2020, 1, 1)
    origin = IpOrigin.OWN
    supports_main_product = True


class StatementFactory(_RecordFactory):
    """A stated yes."""

    class Meta:
        model = Statement

    indicator = "resident_enterprise"
    value = "true"
