from datetime import date, timedelta

import pytest

from app.evaluation import facts
from app.profiles.domain import IncidentKind, IpKind, RevisionState, StatementScope
from app.reference.models import Industry
from rules.days import Moment, to_days
from rules.needs import AsOf, Figure, Held, Records
from tests.factories.base import NOON
from tests.factories.enterprises import EnterpriseFactory, enrol, hold
from tests.factories.evaluation import (
    LIBRARY,
    WAN,
    assume,
    cover,
    file_year,
    incident,
    right,
    say,
    verify,
)
from tests.factories.reference import OTHER_CITY, XIANGDU

pytestmark = pytest.mark.usefixtures("places")
MOMENT = Moment.of(date(2026, 6, 15), 2026)
SALES = Figure("sales_revenue", 0)
HIGH_TECH = Held(("national.high_tech",))
SAFETY = Records.of(
    {"register": "incident_safety", "window": {"since_year": -1}, "severity": ["重大", ""]}
)
ABNORMAL = Records.of({"register": "abnormal_list", "window": "in_force"})


def known(session, firm, *needs, moment=MOMENT, known_at=NOON, overlay=None):
    built = facts.frame(
        session,
        LIBRARY.indicators,
        needs,
        chosen=[firm.id],
        moment=moment,
        known_at=known_at,
        overlay={firm.id: overlay} if overlay else None,
    )
    return built.row(0, named=True)


def test_a_figure_is_read_from_the_filed_document_of_its_year(session):
    firm = EnterpriseFactory()
    file_year(firm, 2025, {"sales_revenue": 5 * WAN})
    file_year(firm, 2024, {"sales_revenue": 4 * WAN})

    row = known(session, firm, SALES, Figure("sales_revenue", -1), Figure("sales_revenue", -2))

    assert row["sales_revenue@0"] == 5 * WAN
    assert row["sales_revenue@-1"] == 4 * WAN
    assert row["sales_revenue@-2"] is None


def test_zero_is_a_figure_and_a_blank_is_none(session):
    firm = EnterpriseFactory()
    file_year(firm, 2025, {"sales_revenue": 0})

    row = known(session, firm, SALES, Figure("total_assets", 0))

    assert row["sales_revenue@0"] == 0
    assert row["total_assets@0"] is None


def test_a_draft_is_not_read(session):
    firm = EnterpriseFactory()
    file_year(firm, 2025, {"sales_revenue": WAN}, state=RevisionState.DRAFT)

    assert known(session, firm, SALES)["sales_revenue@0"] is None


def test_group_figures_never_decide_and_say_why(session):
    firm = EnterpriseFactory()
    file_year(firm, 2025, {"sales_revenue": WAN}, scope=StatementScope.CONSOLIDATED)

    row = known(session, firm, SALES)

    assert row["sales_revenue@0"] is None
    assert row["~consolidated@0"] is True


def test_a_verified_value_wins_over_the_filed_one(session):
    firm = EnterpriseFactory()
    revision = file_year(firm, 2025, {"sales_revenue": 5 * WAN})
    verify(revision, "sales_revenue", 4 * WAN)

    assert known(session, firm, SALES)["sales_revenue@0"] == 4 * WAN


def test_facts_are_as_they_were_known(session):
    firm = EnterpriseFactory()
    corrected = NOON + timedelta(days=1)
    file_year(firm, 2025, {"sales_revenue": WAN}, superseded_at=corrected)
    file_year(firm, 2025, {"sales_revenue": 2 * WAN}, recorded_at=corrected, number=2)

    assert known(session, firm, SALES)["sales_revenue@0"] == WAN
    assert known(session, firm, SALES, known_at=corrected)["sales_revenue@0"] == 2 * WAN


def test_a_marked_stand_in_is_a_proxy(session):
    firm = EnterpriseFactory()
    figures = {"rd_expense_tech_sme": WAN, "rd_expense_high_tech": WAN}
    proxies = {"rd_expense_high_tech": "rd_expense_tech_sme"}
    file_year(firm, 2025, figures, proxies=proxies)
    own, other = Figure("rd_expense_tech_sme", 0), Figure("rd_expense_high_tech", 0)

    row = known(session, firm, own, other)

    assert row[other.key] == WAN
    assert row[other.key + "~proxy"] is True
    assert row[own.key + "~proxy"] is False


def test_a_declared_stand_in_is_taken_only_when_the_figure_itself_is_missing(session):
    name = next(
        i.id
        for i in LIBRARY.indicators.values()
        if i.proxy_from and i.unit == "CNY" and i.is_yearly
    )
    other = LIBRARY.indicators[name].proxy_from[0]
    missing, filed = EnterpriseFactory(), EnterpriseFactory()
    file_year(missing, 2025, {other: 7})
    file_year(filed, 2025, {other: 7, name: 8})
    need = Figure(name, 0)

    without, with_own = known(session, missing, need), known(session, filed, need)

    assert (without[need.key], without[need.key + "~proxy"]) == (7, True)
    assert (with_own[need.key], with_own[need.key + "~proxy"]) == (8, False)


