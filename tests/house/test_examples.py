"""The examples in docstrings are true."""

import doctest
from importlib import import_module

import pytest

from tests.house.code import files, name_of

MODULES = [name_of(p).removesuffix(".py").replace("/", ".") for p in files("app", "rules", "seed")]
MODULES = [m.removesuffix(".__init__") for m in MODULES if not m.endswith("__main__")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of(name):
    assert doctest.testmod(import_module(name)).failed == 0


def test_a_wrong_example_is_caught():
    twin = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "twin", None, 0)
    quiet = doctest.DocTestRunner(verbose=False)

    assert quiet.run(twin, out=lambda _: None).failed == 1
