"""What a row of an announced list means for the register of titles. No database.

The list is the authority. What a data file had only inferred of the same certificate gives
way to it; what is registered already in the same words is left alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from app.enterprises.domain import CLOSING, OPENING, EventKind, Term, term
from app.enterprises.models import TitleEvent
from app.enterprises.titles import NewEvent
from app.intake.domain import Announcement
from app.intake.models import ListRow
from rules.pack import Title

SAME_CERTIFICATE: Final = frozenset(
    {EventKind.FIRST, EventKind.RENEWED, EventKind.RECORDED, EventKind.ENROLLED}
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What writing one row does, and how that is said beside it."""

    enterprise_id: UUID
    announcement: Announcement
    term: Term | None  # None: the event ends what is held
    effect: date | None  # of an ending, if the row prints a day
    certificate: str
    says: str
    replaces: tuple[UUID, ...] = ()
    is_known: bool = False  # there is nothing to record

    def event(self, document_id: UUID) -> NewEvent:
        """The title event to record."""
        return NewEvent(
            enterprise_id=self.enterprise_id,
            title=self.announcement.title,
            kind=self.announcement.kind,
            on_day=self.announcement.issued_on,
            since=self.term.since if self.term else self.effect,
            until=self.term.until if self.term else None,
            roll_year=self.term.roll_year if self.term else None,
            certificate=self.certificate,
            document_id=document_id,
        )


def plan_rows(
    announcement: Announcement,
    title: Title,
    rows: Iterable[ListRow],
    known: Iterable[TitleEvent],
) -> dict[int, Plan]:
    """The plan of each matched row, by its line. `known`: the title's events in force."""
    by_firm: dict[UUID, list[TitleEvent]] = defaultdict(list)
    for event in known:
        by_firm[event.enterprise_id].append(event)
    return {
        row.line: _plan(announcement, title, row, row.enterprise_id, by_firm[row.enterprise_id])
        for row in rows
        if row.enterprise_id is not None
    }


def _plan(
    announcement: Announcement,
    title: Title,
    row: ListRow,
    enterprise_id: UUID,
    known: Sequence[TitleEvent],
) -> Plan:
    if announcement.kind in CLOSING:
        return _ending(announcement, row, enterprise_id, known)
    given, fault = _term(announcement, title, row)
    told = next((event for event in known if _is_told(event, announcement)), None)
    same = [event for event in known if _is_same(event, given, title)]
    is_known = False
    replaces: tuple[UUID, ...] = ()
    if told is not None:
        says = f"此前已登记（{_words(given)}），无变化"
        if (told.since, told.until) != (given.since, given.until):
            says = f"更正此前的登记：{_words(given)}"
        elif row.certificate and row.certificate != told.certificate:
            says = f"补登编号 {row.certificate}"
    elif same and title.is_yearly:  # the year counts once, whoever said it first
        is_known, says = True, f"{given.roll_year}年度此前已入库，无变化"
    else:
        replaces = tuple(event.id for event in same)
        says = f"登记{announcement.kind.label}，{_words(given)}"
        says += "，取代数据文件的推断" if replaces else _running(known, given)
    return Plan(
        enterprise_id,
        announcement,
        given,
        None,
        row.certificate,
        "；".join(part for part in (fault, says) if part),
        replaces,
        is_known,
    )


def _ending(
    announcement: Announcement, row: ListRow, enterprise_id: UUID, known: Sequence[TitleEvent]
) -> Plan:
    effect = row.since or announcement.since
    says = f"登记{announcement.kind.label}"
    if not any(event.kind in OPENING and event.since is not None for event in known):
        says += "；本库没有该企业持有此称号的记录，请留意"
    return Plan(enterprise_id, announcement, None, effect, row.certificate, says)


def _term(announcement: Announcement, title: Title, row: ListRow) -> tuple[Term, str]:
    """The term a row gives, with what had to be left aside of it."""
    since = row.since or announcement.since or announcement.issued_on
    printed = row.until or announcement.until

    def by_title(end: date | None) -> Term:
        return term(
            since,
            end,
            end=title.end,
            is_yearly=title.is_yearly,
            validity_years=title.validity_years,
        )

    try:
        return by_title(printed), ""
    except ValueError:
        return by_title(None), "印制的截止日不晚于起始日，未采用"


def _is_told(event: TitleEvent, announcement: Announcement) -> bool:
    return (event.kind, event.on_day) == (announcement.kind, announcement.issued_on)


def _is_same(event: TitleEvent, given: Term, title: Title) -> bool:
    """Whether an event speaks of the same certificate, or of the same year of a roll."""
    if event.kind not in SAME_CERTIFICATE:
        return False
    if title.is_yearly:
        return event.roll_year == given.roll_year
    return event.since == given.since


def _running(known: Sequence[TitleEvent], given: Term) -> str:
    ends = [
        event.until
        for event in known
        if event.since is not None and event.since < given.since and event.until is not None
        if event.until > given.since
    ]
    return f"，接续现有效期（原至 {max(ends).isoformat()}）" if ends else ""


def _words(given: Term) -> str:
    if given.roll_year is not None:
        return f"{given.roll_year}年度"
    until = f"至 {given.until.isoformat()}（不含当日）" if given.until else "未印截止日"
    return f"自 {given.since.isoformat()} {until}"
