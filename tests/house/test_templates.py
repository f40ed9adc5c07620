"""Templates hold no inline script or style, and nothing a user wrote is let through raw."""

import re

import pytest

from tests.conftest import ROOT

TEMPLATES = sorted((ROOT / "app" / "templates").rglob("*.html"))
FORBIDDEN = {
    "an inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE
    ),
    "an inline style": re.compile(r"<style|\sstyle=", re.IGNORECASE),
    "an event attribute": re.compile(r"\son[a-z]+\s*=\s*[\"'{]", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "the filter safe": re.compile(r"\|\s*safe\b"),
    "autoescape switched off": re.compile(r"{%-?\s*autoescape\s+false"),
}


def faults(source: str) -> list[str]:
    """What a template holds that it must not."""
    text = re.sub(r"{#.*?#}", "", source, flags=re.DOTALL)
    found = [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text, re.DOTALL)
    if any("csrf_token" not in form and "hidden_tag()" not in form for form in forms):
        found.append("a post form without its token")
    return found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_template_holds_nothing_the_content_policy_refuses(path):
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("<script>1</script>", "an inline script"),
        ("<p style='x'>", "an inline style"),
        ('<p onclick="x">', "an event attribute"),
        ("{{ name|safe }}", "the filter safe"),
        ('<a href="javascript:1">', "a javascript address"),
        ('<form method="post"><input></form>', "a post form without its token"),
    ],
)
def test_known_bad_twins_are_caught(source, fault):
    assert faults(source) == [fault]
