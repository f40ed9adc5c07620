"""What import-linter cannot say: faces are private, and few files may say commit or environ."""

import ast
import tomllib

from tests.conftest import ROOT
from tests.house.code import files, imported, name_of, tree_of

FACES = {"views", "desk", "api", "cli", "forms", "schemas"}
ROOF = {"app/factory.py"}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "base", "manager", "handler"}
OPENS_UNITS = {"runner", "jobs", "work", "cli"}  # long work and commands have no request
STAIRS_WITHOUT_UNITS = {"service", "queries", "permissions", "models", "domain", "views", "desk"}
READS_ENVIRONMENT = {"wsgi.py"}


def foreign_faces(name: str, tree: ast.AST) -> list[str]:
    """Faces of other rooms that a file imports."""
    own = name.split("/")[1]
    parts = (module.split(".") for module in imported(tree))
    return [
        ".".join(part)
        for part in parts
        if len(part) >= 3 and part[0] == "app" and part[1] not in {own, "web", "foundation"}
        if part[2] in FACES
    ]


def calls(tree: ast.AST, method: str) -> list[ast.Call]:
    """Calls of a method of this name."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == method
    ]


def reads_environment(tree: ast.AST) -> bool:
    """Whether the file asks the process for its environment."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in {"environ", "getenv"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        for node in ast.walk(tree)
    )


def may_commit(name: str) -> bool:
    held = {"app/web/transactions.py", "app/foundation/database.py"}
    return name in held or name.startswith("bench/")


def may_begin(name: str) -> bool:
    stem = name.rsplit("/", 1)[-1].removesuffix(".py")
    return may_commit(name) or stem in OPENS_UNITS or name.startswith(("seed/", "bench/"))


def offenders(faults, *places: str) -> dict[str, object]:
    """The files of which `faults(name, tree)` says something."""
    told = {name_of(path): faults(name_of(path), tree_of(path)) for path in files(*places)}
    return {name: found for name, found in told.items() if found}


def test_a_face_is_private_to_its_room():
    def faults(name, tree):
        return name not in ROOF and name.count("/") > 1 and foreign_faces(name, tree)

    assert offenders(faults, "app") == {}


def test_services_flush_and_requests_commit():
    assert offenders(lambda name, tree: not may_commit(name) and calls(tree, "commit")) == {}


def test_only_long_work_opens_units_of_its_own():
    assert offenders(lambda name, tree: not may_begin(name) and calls(tree, "begin")) == {}


def test_the_environment_is_read_once():
    assert offenders(lambda n, tree: n not in READS_ENVIRONMENT and reads_environment(tree)) == {}


def test_no_module_is_named_for_nothing():
    assert [name_of(path) for path in files() if path.stem in FORBIDDEN_NAMES] == []


def test_an_init_holds_a_docstring_only():
    def faults(name, tree):
        return name.endswith("__init__.py") and (len(tree.body) > 1 or not ast.get_docstring(tree))

    assert offenders(faults, "app", "rules", "seed") == {}


def test_every_room_stands_in_the_contract_of_stairs():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    stairs = next(c for c in contracts["contracts"] if "stairs" in c["name"])
    rooms = {
        f"app.{path.name}"
        for path in (ROOT / "app").iterdir()
        if path.is_dir() and (path / "models.py").exists() | (path / "desk.py").exists()
    }

    assert rooms <= set(stairs["containers"])


def test_known_bad_twins_are_caught():
    face = ast.parse("from app.reports.forms import X\nfrom app.jobs import desk")
    assert foreign_faces("app/intake/desk.py", face) == [
        "app.reports.forms",
        "app.reports.forms.X",
        "app.jobs.desk",
    ]
    assert foreign_faces("app/reports/desk.py", ast.parse("from app.reports import forms")) == []
    assert calls(ast.parse("session.commit()"), "commit")
    assert not may_commit("app/reports/service.py")
    assert not may_begin("app/reports/service.py")
    assert may_begin("app/evaluation/jobs.py")
    assert reads_environment(ast.parse("import os\nx = os.environ['A']"))
