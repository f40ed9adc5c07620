"""Nothing grows until nobody reads it: 400 lines a file, 600 a test, 40 a function."""

import ast

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


def long_files(most: int, *places: str) -> dict[str, int]:
    """Files of more than `most` lines."""
    lines = {name_of(p): len(p.read_text(encoding="utf-8").splitlines()) for p in files(*places)}
    return {name: count for name, count in lines.items() if count > most}


def silent(tree: ast.Module) -> list[str]:
    """What says nothing of itself: the module, its public functions and classes."""
    found = [] if ast.get_docstring(tree) else ["the module"]
    return found + [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]


def test_files_are_short():
    assert long_files(FILE) == {}
    assert long_files(TEST, "tests") == {}


def test_functions_are_short():
    told = {name_of(path): long_functions(tree_of(path)) for path in files()}

    assert {name: found for name, found in told.items() if found} == {}


def test_modules_and_their_public_functions_say_what_they_are():
    told = {name_of(path): silent(tree_of(path)) for path in files()}

    assert {name: found for name, found in told.items() if found} == {}


def test_a_long_function_is_caught():
    body = "\n".join(f"    a{n} = 1" for n in range(41))
    assert long_functions(ast.parse(f"def f():\n{body}")) == ["f"]
    assert (
        long_functions(ast.parse(f'def f():\n    """One.\n\n    Two.\n    """\n{body[:200]}')) == []
    )
    assert silent(ast.parse("def f():\n    pass\n\ndef _g():\n    pass")) == ["the module", "f"]
