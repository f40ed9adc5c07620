"""Outcomes of a criterion or a title, as codes that both executables share."""

from typing import Final

UNMET: Final = 0
UNKNOWN: Final = 1
MANUAL: Final = 2
MET: Final = 3
NOT_APPLICABLE: Final = 4

WORDS: Final = ("unmet", "unknown", "manual", "met", "not_applicable")
CODES: Final = {word: code for code, word in enumerate(WORDS)}
"""Word to code. `all` is the least of unmet < unknown < manual < met (the codes' own order);
`any` the greatest of unmet < manual < unknown < met."""

# Why a value has no number (the `cause` of a value); 0 means it has one.
CAUSE_UNKNOWN: Final = 1
CAUSE_NOT_APPLICABLE: Final = 2
CAUSE_ZERO: Final = 3
CAUSE_NEGATIVE: Final = 4
CAUSE_SHORT: Final = 5
CAUSES: Final = {"zero": CAUSE_ZERO, "negative": CAUSE_NEGATIVE, "short": CAUSE_SHORT}
CAUSE_WORDS: Final = ("", "unknown", "not_applicable", "zero", "negative", "short")
