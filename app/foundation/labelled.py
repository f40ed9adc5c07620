"""Closed vocabularies: an English code for machines, a Chinese label for people."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """Base of every vocabulary. Write members as `OPEN = "open", "待审核"`."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        """Make the member a plain string equal to its code."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member