def test_net_assets_are_computed_where_they_were_not_filed(session):
    firm = EnterpriseFactory()
    file_year(firm, 2025, {"total_assets": 5 * WAN, "total_liabilities": 8 * WAN})

    row = known(session, firm, Figure("net_assets", 0))

    assert row["net_assets@0"] == -3 * WAN
    assert row["net_assets@0~proxy"] is False


def test_a_statement_counts_while_it_is_in_force(session):
    firm = EnterpriseFactory()
    say(firm, "resident_enterprise", value=False, since=date(2020, 1, 1), until=date(2025, 1, 1))
    say(firm, "resident_enterprise", value=True, since=date(2025, 1, 1))
    need = AsOf("resident_enterprise")

    assert known(session, firm, need)[need.key] == 1
    past = Moment.of(date(2024, 6, 1), 2024)
    assert known(session, firm, need, moment=past)[need.key] == 0


def test_an_assumption_fills_what_nobody_said_and_is_marked(session):
    silent, outspoken = EnterpriseFactory(), EnterpriseFactory()
    say(outspoken, "resident_enterprise", value=False)
    assume("resident_enterprise", value=True)
    assume("nontaxable_income", 0)
    yearly, as_of = Figure("nontaxable_income", 0), AsOf("resident_enterprise")

    row, other = known(session, silent, yearly, as_of), known(session, outspoken, as_of)

    assert (row[as_of.key], row[as_of.key + "~assumed"]) == (1, True)
    assert (row[yearly.key], row[yearly.key + "~assumed"]) == (0, True)
    assert (other[as_of.key], other[as_of.key + "~assumed"]) == (0, False)


def test_no_record_means_none_only_where_the_register_is_complete(session):
    firm = EnterpriseFactory()

    assert known(session, firm, SAFETY)[SAFETY.key] is None
    cover("incident_safety", since=date(2025, 1, 1))
    row = known(session, firm, SAFETY)

    assert row[SAFETY.key] == 0
    assert row[SAFETY.key + "~assumed"] is False


def test_coverage_must_reach_over_the_whole_window_or_the_life_of_the_firm(session):
    cover("incident_safety", since=date(2025, 6, 1))
    old = EnterpriseFactory(registered_on=date(2015, 1, 1))
    young = EnterpriseFactory(registered_on=date(2025, 7, 1))

    assert known(session, old, SAFETY)[SAFETY.key] is None
    assert known(session, young, SAFETY)[SAFETY.key] == 0


def test_coverage_of_another_city_tells_nothing(session):
    firm = EnterpriseFactory()
    cover("incident_safety", division=OTHER_CITY)

    assert known(session, firm, SAFETY)[SAFETY.key] is None


def test_adjoining_coverage_is_one_and_assumed_coverage_is_marked(session):
    firm = EnterpriseFactory()
    cover("incident_safety", since=date(2020, 1, 1), until=date(2025, 3, 1), is_assumed=True)
    cover("incident_safety", since=date(2025, 3, 1), division=XIANGDU)

    row = known(session, firm, SAFETY)

    assert row[SAFETY.key] == 0
    assert row[SAFETY.key + "~assumed"] is True


def test_a_known_record_counts_though_the_register_is_open(session):
    firm = EnterpriseFactory()
    incident(firm, IncidentKind.SAFETY, date(2025, 5, 1), severity="重大")

    row = known(session, firm, SAFETY)

    assert row[SAFETY.key] == 1
    assert row[SAFETY.key + "~assumed"] is False


def test_a_minor_or_old_incident_does_not_count(session):
    firm = EnterpriseFactory()
    cover("incident_safety")
    incident(firm, IncidentKind.SAFETY, date(2025, 5, 1), severity="一般")
    incident(firm, IncidentKind.SAFETY, date(2024, 12, 31), severity="重大")

    assert known(session, firm, SAFETY)[SAFETY.key] == 0


@pytest.mark.parametrize(("removed", "listed"), [(date(2026, 6, 15), 0), (date(2026, 6, 16), 1)])
def test_a_list_entry_counts_until_the_day_of_removal(session, removed, listed):
    firm = EnterpriseFactory()
    cover("abnormal_list")
    incident(firm, IncidentKind.ABNORMAL_LIST, date(2026, 1, 5), until=removed)

    assert known(session, firm, ABNORMAL)[ABNORMAL.key] == listed


