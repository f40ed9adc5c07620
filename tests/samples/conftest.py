"""The packs the samples speak of."""

from tests.rules.conftest import library

__all__ = ["library"]
