from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.evaluation import facts, judging, queries, service
from app.evaluation.clauses import clauses_of, scheme_clauses, verified_schemes
from app.evaluation.domain import ApplicationType, FlagAct, FlagKind, FlagState, Grade
from app.evaluation.errors import BadOrder, ClauseChecked, FlagClosed, NoLaw, NotYourFlag
from app.evaluation.models import ClauseCheck
from app.evaluation.order import Order
from app.foundation.actor import Actor, Grant, Line, Role
from app.foundation.errors import Forbidden
from app.foundation.identifiers import uuid7
from app.jobs.errors import AlreadyActive
from rules.days import Moment
from tests.factories.accounts import AccountFactory, RoleGrantFactory
from tests.factories.base import NOON
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.evaluation import (
    LIBRARY,
    SOUND,
    WAN,
    FlagFactory,
    assume,
    cover,
    file_year,
    make_sound,
    say,
)
from tests.factories.reference import CITY, OTHER_CITY, PROVINCE, XIANGDU, XINDU

pytestmark = pytest.mark.usefixtures("places")
TECH = LIBRARY.titles["national.tech_sme"]
MOMENT = Moment.of(date(2026, 6, 15), 2026)
LATER = datetime(2026, 6, 16, tzinfo=UTC)


def judge(session, firm, title=TECH, moment=MOMENT, **more):
    return service.evaluate(session, LIBRARY, firm.id, title, moment=moment, known_at=NOON, **more)


def officer(role=Role.COUNTY_REVIEWER, division=XIANGDU, line=Line.SCIENCE):
    account = AccountFactory()
    RoleGrantFactory(account_id=account.id, role=role, division=division, line=line)
    return Actor(account.id, account.name, (Grant(role, division, line),))


# --- One firm -------------------------------------------------------------------------------------


def test_one_firm_is_judged_with_every_finding_and_its_document(session):
    cover()
    firm = make_sound(EnterpriseFactory(), 2025)

    found = judge(session, firm)

    assert found.verdict.outcome == "met"
    assert found.verdict.points == (10_000, 10_000)
    assert found.application_type is ApplicationType.YEARLY
    assert not found.is_preliminary
    assert len(found.document_hash) == 64
    assert found.verdict.finding("KX-staff").value is not None


def test_the_one_and_the_many_agree(session):
    cover()
    short = EnterpriseFactory()
    file_year(short, 2025, {**SOUND, "rd_expense_tech_sme": 5 * WAN})
    silent, sound = EnterpriseFactory(), make_sound(EnterpriseFactory(), 2025)
    firms = [short, silent, sound]
    law = LIBRARY.rule_set(TECH.id, "年度评价", MOMENT.on, 2026)
    built = facts.frame(
        session,
        LIBRARY.indicators,
        law.needs,
        chosen=[firm.id for firm in firms],
        moment=MOMENT,
        known_at=NOON,
    )

    rows = {row["enterprise_id"]: row for row in judging.judge(law, built, MOMENT).rows.to_dicts()}

    for firm in firms:
        one, many = judge(session, firm), rows[firm.id.hex]
        assert one.verdict.outcome == ("unmet", "unknown", "manual", "met")[many["outcome"]]
        told = {entry[0] for entry in queries.decisive(many["findings"])}
        leaves = {
            f.id
            for f in one.verdict.decisive
            if f.outcome != "met"
            and not law_criterion(law, f.id).is_score
            and law_criterion(law, f.id).kind not in {"all", "any"}
        }
        assert told == leaves
        assert many["assumed_count"] == len(one.used(one.assumed))


def law_criterion(law, name):
    return next(criterion for criterion in law.criteria if criterion.id == name)


def test_the_current_years_figures_make_a_preliminary_verdict(session):
    firm = make_sound(EnterpriseFactory(), 2025)

    found = judge(session, firm, moment=Moment.of(date(2025, 12, 31), 2026))

    assert found.is_preliminary


def test_assumed_facts_are_named_where_they_decide(session):
    cover()
    firm = EnterpriseFactory()
    file_year(firm, 2025)
    say(firm, "ip_class1_tech_sme", 1)
    say(firm, "prohibited_product", value=False)
    assume("resident_enterprise", value=True)

    found = judge(session, firm)

    assert found.used(found.assumed) == ["resident_enterprise"]


def test_a_what_if_changes_the_verdict_and_nothing_else(session):
    cover()
    firm = make_sound(EnterpriseFactory(), 2025)

    found = judge(session, firm, overlay={"total_assets@0": 20_001 * WAN})

    assert found.verdict.outcome == "unmet"
    assert judge(session, firm).verdict.outcome == "met"


def test_a_day_before_the_law_is_refused_with_the_remedy(session):
    firm = EnterpriseFactory()

    with pytest.raises(NoLaw, match="没有“科技型中小企业”的适用规则"):
        judge(session, firm, moment=Moment.of(date(2016, 6, 1), 2016))


