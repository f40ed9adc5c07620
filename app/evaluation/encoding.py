"""How a stored scalar becomes the integer the law compares: one function per direction."""

from typing import Any

import polars as pl

from rules.indicators import Indicator

_TEXTS = frozenset({"choice", "date", "text", "code"})


def decoded(indicator: Indicator) -> Any:
    """The Polars type of the indicator's values in a stored document."""
    if indicator.unit == "bool":
        return pl.Boolean
    return pl.String if indicator.unit in _TEXTS else pl.Int64


def encoded(value: pl.Expr, indicator: Indicator) -> pl.Expr:
    """The integer the law compares: yes is 1, a day counts from 1970-01-01, a choice is its place.

    Money and other quantities are stored as integers of their quantum already.
    """
    if indicator.unit == "choice":
        places = {choice: place for place, choice in enumerate(indicator.choices)}
        return value.replace_strict(places, default=None, return_dtype=pl.Int64)
    if indicator.unit == "date":
        return value.str.to_date(strict=False).to_physical().cast(pl.Int64)
    return value.cast(pl.Int64)
