"""Claims, mandates, and people who act for an enterprise."""

from datetime import date

import factory

from app.files.domain import Purpose
from app.foundation.actor import EnterpriseRole
from app.mandates.models import Claim, Mandate
from tests.factories.accounts import AccountFactory
from tests.factories.base import NOON, Factory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.files import StoredFileFactory
from tests.factories.reference import XIANGDU


class ClaimFactory(Factory):
    """A claim of an enterprise of 襄都区 that waits; its letter has no bytes."""

    class Meta:
        model = Claim

    account_id = factory.LazyFunction(lambda: AccountFactory().id)
    credit_code = factory.LazyFunction(lambda: EnterpriseFactory().credit_code)
    division = XIANGDU
    letter_id = factory.LazyAttribute(
        lambda made: (
            StoredFileFactory(
                uploaded_by_id=made.account_id,
                purpose=Purpose.AUTHORISATION,
                name="授权书.pdf",
                division=made.division,
            ).id
        )
    )
    claimed_at = NOON


class MandateFactory(Factory):
    """The 企业管理员 of an enterprise, since long ago."""

    class Meta:
        model = Mandate

    account_id = factory.LazyFunction(lambda: AccountFactory().id)
    enterprise_id = factory.LazyFunction(lambda: EnterpriseFactory().id)
    role = EnterpriseRole.ADMIN
    since = date(2020, 1, 1)
    until = None
    granted_at = NOON
    granted_by_id = factory.LazyFunction(lambda: AccountFactory().id)


def member(enterprise, role=EnterpriseRole.ADMIN, account=None, **more):
    """An account that acts for the enterprise in a role, and its mandate."""
    account = account or AccountFactory()
    return account, MandateFactory(
        account_id=account.id, enterprise_id=enterprise.id, role=role, **more
    )
