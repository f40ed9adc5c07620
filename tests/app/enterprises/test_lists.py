"""The list page: its sentence, pages, exports, suggestions and saved views, within one's sight."""

import csv
import io
import json
from datetime import date

import openpyxl
import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.enterprises.hooks import Hook
from app.enterprises.models import Enterprise, SavedView
from app.foundation.actor import Role
from tests.factories.enterprises import EnterpriseFactory, enrol, hold
from tests.factories.reference import CITY, XIANGDU, XINDU, ZONE

pytestmark = pytest.mark.usefixtures("places")


@pytest.fixture
def city(client, sign_in):
    sign_in(client, Role.CITY_REVIEWER, CITY)
    return client


def test_an_empty_register_says_how_firms_come_in(city):
    assert "还没有登记企业" in city.get("/enterprises").text


def test_the_list_names_place_title_and_count(city, session):
    hold(EnterpriseFactory(name="力昌机械", managing_division=ZONE))
    EnterpriseFactory(name="别家")

    page = city.get("/enterprises").text

    assert "力昌机械" in page
    assert "邢台经济开发区" in page
    assert ">2</strong> 户" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=%E5%8A%9B%E6%98%8C", {"力昌机械"}),
        (f"division={XINDU}", {"信都化工"}),
        ("title=national.high_tech&holding=held", {"力昌机械"}),
        ("title=national.tech_sme&holding=on_roll&year=2025", {"信都化工"}),
        ("title=national.high_tech&holding=expiring&year=2027", {"力昌机械"}),
        ("status=deregistered", {"已注销"}),
        ("status=nonsense&sort=nonsense&on=nonsense&year=x&title=x", {"力昌机械", "信都化工"}),
    ],
)
def test_the_address_narrows_the_list(city, session, query, found):
    hold(EnterpriseFactory(name="力昌机械"))
    enrol(EnterpriseFactory(name="信都化工", registered_division=XINDU), 2025)
    EnterpriseFactory(name="已注销", deregistered=True)

    page = city.get(f"/enterprises?{query}").text

    assert {name for name in ("力昌机械", "信都化工", "已注销") if name in page} == found


def test_pages_turn_forth_and_back(city, session):
    for number in range(51):
        EnterpriseFactory(name=f"甲{number:02d}厂")
    first = city.get("/enterprises")
    assert "甲50厂" not in first.text

    onward = first.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = city.get(onward.replace("&amp;", "&")).text
    assert "甲50厂" in second
    assert 'rel="prev"' in second


def test_a_broken_cursor_is_refused_kindly(city):
    response = city.get("/enterprises?after=broken")

    assert response.status_code == 422
    assert "第一页" in response.text


def table(response, form):
    if form == "csv":
        assert response.data.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(io.StringIO(response.data[3:].decode())))
    book = openpyxl.load_workbook(io.BytesIO(response.data))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_has_exactly_the_listed_firms_and_no_formula(city, session, form):
    hold(EnterpriseFactory(name='=HYPERLINK("x")机械'))
    EnterpriseFactory(name="另一家化工")

    response = city.get(f"/enterprises/export.{form}?q=机械")

    head, *rows = table(response, form)
    assert head[0] == "企业名称"
    assert len(rows) == 1
    assert rows[0][0] in {'\'=HYPERLINK("x")机械', '=HYPERLINK("x")机械'}
    if form == "csv":
        assert rows[0][0].startswith("'")
    assert rows[0][-1] == "高企"


def test_an_export_is_logged_with_its_filters_and_its_size(city, session):
    EnterpriseFactory(name="力昌机械")

    city.get("/enterprises/export.csv?q=力昌")

    told = session.scalars(select(AuditEvent)).all()[-1]
    assert told.action == "enterprises.exported"
    assert json.loads(told.body)["rows"] == 1


def test_there_is_no_other_form_of_export(city):
    assert city.get("/enterprises/export.pdf").status_code == 404


def test_suggestions_are_json_and_only_of_what_one_sees(client, sign_in, session):
    sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)
    own = EnterpriseFactory(name="力昌机械")
    EnterpriseFactory(name="力昌化工", registered_division=XINDU)

    found = client.get("/enterprises/suggest?q=lc").json

    assert [row["id"] for row in found] == [str(own.id)]
    assert client.get("/enterprises/suggest?q=").json == []


@pytest.mark.parametrize(
    "path",
    ["/enterprises", "/enterprises/export.csv", "/enterprises/suggest?q=机械", "/titles",
     "/titles/national.high_tech"],
)  # fmt: skip
def test_nothing_of_another_county_is_on_any_page(client, sign_in, session, path):
    sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)
    hold(EnterpriseFactory(name="外县机械", registered_division=XINDU))

    body = client.get(path).get_data(as_text=True)

    assert "外县机械" not in body
    assert "信都区" not in body


