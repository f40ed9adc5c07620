"""Every page, at both widths: nothing serious for a screen reader, no breach of the policy."""

import pytest

from app.foundation.actor import Role
from tests.browser.conftest import grave_faults, shoot

PAGES = (
    ("greeting", "/", None),
    ("home", "/", Role.CITY_REVIEWER),
    ("style", "/style", Role.CITY_REVIEWER),
    ("problem", "/nowhere", Role.CITY_REVIEWER),
    ("problem-type", "/problems/conflict", None),
)


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize(("name", "path", "role"), PAGES, ids=[page[0] for page in PAGES])
def test_a_page_has_no_grave_fault_of_accessibility(open_page, name, path, role, width):
    page = open_page(path, role, width=width, status=404 if name == "problem" else 200)

    shoot(page, f"{name}-{width}")

    assert grave_faults(page) == []


def test_dark_mode_keeps_every_contrast(open_page):
    page = open_page("/style", Role.POLICY, dark=True)

    shoot(page, "style-dark")

    assert grave_faults(page) == []


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_no_page_is_wider_than_the_screen(open_page, width):
    page = open_page("/style", Role.POLICY, width=width)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
