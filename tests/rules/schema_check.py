"""As much of JSON Schema as our schemas use: enough to hold the packs against them."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

KINDS = {
    "object": Mapping,
    "array": list,
    "string": str,
    "integer": int,
    "number": int | float,
    "boolean": bool,
}


def faults(schema: Mapping[str, Any], value: Any) -> list[str]:
    """Where `value` does not fit; empty when it does."""
    return list(_faults(schema, schema, value, "$"))


def _faults(root: Any, schema: Any, value: Any, place: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    value = value.isoformat() if isinstance(value, date) else value
    if "anyOf" in schema:
        tried = [list(_faults(root, choice, value, place)) for choice in schema["anyOf"]]
        if all(tried):
            yield from min(tried, key=len)
        return
    kind = schema.get("type")
    if kind and (not isinstance(value, KINDS[kind]) or (kind == "integer" and value is True)):
        yield f"{place}: {value!r} is no {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r} is not a known word"
    if "pattern" in schema and not re.search(schema["pattern"], str(value)):
        yield f"{place}: {value!r} does not match {schema['pattern']}"
    if isinstance(value, Mapping):
        yield from _members(root, schema, value, place)
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            yield from _faults(root, schema["items"], item, f"{place}[{number}]")


def _members(root: Any, schema: Any, value: Mapping[str, Any], place: str) -> Iterator[str]:
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{place}: lacks {name}"
    for key, item in value.items():
        name = key.isoformat() if isinstance(key, date) else str(key)
        names = schema.get("propertyNames")
        if names is not None and name not in names["enum"]:
            yield f"{place}: {name} is not a known word"
        known = schema.get("properties", {}).get(name)
        for pattern, matching in schema.get("patternProperties", {}).items():
            known = matching if known is None and re.search(pattern, name) else known
        if known is None:
            known = schema.get("additionalProperties", {})
        if known is False:
            yield f"{place}: unknown {name}"
        else:
            yield from _faults(root, known, item, f"{place}.{name}")
