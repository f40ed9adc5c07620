"""Accounts with grants, and signed-in browsers."""

from datetime import date

import factory

from app.accounts.models import Account, RoleGrant, SignInSession
from app.foundation import canonical
from app.foundation.actor import Line, Role
from tests.factories.base import NOON, Factory, current_session
from tests.factories.reference import CITY, places

PASSWORD = "Terrace-2026-梯田"
# argon2id of PASSWORD, made once: hashing in every test would cost 20 ms each.
PASSWORD_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$X5J5EcENDYX78eQIbjLd3A"
    "$KVMNM/hQYCOwjyGB1eVFqSGd3+Nmw5/fWV89r3HPsp4"
)


class AccountFactory(Factory):
    """An enabled account without grants; its password is PASSWORD."""

    class Meta:
        model = Account

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"张{n}")
    password_hash = PASSWORD_HASH
    password_set_at = NOON
    password_is_temporary = False
    division = CITY
    created_at = NOON

    class Params:
        disabled = factory.Trait(is_enabled=False)
        temporary = factory.Trait(password_is_temporary=True)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        places(current_session())
        return super()._create(model_class, *args, **kwargs)


class RoleGrantFactory(Factory):
    """A role in force since long ago; its places are there because its account is."""

    class Meta:
        model = RoleGrant

    account_id = factory.LazyFunction(lambda: AccountFactory().id)
    role = Role.CITY_REVIEWER
    division = CITY
    line = Line.SCIENCE
    since = date(2020, 1, 1)
    until = None
    recorded_at = NOON


class SignInSessionFactory(Factory):
    """A browser signed in with the token `token`."""

    class Meta:
        model = SignInSession

    class Params:
        token = "token-of-a-test"

    token_hash = factory.LazyAttribute(lambda made: canonical.sha256(made.token))
    account_id = factory.LazyFunction(lambda: AccountFactory().id)
    address = "127.0.0.1"
    created_at = NOON
    seen_at = NOON
