"""Facts of a small register, counted by hand, for reports that need no database."""

from datetime import date

from app.enterprises.domain import EventKind
from app.evaluation.domain import Grade, Outcome
from app.reports.domain.facts import (
    Facts,
    Firm,
    Holding,
    Judged,
    Place,
    TitleLine,
    Whereabouts,
)
from app.reports.domain.period import Period
from app.reports.domain.vocabulary import EditionKind, Moment

EAST, WEST = Place("130502", "襄都区"), Place("130503", "信都区")
HIGH, ROLL = "national.high_tech", "national.tech_sme"
TITLES = (
    TitleLine(ROLL, "科技型中小企业", "科小", is_roll=True),
    TitleLine(HIGH, "高新技术企业", "高企", is_roll=False),
)
ON = date(2022, 12, 31)


def held(firm, since, until=None, kind=EventKind.FIRST, closed=None, title=HIGH, roll=None):
    """One episode."""
    return Holding(firm, title, since, until, roll, kind, closed, f"GR-{firm}")


def enrolled(firm, year, closed=None, until=None):
    """One entry in the yearly roll."""
    return held(
        firm,
        date(year, 6, 30),
        until or date(year + 1, 1, 1),
        EventKind.ENROLLED,
        closed,
        ROLL,
        year,
    )


def here(place=EAST, registered=None, *, active=True):
    """A firm of `place`."""
    status = "存续" if active else "注销"
    return Whereabouts(place.code, (registered or place).code, status, is_active=active)


def judged(grade=Grade.READY, outcome=Outcome.MET, **marks):
    """A verdict."""
    given = {"is_assumed": False, "is_proxy": False, "is_preliminary": False, **marks}
    return Judged(grade, outcome, **given)


def facts_of(holdings=(), where=None, then=None, kind=EditionKind.YEARLY, on=ON, **more):
    """Facts about firms A to Z: `where` on the cut-off day, `then` on the earlier days."""
    where = where or {}
    then = {**where, **(then or {})}
    firms = {
        name: Firm(f"{name}公司", f"91130502MA0000{ord(name):04d}") for name in {*where, *then}
    }
    moments = {moment: (where if moment is Moment.NOW else then) for moment in Moment}
    given = {
        "division": Place("130500", "邢台市"),
        "period": Period.of(kind, on),
        "places": (EAST, WEST),
        "titles": TITLES,
        "firms": firms,
        "where": moments,
        "holdings": tuple(holdings),
        "verdicts": {},
        **more,
    }
    return Facts(**given)