# --- Batches --------------------------------------------------------------------------------------


def test_a_batch_is_ordered_once_for_a_division_a_day_and_a_year(session):
    by = officer(Role.CITY_REVIEWER, CITY)
    order = Order(CITY, date(2026, 6, 15), 2026)

    job = service.order_batch(session, LIBRARY, order, by=by, at=NOON)

    assert service.order_of({"division": CITY, "on": "2026-06-15", "for_year": 2026}) == order
    assert (job.kind, job.division) == (service.BATCH, CITY)
    with pytest.raises(AlreadyActive):
        service.order_batch(session, LIBRARY, order, by=by, at=NOON)


@pytest.mark.parametrize(
    ("role", "division"),
    [(Role.LEADER, CITY), (Role.COUNTY_REVIEWER, CITY), (Role.CITY_REVIEWER, OTHER_CITY)],
)
def test_a_batch_is_for_those_who_hold_the_city(session, role, division):
    order = Order(CITY, date(2026, 6, 15), 2026)

    with pytest.raises(Forbidden):
        service.order_batch(session, LIBRARY, order, by=officer(role, division), at=NOON)


def test_a_batch_that_can_give_nothing_is_refused(session):
    by = officer(Role.CITY_REVIEWER, CITY)

    with pytest.raises(BadOrder, match="没有任何适用规则"):
        service.order_batch(session, LIBRARY, Order(CITY, date(2001, 1, 1), 2001), by=by, at=NOON)
    order = Order(CITY, date(2026, 6, 15), 2026, ("no.such",))
    with pytest.raises(BadOrder, match="没有称号"):
        service.order_batch(session, LIBRARY, order, by=by, at=NOON)


@pytest.mark.parametrize(
    ("day", "year", "why"),
    [(date(2026, 6, 16), 2026, "不能晚于今天"), (date(2026, 6, 15), 2028, "最多比评价日晚一年")],
)
def test_a_batch_never_judges_what_has_not_happened(session, day, year, why):
    by = officer(Role.CITY_REVIEWER, CITY)

    with pytest.raises(BadOrder, match=why):
        service.order_batch(session, LIBRARY, Order(CITY, day, year), by=by, at=NOON)


# --- Flags ----------------------------------------------------------------------------------------


def test_a_flag_is_assigned_noted_closed_and_reopened_with_its_history(session):
    flag, by, other = FlagFactory(), officer(Role.CITY_APPROVER, CITY), officer()

    service.assign(session, LIBRARY, [flag], assignee_id=other.id, note="请核", by=by, at=NOON)
    service.note(session, LIBRARY, flag, text="已电话联系", by=other, at=NOON)
    service.close(session, LIBRARY, flag, reason="企业已申报", by=other, at=NOON)
    assert (flag.state, flag.ended_at) == (FlagState.CLOSED, NOON)
    service.reopen(session, LIBRARY, flag, reason="申报未通过", by=by, at=LATER)

    assert (flag.state, flag.ended_at) == (FlagState.ASSIGNED, None)
    acts = [event.act for event in queries.list_events(session, flag.id)]
    assert acts == [FlagAct.REOPENED, FlagAct.CLOSED, FlagAct.NOTED, FlagAct.ASSIGNED]
    told = session.scalars(
        select(AuditEvent.action).where(AuditEvent.subject_id == str(flag.id))
    ).all()
    assert sorted(told) == ["flag.assigned", "flag.closed", "flag.noted", "flag.reopened"]


def test_a_closed_flag_is_not_closed_again(session):
    flag, by = FlagFactory(closed=True), officer(Role.CITY_REVIEWER, CITY)

    with pytest.raises(FlagClosed, match="已办结"):
        service.close(session, LIBRARY, flag, reason="再办", by=by, at=NOON)


@pytest.mark.parametrize(
    "by",
    [
        (Role.COUNTY_REVIEWER, XINDU, Line.SCIENCE),
        (Role.CITY_REVIEWER, CITY, Line.INDUSTRY),
        (Role.LEADER, PROVINCE, Line.SCIENCE),
        (Role.FINANCE, CITY, Line.FINANCE),
    ],
)
def test_another_county_line_or_role_does_not_close_a_flag(session, by):
    flag = FlagFactory()

    with pytest.raises(NotYourFlag):
        service.close(session, LIBRARY, flag, reason="办结", by=officer(*by), at=NOON)
    assert flag.state is FlagState.OPEN


def test_a_flag_is_not_given_to_one_who_cannot_work_on_it(session):
    flag, by = FlagFactory(), officer(Role.CITY_REVIEWER, CITY)
    stranger = officer(division=XINDU)

    with pytest.raises(NotYourFlag, match="没有审核岗位"):
        service.assign(session, LIBRARY, [flag], assignee_id=stranger.id, note="", by=by, at=NOON)


