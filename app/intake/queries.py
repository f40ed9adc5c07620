"""Questions to the loads. A county sees the lists of its city, and of them its own rows only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from app.enterprises.domain import Attribute
from app.enterprises.models import Enterprise, EnterpriseAttribute, TitleEvent
from app.foundation.actor import Actor
from app.foundation.errors import NotFound
from app.foundation.paging import PAGE_SIZE, Page
from app.intake.domain import LoadKind, LoadState, RowMatch
from app.intake.matching import Known
from app.intake.models import ListMapping, ListRow, Load, LoadIssue
from app.reference.models import DivisionClosure
from app.reference.queries import covers, within

ROWS_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row of a list with the enterprise it was matched to, if any."""

    row: ListRow
    enterprise: Enterprise | None


def page_loads(
    session: Session, *, visible_to: Actor, kind: LoadKind | None = None, after: str = ""
) -> Page[Load]:
    """Loads the actor may know of, newest first; `after` is the last page's cursor."""
    statement = select(Load).where(_visible(visible_to))
    if kind is not None:
        statement = statement.where(Load.kind == kind)
    if after:
        statement = statement.where(tuple_(Load.created_at, Load.id) < _cursor(session, after))
    rows = session.scalars(
        statement.order_by(Load.created_at.desc(), Load.id.desc()).limit(PAGE_SIZE + 1)
    ).all()
    more = str(rows[PAGE_SIZE - 1].id) if len(rows) > PAGE_SIZE else None
    return Page(list(rows[:PAGE_SIZE]), more)


def get_load(session: Session, load_id: UUID, *, visible_to: Actor) -> Load:
    """The load.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    load = session.scalar(select(Load).where(Load.id == load_id, _visible(visible_to)))
    if load is None:
        raise NotFound("没有这次导入，或您无权查看。")
    return load


def names(session: Session, ids: Collection[UUID], visible_to: Actor) -> dict[UUID, str]:
    """Load -> its file's name, of those the actor may know of."""
    found = select(Load.id, Load.file_name).where(Load.id.in_(ids), _visible(visible_to))
    return dict(session.execute(found).all())


def sees_whole(session: Session, load: Load, *, visible_to: Actor) -> bool:
    """Whether the actor sees all rows and faults, and not only those of his own enterprises."""
    return covers(session, visible_to.divisions, load.division)


def list_rows(session: Session, load: Load, *, visible_to: Actor) -> list[RowShown]:
    """Every row of a list in its order."""
    statement = _rows(session, load, visible_to).order_by(ListRow.line)
    return [RowShown(row, enterprise) for row, enterprise in session.execute(statement)]


def page_rows(
    session: Session,
    load: Load,
    *,
    visible_to: Actor,
    match: RowMatch | None = None,
    after: int = 0,
) -> Page[RowShown]:
    """Rows of a list in their order, from the line after `after`; the cursor is a line."""
    statement = _rows(session, load, visible_to).where(ListRow.line > after)
    if match is not None:
        statement = statement.where(ListRow.match == match)
    found = session.execute(statement.order_by(ListRow.line).limit(ROWS_SHOWN + 1)).all()
    rows = [RowShown(row, enterprise) for row, enterprise in found[:ROWS_SHOWN]]
    return Page(rows, str(rows[-1].row.line) if len(found) > ROWS_SHOWN else None)


def get_row(session: Session, load: Load, line: int, *, visible_to: Actor) -> RowShown:
    """One row of a list.

    Raises:
        NotFound: the list has no such line, or it is not the actor's to see.
    """
    statement = _rows(session, load, visible_to).where(ListRow.line == line)
    found = session.execute(statement).one_or_none()
    if found is None:
        raise NotFound("名单中没有这一行，或您无权查看。")
    return RowShown(found[0], found[1])


def count_matches(session: Session, load: Load, *, visible_to: Actor) -> dict[RowMatch, int]:
    """How many rows were matched in which way."""
    rows = _rows(session, load, visible_to).subquery()
    counted = session.execute(select(rows.c.match, func.count()).group_by(rows.c.match))
    found = {RowMatch(match): count for match, count in counted}
    return {match: found[match] for match in RowMatch if match in found}


def next_undecided(session: Session, load: Load, after: int = 0) -> ListRow | None:
    """The next row that a person must decide; None when there is none."""
    waiting = select(ListRow).where(ListRow.load_id == load.id, ListRow.match == RowMatch.AMBIGUOUS)
    later = waiting.where(ListRow.line > after).order_by(ListRow.line).limit(1)
    return session.scalar(later) or session.scalar(waiting.order_by(ListRow.line).limit(1))


