"""Judges the demo city and issues its reports as they were issued at the time."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from app.foundation.actor import SYSTEM
from app.reports import service as reports
from app.reports.domain.vocabulary import EditionKind
from app.reports.papers.printing import render
from rules.library import Library
from sqlalchemy.orm import Session
from seed.demo.places import CITY


@dataclass(frozen=True, slots=True)
class Issue:
    """One edition of the demo: what kind, as of which day, issued when."""

    kind: EditionKind
    on: date
    at: datetime
