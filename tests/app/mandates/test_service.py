"""Claims are decided once, by those who may; mandates count on their days and end at once."""

import io
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Account
from app.audit.models import AuditEvent
from app.enterprises.models import Enterprise
from app.enterprises.queries import visible
from app.files.models import StoredFile
from app.foundation.actor import Actor, ActsFor, EnterpriseRole, Grant, Line, Role
from app.foundation.errors import Invalid, NotFound
from app.mandates import granting, queries, service
from app.mandates.domain import INVITED, ClaimState, MandateState
from app.mandates.errors import (
    AlreadyMember,
    ClaimDecided,
    ClaimPending,
    ClaimUnmatched,
    LastAdministrator,
    MandateEnded,
    NotYourEnterprise,
    NotYoursToDecide,
    StaffRepresentsNobody,
)
from app.mandates.models import Claim, Mandate
from app.notices.models import Notice
from tests.factories.accounts import AccountFactory, RoleGrantFactory
from tests.factories.base import NOON, TODAY
from tests.factories.enterprises import EnterpriseFactory, credit_code
from tests.factories.mandates import ClaimFactory, MandateFactory, member
from tests.factories.reference import CITY, XIANGDU, XINDU

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def letter(name="授权书.pdf", content=PDF):
    return service.Letter(name, io.BytesIO(content))


def person(account, *mandates):
    """The actor of an account that acts for (enterprise, role) pairs."""
    held = tuple(ActsFor(firm.id, role) for firm, role in mandates)
    return Actor(id=account.id, name=account.name, mandates=held)


def officer(division=XIANGDU, role=Role.COUNTY_REVIEWER):
    """A reviewer of a division, whose account holds the role in the register too."""
    grant = RoleGrantFactory(role=role, division=division)
    return Actor(id=grant.account_id, name="王审", grants=(Grant(role, division, Line.SCIENCE),))


def file_claim(session, folder, account, code, **more):
    return service.claim(
        session,
        folder,
        code=code,
        letter=more.pop("letter", letter()),
        home=CITY,
        by=more.pop("by", person(account)),
        at=NOON,
    )


def told(session, account_id):
    """Whether each notice of an account, in order, by its text."""
    mine = select(Notice.text).where(Notice.account_id == account_id)
    return list(session.scalars(mine.order_by(Notice.id)))


def actions(session):
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))


def test_a_claim_keeps_the_letter_and_tells_the_county(session, tmp_path):
    firm, desk, account = EnterpriseFactory(), officer(), AccountFactory(name="赵六")

    made = file_claim(session, tmp_path, account, f" {firm.credit_code.lower()} ")

    assert (made.state, made.credit_code) == (ClaimState.PENDING, firm.credit_code)
    assert made.enterprise_id is None, "nothing ties the account to the firm yet"
    kept = session.get(StoredFile, made.letter_id)
    assert (kept.enterprise_id, kept.division) == (None, XIANGDU)
    assert told(session, desk.id) == [f"赵六认领企业 {firm.credit_code}，请核对授权书。"]
    assert actions(session) == ["file.stored", "claim.filed"]


def test_a_claim_of_a_code_that_nobody_has_is_taken_just_the_same(session, tmp_path):
    city = officer(CITY, Role.CITY_REVIEWER)
    made = file_claim(session, tmp_path, AccountFactory(), credit_code(77))

    assert made.state is ClaimState.PENDING
    assert queries.get_claim(session, made.id, visible_to=city).enterprise is None
    with pytest.raises(NotFound):
        queries.get_claim(session, made.id, visible_to=officer())
    filed = queries.get_claim(session, made.id, visible_to=city)
    with pytest.raises(ClaimUnmatched):
        service.confirm(session, filed, version=filed.claim.version, by=city, at=NOON)


@pytest.mark.parametrize("code", ["91130502", "91130502MA00000000", "ILOVEYOU!"])
def test_a_wrong_code_is_explained_before_any_file_is_kept(session, tmp_path, code):
    with pytest.raises(Invalid) as refusal:
        file_claim(session, tmp_path, AccountFactory(), code)

    assert refusal.value.faults[0].pointer == "code"
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_a_letter_of_a_wrong_kind_is_named_beside_its_field(session, tmp_path):
    account, program = AccountFactory(), letter("授权书.pdf", b"MZ not a letter")
    with pytest.raises(Invalid) as refusal:
        file_claim(session, tmp_path, account, credit_code(1), letter=program)

    assert refusal.value.faults[0].pointer == "letter"


