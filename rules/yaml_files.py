"""YAML as the packs use it: no floats, no aliases of types, errors with the file's name."""

import re
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from rules.errors import PackError

_BOOL: Final = "tag:yaml.org,2002:bool"


class _Loader(yaml.CSafeLoader):
    """Safe YAML: decimals stay text, `on` is a word, only true/false are yes/no."""

    yaml_implicit_resolvers = {  # noqa: RUF012 the shape is PyYAML's
        first: [(tag, pattern) for tag, pattern in rules if tag != _BOOL]
        for first, rules in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def _text(loader: Any, node: Any) -> str:
    return str(loader.construct_scalar(node))


_Loader.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_constructor("tag:yaml.org,2002:float", _text)


def read(path: Path) -> Any:
    """The content of a YAML file; an empty file is an empty mapping.

    Raises:
        PackError: the file is not YAML; the message has line and column.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Loader) or {}  # noqa: S506 a safe loader
    except yaml.YAMLError as fault:
        raise PackError(f"{path.name}: not YAML: {fault}") from None


def day(raw: Any) -> date | None:
    """A date of a pack, or None where the pack has none.

    Raises:
        PackError: it is no date.
    """
    if raw is None or isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        raise PackError(f"“{raw}” is not a date; write 2026-03-31") from None
