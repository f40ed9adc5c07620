"""Vocabularies of the periodic report."""

from app.foundation.labelled import Labelled


class EditionKind(Labelled):
    """How often a report of this kind is made."""

    MONTHLY = "monthly", "月报"
    YEARLY = "yearly", "年报"
    SPECIAL = "special", "专报"
