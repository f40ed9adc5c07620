"""People of enterprises and the reviewers of their cases, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import grave_faults, shoot
from tests.browser.test_pages import paths_in

FIGURE = "#f-sci_tech_staff_tech_sme"


def shot_of(page, name, path):
    answer = page.goto(path)
    shoot(page, name)
    found = grave_faults(page)
    if answer.status != 200:
        found.append(f"answers {answer.status}")
    if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        found.append("is wider than the screen")
    return found


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("who", ["qiye", "daili", "renling", "xidong", "shending"])
def test_no_page_of_a_person_has_a_grave_fault(open_page, house, who, width):
    page = open_page("/", who, width=width)
    seen = ["/"]
    faults = {}
    for depth in range(3):
        links = [path for path in paths_in(page, "main") if path.startswith(("/my", "/desk"))]
        nav = paths_in(page, "nav.rooms") if depth == 0 else []
        wanted = [path for path in (*nav, *links) if path.startswith(("/my", "/desk", "/claims"))]
        for path in [p for p in dict.fromkeys(wanted) if p not in seen][:8]:
            seen.append(path)
            plain = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "x", path).replace("/", "-")
            if found := shot_of(page, f"{who}{plain}-{width}", house.url + path):
                faults[path] = found
    shoot_home = shot_of(page, f"{who}-home-{width}", house.url + "/")

    assert shoot_home == []
    assert faults == {}


def test_typing_is_saved_by_the_clock_and_the_trace_follows(open_page):
    page = open_page("/", "tianbao")
    page.get_by_role("link", name=re.compile("2026 年度填报草稿")).click()
    expect(page.locator("[data-trace-body]")).not_to_be_empty()
    before = page.locator("[data-trace-body]").inner_text()

    page.fill("#f-employees_tech_sme", "60")
    page.fill("#f-sales_revenue", "4100")
    page.fill(FIGURE, "30")

    expect(page.locator("[data-saved]")).to_contain_text(re.compile(r"已保存 \d\d:\d\d:\d\d"))
    expect(page.locator("[data-trace-body]")).not_to_have_text(before, timeout=5000)
    page.fill(FIGURE, "90")
    expect(page.locator(f'[data-error-of="{FIGURE[3:]}"]')).to_contain_text("请核对其中一项")
    shoot(page, "journey-fill")
    assert grave_faults(page) == []
    page.reload()
    assert page.input_value("#f-sales_revenue").replace(",", "") == "4100"


def test_a_firm_applies_and_the_county_decides(open_page):
    page = open_page("/", "qiye")
    page.get_by_role("link", name="去申报").first.click()
    shoot(page, "journey-apply")
    page.locator("main a[href*='/apply/']").first.click()
    page.check("input[name=application_type] >> nth=0")
    page.check("input[name=pledge]")
    shoot(page, "journey-pledge")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("申报已提交")
    shoot(page, "journey-case-of-firm")

    desk = open_page("/desk/cases", "xidong")
    shoot(desk, "journey-queue")
    desk.get_by_role("link", name=re.compile("应入未入")).first.click()
    shoot(desk, "journey-desk")
    desk.locator("#action-pass").check()
    desk.fill("textarea[name=reason]", "材料齐全，数据与报表一致。")
    desk.get_by_role("button", name="提交审核意见").click()
    expect(desk.locator("main")).to_contain_text("审核意见已记录")
