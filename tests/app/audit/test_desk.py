"""The auditor's pages."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.audit import queries
from app.audit.queries import Filter
from app.audit.service import record
from app.foundation.actor import SYSTEM, Actor, Grant, Line, Role
from app.foundation.errors import NotFound
from app.foundation.identifiers import uuid7
from tests.factories.base import NOON, TODAY
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.reference import CITY, XIANGDU, XINDU


def say(session, action="account.created", division=CITY, at=NOON, result="ok", **body):
    return record(
        session,
        action,
        subject_kind="account",
        subject_id="x",
        division=division,
        by=SYSTEM,
        at=at,
        result=result,
        body=body,
    )


def auditor(division=CITY):
    return Actor(uuid7(), "审计", (Grant(Role.AUDITOR, division, Line.SCIENCE),))


def found(session, by=None, **wanted):
    rows = queries.page(session, Filter(**wanted), visible_to=by or auditor()).rows
    return [event.action for event in rows]


def test_an_auditor_reads_the_own_divisions_and_what_lies_below(session, places):
    say(session, "a.city")
    say(session, "a.county", XIANGDU)
    say(session, "a.other", XINDU)

    assert set(found(session)) == {"a.city", "a.county", "a.other"}
    assert found(session, auditor(XIANGDU)) == ["a.county"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_no_other_role_reads_anything(session, places, role):
    say(session)

    assert found(session, Actor(uuid7(), "x", (Grant(role, CITY, Line.SCIENCE),))) == []


def test_each_filter_narrows(session, places):
    say(session, "account.created", at=NOON - timedelta(days=1))
    say(session, "list.imported", XIANGDU, result="refused")

    assert found(session, action="list.") == ["list.imported"]
    assert found(session, division=XIANGDU) == ["list.imported"]
    assert found(session, result="refused") == ["list.imported"]
    assert found(session, since=TODAY) == ["list.imported"]
    assert found(session, until=TODAY - timedelta(days=1)) == ["account.created"]
    assert found(session, actor="系") == ["list.imported", "account.created"]
    assert found(session, actor="nobody") == []
    assert found(session, subject="account") == ["list.imported", "account.created"]


def test_events_of_one_instant_are_read_page_by_page_without_loss(session, places):
    made = {say(session).id for _ in range(7)}

    seen, after = [], ""
    while after is not None:
        page = queries.page(session, Filter(), visible_to=auditor(), after=after, size=3)
        seen += [event.id for event in page.rows]
        after = page.after

    assert (len(seen), set(seen)) == (7, made)


def test_a_forged_cursor_is_no_page(session, places):
    with pytest.raises(NotFound):
        queries.page(session, Filter(), visible_to=auditor(), after="x")


@pytest.fixture
def desk(client, session, sign_in):
    sign_in(client, Role.AUDITOR)
    return client


def test_the_list_and_one_event_are_shown(desk, session):
    event = say(session, username="li4")

    assert "新建帐号" in desk.get("/audit?action=account.&since=2026-01-01").text
    page = desk.get(f"/audit/events/{event.id}").text
    assert "li4" in page
    assert event.hash in page


def test_an_event_of_a_division_not_audited_does_not_exist(client, session, sign_in):
    sign_in(client, Role.AUDITOR, XIANGDU)
    event = say(session, division=XINDU)

    assert client.get(f"/audit/events/{event.id}").status_code == 404
    assert client.get(f"/audit/chains/{XINDU}").status_code == 404


def test_a_whole_chain_is_said_to_be_whole_and_a_broken_one_where(desk, session):
    for _ in range(4):
        say(session)

    assert "完好" in desk.get(f"/audit/chains/{CITY}").text
    assert CITY in desk.get("/audit/chains").text
    broken(session)
    assert "第 2 条有误" in desk.get(f"/audit/chains/{CITY}").text


def broken(session):
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DROP TRIGGER audit_event_no_update"))
    else:
        session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))
    session.execute(text("UPDATE audit_event SET action = 'x' WHERE seq = 2"))


@pytest.mark.parametrize("query", ["since=x", "until=2026-13-01", "after=zzz"])
def test_a_malformed_address_is_not_found(desk, query):
    assert desk.get(f"/audit?{query}").status_code == 404


def run(app, *words):
    return app.test_cli_runner().invoke(args=["audit", *words])


def test_the_command_line_verifies_every_chain(app, session, places):
    say(session)
    say(session, division=XIANGDU)

    result = run(app, "verify")

    assert result.exit_code == 0
    assert [line.split("\t")[:2] for line in result.output.splitlines()] == [
        [CITY, "完好"],
        [XIANGDU, "完好"],
    ]


def test_the_command_line_names_the_first_bad_event(app, session, places):
    for _ in range(4):
        say(session)
    broken(session)

    result = run(app, "verify", "--chain", CITY)

    assert result.exit_code == 1
    assert "第 2 条有误" in result.output


def test_heads_kept_outside_show_a_cut_tail(app, session, places, tmp_path):
    say(session)
    kept = tmp_path / "heads"
    kept.write_text(run(app, "heads").output)
    assert run(app, "verify", "--heads", str(kept)).exit_code == 0
    kept.write_text(kept.read_text().replace('"seq": 1', '"seq": 3'))

    assert "截断" in run(app, "verify", "--heads", str(kept)).output


def test_a_file_that_holds_no_heads_is_told(app, session, tmp_path):
    kept = tmp_path / "heads"
    kept.write_text("[1]")

    assert run(app, "verify", "--heads", str(kept)).exit_code == 1


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_holds_exactly_what_the_list_shows_and_is_recorded(desk, session, form):
    say(session, "account.created", number=1)
    say(session, "role.granted", number=2)

    answer = desk.get(f"/audit/export.{form}?action=role.")

    if form == "csv":
        assert "授予角色" in answer.text
        assert "新建帐号" not in answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert found(session, action="audit.") == ["audit.exported"]
    assert desk.get("/audit/export.pdf").status_code == 404


def test_the_stream_of_an_export_ends_where_it_is_told(session, places):
    for _ in range(5):
        say(session)

    by = auditor()
    assert len(list(queries.stream(session, Filter(), visible_to=by, most=3))) == 3
    assert len(list(queries.stream(session, Filter(), visible_to=by, most=9))) == 5


def test_events_name_what_they_are_about_to_who_may_know_of_it(desk, session):
    firm = EnterpriseFactory(name="机器有限公司")
    tell(session, "enterprise.changed", "enterprise", firm.id, CITY)
    tell(session, "title.recorded", "division", XIANGDU, CITY)

    page = desk.get("/audit?action=enterprise.").text
    assert f'href="/enterprises/{firm.id}">机器有限公司' in page
    assert "区划 襄都区" in desk.get("/audit?action=title.").text


def test_a_name_beyond_the_auditors_divisions_is_not_told(client, session, sign_in):
    sign_in(client, Role.AUDITOR, XINDU)
    firm = EnterpriseFactory(name="机器有限公司")
    tell(session, "enterprise.changed", "enterprise", firm.id, XINDU)

    page = client.get("/audit").text
    assert str(firm.id) in page
    assert "机器" not in page


def tell(session, action, kind, identity, division):
    return record(
        session,
        action,
        subject_kind=kind,
        subject_id=identity,
        division=division,
        by=SYSTEM,
        at=NOON,
    )
