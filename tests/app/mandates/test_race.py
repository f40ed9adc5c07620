"""Two officers, two administrators, two tabs at the same instant: one of them is told."""

import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.enterprises.models import Enterprise
from app.foundation.actor import Actor, ActsFor, EnterpriseRole, Grant, Line, Role
from app.foundation.errors import Conflict
from app.mandates import granting, queries, service
from app.mandates.errors import LastAdministrator
from app.mandates.models import Mandate
from app.notices.models import Notice
from tests.factories.accounts import AccountFactory, RoleGrantFactory
from tests.factories.base import NOON, TODAY, held
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.mandates import ClaimFactory, member
from tests.factories.reference import XIANGDU, places


@pytest.fixture
def prepared(own_engine):
    """`prepared(make)` commits what `make()` builds with factories, and gives it back."""

    def build(make):
        with Session(own_engine, expire_on_commit=False) as session:
            held.session = session
            places(session)
            made = make()
            session.commit()
            held.session = None
        return made

    return build


def at_once(engine, *acts):
    """Run `acts(session, meet)` in threads; each calls `meet` when it has looked. Refusals."""
    barrier, refusals = threading.Barrier(len(acts), timeout=2), []

    def meet():
        try:
            barrier.wait()
        except threading.BrokenBarrierError:  # The other is held back by a lock: just as well.
            return

    def run(act):
        try:
            with Session(engine) as session, session.begin():
                act(session, meet)
        except (Conflict, StaleDataError, DBAPIError) as refusal:
            refusals.append(refusal)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refusals


def reviewer():
    grant = RoleGrantFactory(role=Role.COUNTY_REVIEWER, division=XIANGDU)
    granted = (Grant(Role.COUNTY_REVIEWER, XIANGDU, Line.SCIENCE),)
    return Actor(id=grant.account_id, name="王审", grants=granted)


def test_of_two_confirmations_of_one_claim_one_is_refused(own_engine, prepared):
    claim_id, first, second = prepared(lambda: (ClaimFactory().id, reviewer(), reviewer()))

    def confirming(by):
        def act(session, meet):
            filed = queries.get_claim(session, claim_id, visible_to=by)
            version = filed.claim.version
            meet()
            service.confirm(session, filed, version=version, by=by, at=NOON)

        return act

    refusals = at_once(own_engine, confirming(first), confirming(second))

    assert [type(each) for each in refusals] == [StaleDataError] or isinstance(
        refusals[0], Conflict
    )
    with Session(own_engine) as session:
        assert session.scalar(select(func.count()).select_from(Mandate)) == 1
        assert session.scalar(select(func.count()).select_from(Notice)) == 1


def test_two_administrators_cannot_remove_each_other_at_once(own_engine, prepared):
    def make():
        firm = EnterpriseFactory()
        return firm.id, [member(firm) for _ in range(2)]

    firm_id, (one, other) = prepared(make)

    def removing(by, mandate):
        acting = Actor(id=by.id, name="x", mandates=(ActsFor(firm_id, EnterpriseRole.ADMIN),))

        def act(session, meet):
            firm = session.get_one(Enterprise, firm_id)
            mandate_of = queries.get_mandate(session, firm_id, mandate.id)
            meet()
            granting.end(session, firm, mandate_of, reason="", by=acting, at=NOON)

        return act

    refusals = at_once(own_engine, removing(one[0], other[1]), removing(other[0], one[1]))

    assert [type(each) for each in refusals] == [LastAdministrator]
    with Session(own_engine) as session:
        assert len(queries.people_of(session, firm_id, EnterpriseRole.ADMIN, on=TODAY)) == 1


def test_of_two_invitations_to_one_role_one_is_refused(own_engine, prepared):
    def make():
        firm = EnterpriseFactory()
        return firm.id, member(firm)[0].id, AccountFactory()

    firm_id, boss, account = prepared(make)
    by = Actor(id=boss, name="x", mandates=(ActsFor(firm_id, EnterpriseRole.ADMIN),))

    def act(session, meet):
        firm = session.get_one(Enterprise, firm_id)
        meet()
        granting.invite(
            session,
            firm,
            account,
            role=EnterpriseRole.FILLER,
            since=TODAY,
            until=None,
            by=by,
            at=NOON,
        )

    assert len(at_once(own_engine, act, act)) == 1
