"""No key, password or machine of ours in the tree."""

import re
import subprocess

import pytest

from tests.conftest import ROOT

PATTERNS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a cloud key": re.compile(r"\b(AKIA[0-9A-Z]{16}|ghp_[0-9A-Za-z]{36}|sk-[0-9A-Za-z]{32,})\b"),
    "a password in an address": re.compile(
        r"\b[a-z+]+://[^\s/:@\"'{}<>$]+:(?!password@)[^\s/:@\"'{}<>$]+@[^\s\"']+"
    ),
    "a secret given a value": re.compile(
        r"(?i)\b(secret_key|api_key|passw(or)?d|token)\b\s*[:=]\s*[\"'][0-9A-Za-z+/_-]{16,}[\"']"
    ),
    "a path of one machine": re.compile(r"(?<![\w.])/(root|home/[a-z]+|work)/[a-z]"),
}
SKIPPED = (".lock", ".png", ".xlsx", ".docx", ".pdf", ".mo")
ALLOWED = {"tests/house/test_secrets.py"}


def tracked() -> list[str]:
    """The files git keeps; a copy without git is searched as it is."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.splitlines() if listed.returncode == 0 else []
    return [name for name in names if not name.endswith(SKIPPED) and name not in ALLOWED]


def found_in(text: str) -> list[str]:
    """What a text gives away."""
    return [name for name, pattern in PATTERNS.items() if pattern.search(text)]


def test_the_tree_holds_no_secret():
    told = {}
    for name in tracked():
        path = ROOT / name
        if path.is_file() and (found := found_in(path.read_text("utf-8", errors="replace"))):
            told[name] = found

    assert told == {}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("-----BEGIN RSA PRIVATE KEY-----", "a private key"),
        ("postgresql://terrace:hunter2@db/terrace", "a password in an address"),
        ('SECRET_KEY = "0123456789abcdef0123456789abcdef"', "a secret given a value"),
        ("see /root/notes", "a path of one machine"),
    ],
)
def test_known_bad_twins_are_caught(text, what):
    assert found_in(text) == [what]
