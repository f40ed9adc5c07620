"""Every door of the application, with an address to knock at."""

from dataclasses import dataclass
from uuid import UUID

from flask import Flask
from werkzeug.routing import Rule

NOBODY = UUID(int=0)
ADDRESSES = {
    "bootstrap.static": {"filename": "css/bootstrap.min.css"},
    "static": {"filename": "terrace.css"},
}


@dataclass(frozen=True)
class Door:
    """One endpoint, method and address."""

    endpoint: str
    method: str
    path: str


def _sample(rule: Rule, name: str) -> object:
    converter = type(rule._converters[name]).__name__
    if converter == "UUIDConverter":
        return NOBODY
    if converter == "IntegerConverter":
        return 2026
    if converter == "AnyConverter":
        return min(rule._converters[name].items)
    if converter == "DateConverter":
        return "2026-06-15"
    return "x"


def path_of(app: Flask, rule: Rule, **given: object) -> str:
    """An address of the rule, with `given` and samples for the rest.

    `given` may say `room.name` for a part that means another thing in that room.
    """
    known = dict(ADDRESSES.get(rule.endpoint, {}))
    room = rule.endpoint.partition(".")[0]
    given |= {name: given[f"{room}.{name}"] for name in rule.arguments if f"{room}.{name}" in given}
    values = {
        name: given.get(name, known.get(name, _sample(rule, name))) for name in rule.arguments
    }
    built = app.url_map.bind("localhost").build(rule.endpoint, values, method=_methods(rule)[0])
    return str(built)


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def doors(app: Flask) -> list[Door]:
    """Every door, once per method."""
    return [
        Door(rule.endpoint, method, path_of(app, rule))
        for rule in app.url_map.iter_rules()
        for method in _methods(rule)
    ]
