"""The list of enterprises: what is found, what is seen, and that paging loses nothing."""

from datetime import date, timedelta

import pytest

from app.enterprises import queries, saved, service
from app.enterprises.domain import Attribute, OperatingStatus
from app.enterprises.queries import Filters
from app.foundation.actor import SYSTEM, Actor, Grant, Line, Role
from app.foundation.errors import Invalid, NotFound
from app.foundation.identifiers import uuid7
from app.foundation.paging import Window
from app.reference.models import Industry
from tests.factories.base import NOON, TODAY
from tests.factories.enterprises import EnterpriseFactory, credit_code, enrol, hold
from tests.factories.reference import CITY, OTHER_COUNTY, XIANGDU, XINDU, ZONE

D = date


def officer(division=CITY, role=Role.CITY_REVIEWER):
    return Actor(uuid7(), "李审核", (Grant(role, division, Line.SCIENCE),))


def names(session, by=None, window=None, order="name", descending=False, **filters):
    found = queries.page(
        session,
        Filters(on=TODAY, **filters),
        visible_to=by or officer(),
        window=window or Window(),
        order=order,
        descending=descending,
    )
    return [row.enterprise.name for row in found.rows]


def firm(name="邢台力昌机械有限公司", **more):
    return EnterpriseFactory(name=name, **more)


def test_a_county_sees_its_own_firms_and_the_city_sees_all_of_its_counties(session):
    firm("襄都甲公司")
    firm("信都乙公司", registered_division=XINDU)
    firm("邯郸丙公司", registered_division=OTHER_COUNTY)

    assert names(session, officer(XIANGDU)) == ["襄都甲公司"]
    assert names(session) == ["襄都甲公司", "信都乙公司"]


def test_who_runs_the_system_sees_no_enterprise(session):
    firm()

    assert names(session, officer(role=Role.ADMINISTRATOR)) == []
    assert names(session, SYSTEM) == []


def test_visibility_follows_the_managing_division_not_the_registered_one(session):
    firm("注册在襄都归口开发区", registered_division=XIANGDU, managing_division=ZONE)

    assert names(session, officer(XIANGDU)) == []
    assert names(session, officer(ZONE)) == ["注册在襄都归口开发区"]


def test_an_invisible_enterprise_does_not_exist(session):
    foreign = firm(registered_division=XINDU)
    county = officer(XIANGDU)

    with pytest.raises(NotFound):
        queries.get_enterprise(session, foreign.id, visible_to=county)
    with pytest.raises(NotFound):
        queries.get_by_code(session, foreign.credit_code, visible_to=county)
    assert queries.suggest(session, "力昌", visible_to=county) == []
    assert queries.get_enterprise(session, foreign.id, visible_to=officer()) is foreign


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("力昌", id="a part of the name"),
        pytest.param("xtlc", id="initials from the beginning"),
        pytest.param("LCJX", id="initials from the middle, in capitals"),
        pytest.param("lichang", id="full pinyin"),
        pytest.param(credit_code(77)[:10], id="the beginning of the code"),
        pytest.param(f" {credit_code(77).lower()} ", id="the whole code in small letters"),
        pytest.param("旧名", id="a part of a former name"),
    ],
)
def test_a_firm_is_found_by(session, text):
    wanted = firm("邢台旧名机械有限公司", credit_code=credit_code(77))
    firm("邢台别家化工有限公司", credit_code=credit_code(78, "130503"))
    service.change_attribute(
        session, wanted, Attribute.NAME, "邢台力昌机械有限公司",
        since=D(2024, 5, 1), reason="更名", by=SYSTEM, at=NOON,
    )  # fmt: skip

    assert names(session, text=text) == ["邢台力昌机械有限公司"]


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", "没有这家"])
def test_wildcards_and_quotes_are_plain_characters(session, text):
    firm()

    assert names(session, text=text) == []


