"""Canonical JSON: one text for one meaning. The rules hash with it too, so it lives there."""

from rules.canonical import dumps, sha256

__all__ = ["dumps", "sha256"]
