"""What the scripts add, and that nothing needs them."""

import pytest
from playwright.sync_api import expect

from app.foundation.actor import Role


def test_a_number_gets_its_separators_when_one_leaves_the_field(open_page):
    page = open_page("/style", Role.POLICY)
    field = page.locator("#staff")

    field.fill("１2345")
    field.blur()

    expect(field).to_have_value("12,345")


def test_what_is_no_number_is_left_as_typed(open_page):
    page = open_page("/style", Role.POLICY)
    field = page.locator("#staff")

    field.fill("约 100 人")
    field.blur()

    expect(field).to_have_value("约 100 人")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("1234.56", "壹仟贰佰叁拾肆万伍仟陆佰元整"),
        ("0.000001", "壹分"),
        ("10001", "壹亿零壹万元整"),
        ("5000万元", ""),
    ],
)
def test_an_amount_is_put_in_words_below_its_field(open_page, typed, words):
    page = open_page("/style", Role.POLICY)

    page.locator("#amount").fill(typed)

    expect(page.locator("#amount-words")).to_have_text(words)


def test_the_faults_of_a_form_take_the_focus_and_lead_to_their_fields(open_page):
    page = open_page("/style", Role.POLICY)

    expect(page.locator(".error-summary")).to_be_focused()
    page.locator(".error-summary a").first.click()

    expect(page.locator("#name")).to_be_focused()


def test_a_sentence_of_filters_sends_itself_and_is_the_address(open_page):
    page = open_page("/style", Role.POLICY)

    page.locator("form[data-sentence] select[name=division]").select_option("130503")
    page.wait_for_url("**/style?*")

    assert "division=130503" in page.url
    assert "title=" not in page.url  # what was not chosen is not said


def test_the_rows_of_a_table_can_be_walked_by_keyboard(open_page):
    page = open_page("/enterprises", Role.CITY_REVIEWER)
    page.locator("main").focus()

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")

    expect(page.locator("table[data-walk] tbody tr").first).to_have_class("is-here")
    page.keyboard.press("Enter")
    page.wait_for_url("**/enterprises/*-*")


def test_typing_in_a_field_walks_no_table(open_page):
    page = open_page("/enterprises", Role.CITY_REVIEWER)

    page.locator("input[type=search]").first.press_sequentially("jk")

    expect(page.locator("tr.is-here")).to_have_count(0)


def test_a_step_of_the_terrace_opens_its_trace(open_page):
    page = open_page("/enterprises", Role.CITY_REVIEWER)
    page.locator("table tbody th a, table tbody td a").first.click()

    page.locator("svg.terrace a").first.click()

    page.wait_for_url("**/evaluations/**")
    assert page.locator(".criterion").count() > 3


def test_without_script_the_filters_have_a_button_and_work(open_page):
    page = open_page("/enterprises", Role.CITY_REVIEWER, script=False)
    before = page.locator(".sentence-count").inner_text()

    page.locator("form[data-sentence] input[type=search]").first.fill("软件")
    page.locator("form[data-sentence] button[type=submit]").first.click()

    assert page.locator(".sentence-count").inner_text() != before
    assert "%E8%BD%AF%E4%BB%B6" in page.url


def test_without_script_one_can_sign_in_and_out_again(open_page, house):
    page = open_page("/sign-in", script=False)

    page.locator("input[name=username]").fill("nobody")
    page.locator("input[name=password]").fill("wrong-Password-1")
    page.locator("main button[type=submit]").click()

    assert page.locator(".error-summary, .notice, .problem").count() > 0


def test_the_skip_link_leads_past_the_navigation(open_page):
    page = open_page("/", Role.POLICY)

    page.keyboard.press("Tab")

    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_long_work_is_asked_for_again_until_it_is_done(open_page):
    page = open_page("/jobs", Role.CITY_REVIEWER)
    answers = iter(
        ['<div id="p" data-progress="/fake">60 %</div>', '<div id="p"><b>已完成</b></div>']
    )
    page.route("**/fake", lambda route: route.fulfill(body=next(answers), content_type="text/html"))

    page.evaluate(
        """async () => {
          document.querySelector("main").insertAdjacentHTML(
            "beforeend", '<div id="p" data-progress="/fake">0 %</div>');
          (await import("/static/progress.js")).progress(document);
        }"""
    )

    expect(page.locator("#p")).to_have_text("已完成", timeout=10_000)
    expect(page.locator("[data-progress]")).to_have_count(0)
