"""A wrong entry of every kind: the message names field and remedy, and nothing typed is lost."""

from datetime import UTC, datetime
from html import unescape
from io import BytesIO

import pytest

from tests import markup

YEAR = 2026
WRONG = {  # what is typed where -> what the page must say: the field, and what to do
    "sales_revenue": ("三千八百万", ("主营业务收入", "销售收入"), "请"),
    "employees_year_end": ("-5", ("从业人员", "职工"), "不能是负数，请核对正负号"),
    "rd_staff": ("120", ("研发人员", "研究开发人员"), "请核对其中一项"),
    "new_product_since": ("2031-01-01", ("新产品", "产品"), "请核对日期"),
}


def form_of(client, path, wanted):
    page = client.get(path)
    assert page.status_code == 200
    [form] = [f for f in markup.forms(page.text) if wanted in f.fields]
    return form


def typed_into(client, path, entries):
    """Send the yearly form with some entries; the page that comes back."""
    form = form_of(client, path, "sales_revenue")
    sent = client.post(path, data={**form.fields, **entries, "do": "save"})
    return client.get(sent.location) if sent.status_code == 302 else sent


@pytest.fixture
def path(desk):
    return f"/my/enterprises/{desk.firm('①').id}/profiles/{YEAR}"


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_figure_is_named_with_its_remedy_and_kept(desk, path, name):
    text, names, remedy = WRONG[name]
    entries = {name: text} | ({"employees_year_end": "100"} if name == "rd_staff" else {})

    page = unescape(typed_into(desk.sit("tianbao"), path, entries).text)

    summary = page.partition('class="error-summary"')[2].partition("</ul>")[0]
    assert f'href="#f-{name}"' in summary, summary[:300]
    assert any(word in summary for word in names), summary
    assert remedy in summary
    assert f'value="{text}"' in page, "what was typed is still there"
    if name == "rd_staff":
        assert "120 人" in summary
        assert "100 人" in summary


def test_a_stale_tab_loses_nothing_and_shows_both_versions(desk, path):
    client = desk.sit("tianbao")
    first = form_of(client, path, "sales_revenue")
    client.post(path, data={**first.fields, "sales_revenue": "4001", "do": "save"})

    stale = client.post(path, data={**first.fields, "sales_revenue": "4002", "do": "save"})

    assert stale.status_code == 409
    assert "4001" in stale.text
    assert "4002" in stale.text
    [kept] = form_of(client, path, "sales_revenue").fields["sales_revenue"]
    assert kept == "4001", "the other tab's save was not overwritten"


def test_a_form_left_open_past_the_session_keeps_what_was_typed(desk, path):
    client = desk.sit("tianbao")
    form = form_of(client, path, "sales_revenue")
    entries = {**form.fields, "csrf_token": "stale", "sales_revenue": "4003", "do": "save"}

    page = client.post(path, data=entries)

    assert page.status_code == 422
    assert 'value="4003"' in page.text
    assert "再保存一次" in page.text


def test_a_closed_window_is_named_with_the_next_one(desk):
    path = f"/my/enterprises/{desk.firm('①').id}/apply/demo.gazelle/{YEAR}"
    desk.clock.move_to(datetime(2027, 1, 1, 2, 0, tzinfo=UTC))
    client = desk.sit("qiye")

    page = client.get(path).text

    assert "2027年度" in page
    assert "24:00 前" in page


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("授权书.exe", b"MZ\x90\x00not a paper", "PDF"),
        ("授权书.pdf", b"plain text that calls itself a PDF", "PDF"),
        ("授权书.pdf", b"", "文件是空的"),
    ],
)
def test_a_file_of_the_wrong_type_is_refused_and_the_code_stays(desk, name, content, says):
    client, code = desk.sit("renling"), desk.firm("⑤").credit_code

    page = client.submit("/claims", {"code": code, "letter": (BytesIO(content), name)}, action="")

    assert page.status_code == 422
    assert says in page.text
    assert "授权书" in page.text
    assert f'value="{code}"' in page.text
