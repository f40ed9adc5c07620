"""Names for people in Chinese and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Chinese, and in English where the pack gives one."""

    zh: str
    en: str = ""

    @classmethod
    def of(cls, raw: Any) -> Self:
        """Read `{zh, en?}`, a plain string (Chinese) or None (empty)."""
        if isinstance(raw, Mapping):
            return cls(str(raw["zh"]), str(raw.get("en", "")))
        return cls("" if raw is None else str(raw))

    def in_language(self, language: str) -> str:
        """The text in `language`; Chinese where there is no other."""
        return self.en if language == "en" and self.en else self.zh

    def __str__(self) -> str:
        return self.zh

    def __bool__(self) -> bool:
        return bool(self.zh)