@pytest.mark.parametrize("path", ["/enterprises", "/titles", "/enterprises/suggest"])
def test_who_runs_the_system_has_no_door_to_the_register(client, sign_in, path):
    sign_in(client, Role.ADMINISTRATOR, CITY)

    assert client.get(path).status_code == 403


def test_a_view_is_saved_shown_and_dropped(city, session):
    saved = city.submit("/enterprises?title=national.high_tech", {"name": "高企"}, action="views")
    assert saved.status_code == 302
    page = city.get("/enterprises").text
    assert "高企</a>" in page
    assert "title=national.high_tech" in page

    city.submit("/enterprises", action="/drop")

    assert "/drop" not in city.get("/enterprises").text


def test_a_view_is_not_dropped_without_the_pages_token(city, session):
    city.submit("/enterprises?q=x", {"name": "我的"}, action="views")
    (view,) = session.scalars(select(SavedView)).all()

    refused = city.post(f"/enterprises/views/{view.id}/drop")

    assert refused.status_code == 422
    assert session.scalars(select(SavedView)).all() == [view]


def test_a_view_of_another_does_not_exist(city, sign_in, session):
    city.submit("/enterprises?q=x", {"name": "我的"}, action="views")
    (view,) = session.scalars(select(SavedView)).all()
    sign_in(city, Role.LEADER, CITY)
    city.submit("/enterprises?q=y", {"name": "别人的"}, action="views")
    token = city.get("/enterprises").text.split('name="csrf_token" value="')[1].split('"')[0]

    refused = city.post(f"/enterprises/views/{view.id}/drop", data={"csrf_token": token})

    assert refused.status_code == 404


def test_a_view_without_a_name_is_asked_for_one(city, session):
    EnterpriseFactory(name="力昌机械")

    response = city.submit("/enterprises?q=力昌", {"name": ""}, action="views")

    assert response.status_code == 422
    assert "给视图起个名字" in response.text


def test_rooms_above_add_choices_of_their_own(city, app, session, monkeypatch):
    wanted = EnterpriseFactory(name="力昌机械")
    EnterpriseFactory(name="别家化工")
    hook = Hook(
        key="flag",
        before=lambda: "，标记",
        label=lambda: "标记",
        every=lambda: "不限",
        choices=lambda: [("x", "某种标记")],
        select=lambda _value, _filters: select(Enterprise.id).where(Enterprise.id == wanted.id),
    )
    monkeypatch.setitem(app.extensions, "enterprise_hooks", (hook,))

    page = city.get("/enterprises?flag=x").text

    assert "某种标记" in page
    assert "力昌机械" in page
    assert "别家化工" not in page


# --- The register of titles -----------------------------------------------------------------------


def test_the_register_counts_holders_rolls_events_and_ends(city, session):
    hold(EnterpriseFactory(), since=date(2024, 11, 1), until=date(2027, 11, 1))
    hold(EnterpriseFactory(), since=date(2023, 5, 1), until=date(2026, 5, 1))
    enrol(EnterpriseFactory(), 2025)

    page = city.get("/titles?on=2026-04-01").text

    assert "holding=held&amp;on=2026-04-01&amp;status=all" in page
    assert "高新技术企业" in page
    assert "holding=expiring&amp;year=2026" in page
    assert "holding=on_roll&amp;year=2025" in page


def test_a_title_is_shown_by_managing_division(city, session):
    hold(EnterpriseFactory(managing_division=ZONE))

    page = city.get("/titles/national.high_tech?on=2026-04-01").text

    assert "邢台经济开发区" in page
    assert "信都区" not in page
    assert city.get("/titles/no.such").status_code == 404
    assert "没有企业持有" in city.get("/titles/national.tech_sme").text


def test_the_places_of_a_title_add_up(city, session):
    hold(EnterpriseFactory())
    hold(EnterpriseFactory(registered_division=XINDU))

    page = city.get("/titles/national.high_tech?on=2026-04-01").text

    assert "<strong>2</strong>" in page


# --- Commands -------------------------------------------------------------------------------------


def test_the_command_lists_and_shows(app, session):
    firm = EnterpriseFactory(name="力昌机械")
    hold(firm)
    run = app.test_cli_runner().invoke

    listed = run(args=["enterprises", "list", "--text", "lcjx", "--title", "national.high_tech"])
    shown = run(args=["enterprises", "show", firm.credit_code])

    assert "共 1 户" in listed.output, listed.output
    assert "高企" in listed.output
    assert "[2024-11-01, 2027-11-01)" in shown.output, shown.output