def test_one_code_is_claimed_once_at_a_time_by_one_account(session, tmp_path):
    account = AccountFactory()
    first = file_claim(session, tmp_path, account, credit_code(1))
    with pytest.raises(ClaimPending):
        file_claim(session, tmp_path, account, credit_code(1))

    service.withdraw(session, first, by=person(account), at=NOON)

    assert file_claim(session, tmp_path, account, credit_code(1)).id != first.id
    assert file_claim(session, tmp_path, AccountFactory(), credit_code(1))


def test_staff_claim_nothing(session, tmp_path):
    grant = RoleGrantFactory(role=Role.LEADER, since=TODAY + timedelta(days=9))
    staff = session.get_one(Account, grant.account_id)

    with pytest.raises(StaffRepresentsNobody):
        file_claim(session, tmp_path, staff, credit_code(1))


def filed_for(session, firm, account=None, by=None):
    """A pending claim of a firm as an officer reads it, and the officer."""
    made = ClaimFactory(credit_code=firm.credit_code, account_id=(account or AccountFactory()).id)
    by = by or officer()
    return queries.get_claim(session, made.id, visible_to=by), by


def test_a_confirmed_claim_makes_an_administrator_and_shows_the_firm(session):
    firm, account = EnterpriseFactory(), AccountFactory()
    before, _ = member(firm)
    filed, desk = filed_for(session, firm, account)

    service.confirm(session, filed, version=filed.claim.version, by=desk, at=NOON)

    acting = queries.find_actor(session, account.id, NOON)
    assert acting.acts_for(firm.id, EnterpriseRole.ADMIN)
    assert session.scalars(select(Enterprise.id).where(visible(acting))).all() == [firm.id]
    assert filed.claim.enterprise_id == firm.id
    assert told(session, account.id) == [f"您对“{firm.name}”的认领已确认，您是该企业的企业管理员。"]
    assert len(told(session, before.id)) == 1, "the other administrator hears of it"
    assert actions(session) == ["claim.confirmed", "mandate.granted"]


def test_a_refused_claim_gives_nothing_and_tells_why(session):
    firm, account = EnterpriseFactory(), AccountFactory()
    filed, desk = filed_for(session, firm, account)
    with pytest.raises(Invalid):
        service.refuse(session, filed, version=1, reason="  ", by=desk, at=NOON)

    service.refuse(session, filed, version=1, reason="公章不清", by=desk, at=NOON)

    assert queries.find_actor(session, account.id, NOON).mandates == ()
    assert told(session, account.id) == [f"您对信用代码 {firm.credit_code} 的认领未通过：公章不清"]


def test_a_claim_is_decided_once(session):
    filed, desk = filed_for(session, EnterpriseFactory())
    service.refuse(session, filed, version=1, reason="公章不清", by=desk, at=NOON)

    with pytest.raises(ClaimDecided):
        service.confirm(session, filed, version=filed.claim.version, by=desk, at=NOON)
    claimant = Actor(id=filed.claim.account_id, name="x")
    with pytest.raises(ClaimDecided):
        service.withdraw(session, filed.claim, by=claimant, at=NOON)


def test_a_page_opened_before_a_change_decides_nothing(session):
    filed, desk = filed_for(session, EnterpriseFactory())

    with pytest.raises(ClaimDecided):
        service.confirm(session, filed, version=filed.claim.version + 1, by=desk, at=NOON)


def test_who_claimed_or_acts_for_the_firm_does_not_decide(session):
    firm, account = EnterpriseFactory(), AccountFactory()
    filed, desk = filed_for(session, firm, account)
    claimant = Actor(id=account.id, name="x", grants=desk.grants)
    insider = Actor(
        id=desk.id, name="x", grants=desk.grants, mandates=(ActsFor(firm.id, INVITED[0]),)
    )

    for by in (claimant, insider, officer(XINDU), officer(XIANGDU, Role.CITY_APPROVER)):
        with pytest.raises(NotYoursToDecide):
            service.confirm(session, filed, version=filed.claim.version, by=by, at=NOON)
    assert session.scalar(select(func.count()).select_from(Mandate)) == 0