def test_a_corrected_name_is_no_former_name(session):
    wanted = firm("邢台利昌机械有限公司")
    service.change_attribute(
        session, wanted, Attribute.NAME, "邢台力昌机械有限公司",
        since=None, reason="录入错误", by=SYSTEM, at=NOON,
    )  # fmt: skip

    assert names(session, text="利昌") == []
    assert queries.former_names(session, wanted.id) == []


def test_county_by_registration_and_by_managing_division_are_two_filters(session):
    firm("注册在襄都归口开发区", registered_division=XIANGDU, managing_division=ZONE)

    assert names(session, division=XIANGDU) == []
    assert names(session, division=XIANGDU, by_registration=True) == ["注册在襄都归口开发区"]
    assert names(session, division=CITY) == ["注册在襄都归口开发区"]


@pytest.fixture
def industries(session):
    for code, level, parent, section in (
        ("C", 1, None, "C"),
        ("18", 2, "C", "C"),
        ("183", 3, "18", "C"),
        ("1830", 4, "183", "C"),
        ("I", 1, None, "I"),
        ("65", 2, "I", "I"),
    ):
        session.add(
            Industry(code=code, name=code, level=level, parent_code=parent, section=section)
        )
        session.flush()


@pytest.mark.parametrize(
    ("code", "found"),
    [("C", ["制帽厂"]), ("18", ["制帽厂"]), ("1830", ["制帽厂"]), ("65", ["软件园"]), ("19", [])],
)
@pytest.mark.usefixtures("industries")
def test_an_industry_holds_all_that_is_within_it(session, code, found):
    firm("制帽厂", industry_code="1830")
    firm("软件园", industry_code="65")
    firm("不详")

    assert names(session, industry=code) == found


def test_firms_that_are_gone_leave_the_list_unless_asked_for(session):
    firm("在业")
    firm("停产", operating_status=OperatingStatus.SUSPENDED)
    firm("注销", deregistered=True)

    assert names(session) == ["停产", "在业"]
    assert names(session, status="all") == ["停产", "在业", "注销"]
    assert names(session, status="deregistered") == ["注销"]


def test_titles_filter_by_day_and_by_the_year_of_the_roll(session):
    high, year, none = firm("高企"), firm("科小"), firm("白丁")
    hold(high, since=D(2024, 11, 1), until=D(2027, 11, 1))
    enrol(year, 2025)
    del none

    high_tech, tech_sme = {"title": "national.high_tech"}, {"title": "national.tech_sme"}
    assert names(session, **high_tech) == ["高企"]
    assert names(session, **high_tech, holding="not_held") == ["白丁", "科小"]
    assert names(session, **tech_sme) == []  # On 15 June the number of last year has run out.
    assert names(session, **tech_sme, holding="on_roll", year=2025) == ["科小"]
    assert names(session, **tech_sme, holding="not_on_roll", year=2025) == ["白丁", "高企"]
    assert names(session, **tech_sme, holding="on_roll") == []  # of the year of the day


def test_upper_rooms_narrow_the_list_by_a_select_of_their_own(session):
    wanted = firm("甲")
    firm("乙")
    chosen = queries.select_enterprises(Filters(on=TODAY), visible_to=officer())
    ids = chosen.with_only_columns(queries.Enterprise.id).where(queries.Enterprise.id == wanted.id)

    assert names(session, among=(ids,)) == ["甲"]


