"""Every action recorded anywhere has a word for people."""

import ast
import re

from app.audit.words import ACTIONS, NOUNS
from tests.house.code import files, tree_of

ACTION = re.compile(r"[a-z]+\.[a-z_]+")
RECORDS = {"record", "tell"}  # how rooms call what records


def recorded(tree: ast.AST) -> set[str]:
    """The actions a file records, as far as they are written out."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    named = (
        node
        for node in calls
        if getattr(node.func, "attr", getattr(node.func, "id", "")).lstrip("_") in RECORDS
    )
    return {
        text.value
        for node in named
        for argument in node.args
        for text in ast.walk(argument)
        if isinstance(text, ast.Constant)
        and isinstance(text.value, str)
        and ACTION.fullmatch(text.value)
    }


def test_every_action_has_its_word():
    found = {action for path in files("app", "seed") for action in recorded(tree_of(path))}

    assert found - set(ACTIONS) == set(), "give app/audit/words.py a word for it"
    assert {action.partition(".")[0] for action in ACTIONS} <= set(NOUNS)


def test_an_action_without_a_word_is_caught():
    twin = ast.parse("audit.record(session, 'thing.done', by=by)\n_tell(s, 'x.y')\nother('a.b')")

    assert recorded(twin) == {"thing.done", "x.y"}