def test_the_desk_follows_the_firm_to_its_new_county(session):
    firm = EnterpriseFactory()
    filed, desk = filed_for(session, firm)
    firm.managing_division = XINDU
    session.flush()

    with pytest.raises(NotFound):
        queries.get_claim(session, filed.claim.id, visible_to=desk)
    assert queries.get_claim(session, filed.claim.id, visible_to=officer(XINDU))


def test_a_claimant_given_a_role_meanwhile_is_not_confirmed(session):
    account = AccountFactory()
    filed, desk = filed_for(session, EnterpriseFactory(), account)
    RoleGrantFactory(account_id=account.id, role=Role.LEADER)

    with pytest.raises(StaffRepresentsNobody):
        service.confirm(session, filed, version=filed.claim.version, by=desk, at=NOON)


def test_an_account_that_is_given_a_role_acts_for_no_firm_any_more(session):
    account, _ = member(EnterpriseFactory())
    assert queries.find_actor(session, account.id, NOON).mandates
    grant = RoleGrantFactory(account_id=account.id, role=Role.LEADER)

    assert queries.find_actor(session, account.id, NOON).mandates == ()

    grant.until = TODAY
    session.flush()
    assert queries.find_actor(session, account.id, NOON).mandates


@pytest.fixture
def firm(session):
    return EnterpriseFactory()


@pytest.fixture
def boss(session, firm):
    """The actor of the firm's only 企业管理员."""
    return person(member(firm)[0], (firm, EnterpriseRole.ADMIN))


def invited(session, firm, boss, role=EnterpriseRole.FILLER, since=TODAY, until=None, **more):
    account = more.pop("account", None) or AccountFactory()
    return granting.invite(
        session, firm, account, role=role, since=since, until=until, by=boss, at=NOON
    )


def test_a_mandate_counts_from_its_first_day_to_the_day_before_its_last(session, firm, boss):
    first, last = TODAY + timedelta(days=1), TODAY + timedelta(days=3)
    held = invited(session, firm, boss, EnterpriseRole.AGENT, first, last)

    days = [NOON + timedelta(days=n) for n in range(4)]
    acts = [queries.find_actor(session, held.account_id, day).acts_for(firm.id) for day in days]

    assert acts == [False, True, True, False]


def test_a_new_account_acts_only_after_its_own_password(session, firm, boss):
    account, word = granting.invite_new(
        session,
        firm,
        username="caiwu1",
        name="钱七",
        role=EnterpriseRole.FINANCE,
        since=TODAY,
        until=None,
        by=boss,
        at=NOON,
    )

    assert account.password_is_temporary
    assert len(word) >= 10
    assert queries.find_actor(session, account.id, NOON).mandates == ()
    account.password_is_temporary = False
    session.flush()
    assert queries.find_actor(session, account.id, NOON).acts_for(firm.id, EnterpriseRole.FINANCE)


@pytest.mark.parametrize(
    ("role", "since", "until", "field"),
    [
        (EnterpriseRole.AGENT, TODAY, None, "until"),
        (EnterpriseRole.FILLER, TODAY, TODAY, "until"),
        (EnterpriseRole.FILLER, TODAY - timedelta(days=1), None, "since"),
    ],
)
def test_dates_that_do_not_fit_are_named(session, firm, boss, role, since, until, field):
    with pytest.raises(Invalid) as refusal:
        invited(session, firm, boss, role, since, until)

    assert [fault.pointer for fault in refusal.value.faults] == [field]


def test_only_an_administrator_authorises_and_makes_none(session, firm, boss):
    filler = person(AccountFactory(), (firm, EnterpriseRole.FILLER))
    elsewhere = person(AccountFactory(), (EnterpriseFactory(), EnterpriseRole.ADMIN))

    for by in (filler, elsewhere, officer()):
        with pytest.raises(NotYourEnterprise):
            invited(session, firm, by)
    with pytest.raises(NotYourEnterprise):
        invited(session, firm, boss, EnterpriseRole.ADMIN)
    staff = session.get_one(Account, RoleGrantFactory().account_id)
    with pytest.raises(StaffRepresentsNobody):
        invited(session, firm, boss, account=staff)


def test_a_role_is_held_once_and_given_anew_when_it_has_run_out(session, firm, boss):
    account = AccountFactory()
    old = MandateFactory(
        account_id=account.id, enterprise_id=firm.id, role=EnterpriseRole.AGENT, until=TODAY
    )
    until = TODAY + timedelta(days=30)

    invited(session, firm, boss, EnterpriseRole.AGENT, until=until, account=account)

    session.refresh(old)
    assert old.ended_at == NOON
    with pytest.raises(AlreadyMember):
        invited(session, firm, boss, EnterpriseRole.AGENT, until=until, account=account)


