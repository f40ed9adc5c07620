"""Canonical JSON: one text for one meaning, so that equal documents have equal hashes."""

import hashlib
import json
from typing import Any


def dumps(value: Any) -> str:
    """Serialise with sorted keys, no spaces, Chinese unescaped; floats are refused.

    >>> dumps({"b": 1, "a": "梯田"})
    '{"a":"梯田","b":1}'
    """
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    """The SHA-256 of `text` in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a canonical document holds no float")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
