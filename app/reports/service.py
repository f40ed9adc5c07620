"""Issuing an edition: collect, compose, compare with the one before, render once, keep."""

import gc
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.enterprises import facts as register
from app.enterprises.facts import Area
from app.foundation import canonical
from app.foundation.actor import Actor
from app.foundation.clock import legal_day
from app.foundation.errors import Fault, Forbidden, NotFound
from app.jobs import service as jobs
from app.jobs.models import Job
from app.reference.queries import covers
from app.reports import facts, queries
from app.reports.domain.comparison import Differences, compare
from app.reports.domain.composition import compose
from app.reports.domain.documents import Content
from app.reports.domain.period import Period
from app.reports.domain.vocabulary import EditionKind
from app.reports.errors import IssuedMeanwhile, NotAPeriod
from app.reports.models import Edition, EditionFile
from app.reports.permissions import is_system, issuing_divisions
from rules.library import Library

ISSUE: Final = "reports.issue"  # the kind of the job
EARLIEST: Final = date(2000, 1, 1)  # no title of the law is older


@dataclass(frozen=True, slots=True)
class Imprint:
    """What an edition prints besides its content."""

    number: int
    known_at: datetime
    issued_at: datetime
    issued_by: str
    data_hash: str


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A rendered file."""

    name: str
    media_type: str
    content: bytes


Render = Callable[[Content, Imprint, Differences], Sequence[PaperFile]]


def preview(
    session: Session,
    library: Library,
    *,
    division: str,
    kind: EditionKind,
    on: date,
    known_at: datetime,
    by: Actor,
    at: datetime,
) -> Content:
    """The content an edition would have, for whoever may read one. Nothing is written.

    Raises:
        NotFound: the division is outside what `by` may see.
        NotAPeriod: the days make no report.
    """
    area = _seen(session, division, by)
    period = _period(kind, on, known_at, at)
    return compose(facts.collect(session, library, area, period, known_at))


def order(
    session: Session,
    *,
    division: str,
    kind: EditionKind,
    on: date,
    known_at: datetime,
    by: Actor,
    at: datetime,
) -> Job:
    """Ask for an edition; a job makes it, so that nobody has to wait on a page.

    Raises:
        Forbidden: `by` may not issue for the division.
        NotAPeriod: the days make no report.
        AlreadyActive: the same edition is being made.
    """
    area = _area(session, division, by)
    period = _period(kind, on, known_at, at)
    return jobs.enqueue(
        session,
        ISSUE,
        key=f"{area.code}/{kind.value}/{period.on.isoformat()}",
        payload={
            "division": area.code,
            "kind": kind.value,
            "on": period.on.isoformat(),
            "known_at": known_at.isoformat(),
        },
        division=area.code,
        by=by,
        at=at,
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """An edition ready to be kept: everything slow is done, nothing is written yet."""

    area: Area
    period: Period
    content: Content
    data: str
    changes: Differences
    imprint: Imprint
    papers: Sequence[PaperFile]
    last: Edition | None


def prepare(
    session: Session,
    library: Library,
    *,
    division: str,
    kind: EditionKind,
    on: date,
    known_at: datetime,
    by: Actor,
    at: datetime,
    render: Render,
) -> Draft | Edition:
    """Collect, compose and render on a reading session, so that no writer waits for it.

    Equal data gives back the edition there is.

    Raises:
        Forbidden: `by` may not issue for the division.
        NotAPeriod: the days make no report.
    """
    area = _area(session, division, by)
    period = _period(kind, on, known_at, at)
    with _uncollected():
        content = compose(facts.collect(session, library, area, period, known_at))
        data = canonical.dumps(content.document())
        data_hash = canonical.sha256(data)
        last = queries.find_last(session, area.code, period)
        if last is not None and last.data_hash == data_hash:
            return last
        changes = compare(content_of(last), content) if last is not None else Differences()
        number = last.number + 1 if last is not None else 1
        imprint = Imprint(number, known_at, at, by.name, data_hash)
        papers = render(content, imprint, changes)
    return Draft(area, period, content, data, changes, imprint, papers, last)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles: a city's million small tuples have none.

    It takes an eighth of the time; counted references free everything all the same.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def keep(session: Session, draft: Draft, *, by: Actor) -> Edition:
    """Write a prepared edition with its files.

    Raises:
        IssuedMeanwhile: another edition of the same report was kept since it was prepared.
    """
    period, imprint = draft.period, draft.imprint
    edition = Edition(
        division=draft.area.code,
        kind=period.kind,
        period_since=period.since,
        period_until=period.until,
        on_day=period.on,
        known_at=imprint.known_at,
        for_year=period.year,
        number=imprint.number,
        data=draft.data,
        data_hash=imprint.data_hash,
        changes=canonical.dumps(draft.changes.document()),
        issued_at=imprint.issued_at,
        issued_by_id=by.id,
        issued_by_name=imprint.issued_by,
        previous_id=draft.last.id if draft.last is not None else None,
    )
    _write(session, edition, draft.papers)
    audit.record(
        session,
        "edition.issued",
        subject_kind="edition",
        subject_id=edition.id,
        division=draft.area.code,
        by=by,
        at=imprint.issued_at,
        body={
            "kind": period.kind.value,
            "on": period.on.isoformat(),
            "known_at": imprint.known_at.isoformat(),
            "number": imprint.number,
            "data_hash": imprint.data_hash,
        },
    )
    return edition


def issue(
    session: Session,
    library: Library,
    *,
    division: str,
    kind: EditionKind,
    on: date,
    known_at: datetime,
    by: Actor,
    at: datetime,
    render: Render,
) -> tuple[Edition, bool]:
    """Prepare and keep on one session; equal data gives the edition there is, and False.

    Raises:
        Forbidden: `by` may not issue for the division.
        NotAPeriod: the days make no report.
        IssuedMeanwhile: another session issued the same edition at the same time.
    """
    made = prepare(
        session,
        library,
        division=division,
        kind=kind,
        on=on,
        known_at=known_at,
        by=by,
        at=at,
        render=render,
    )
    if isinstance(made, Edition):
        return made, False
    return keep(session, made, by=by), True


def _write(session: Session, edition: Edition, papers: Sequence[PaperFile]) -> None:
    try:
        with session.begin_nested():
            session.add(edition)
            session.flush()  # The files need its id; a rival with the same number speaks here.
    except IntegrityError:
        raise IssuedMeanwhile from None
    for paper in papers:
        session.add(
            EditionFile(
                edition_id=edition.id,
                name=paper.name,
                media_type=paper.media_type,
                sha256=hashlib.sha256(paper.content).hexdigest(),
                content=paper.content,
            )
        )
    session.flush()  # A file refused must speak before the edition is announced.


def content_of(edition: Edition) -> Content:
    """The content an edition was issued with."""
    return Content.read(json.loads(edition.data))


def differences_of(edition: Edition) -> Differences:
    """What an edition changed against the one before it."""
    return Differences.read(json.loads(edition.changes))


def imprint_of(edition: Edition) -> Imprint:
    """What an edition prints besides its content."""
    return Imprint(
        edition.number,
        edition.known_at,
        edition.issued_at,
        edition.issued_by_name,
        edition.data_hash,
    )


def _seen(session: Session, division: str, by: Actor) -> Area:
    area = register.area(session, division)
    if area is None or not (is_system(by) or covers(session, by.divisions, division)):
        raise NotFound("没有这个行政区划，或它不在您的管辖范围内。")
    return area


def _area(session: Session, division: str, by: Actor) -> Area:
    area = _seen(session, division, by)
    if not (is_system(by) or covers(session, issuing_divisions(by), division)):
        raise Forbidden(
            f"您不能为{area.name}出具报告。可由本级审核、审定或政策岗位出具，您可以查阅已出具的报告。"
        )
    return area


def _period(kind: EditionKind, on: date, known_at: datetime, at: datetime) -> Period:
    faults = []
    if known_at > at:
        faults.append(Fault("known_at", "数据截至不能晚于现在。"))
    if on < EARLIEST:
        faults.append(Fault("on", f"截止日不能早于{EARLIEST.year}年。"))
    if on > legal_day(at):
        faults.append(Fault("on", "截止日不能晚于今天：尚未发生的变动无从统计。"))
    if faults:
        raise NotAPeriod("；".join(fault.detail for fault in faults), faults=tuple(faults))
    return Period.of(kind, on)
