"""One thing of each kind that an address can name, all of 襄都区, one of them called SECRET."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.service import record
from app.enterprises.models import Enterprise, SavedView, TitleEvent
from app.evaluation.domain import FlagKind
from app.evaluation.order import Order, application_type
from app.evaluation.service import order_batch
from app.evaluation.writing import record_rule_sets
from app.foundation import canonical
from app.foundation.actor import SYSTEM
from app.intake.domain import LoadKind, LoadState
from app.intake.models import Load
from app.reports.domain.vocabulary import EditionKind
from app.reports.models import Edition
from tests.factories import reviews
from tests.factories.accounts import AccountFactory, RoleGrantFactory
from tests.factories.base import NOON, TODAY
from tests.factories.enterprises import EnterpriseFactory, hold
from tests.factories.evaluation import LIBRARY, file_year
from tests.factories.evaluation_rows import EvaluationFactory, FlagFactory
from tests.factories.files import NoticeFactory, StoredFileFactory
from tests.factories.jobs import JobFactory
from tests.factories.mandates import ClaimFactory, MandateFactory
from tests.factories.profiles import IpRightFactory
from tests.factories.reference import XIANGDU

TITLES = ("national.tech_sme", "national.high_tech")
SECRET = "梯田矩阵秘而不宣有限公司"


def firm(session: Session) -> Enterprise:
    """An enterprise of 襄都区 with a verdict under real law."""
    made: Enterprise = EnterpriseFactory(name=SECRET)
    order = Order(XIANGDU, on=TODAY, for_year=TODAY.year)
    for title in TITLES:
        kind = application_type(LIBRARY, LIBRARY.titles[title], order.moment)
        assert kind
        law = LIBRARY.rule_set(title, kind.value, order.on, order.for_year)
        assert law
        record_rule_sets(session, [law], at=NOON)
        EvaluationFactory(
            enterprise_id=made.id,
            title=title,
            application_type=kind,
            fingerprint=law.fingerprint,
            on_day=TODAY,
            for_year=TODAY.year,
            base_year=TODAY.year - 1,
            findings=canonical.dumps({"decisive": [], "outcomes": "3" * len(law.criteria)}),
        )
    return made


def _applied(enterprise: Enterprise) -> dict[str, UUID]:
    """A case of the firm that passed the county, and the batch it leaves with."""
    file_year(enterprise, TODAY.year - 1)
    case, county = reviews.apply(reviews.UPPER, enterprise=enterprise), reviews.officer()
    reviews.decide(case, by=county)
    batch = reviews.batch_of(case, county)
    return {"case_id": case.id, "batch_id": batch.id}


def make(session: Session) -> dict[str, UUID]:
    """Name of an address's part -> the thing it names."""
    enterprise = firm(session)
    hold(enterprise)
    title_event = session.scalar(
        select(TitleEvent.id).where(TitleEvent.enterprise_id == enterprise.id)
    )
    view = SavedView(account_id=AccountFactory().id, list_name="enterprises", name=SECRET, query="")
    flag = FlagFactory(
        enterprise_id=enterprise.id,
        kind=FlagKind.HIGH_TECH_NOT_ENROLLED,
        subject=TITLES[0],
        for_year=TODAY.year,
    )
    batch = order_batch(
        session, LIBRARY, Order(XIANGDU, on=TODAY, for_year=TODAY.year), by=SYSTEM, at=NOON
    )
    JobFactory(division=XIANGDU, key=SECRET)
    account = AccountFactory(division=XIANGDU, name=SECRET)
    event = record(
        session,
        "account.created",
        subject_kind="account",
        subject_id=account.id,
        division=XIANGDU,
        by=SYSTEM,
        at=NOON,
        body={"name": SECRET},
    )
    edition = Edition(
        division=XIANGDU,
        kind=EditionKind.SPECIAL,
        period_since=date(2026, 1, 1),
        period_until=date(2026, 7, 1),
        on_day=TODAY,
        known_at=NOON,
        for_year=2026,
        number=1,
        data="{}",
        data_hash="0" * 64,
        changes="{}",
        issued_at=NOON,
        issued_by_id=None,
        issued_by_name=SECRET,
    )
    load = Load(
        kind=LoadKind.LIST,
        state=LoadState.CHECKED,
        division=XIANGDU,
        file_name=f"{SECRET}.xlsx",
        sha256="0" * 64,
        stored_as="nowhere",
        settings="{}",
        title=None,
        issued_on=None,
        created_at=NOON,
        created_by_id=None,
        created_by_name=SECRET,
        written_at=None,
    )
    session.add_all([edition, load, view])
    session.flush()
    return {
        "enterprise_id": enterprise.id,
        "flag_id": flag.id,
        "job_id": batch.id,
        "account_id": account.id,
        "grant_id": RoleGrantFactory(account_id=account.id, division=XIANGDU).id,
        "event_id": event.id,
        "enterprises.event_id": title_event,
        "view_id": view.id,
        "edition_id": edition.id,
        "load_id": load.id,
        **_applied(enterprise),
        "record_id": IpRightFactory(enterprise_id=enterprise.id, name=SECRET).id,
        "file_id": StoredFileFactory(division=XIANGDU, name=SECRET).id,
        "claim_id": ClaimFactory(credit_code=enterprise.credit_code).id,
        "mandate_id": MandateFactory(enterprise_id=enterprise.id).id,
        "notice_id": NoticeFactory(text=SECRET).id,
    }
