"""Nothing grows until nobody reads it: 400 lines a file, 600 a test, 40 a function."""

import ast

import pytest

from tests.house.code import files, name_of, tree_of

FILE, TEST, FUNCTION = 400, 600, 40


def long_functions(tree: ast.AST, most: int = FUNCTION) -> list[str]:
    """Functions with more than `most` lines below the signature and the docstring."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            if body and (body[-1].end_lineno or 0) - body[0].lineno + 1 > most:
                found.append(node.name)
    return found


@pytest.mark.parametrize("path", files(), ids=name_of)
def test_a_file_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE


@pytest.mark.parametrize("path", files("tests"), ids=name_of)
def test_a_test_file_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= TEST


@pytest.mark.parametrize("path", files(), ids=name_of)
def test_a_function_is_short(path):
    assert long_functions(tree_of(path)) == []


@pytest.mark.parametrize("path", files(), ids=name_of)
def test_a_module_and_its_public_functions_say_what_they_are(path):
    tree = tree_of(path)
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]

    assert ast.get_docstring(tree)
    assert silent == []


def test_a_long_function_is_caught():
    body = "\n".join(f"    a{n} = 1" for n in range(41))
    assert long_functions(ast.parse(f"def f():\n{body}")) == ["f"]
    assert (
        long_functions(ast.parse(f'def f():\n    """One.\n\n    Two.\n    """\n{body[:200]}')) == []
    )