@pytest.mark.parametrize("order", ["name", "code", "registered_on"])
@pytest.mark.parametrize("descending", [False, True], ids=["ascending", "descending"])
def test_paging_forth_and_back_shows_every_firm_once_in_order(session, order, descending):
    same = [firm("同名公司", registered_on=None) for _ in range(3)]
    others = [firm(registered_on=D(2015, 1, 1) + timedelta(days=n % 3)) for n in range(6)]
    whole = [
        row.enterprise.id
        for row in queries.stream(
            session, Filters(on=TODAY), visible_to=officer(), order=order, descending=descending
        )
    ]
    assert len(set(whole)) == len(whole) == len(same) + len(others)

    def turn(window):
        return queries.page(
            session, Filters(on=TODAY), visible_to=officer(),
            window=window, order=order, descending=descending,
        )  # fmt: skip

    pages = [turn(Window(size=2))]
    while pages[-1].after:
        pages.append(turn(Window(after=pages[-1].after, size=2)))
    forth = [row.enterprise.id for page in pages for row in page.rows]
    back = [pages[-1]]
    while back[-1].before:
        back.append(turn(Window(before=back[-1].before, size=2)))
    returned = [row.enterprise.id for page in reversed(back) for row in page.rows]

    assert forth == whole
    assert returned == whole
    assert pages[0].total == 9
    assert pages[0].before is None


def test_an_export_streams_more_than_one_batch(session, monkeypatch):
    monkeypatch.setattr(queries, "STREAMED", 2)
    made = {firm(f"第{n}家").id for n in range(5)}

    streamed = list(queries.stream(session, Filters(on=TODAY), visible_to=officer()))

    assert {row.enterprise.id for row in streamed} == made


@pytest.mark.parametrize("cursor", ["x", "WzFd", "bnVsbA", "WyJhIiwgImIiXQ"])
def test_a_foreign_cursor_is_refused_with_a_way_out(session, cursor):
    with pytest.raises(Invalid, match="第一页"):
        names(session, window=Window(after=cursor))


def test_a_row_says_where_the_firm_is_and_what_it_holds(session):
    made = firm(registered_division=XIANGDU, managing_division=ZONE)
    hold(made)

    (row,) = queries.page(session, Filters(on=TODAY), visible_to=officer(), window=Window()).rows

    assert (row.registered, row.managing) == ("襄都区", "邢台经济开发区")
    assert [episode.title for episode in row.titles] == ["national.high_tech"]


@pytest.mark.parametrize(("text", "formerly"), [("旧名", "旧名公司"), ("公司", ""), ("xmgs", "")])
def test_a_search_by_a_former_name_says_which_one_it_was(session, text, formerly):
    made = firm("旧名公司")
    service.change_attribute(
        session, made, Attribute.NAME, "新名公司",
        since=D(2026, 1, 1), reason="更名", by=SYSTEM, at=NOON,
    )  # fmt: skip

    (row,) = queries.page(
        session, Filters(on=TODAY, text=text), visible_to=officer(), window=Window()
    ).rows

    assert row.formerly == formerly


def test_attributes_are_read_as_they_were_on_a_day_and_as_then_known(session):
    made = firm("旧名公司")
    later = NOON + timedelta(days=30)
    service.change_attribute(
        session, made, Attribute.NAME, "新名公司",
        since=D(2026, 1, 1), reason="更名", by=SYSTEM, at=later,
    )  # fmt: skip

    def name(on, known_at=None):
        return queries.values_on(session, [made.id], on, known_at=known_at)[made.id][Attribute.NAME]

    assert name(D(2025, 12, 31)) == "旧名公司"
    assert name(D(2026, 1, 1)) == "新名公司"
    assert name(D(2026, 1, 1), known_at=NOON) == "旧名公司"  # Nobody had told by then.
    assert queries.former_names(session, made.id) == ["旧名公司"]


def test_saved_views_are_the_accounts_own_and_replaced_by_name(session):
    mine, other = officer(), officer()
    saved.save_view(session, list_name="enterprises", name="到期", query="a=1", by=mine)
    view = saved.save_view(session, list_name="enterprises", name="到期", query="a=2", by=mine)

    with pytest.raises(NotFound):
        saved.drop_view(session, view.id, by=other)

    assert [v.query for v in queries.list_views(session, "enterprises", by=mine)] == ["a=2"]
    assert queries.list_views(session, "enterprises", by=other) == []
    saved.drop_view(session, view.id, by=mine)
    assert queries.list_views(session, "enterprises", by=mine) == []
