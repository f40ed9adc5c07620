"""Who holds what: the titles of a page of enterprises on the day, as the flags need them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from app.evaluation import sources
from app.evaluation.sources import ID, Reading
from rules.pack import Title

_NEVER: Final = date.max


@dataclass(frozen=True, slots=True)
class Holdings:
    """Episodes that began by `on`, asked title by title. A yearly roll is asked by its year."""

    episodes: pl.DataFrame
    on: date
    for_year: int

    @classmethod
    def read(cls, reading: Reading, titles: Sequence[str], for_year: int) -> "Holdings":
        """Read the episodes of `titles`."""
        return cls(sources.episodes(reading, titles), reading.on, for_year)

    def holders(self, title: Title) -> pl.DataFrame:
        """The ids of those who hold `title`: in the roll of the year, or valid on the day."""
        if title.is_yearly:
            return self.enrolled(title, self.for_year)
        return self._of(title).filter(self._valid()).select(ID).unique()

    def enrolled(self, title: Title, year: int) -> pl.DataFrame:
        """The ids of those in the roll of `year`."""
        return self._of(title).filter(pl.col("roll_year") == year).select(ID).unique()

    def starters(self, title: Title) -> pl.DataFrame:
        """The ids of those standing on `title` as a step up: of a roll, this year's or last's."""
        if title.is_yearly:
            years = pl.col("roll_year").is_in([self.for_year - 1, self.for_year])
            return self._of(title).filter(years).select(ID).unique()
        return self.holders(title)

    def ends(self, title: Title) -> pl.DataFrame:
        """Per holder of a stock title the first day no longer covered, renewals included.

        An episode that begins later than the day is not read, so a renewal counts from its
        first day; until then the end stays in sight, as it should.
        """
        valid = self._of(title).filter(self._valid(), pl.col("until").is_not_null())
        return valid.group_by(ID).agg(pl.col("until").max())

    def _of(self, title: Title) -> pl.DataFrame:
        return self.episodes.filter(pl.col("title") == title.id)

    def _valid(self) -> pl.Expr:
        return pl.col("until").fill_null(_NEVER) > self.on
