"""The walls, run where the tests are run."""

from importlinter import cli

from tests.conftest import ROOT


def test_nobody_imports_upward(monkeypatch):
    monkeypatch.chdir(ROOT)

    assert cli.lint_imports(no_cache=True, is_debug_mode=False) == cli.EXIT_STATUS_SUCCESS


def test_a_broken_wall_is_caught(monkeypatch, tmp_path):
    broken = tmp_path / "contract.toml"
    broken.write_text(
        "[tool.importlinter]\nroot_packages = ['app']\n[[tool.importlinter.contracts]]\n"
        "name = 'upside down'\ntype = 'layers'\nlayers = ['app.foundation', 'app.web']\n"
    )
    monkeypatch.chdir(ROOT)

    result = cli.lint_imports(config_filename=str(broken), no_cache=True)

    assert result == cli.EXIT_STATUS_ERROR
