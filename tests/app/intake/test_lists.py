"""An announced list from the file to the register of titles."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.enterprises import service as enterprises
from app.enterprises.domain import Attribute, DocumentKind, EventKind
from app.enterprises.models import SourceDocument, TitleEpisode, TitleEvent
from app.foundation.actor import SYSTEM, Actor, Grant, Line, Role
from app.foundation.errors import Forbidden
from app.foundation.identifiers import uuid7
from app.intake import lists, queries
from app.intake.columns import guess, headings, propose_header
from app.intake.domain import Announcement, ListField, LoadState, RowMatch
from app.intake.errors import (
    AlreadyLoaded,
    FileUnfit,
    NotReady,
    NotYourDivision,
    RowsUndecided,
)
from app.intake.workbooks import read_grid
from app.jobs.models import Job
from tests.factories.base import NOON
from tests.factories.enterprises import EnterpriseFactory, hold
from tests.factories.reference import CITY, OTHER_CITY, OTHER_COUNTY, XIANGDU, XINDU

LATER = NOON + timedelta(days=1)
ANNOUNCED = Announcement(
    title="national.high_tech",
    kind=EventKind.FIRST,
    number="冀高认〔2026〕3号",
    batch="2026年第一批",
    name="关于公布高新技术企业名单的通知",
    issued_on=date(2026, 6, 1),
    division=CITY,
)


def loader(role=Role.CITY_REVIEWER, division=CITY):
    return Actor(uuid7(), "李四", (Grant(role, division, Line.SCIENCE),))


def receive(session, library, content=b"x", announced=ANNOUNCED, by=None, at=NOON):
    return lists.receive_list(
        session, announced, sha256=f"{hash(content):064x}"[-64:], stored_as="intake/x.xlsx",
        file_name="名单.xlsx", sheet=0, library=library, by=by or loader(), at=at,
    )  # fmt: skip


def match(session, library, load, rows, header=None, columns=None, by=None):
    text = "\n".join(",".join(str(cell) for cell in row) for row in rows)
    grid = read_grid(text.encode(), "名单.csv")
    place = propose_header(grid) if header is None else header
    chosen = columns or guess(headings(grid, place))
    lists.match_rows(
        session, load, grid, header=place, columns=chosen, library=library,
        by=by or loader(), at=NOON,
    )  # fmt: skip
    return [shown.row for shown in queries.list_rows(session, load, visible_to=loader())]


def write(session, library, load, by=None):
    return lists.write_list(session, load, library=library, by=by or loader(), at=LATER)


def events(session):
    return session.scalars(select(TitleEvent).where(TitleEvent.superseded_at.is_(None))).all()


def test_the_morning_of_sixty_names(session, library):
    """55 under their names, 3 under former ones, 2 of other cities: the journey of the list."""
    firms = [EnterpriseFactory(registered_division=[XIANGDU, XINDU][n % 2]) for n in range(58)]
    old_names = {}
    for firm in firms[55:]:
        old_names[firm.id] = firm.name
        enterprises.change_attribute(
            session, firm, Attribute.NAME, f"{firm.name}新名", since=date(2025, 1, 1),
            reason="更名", by=SYSTEM, at=NOON,
        )  # fmt: skip
    listed = [(firm.name, "邢台市") for firm in firms[:55]]
    listed += [(old_names[firm.id], "邢台市") for firm in firms[55:]]
    listed += [("石家庄甲有限公司", "石家庄市"), ("保定乙有限公司", "保定市")]
    rows = [["序号", "企业名称", "地区"]]
    rows += [[n, name, region] for n, (name, region) in enumerate(listed, start=1)]

    load = receive(session, library)
    match(session, library, load, rows)
    counts = queries.count_matches(session, load, visible_to=loader())

    assert counts == {RowMatch.BY_NAME: 55, RowMatch.BY_FORMER_NAME: 3, RowMatch.OUTSIDE: 2}
    tally = write(session, library, load)

    assert tally == {"rows": 60, "matched": 58, "new": 58, "corrected": 0, "same": 0}
    held = select(func.count()).select_from(TitleEpisode)
    assert session.scalar(held) == 58
    (document,) = session.scalars(select(SourceDocument)).all()
    assert (document.number, document.batch) == (ANNOUNCED.number, ANNOUNCED.batch)
    assert {event.document_id for event in events(session)} == {document.id}
    (job,) = session.scalars(select(Job)).all()
    assert job.kind == "evaluation.affected"
    assert sorted(json.loads(job.payload)["enterprises"]) == sorted(str(f.id) for f in firms)


def test_nothing_is_registered_before_the_list_is_confirmed(session, library):
    firm = EnterpriseFactory()

    match(session, library, receive(session, library), [["企业名称"], [firm.name]])

    assert events(session) == []
    assert session.scalar(select(func.count()).select_from(SourceDocument)) == 0


def test_a_row_says_beforehand_what_writing_does(session, library):
    new, held, renewed = (EnterpriseFactory() for _ in range(3))
    hold(held, since=date(2026, 6, 1), until=date(2029, 6, 1), on_day=date(2026, 6, 1))
    hold(renewed, since=date(2023, 11, 1), until=date(2026, 11, 1))
    load = receive(session, library)

    rows = match(session, library, load, [["企业名称"], *[[f.name] for f in (new, held, renewed)]])

    said = [row.detail for row in rows]
    assert said[0] == "登记首次认定，自 2026-06-01 至 2029-06-01（不含当日）"
    assert "无变化" in said[1]
    assert "接续现有效期（原至 2026-11-01）" in said[2]


def test_days_and_numbers_of_the_rows_come_before_the_announcement(session, library):
    firm = EnterpriseFactory()
    rows = [["企业名称", "证书编号", "发证日期", "有效期至"]]
    rows += [[firm.name, "GR202613000001", "2026-05-20", "2029-05-20"]]
    load = receive(session, library)

    match(session, library, load, rows)
    write(session, library, load)

    (event,) = events(session)
    assert (event.since, event.until, event.on_day, event.certificate) == (
        date(2026, 5, 20), date(2029, 5, 20), date(2026, 6, 1), "GR202613000001",
    )  # fmt: skip


def test_a_yearly_roll_ends_with_its_year(session, library):
    firm = EnterpriseFactory()
    rolled = replace(ANNOUNCED, title="national.tech_sme", kind=EventKind.ENROLLED)
    load = receive(session, library, announced=rolled)

    match(session, library, load, [["企业名称"], [firm.name]])
    write(session, library, load)

    (event,) = events(session)
    assert (event.since, event.until, event.roll_year) == (
        date(2026, 6, 1), date(2027, 1, 1), 2026,
    )  # fmt: skip


def test_a_firm_on_the_roll_of_the_year_is_not_put_on_it_again(session, library):
    firm = EnterpriseFactory()
    rolled = replace(ANNOUNCED, title="national.tech_sme", kind=EventKind.ENROLLED)
    hold(
        firm, "national.tech_sme", date(2026, 5, 30), date(2027, 1, 1), EventKind.ENROLLED,
        roll_year=2026,
    )  # fmt: skip
    load = receive(session, library, announced=rolled)

    (row,) = match(session, library, load, [["企业名称"], [firm.name]])

    assert row.detail == "2026年度此前已入库，无变化"
    assert write(session, library, load)["same"] == 1
    assert len(events(session)) == 1


def test_the_announcement_takes_the_place_of_what_a_data_file_inferred(session, library):
    firm = EnterpriseFactory()
    hold(firm, since=date(2026, 5, 20), until=date(2029, 5, 20), kind=EventKind.RECORDED)
    rows = [["企业名称", "发证日期"], [firm.name, "2026-05-20"]]
    load = receive(session, library)

    (row,) = match(session, library, load, rows)
    write(session, library, load)

    assert "取代数据文件的推断" in row.detail
    assert [(e.kind, e.on_day) for e in events(session)] == [(EventKind.FIRST, date(2026, 6, 1))]
    in_force = select(TitleEpisode).where(TitleEpisode.superseded_at.is_(None))
    assert len(session.scalars(in_force).all()) == 1


def test_a_list_of_revocations_ends_what_is_held(session, library):
    firm = EnterpriseFactory()
    hold(firm, since=date(2024, 11, 1), until=date(2027, 11, 1))
    load = receive(session, library, announced=replace(ANNOUNCED, kind=EventKind.REVOKED))

    match(session, library, load, [["企业名称"], [firm.name]])
    write(session, library, load)

    in_force = select(TitleEpisode).where(TitleEpisode.superseded_at.is_(None))
    (episode,) = session.scalars(in_force).all()
    assert episode.until == date(2026, 6, 1)


def test_a_list_written_once_is_politely_refused_the_second_time(session, library):
    firm = EnterpriseFactory()
    load = receive(session, library)
    match(session, library, load, [["企业名称"], [firm.name]])
    write(session, library, load)

    with pytest.raises(AlreadyLoaded, match="内容完全相同，没有任何更改"):
        receive(session, library)
    with pytest.raises(NotReady, match="已导入"):
        write(session, library, load)
    assert len(events(session)) == 1


def test_the_same_names_in_another_file_change_nothing(session, library):
    firm = EnterpriseFactory()
    for content in (b"x", b"y"):
        load = receive(session, library, content)
        match(session, library, load, [["企业名称"], [firm.name]])
        tally = write(session, library, load)

    assert (tally["new"], tally["same"]) == (0, 1)
    assert len(events(session)) == 1


def test_two_firms_of_one_name_wait_for_a_person(session, library):
    east, west = (
        EnterpriseFactory(name="邢台双子有限公司", registered_division=d) for d in (XIANGDU, XINDU)
    )
    load = receive(session, library)
    (row,) = match(session, library, load, [["企业名称"], ["邢台双子有限公司"]])

    assert row.match is RowMatch.AMBIGUOUS
    assert json.loads(load.settings)["candidates"][str(row.line)] == sorted(
        [str(east.id), str(west.id)]
    )
    with pytest.raises(RowsUndecided, match="第 2 行"):
        write(session, library, load)
    lists.decide_row(session, load, row, enterprise=west, by=loader(), at=NOON)
    write(session, library, load)
    assert [event.enterprise_id for event in events(session)] == [west.id]


def test_a_row_may_be_left_out_or_given_a_firm_by_its_code(session, library):
    firm, other = EnterpriseFactory(), EnterpriseFactory()
    load = receive(session, library)
    one, two = match(session, library, load, [["企业名称"], [firm.name], ["写错的名称"]])

    lists.decide_row(session, load, one, enterprise=None, by=loader(), at=NOON)
    found = lists.find_by_code(session, load, other.credit_code)
    lists.decide_row(session, load, two, enterprise=found, by=loader(), at=NOON)
    write(session, library, load)

    assert [event.enterprise_id for event in events(session)] == [other.id]
    assert [one.match, two.match] == [RowMatch.SKIPPED, RowMatch.CONFIRMED]


def test_one_firm_is_not_meant_by_two_rows(session, library):
    firm = EnterpriseFactory()
    load = receive(session, library)
    rows = match(session, library, load, [["企业名称"], [firm.name], [firm.name], ["别名"]])

    assert [row.match for row in rows] == [RowMatch.BY_NAME, RowMatch.SKIPPED, RowMatch.OUTSIDE]
    with pytest.raises(RowsUndecided, match="第 2 行已对应"):
        lists.decide_row(session, load, rows[2], enterprise=firm, by=loader(), at=NOON)


@pytest.mark.parametrize("code", ["913", "", "91130502MA0000000X"])
def test_a_code_that_names_nobody_is_refused(session, library, code):
    EnterpriseFactory()
    load = receive(session, library)

    with pytest.raises(FileUnfit):
        lists.find_by_code(session, load, code)


def test_a_firm_of_another_city_is_outside_by_name_and_by_code(session, library):
    foreign = EnterpriseFactory(registered_division=OTHER_COUNTY)
    load = receive(session, library)

    (row,) = match(
        session, library, load, [["企业名称", "信用代码"], [foreign.name, foreign.credit_code]]
    )

    assert (row.match, row.enterprise_id) == (RowMatch.OUTSIDE, None)
    with pytest.raises(FileUnfit):
        lists.find_by_code(session, load, foreign.credit_code)


def test_what_was_chosen_for_a_header_is_proposed_again(session, library):
    firm = EnterpriseFactory()
    load = receive(session, library)
    match(session, library, load, [["甲列", "乙列"], ["x", firm.name]], 0, {1: ListField.NAME})

    assert lists.remembered(session, ("甲 列", "乙列")) == {1: ListField.NAME}
    assert lists.remembered(session, ("丙列",)) is None


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ([["企业名称"], ["甲"]], {0: ListField.REGION}),
        ([["企业名称"]], {0: ListField.NAME}),
    ],
    ids=["no names", "no rows"],
)
def test_a_list_that_names_nobody_is_refused(session, places, library, rows, columns):
    load = receive(session, library)

    with pytest.raises(FileUnfit):
        match(session, library, load, rows, 0, columns)
    assert load.state is LoadState.RECEIVED


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "national.nothing"}, "title"),
        ({"kind": EventKind.ENROLLED}, "kind"),
        ({"number": " "}, "number"),
        ({"batch": ""}, "batch"),
        ({"issued_on": date(2026, 6, 16)}, "issued_on"),
        ({"until": date(2026, 5, 1)}, "until"),
    ],
)
def test_what_is_said_of_a_list_must_be_able_to_be(session, places, library, changes, field):
    with pytest.raises(FileUnfit) as refused:
        receive(session, library, announced=replace(ANNOUNCED, **changes))

    assert [fault.pointer for fault in refused.value.faults] == [field]


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        (loader(Role.COUNTY_REVIEWER, XIANGDU), Forbidden),
        (loader(Role.FINANCE), Forbidden),
        (loader(Role.CITY_REVIEWER, OTHER_CITY), NotYourDivision),
        (loader(Role.CITY_REVIEWER, XIANGDU), NotYourDivision),
    ],
    ids=["county", "finance", "another city", "a county's grant for the city"],
)
def test_who_may_not_bring_in_lists_is_refused(session, places, library, by, refusal):
    with pytest.raises(refusal):
        receive(session, library, by=by)


def test_a_county_sees_its_own_rows_of_a_written_list_only(session, library):
    own = EnterpriseFactory(registered_division=XIANGDU)
    other = EnterpriseFactory(registered_division=XINDU)
    load = receive(session, library)
    match(session, library, load, [["企业名称"], [own.name], [other.name], ["外地企业"]])
    county = loader(Role.COUNTY_REVIEWER, XIANGDU)

    assert queries.page_loads(session, visible_to=county).rows == []
    write(session, library, load)

    assert queries.page_loads(session, visible_to=county).rows == [load]
    shown = queries.list_rows(session, load, visible_to=county)
    assert [row.row.name for row in shown] == [own.name]
    assert queries.count_matches(session, load, visible_to=county) == {RowMatch.BY_NAME: 1}
    assert not queries.sees_whole(session, load, visible_to=county)
    assert queries.page_loads(session, visible_to=loader(division=OTHER_CITY)).rows == []


def test_a_document_of_the_city_file_is_another_than_the_lists(session, library):
    firm = EnterpriseFactory()
    load = receive(session, library)
    match(session, library, load, [["企业名称"], [firm.name]])
    write(session, library, load)

    (document,) = session.scalars(select(SourceDocument)).all()
    assert document.kind is DocumentKind.LIST
    assert (load.state, load.document_id, load.written_at) == (
        LoadState.WRITTEN, document.id, LATER,
    )  # fmt: skip
