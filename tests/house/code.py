"""What the house tests read: the files of the product and their trees."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

PRODUCT = ("app", "rules", "seed", "bench", "config.py", "wsgi.py")


def files(*places: str) -> list[Path]:
    """The Python files of `places`, or of the whole product."""
    found: list[Path] = []
    for place in places or PRODUCT:
        path = ROOT / place
        found += [path] if path.is_file() else path.rglob("*.py")
    return sorted(path for path in found if "__pycache__" not in path.parts)


def name_of(path: Path) -> str:
    """The path as one writes it in a message."""
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module a file imports, `from a import b` as both a and a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
