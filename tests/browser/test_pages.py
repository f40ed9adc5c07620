"""Every page, at both widths: nothing grave for a screen reader, no breach of the policy."""

from urllib.parse import urljoin, urlsplit

import pytest

from app.foundation.actor import Role
from tests.browser.conftest import grave_faults, shoot

ROLES = (Role.CITY_REVIEWER, Role.LEADER, Role.ADMINISTRATOR, Role.AUDITOR)
PLAIN = (
    ("greeting", "/", None),
    ("sign-in", "/sign-in", None),
    ("problem", "/nowhere", Role.CITY_REVIEWER),
    ("problem-type", "/problems/conflict", None),
    ("style", "/style", Role.CITY_REVIEWER),
)


def paths_in(page, place):
    """The addresses that the links in `place` lead to, once each, downloads left out."""
    links = page.eval_on_selector_all(
        f"{place} a[href]:not([download])",
        "all => all.map(one => new URL(one.getAttribute('href'), document.baseURI).href)",
    )
    here = urlsplit(page.url).netloc
    found = [urlsplit(link) for link in links if urlsplit(link).netloc == here]
    wanted = [part.path for part in found if "export" not in part.path]
    return list(dict.fromkeys(path for path in wanted if path != urlsplit(page.url).path))


def itinerary(page):
    """The pages of the navigation, and from each the first page that its main table opens."""
    rooms = ["/", *paths_in(page, "nav.rooms")]
    seen = list(rooms)
    for room in rooms:
        page.goto(urljoin(page.url, room))
        details = [path for path in paths_in(page, "main tbody") if path not in seen]
        seen += details[:1]
    return list(dict.fromkeys(seen))


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize(("name", "path", "role"), PLAIN, ids=[page[0] for page in PLAIN])
def test_a_page_has_no_grave_fault(open_page, name, path, role, width):
    page = open_page(path, role, width=width, status=404 if name == "problem" else 200)

    shoot(page, f"{name}-{width}")

    assert grave_faults(page) == []


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("role", ROLES)
def test_no_page_that_a_role_can_open_has_a_grave_fault(open_page, house, role, width):
    page = open_page("/", role, width=width)
    found = {}
    for path in itinerary(page):
        answer = page.goto(house.url + path)
        shoot(page, f"{role}{path.replace('/', '-')[:60]}-{width}")
        faults = grave_faults(page)
        if answer.status != 200:
            faults.append(f"answers {answer.status}")
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            faults.append("is wider than the screen")
        if faults:
            found[path] = faults

    assert found == {}


def test_dark_mode_keeps_every_contrast(open_page):
    page = open_page("/style", Role.POLICY, dark=True)

    shoot(page, "style-dark")

    assert grave_faults(page) == []