def list_issues(
    session: Session, load: Load, *, file: str = "", after: tuple[str, int] = ("", 0)
) -> Page[LoadIssue]:
    """Faults of a city's files by file and line; the cursor is `file:line`."""
    statement = select(LoadIssue).where(LoadIssue.load_id == load.id)
    if file:
        statement = statement.where(LoadIssue.file == file)
    if after[0]:
        statement = statement.where(tuple_(LoadIssue.file, LoadIssue.line) > after)
    rows = session.scalars(
        statement.order_by(LoadIssue.file, LoadIssue.line, LoadIssue.id).limit(ROWS_SHOWN + 1)
    ).all()
    size = ROWS_SHOWN
    if len(rows) <= size:
        return Page(list(rows), None)
    # A line with several faults is never cut in two: the next page begins after it.
    last = rows[size]
    kept = [row for row in rows[:size] if (row.file, row.line) != (last.file, last.line)]
    kept = kept or list(rows[:size])
    return Page(kept, f"{kept[-1].file}:{kept[-1].line}")


def all_issues(session: Session, load: Load) -> Sequence[LoadIssue]:
    """Every fault kept of a load, by file and line."""
    own = select(LoadIssue).where(LoadIssue.load_id == load.id)
    return session.scalars(own.order_by(LoadIssue.file, LoadIssue.line, LoadIssue.id)).all()


def find_written(session: Session, sha256: str, title: str | None = None) -> Load | None:
    """An import of exactly these contents (as this title) that was written before."""
    statement = select(Load).where(Load.sha256 == sha256, Load.state == LoadState.WRITTEN)
    if title is not None:
        statement = statement.where(Load.title == title)
    return session.scalar(statement.order_by(Load.created_at).limit(1))


def find_mapping(session: Session, header_hash: str) -> ListMapping | None:
    """What was chosen the last time for a list with this header."""
    return session.get(ListMapping, header_hash)


def known_enterprises(session: Session, division: str) -> list[Known]:
    """Every enterprise managed at or below a division, as a list could mean it."""
    rows = session.execute(
        select(
            Enterprise.id,
            Enterprise.credit_code,
            Enterprise.name,
            Enterprise.managing_division,
            Enterprise.registered_division,
        ).where(Enterprise.managing_division.in_(within([division])))
    )
    return [Known(*row) for row in rows]


def former_names(session: Session, division: str) -> dict[UUID, set[str]]:
    """Every name each of them is known to have had, the present one among them."""
    rows = session.execute(
        select(EnterpriseAttribute.enterprise_id, EnterpriseAttribute.value)
        .join(Enterprise, Enterprise.id == EnterpriseAttribute.enterprise_id)
        .where(
            Enterprise.managing_division.in_(within([division])),
            EnterpriseAttribute.attribute == Attribute.NAME,
            EnterpriseAttribute.superseded_at.is_(None),
        )
    )
    found: dict[UUID, set[str]] = {}
    for enterprise_id, name in rows:
        found.setdefault(enterprise_id, set()).add(name)
    return found


def enterprise_by_code(session: Session, credit_code: str, division: str) -> Enterprise | None:
    """The enterprise of a credit code, if it is managed at or below a division."""
    return session.scalar(
        select(Enterprise).where(
            Enterprise.credit_code == credit_code,
            Enterprise.managing_division.in_(within([division])),
        )
    )


def list_enterprises(session: Session, enterprise_ids: Sequence[UUID]) -> list[Enterprise]:
    """The enterprises given (a handful), by name."""
    chosen = select(Enterprise).where(Enterprise.id.in_(enterprise_ids))
    return list(session.scalars(chosen.order_by(Enterprise.name_sort, Enterprise.id)))


def title_events(session: Session, enterprise_ids: Sequence[UUID], title: str) -> list[TitleEvent]:
    """The events in force of a title, of the enterprises given."""
    found: list[TitleEvent] = []
    for start in range(0, len(enterprise_ids), 2_000):
        some = enterprise_ids[start : start + 2_000]
        found += session.scalars(
            select(TitleEvent).where(
                TitleEvent.enterprise_id.in_(some),
                TitleEvent.title == title,
                TitleEvent.superseded_at.is_(None),
            )
        ).all()
    return found


def _visible(actor: Actor) -> ColumnElement[bool]:
    """Loads of the actor's divisions; written lists of the places above them."""
    above = select(DivisionClosure.ancestor_code).where(
        DivisionClosure.descendant_code.in_(sorted(actor.divisions))
    )
    return or_(
        Load.division.in_(within(actor.divisions)),
        and_(
            Load.kind == LoadKind.LIST,
            Load.state == LoadState.WRITTEN,
            Load.division.in_(above),
        ),
    )


def _rows(session: Session, load: Load, visible_to: Actor) -> Select[ListRow, Enterprise | None]:
    statement = (
        select(ListRow, Enterprise)
        .outerjoin(Enterprise, Enterprise.id == ListRow.enterprise_id)
        .where(ListRow.load_id == load.id)
    )
    if sees_whole(session, load, visible_to=visible_to):
        return statement
    return statement.where(Enterprise.managing_division.in_(within(visible_to.divisions)))


def _cursor(session: Session, after: str) -> tuple[datetime, UUID]:
    try:
        last = session.get(Load, UUID(after))
    except ValueError:
        last = None
    if last is None:
        raise NotFound("没有这一页，请从第一页看起。")
    return last.created_at, last.id
