"""One enterprise at the desk: what the pages take, refuse, and never show across divisions."""

from datetime import date

import pytest
from sqlalchemy import select

from app.enterprises.domain import EventKind, OperatingStatus
from app.enterprises.models import Enterprise, TitleEpisode, TitleEvent
from app.foundation.actor import Role
from tests.factories.enterprises import EnterpriseFactory, credit_code, hold
from tests.factories.reference import CITY, XIANGDU, XINDU, ZONE

pytestmark = pytest.mark.usefixtures("places")
NEW = {
    "credit_code": credit_code(901),
    "name": "邢台新登科技有限公司",
    "registered_division": XIANGDU,
    "managing_division": XIANGDU,
    "registered_on": "2018-05-01",
    "source": "营业执照",
}


def firms(session):
    return session.scalars(select(Enterprise)).all()


@pytest.fixture
def county(client, sign_in):
    sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)
    return client


def test_an_officer_registers_a_firm_and_sees_its_page(county, session):
    response = county.submit("/enterprises/new", NEW)

    (made,) = firms(session)
    assert response.status_code == 302
    assert response.location.endswith(f"/enterprises/{made.id}")
    assert (made.name, made.registered_on) == (NEW["name"], date(2018, 5, 1))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"credit_code": "9113O502MA"}, "18 位", id="a code too short"),
        pytest.param({"credit_code": "91350211M0000XUF46"}, "校验码不符", id="a wrong check"),
        pytest.param({"industry_code": "Z99"}, "GB/T 4754", id="no such industry"),
        pytest.param({"registered_on": ""}, "成立日期", id="no founding day"),
        pytest.param({"managing_division": XINDU}, "归口", id="a county not offered"),
    ],
)
def test_what_cannot_be_registered_is_shown_again_with_the_reason(county, session, changes, said):
    response = county.submit("/enterprises/new", {**NEW, **changes})

    assert response.status_code == 422
    assert said in response.text
    assert NEW["name"] in response.text  # Nothing typed is lost.
    assert firms(session) == []


def test_a_code_that_fails_the_check_asks_for_a_reason_and_takes_it(county, session):
    faulty = {**NEW, "credit_code": "91350211M0000XUF46"}
    assert "credit_code_override" in county.submit("/enterprises/new", faulty).text

    county.submit("/enterprises/new", {**faulty, "credit_code_override": "已核对营业执照原件"})

    assert firms(session)[0].credit_code_override == "已核对营业执照原件"


def test_a_reader_has_no_door_to_registering(client, sign_in):
    sign_in(client, Role.LEADER, CITY)

    assert client.get("/enterprises/new").status_code == 403


CHANGE = {"mode": "change", "since": "2024-05-01", "reason": "更名", "source": "变更核准通知书"}


def test_a_name_is_changed_and_the_former_one_still_finds_the_firm(county, session):
    firm = EnterpriseFactory(name="邢台旧名机械有限公司")

    response = county.submit(
        f"/enterprises/{firm.id}/edit?attribute=name", {**CHANGE, "value": "邢台新名机械有限公司"}
    )

    assert response.status_code == 302
    assert "邢台新名机械有限公司" in county.get("/enterprises?q=旧名").text


@pytest.mark.parametrize(
    ("attribute", "value", "column"),
    [
        ("registered_division", XINDU, "registered_division"),
        ("operating_status", "suspended", "operating_status"),
    ],
)
def test_other_attributes_are_changed_by_choice(county, session, attribute, value, column):
    firm = EnterpriseFactory()

    county.submit(f"/enterprises/{firm.id}/edit?attribute={attribute}", {**CHANGE, "value": value})

    session.refresh(firm)
    assert getattr(firm, column) == value


def test_a_change_without_a_day_is_asked_for_one(county, session):
    firm = EnterpriseFactory()

    response = county.submit(
        f"/enterprises/{firm.id}/edit", {**CHANGE, "since": "", "value": "新名"}
    )

    assert response.status_code == 422
    assert "生效日期" in response.text


def test_a_correction_needs_no_day(county, session):
    firm = EnterpriseFactory()

    county.submit(
        f"/enterprises/{firm.id}/edit",
        {**CHANGE, "mode": "correction", "since": "", "value": "更正后的名称"},
    )

    session.refresh(firm)
    assert firm.name == "更正后的名称"


def test_a_stale_edit_is_refused_and_nothing_typed_is_lost(county, session):
    firm = EnterpriseFactory()

    response = county.submit(
        f"/enterprises/{firm.id}/edit", {**CHANGE, "version": "99", "value": "新名"}
    )

    assert response.status_code == 422
    assert "已有人更改" in response.text
    assert "新名" in response.text