def test_an_ended_mandate_acts_no_more_and_is_ended_once(session, firm, boss):
    held = invited(session, firm, boss)

    granting.end(session, firm, held, reason="离职", by=boss, at=NOON)

    assert queries.find_actor(session, held.account_id, NOON).mandates == ()
    assert told(session, held.account_id)[-1] == f"您在“{firm.name}”的填报员授权已终止：离职"
    with pytest.raises(MandateEnded):
        granting.end(session, firm, held, reason="离职", by=boss, at=NOON)


def test_the_last_administrator_stays_until_there_is_another(session, firm, boss):
    (held,) = [m.mandate for m in queries.list_members(session, firm.id, on=TODAY)]
    with pytest.raises(LastAdministrator):
        granting.end(session, firm, held, reason="", by=boss, at=NOON)
    member(firm, account=AccountFactory(disabled=True))
    with pytest.raises(LastAdministrator):
        granting.end(session, firm, held, reason="", by=boss, at=NOON)

    member(firm)
    granting.end(session, firm, held, reason="", by=boss, at=NOON)

    assert queries.find_actor(session, boss.id, NOON).mandates == ()


def test_the_county_ends_any_mandate_with_a_reason(session, firm, boss):
    (held,) = [m.mandate for m in queries.list_members(session, firm.id, on=TODAY)]
    with pytest.raises(Invalid):
        granting.end(session, firm, held, reason="", by=officer(), at=NOON)
    with pytest.raises(NotYourEnterprise):
        granting.end(session, firm, held, reason="冒用", by=officer(XINDU), at=NOON)

    granting.end(session, firm, held, reason="冒用", by=officer(), at=NOON)

    assert held.ending_reason == "冒用"


def test_a_member_may_leave_and_may_not_send_others_away(session, firm, boss):
    mine, other = invited(session, firm, boss), invited(session, firm, boss)
    me = Actor(id=mine.account_id, name="x", mandates=(ActsFor(firm.id, EnterpriseRole.FILLER),))

    with pytest.raises(NotYourEnterprise):
        granting.end(session, firm, other, reason="", by=me, at=NOON)
    granting.end(session, firm, mine, reason="", by=me, at=NOON)


def test_members_are_listed_with_what_counts_first(session, firm, boss):
    invited(session, firm, boss, since=TODAY + timedelta(days=1))
    member(firm, EnterpriseRole.AGENT, until=date(2021, 1, 1))
    member(EnterpriseFactory())

    states = [each.state for each in queries.list_members(session, firm.id, on=TODAY)]

    assert states == [MandateState.CURRENT, MandateState.UPCOMING, MandateState.EXPIRED]


def test_people_of_a_firm_are_those_who_act_today(session, firm, boss):
    filler, _ = member(firm, EnterpriseRole.FILLER)
    member(firm, EnterpriseRole.FILLER, until=date(2021, 1, 1))
    member(firm, EnterpriseRole.LEGAL, account=AccountFactory(disabled=True))

    everybody = queries.people_of(session, firm.id, on=TODAY)
    fillers = queries.people_of(session, firm.id, EnterpriseRole.FILLER, on=TODAY)

    assert set(everybody) == {boss.id, filler.id}
    assert fillers == [filler.id]


def test_what_is_visible_is_managed_or_mandated_and_nothing_else(session):
    mine, managed, foreign = (
        EnterpriseFactory(),
        EnterpriseFactory(registered_division=XINDU),
        EnterpriseFactory(),
    )
    both = Actor(
        id=None,
        name="x",
        grants=(Grant(Role.LEADER, XINDU, Line.SCIENCE),),
        mandates=(ActsFor(mine.id, EnterpriseRole.AGENT),),
    )

    seen = set(session.scalars(select(Enterprise.id).where(visible(both))))

    assert seen == {mine.id, managed.id}
    assert foreign.id not in seen


def test_a_claim_keeps_its_name_from_those_of_other_divisions(session):
    made = ClaimFactory()

    assert queries.names(session, [made.id], officer()) == {made.id: made.credit_code}
    assert queries.names(session, [made.id], officer(XINDU)) == {}
    assert session.scalar(select(Claim.id)) == made.id
