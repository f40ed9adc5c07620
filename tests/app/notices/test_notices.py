"""Notices: told once, read by their own account only."""

from app.foundation.actor import Role
from app.notices.domain import NoticeKind
from app.notices.models import Notice
from app.notices.queries import count_unread
from app.notices.service import notify
from tests.factories.accounts import AccountFactory
from tests.factories.base import NOON
from tests.factories.files import NoticeFactory
from tests.factories.reference import XIANGDU


def tell(session, *accounts, key=""):
    notify(
        session, [account.id for account in accounts], kind=NoticeKind.CASE,
        text="请补正。", link="/account", at=NOON, key=key,
    )  # fmt: skip


def test_each_account_is_told_once_of_one_cause(session, places):
    one, two = AccountFactory(), AccountFactory()

    tell(session, one, key="case/1")
    tell(session, one, two, key="case/1")
    tell(session, one)

    assert count_unread(session, one.id) == 2
    assert count_unread(session, two.id) == 1


def test_following_a_notice_reads_it_and_goes_where_it_points(session, client, sign_in):
    account = sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)
    notice = NoticeFactory(account_id=account.id)

    response = client.submit("/notices", {}, action=f"/notices/{notice.id}/reading")

    assert (response.status_code, response.location) == (302, "/account")
    assert session.get(Notice, notice.id).read_at is not None
    assert count_unread(session, account.id) == 0


def test_all_can_be_read_at_once(session, client, sign_in):
    account = sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)
    NoticeFactory(account_id=account.id), NoticeFactory(account_id=account.id)

    client.submit("/notices", {}, action="/notices/reading")

    assert count_unread(session, account.id) == 0
    assert "未读" not in client.get("/notices").text


def test_somebody_elses_notice_does_not_exist(session, client, sign_in):
    sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)
    foreign = NoticeFactory(text="别人的通知。")

    assert foreign.text not in client.get("/notices").text


def test_without_a_token_nothing_is_read(session, client, sign_in):
    account = sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)
    notice = NoticeFactory(account_id=account.id)

    assert client.post(f"/notices/{notice.id}/reading").status_code == 422
    assert client.post("/notices/reading").status_code == 422
    assert count_unread(session, account.id) == 1
