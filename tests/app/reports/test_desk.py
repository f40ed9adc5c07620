"""Pages of editions, through a browser that reads strictly."""

import io
import re
import zipfile
from datetime import date

import pytest
from sqlalchemy import func, select

from app.foundation.actor import Role
from app.reports.models import Edition, EditionFile
from tests.factories.enterprises import EnterpriseFactory, enrol, hold
from tests.factories.evaluation_rows import EvaluationFactory
from tests.factories.reference import CITY, XIANGDU, XINDU

HIGH, SME = "national.high_tech", "national.tech_sme"

YEAR = "division=130500&kind=yearly&on=2022-12-31"


def register():
    """Two holders of 高企, one of them entered this year, and one firm on the roll."""
    old, new, enrolled = (EnterpriseFactory() for _ in range(3))
    hold(old, HIGH, date(2021, 11, 1), date(2024, 11, 1))
    hold(new, HIGH, date(2022, 10, 18), date(2025, 10, 18))
    enrol(enrolled, 2022)
    EvaluationFactory(enterprise_id=old.id)
    return old, new, enrolled


def issue(client, division=CITY, on="2022-12-31"):
    """Order the yearly report through the form, let the worker make it, and find it."""
    given = {"division": division, "kind": "yearly", "on": on}
    answer = client.submit("/reports/new", given, action="/reports/new")
    assert answer.status_code == 302, answer.text
    with client.application.app_context():
        client.application.extensions["workshop"].work_once()
    page = client.get(answer.location)
    found = re.search(r'href="(/reports/[0-9a-f-]{36})"', page.text)
    assert found, page.text
    return found[1]


def test_an_edition_is_issued_and_every_number_opens_its_rows(client, sign_in):
    old, new, _ = register()
    sign_in(client, Role.CITY_APPROVER)

    address = issue(client)
    page = client.get(address)

    assert page.status_code == 200
    assert "截至2022年12月31日，邢台市高新技术企业 2 户" in page.text
    rows = client.get(f"{address}/annexes/1?title={HIGH}&held=now")
    assert old.name in rows.text
    assert new.name in rows.text
    entered = client.get(f"{address}/annexes/2?title={HIGH}&change=first")
    assert new.name in entered.text
    assert old.name not in entered.text


def test_equal_data_is_said_and_not_issued_again(client, sign_in, session):
    register()
    sign_in(client, Role.CITY_APPROVER)
    first = issue(client)

    again = issue(client)

    assert again == first
    assert session.scalar(select(func.count()).select_from(Edition)) == 1


def test_a_preview_keeps_nothing(client, sign_in, session):
    register()
    sign_in(client, Role.POLICY)

    page = client.get("/reports/preview?division=130500&kind=monthly&on=2022-12-31")

    assert page.status_code == 200
    assert "预览，尚未出具" in page.text
    assert session.scalar(select(func.count()).select_from(Edition)) == 0


@pytest.mark.parametrize(
    "query",
    [
        "?kind=yearly",
        "?division=130500&kind=yearly&on=2099-01-01",
        "?division=130500&kind=monthly&on=0001-01-01",
    ],
)
def test_a_faulty_form_names_its_fields(client, sign_in, places, query):
    sign_in(client, Role.POLICY)

    page = client.get("/reports/preview" + query)

    assert page.status_code == 422
    assert "请" in page.text
    assert client.get("/reports/?year=" + "9" * 20).status_code == 200


def test_the_files_come_as_they_were_kept(client, sign_in, session):
    register()
    sign_in(client, Role.CITY_REVIEWER)
    address = issue(client)

    for kept in session.scalars(select(EditionFile)):
        answer = client.get(f"{address}/files/{kept.name}")
        assert answer.data == kept.content
        assert "attachment" in answer.headers["Content-Disposition"]
    assert client.get(f"{address}/files/nothing.docx").status_code == 404


def test_rows_are_exported_as_shown(client, sign_in):
    old, new, _ = register()
    sign_in(client, Role.CITY_REVIEWER)
    address = issue(client)

    answer = client.get(f"{address}/annexes/2.xlsx?title={HIGH}&change=first")

    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert new.name in sheet
    assert old.name not in sheet


def test_an_annex_pages_by_key_and_finds_by_name(client, sign_in):
    firms = [EnterpriseFactory() for _ in range(60)]
    for firm in firms:
        hold(firm, HIGH, date(2021, 11, 1), date(2024, 11, 1))
    sign_in(client, Role.CITY_REVIEWER)
    address = issue(client)

    first = client.get(f"{address}/annexes/1?held=now")
    second = client.get(f"{address}/annexes/1?held=now&after=49")
    one = client.get(f"{address}/annexes/1?q={firms[7].credit_code}")

    shown = [[firm.credit_code in page.text for firm in firms] for page in (first, second)]
    assert [sum(row) for row in shown] == [50, 10]
    assert not any(a and b for a, b in zip(*shown, strict=True))
    assert firms[7].name in one.text
    assert firms[8].credit_code not in one.text


@pytest.mark.parametrize(
    "path", ["", "/annexes/1", "/annexes/1.xlsx", "/changes", "/files/report.docx"]
)
def test_a_county_knows_nothing_of_the_citys_or_anothers_edition(client, sign_in, path):
    register()
    sign_in(client, Role.CITY_REVIEWER)
    city, other = issue(client), issue(client, XINDU)

    sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)

    assert client.get(city + path).status_code == 404
    assert client.get(other + path).status_code == 404
    assert city.rsplit("/", 1)[1] not in client.get("/reports/").text


def test_a_county_issues_and_reads_its_own(client, sign_in):
    old, *_ = register()
    elsewhere = EnterpriseFactory(registered_division=XINDU)
    hold(elsewhere, HIGH, date(2021, 11, 1), date(2024, 11, 1))
    sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)

    address = issue(client, XIANGDU)
    rows = client.get(f"{address}/annexes/1")

    assert old.name in rows.text
    assert elsewhere.name not in rows.text


def test_leaders_read_and_do_not_issue(client, sign_in):
    register()
    sign_in(client, Role.CITY_APPROVER)
    address = issue(client)
    sign_in(client, Role.LEADER)

    assert client.get(address).status_code == 200
    assert client.get("/reports/new").status_code == 403
    assert "/reports/new" not in client.get("/reports/").text
    assert client.get("/reports/preview").status_code == 200
    assert "预览，尚未出具" in client.get(f"/reports/preview?{YEAR}").text


def test_the_second_edition_shows_what_changed(client, sign_in):
    register()
    sign_in(client, Role.CITY_APPROVER)
    issue(client)
    late = EnterpriseFactory()
    hold(late, HIGH, date(2022, 12, 1), date(2025, 12, 1))

    second = issue(client)
    page = client.get(f"{second}/changes")

    assert "高企·存量" in page.text
    assert late.name in page.text


def test_by_registration_and_in_english_the_page_is_whole(client, sign_in):
    register()
    sign_in(client, Role.CITY_REVIEWER)
    address = issue(client)

    for query in ("?basis=registered", f"?title={SME}", "?lang=en"):
        assert client.get(address + query).status_code == 200