def test_money_is_seen_by_the_finance_bureau_too(session):
    flag = FlagFactory(kind=FlagKind.SUBSIDY, subject="hebei.high_tech_award")
    by = officer(Role.FINANCE, CITY, Line.FINANCE)

    service.note(session, LIBRARY, flag, text="预算已列", by=by, at=NOON)

    assert queries.lines_of(LIBRARY, flag) == {Line.SCIENCE, Line.FINANCE}


# --- 局核实 ---------------------------------------------------------------------------------------


def test_a_clause_is_signed_once_and_an_edit_needs_a_new_signature(session):
    law = LIBRARY.rule_set("national.tech_sme", "新申报", MOMENT.on, 2026)
    clause = next(c for c in clauses_of(law, "national", ()) if c.evidence != "V")
    by = officer(Role.POLICY, CITY)

    def sign():
        return service.check_clause(
            session,
            clause,
            official_text="原文",
            official_name="国科火字〔2022〕67号 第3页",
            checked_on=date(2026, 6, 15),
            by=by,
            at=NOON,
        )

    check = sign()

    again = next(c for c in clauses_of(law, "national", [check]) if c.id == clause.id)
    assert again.is_verified
    with pytest.raises(ClauseChecked):
        sign()
    check.clause_hash = "0" * 64  # as if signed for another wording
    stale = next(c for c in clauses_of(law, "national", [check]) if c.id == clause.id)
    assert not stale.is_verified


def test_an_amount_is_verified_by_its_evidence_or_by_a_signature(session):
    scheme = next(s for s in LIBRARY.schemes if s.evidence != "V" and s.amount_fen)
    assert scheme.id not in verified_schemes([scheme], ())
    clause = scheme_clauses([scheme], ())[0]
    check = ClauseCheck(pack=clause.pack, clause=clause.id, clause_hash=clause.body_hash)

    assert scheme.id in verified_schemes([scheme], [check])


def test_only_a_policy_officer_signs(session):
    law = LIBRARY.rule_set("national.tech_sme", "新申报", MOMENT.on, 2026)
    clause = clauses_of(law, "national", ())[0]

    with pytest.raises(Forbidden):
        service.check_clause(
            session,
            clause,
            official_text="原文",
            official_name="文件",
            checked_on=date(2026, 6, 15),
            by=officer(Role.CITY_REVIEWER, CITY),
            at=NOON,
        )


# --- What an actor sees ---------------------------------------------------------------------------


def test_flags_of_another_county_do_not_exist(session):
    mine, theirs = (
        FlagFactory(),
        FlagFactory(enterprise=EnterpriseFactory(registered_division=XINDU)),
    )
    county = officer()

    page = queries.page_of_flags(session, queries.FlagFilter(), visible_to=county)

    assert [row.flag.id for row in page.rows] == [mine.id]
    assert page.total == 1
    assert queries.get_flags(session, [theirs.id], visible_to=county) == []
    assert queries.list_flags_of(session, theirs.enterprise_id, visible_to=county) == []
    assert sum(queries.count_flags(session, queries.FlagFilter(), visible_to=county).values()) == 1


def test_flags_are_paged_by_name_without_loss(session):
    firms = [EnterpriseFactory() for _ in range(5)]
    wanted = {FlagFactory(enterprise=firm).id for firm in firms}
    city, seen, after = officer(Role.CITY_REVIEWER, CITY), [], ""

    while True:
        page = queries.page_of_flags(
            session, queries.FlagFilter(), visible_to=city, after=after, size=2
        )
        seen += [row.flag.id for row in page.rows]
        if page.after is None:
            break
        after = page.after

    assert set(seen) == wanted
    assert len(seen) == 5


def test_flags_are_narrowed_by_what_the_filter_says(session):
    firm = EnterpriseFactory(name="邢台梯田科技有限公司")
    flag = FlagFactory(enterprise=firm, grade=Grade.READY, for_year=2026)
    FlagFactory(kind=FlagKind.RESERVE, subject="national.high_tech", for_year=2025)
    city = officer(Role.CITY_REVIEWER, CITY)

    for chosen in (
        queries.FlagFilter(kind=flag.kind),
        queries.FlagFilter(subject=flag.subject),
        queries.FlagFilter(grade=Grade.READY),
        queries.FlagFilter(for_year=2026),
        queries.FlagFilter(text="梯田"),
        queries.FlagFilter(text="xttt"),
        queries.FlagFilter(text=firm.credit_code.lower()),
    ):
        page = queries.page_of_flags(session, chosen, visible_to=city)
        assert [row.flag.id for row in page.rows] == [flag.id], chosen
    assert (
        queries.page_of_flags(
            session, queries.FlagFilter(assignee_id=uuid7()), visible_to=city
        ).rows
        == []
    )
