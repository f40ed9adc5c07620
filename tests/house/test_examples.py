"""The examples in docstrings are true."""

import doctest
from importlib import import_module

from tests.house.code import files, name_of

PLACES = ("app", "rules", "seed")


def modules() -> list[str]:
    """The modules of the product."""
    names = [name_of(path).removesuffix(".py").replace("/", ".") for path in files(*PLACES)]
    return [name.removesuffix(".__init__") for name in names if not name.endswith("__main__")]


def test_every_example_gives_what_it_says():
    failed = {name: doctest.testmod(import_module(name)).failed for name in modules()}

    assert {name for name, count in failed.items() if count} == set()


def test_a_wrong_example_is_caught():
    twin = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "twin", None, 0)
    quiet = doctest.DocTestRunner(verbose=False)

    assert quiet.run(twin, out=lambda _: None).failed == 1
