"""The last second of a window counts, the first of the next day does not: by the server's clock."""

from datetime import UTC, datetime

from sqlalchemy import select

from app.reviews.models import ReviewCase
from tests import markup

LAST_SECOND = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Shanghai
MIDNIGHT = datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC)  # 24:00:00


def opened(desk, client, path):
    """The application page opened a minute before the end, its fields filled in."""
    desk.clock.move_to(datetime(2026, 12, 31, 15, 59, 0, tzinfo=UTC))
    page = client.get(path)
    assert page.status_code == 200
    [form] = [f for f in markup.forms(page.text) if f.method == "post" and not f.action]
    return {**form.fields, "pledge": "y", "application_type": "新申报"}


def test_an_application_at_the_last_second_is_taken_and_at_midnight_refused(desk):
    firm = desk.firm("①")
    path = f"/my/enterprises/{firm.id}/apply/demo.gazelle/2026"
    desk.clock.move_to(datetime(2026, 12, 31, 15, 58, 0, tzinfo=UTC))
    client = desk.sit("qiye")
    filled = opened(desk, client, path)

    desk.clock.move_to(MIDNIGHT)
    late = client.post(path, data=filled)

    assert late.status_code == 409
    assert "2026年12月31日 24:00 截止" in late.text
    assert "下一次申报：2027年度" in late.text
    assert "2027年10月15日 24:00 前" in late.text
    assert 'name="pledge"' not in late.text or "checked" in late.text, "nothing typed is lost"
    assert cases_of(desk, firm) == []

    desk.clock.move_to(LAST_SECOND)
    taken = client.post(path, data=filled)

    assert taken.status_code == 302, taken.text[:500]
    [case] = cases_of(desk, firm)
    assert case.opened_at == LAST_SECOND
    assert "补充批" in case.window


def cases_of(desk, firm):
    return desk.session.scalars(select(ReviewCase).where(ReviewCase.enterprise_id == firm.id)).all()