def test_rights_are_counted_from_a_complete_register(session):
    firm = EnterpriseFactory()
    cover("ip_right")
    right(firm)
    right(firm, since=date(2021, 1, 1), is_disputed=True)
    right(firm, since=date(2022, 1, 1), supports_main_product=False)
    right(firm, since=date(2019, 1, 1), until=date(2026, 1, 1))
    right(firm, IpKind.SOFTWARE, since=date(2023, 1, 1))
    one, two = AsOf("ip_class1_tech_sme"), AsOf("ip_class2_tech_sme")

    row = known(session, firm, one, two)

    assert (row[one.key], row[two.key]) == (1, 1)


def test_a_stated_count_stands_where_the_register_is_open(session):
    firm = EnterpriseFactory()
    right(firm)
    need = AsOf("ip_class1_tech_sme")

    assert known(session, firm, need)[need.key] is None
    say(firm, need.indicator, 3, is_assumed=True, proxy_of="")
    row = known(session, firm, need)

    assert (row[need.key], row[need.key + "~assumed"]) == (3, True)


def test_a_title_is_held_over_its_half_open_interval(session):
    firm = EnterpriseFactory()
    cover("national.high_tech")
    hold(firm, since=date(2023, 6, 15), until=date(2026, 6, 15))

    before = Moment.of(date(2026, 6, 14), 2026)
    assert known(session, firm, HIGH_TECH, moment=before)[HIGH_TECH.key] == 1
    assert known(session, firm, HIGH_TECH)[HIGH_TECH.key] == 0


def test_a_title_not_held_is_unknown_where_its_register_is_open(session):
    firm = EnterpriseFactory()

    assert known(session, firm, HIGH_TECH)[HIGH_TECH.key] is None
    cover("national.high_tech", is_assumed=True)
    row = known(session, firm, HIGH_TECH)

    assert (row[HIGH_TECH.key], row[HIGH_TECH.key + "~assumed"]) == (0, True)


def test_years_of_holding_run_over_renewals_that_touch(session):
    firm = EnterpriseFactory()
    cover("national.high_tech")
    hold(firm, since=date(2021, 6, 1), until=date(2024, 6, 1))
    hold(firm, since=date(2024, 6, 1), until=date(2027, 6, 1))
    five, six = Held(("national.high_tech",), 5), Held(("national.high_tech",), 6)

    row = known(session, firm, five, six)

    assert (row[five.key], row[six.key]) == (1, 0)


def test_a_number_of_last_year_is_not_held_in_spring(session):
    firm = EnterpriseFactory()
    cover("national.tech_sme")
    enrol(firm, 2025)
    need = Held(("national.tech_sme",))

    assert known(session, firm, need)[need.key] == 0
    december = Moment.of(date(2025, 12, 31), 2025)
    assert known(session, firm, need, moment=december)[need.key] == 1


def test_the_founding_day_is_always_there(session):
    firm = EnterpriseFactory(registered_on=date(2025, 4, 8))

    assert known(session, firm, SALES)["registered_on"] == to_days(date(2025, 4, 8))


def test_what_a_what_if_says_is_taken_as_given(session):
    firm = EnterpriseFactory()
    assume("resident_enterprise", value=True)
    need = AsOf("resident_enterprise")

    row = known(session, firm, need, overlay={need.key: 0})

    assert (row[need.key], row[need.key + "~assumed"]) == (0, False)


def test_equal_facts_have_equal_documents_whatever_else_was_read(session):
    firm = EnterpriseFactory()
    file_year(firm, 2025, {"sales_revenue": 5})
    assume("resident_enterprise", value=True)

    def document(*needs):
        built = facts.frame(
            session, LIBRARY.indicators, needs, chosen=[firm.id], moment=MOMENT, known_at=NOON
        )
        return facts.facts_document(built, [SALES, AsOf("resident_enterprise")])

    narrow = document(SALES, AsOf("resident_enterprise"))
    wide = document(AsOf("resident_enterprise"), HIGH_TECH, SALES)

    assert narrow == wide
    assert narrow[0] == (
        '{"assumed":["resident_enterprise"],"facts":{"registered_on":16495,'
        '"resident_enterprise":1,"sales_revenue@0":5},"proxy":[]}'
    )


def test_the_industry_of_a_size_is_read_from_the_longest_prefix_of_its_code(session):
    indicator = LIBRARY.indicators["size_industry"]
    prefixes = indicator.derive["prefixes"]
    choice, prefix = next((c, p[0]) for c, p in prefixes.items() if p)
    code = str(prefix).ljust(4, "0")
    session.add(Industry(code=code, name="行业", level=4, parent_code=None, section="C"))
    session.flush()
    told, silent = EnterpriseFactory(industry_code=code), EnterpriseFactory()
    need = AsOf("size_industry")

    assert known(session, told, need)[need.key] == list(indicator.choices).index(choice)
    assert known(session, silent, need)[need.key] is None
