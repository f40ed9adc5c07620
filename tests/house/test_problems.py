"""Every refusal has a slug of its own, a title and an explanation a person can act on."""

import inspect
import re

import pytest

from app.factory import create_app
from app.foundation.errors import Forbidden, Refusal
from app.web.problems import catalogue, status_of

assert create_app  # every room is imported, so every refusal is known

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SLUG = re.compile(r"[a-z]+(-[a-z]+)*")


def kinds(root: type[Refusal] = Refusal) -> list[type[Refusal]]:
    """Every kind of refusal of the product, the base aside."""
    found = []
    for kind in root.__subclasses__():
        if kind.__module__.startswith("app."):
            found += [kind, *kinds(kind)]
    return found


def shared_slugs(found: list[type[Refusal]]) -> set[str]:
    """Slugs that two kinds share."""
    slugs = [kind.slug for kind in found]
    return {slug for slug in slugs if slugs.count(slug) > 1}


def test_no_two_refusals_share_a_slug():
    assert shared_slugs(kinds()) == set()


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_a_refusal_explains_itself(kind):
    assert SLUG.fullmatch(kind.slug)
    assert CHINESE.search(kind.title)
    assert "slug" in vars(kind), "a refusal inherits no slug"
    assert len(inspect.getdoc(kind) or "") > 40
    assert status_of(kind) >= 400
    assert kind.slug in catalogue()


def test_twins_that_share_a_slug_are_caught():
    first, second = (type(name, (Forbidden,), {"slug": "same"}) for name in ("First", "Second"))

    assert shared_slugs([first, second]) == {"same"}
