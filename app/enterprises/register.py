"""The register of titles as pages: who holds what, where, and what ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.enterprises import holders
from app.enterprises.blueprint import bp
from app.enterprises.domain import EventKind
from app.foundation.actor import SEES_ENTERPRISES
from app.foundation.clock import parse_day, today
from app.foundation.errors import NotFound
from app.reference import queries as reference
from app.web.access import actor, requires
from app.web.i18n import said
from app.web.law import law
from app.web.transactions import db
from rules.pack import Title


@dataclass(frozen=True, slots=True)
class Line:
    """A title, or a place, with its numbers."""

    key: str
    name: str
    held: int
    last_roll: int | None  # yearly rolls only
    roll: int | None
    first: int | None  # a yearly roll has no first and no renewal
    renewed: int | None
    lost: int
    ending: int | None  # stock titles only
    ending_next: int | None


@bp.get("/titles")
@requires(*SEES_ENTERPRISES)
def titles() -> ResponseReturnValue:
    """Every title of the packs in force: holders on a day, the year's events, what ends."""
    on, divisions = _day(), actor().divisions
    year = on.year
    rolls = holders.count_rolls(db(), (year - 1, year), divisions=divisions)
    ending = holders.count_expiring(db(), (year, year + 1), divisions=divisions)
    sums = _Sums(
        held=_by_title(holders.count_holders(db(), on, divisions=divisions)),
        rolls=[_by_title(rolls.get(of, {})) for of in (year - 1, year)],
        ending=[_by_title(ending.get(of, {})) for of in (year, year + 1)],
        events=holders.count_events(
            db(), since=date(year, 1, 1), until=date(year + 1, 1, 1), divisions=divisions
        ),
    )
    lines = [_line(title, sums) for title in law().titles.values() if _matters(title, sums)]
    return render_template("enterprises/titles.html", on=on, year=year, lines=lines)


@dataclass(frozen=True, slots=True)
class _Sums:
    """What is counted for all titles at once, by title."""

    held: Mapping[str, int]
    rolls: Sequence[Mapping[str, int]]  # last year's and this year's
    ending: Sequence[Mapping[str, int]]  # in this year and in the next
    events: Mapping[tuple[str, EventKind], int]


def _matters(title: Title, sums: _Sums) -> bool:
    """Whether a title belongs in the register: a screen for leads alone is held by nobody."""
    return title.adopted or title.id in sums.held or any(t == title.id for t, _kind in sums.events)


def _by_title(counts: holders.Counts) -> dict[str, int]:
    sums: dict[str, int] = {}
    for (title, _place), count in counts.items():
        sums[title] = sums.get(title, 0) + count
    return sums


def _line(title: Title, sums: _Sums) -> Line:
    def events(*kinds: EventKind) -> int:
        return sum(sums.events.get((title.id, kind), 0) for kind in kinds)

    last, this = (rolls.get(title.id, 0) if title.is_yearly else None for rolls in sums.rolls)
    ends, next_ends = (None if title.is_yearly else e.get(title.id, 0) for e in sums.ending)
    return Line(
        key=title.id,
        name=said(title.name),
        held=sums.held.get(title.id, 0),
        last_roll=last,
        roll=this,
        first=None if title.is_yearly else events(EventKind.FIRST, EventKind.RECORDED),
        renewed=None if title.is_yearly else events(EventKind.RENEWED),
        lost=events(EventKind.REVOKED, EventKind.MOVED_OUT, EventKind.LAPSED),
        ending=ends,
        ending_next=next_ends,
    )


@bp.get("/titles/<title>")
@requires(*SEES_ENTERPRISES)
def title(title: str) -> ResponseReturnValue:
    """One title by managing division."""
    known = law().titles.get(title)
    if known is None:
        raise NotFound(_("规则库中没有这个称号。"))
    on, divisions = _day(), actor().divisions
    held = holders.count_holders(db(), on, divisions=divisions)
    years = (on.year - 1, on.year) if known.is_yearly else (on.year, on.year + 1)
    count = holders.count_rolls if known.is_yearly else holders.count_expiring
    counted = count(db(), years, divisions=divisions)
    places = [
        (place.code, place.name, held.get((title, place.code), 0),
         *(counted.get(year, {}).get((title, place.code), 0) for year in years))
        for place in reference.list_below(db(), divisions)
    ]  # fmt: skip
    return render_template(
        "enterprises/title_places.html",
        title=known,
        name=said(known.name),
        authority=known.decided_by(on),
        on=on,
        years=years,
        places=[row for row in places if any(row[2:])],
        totals=[sum(column) for column in zip(*(row[2:] for row in places), strict=True)],
    )


def _day() -> date:
    return parse_day(request.args.get("on", "")) or today()