def test_a_change_to_gone_says_what_it_does_and_does_it(county, session):
    firm = EnterpriseFactory()
    hold(firm, since=date(2023, 11, 1), until=date(2026, 11, 1))
    path = f"/enterprises/{firm.id}/edit?attribute=operating_status"
    assert "不再持有任何称号" in county.get(path).text

    county.submit(path, {**CHANGE, "value": "deregistered"})

    session.refresh(firm)
    assert firm.operating_status is OperatingStatus.DEREGISTERED
    ends = select(TitleEpisode.until).where(TitleEpisode.superseded_at.is_(None))
    assert session.scalars(ends).all() == [date(2024, 5, 1)]


EVENT = {
    "title": "national.high_tech",
    "kind": "first",
    "on_day": "2024-11-01",
    "number": "冀高企〔2024〕1号",
    "source": "关于认定的公告",
}


def test_a_title_is_recorded_from_a_paper_for_the_titles_validity(county, session):
    firm = EnterpriseFactory()

    response = county.submit(f"/enterprises/{firm.id}/titles/new", EVENT)

    assert response.status_code == 302
    episode = session.scalars(select(TitleEpisode)).one()
    assert (episode.since, episode.until) == (date(2024, 11, 1), date(2027, 11, 1))
    assert episode.opened_by.document.number == EVENT["number"]


def test_a_printed_end_of_a_yearly_number_is_its_last_day(county, session):
    firm = EnterpriseFactory()
    number = {"title": "national.tech_sme", "kind": "enrolled", "on_day": "2025-06-30"}

    county.submit(
        f"/enterprises/{firm.id}/titles/new", {**EVENT, **number, "printed_end": "2025-12-31"}
    )

    episode = session.scalars(select(TitleEpisode)).one()
    assert (episode.until, episode.roll_year) == (date(2026, 1, 1), 2025)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"number": ""}, "文号", id="no paper"),
        pytest.param({"printed_end": "2024-10-31"}, "早于", id="an end before the beginning"),
        pytest.param({"kind": "revoked", "printed_end": "2027-01-01"}, "留空", id="no such end"),
        pytest.param({"on_day": "2099-01-01"}, "晚于今天", id="a day ahead"),
    ],
)
def test_an_event_that_cannot_be_is_shown_again_with_the_reason(county, session, changes, said):
    firm = EnterpriseFactory()

    response = county.submit(f"/enterprises/{firm.id}/titles/new", {**EVENT, **changes})

    assert response.status_code == 422
    assert said in response.text
    assert session.scalars(select(TitleEvent)).all() == []


def test_a_review_without_a_new_end_leaves_the_term(county, session):
    firm = EnterpriseFactory()
    hold(firm)

    county.submit(
        f"/enterprises/{firm.id}/titles/new", {**EVENT, "kind": "reviewed", "on_day": "2025-03-01"}
    )

    assert len(session.scalars(select(TitleEpisode)).all()) == 1
    assert len(session.scalars(select(TitleEvent)).all()) == 2


def test_the_history_names_every_value_and_event_and_an_event_can_be_withdrawn(county, session):
    firm = EnterpriseFactory()
    hold(firm, certificate="GR202413000001", kind=EventKind.RECORDED)
    page = county.get(f"/enterprises/{firm.id}/history")
    assert firm.name in page.text
    assert "GR202413000001" in page.text
    event = session.scalars(select(TitleEvent)).one()

    county.submit(f"/enterprises/{firm.id}/titles/{event.id}/withdrawal", {"reason": "重复登记"})

    session.refresh(event)
    assert event.superseded_at is not None
    assert "GR202413000001" not in county.get(f"/enterprises/{firm.id}/history").text


@pytest.mark.parametrize("path", ["edit", "history", "titles/new"])
def test_a_firm_of_another_county_does_not_exist(county, session, path):
    foreign = EnterpriseFactory(registered_division=XIANGDU, managing_division=ZONE)

    assert county.get(f"/enterprises/{foreign.id}/{path}").status_code == 404


def test_an_event_is_withdrawn_only_through_its_own_firm(county, session):
    own, foreign = EnterpriseFactory(), EnterpriseFactory(registered_division=XINDU)
    hold(foreign)
    event = session.scalars(select(TitleEvent)).one()

    path = f"/enterprises/{own.id}/titles/{event.id}/withdrawal"
    assert county.get(path).status_code == 404
