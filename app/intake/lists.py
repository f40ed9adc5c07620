"""What can be done to an announced list: received, mapped, matched, decided, written."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.enterprises import service as enterprises
from app.enterprises.domain import CLOSING, DocumentKind, EventKind, check_code
from app.enterprises.models import Enterprise
from app.enterprises.titles import record_events, withdraw_event
from app.foundation import canonical
from app.foundation.actor import Actor
from app.foundation.clock import legal_day
from app.foundation.errors import Fault
from app.intake import queries
from app.intake.columns import from_document, header_hash, headings, to_document
from app.intake.domain import Announcement, ListField, LoadKind, LoadState, RowMatch
from app.intake.errors import AlreadyLoaded, FileUnfit, NotReady, RowsUndecided
from app.intake.models import ListMapping, ListRow, Load
from app.intake.registering import Plan, plan_rows
from app.intake.rows import match_grid
from app.intake.service import check_may_load, hold, tell
from app.intake.workbooks import Grid
from app.jobs import service as jobs
from rules.library import Library

AFFECTED: Final = "evaluation.affected"  # the job of the room above: evaluate these again
MATCHED: Final = frozenset(
    {
        RowMatch.BY_CODE,
        RowMatch.BY_NAME,
        RowMatch.BY_FORMER_NAME,
        RowMatch.CONFIRMED,
    }
)
_OPEN: Final = (LoadState.RECEIVED, LoadState.CHECKED)


def receive_list(
    session: Session,
    announcement: Announcement,
    *,
    sha256: str,
    stored_as: str,
    file_name: str,
    sheet: int,
    library: Library,
    by: Actor,
    at: datetime,
) -> Load:
    """Enter an announced list; its rows are read once its columns are known.

    Raises:
        AlreadyLoaded: this file has been imported as this title before.
        FileUnfit: what is said of the list cannot be; each fault is named.
        Forbidden, NotYourDivision: `by` may not bring in lists for the division.
    """
    check_may_load(session, announcement.division, by)
    check_announcement(announcement, library, legal_day(at))
    if written := queries.find_written(session, sha256, announcement.title):
        raise AlreadyLoaded(
            f"这个文件已由{written.created_by_name}按 {written.number} 导入，"
            "内容完全相同，没有任何更改。",
            load_id=str(written.id),
        )
    load = Load(
        kind=LoadKind.LIST,
        state=LoadState.RECEIVED,
        division=announcement.division,
        file_name=file_name,
        sha256=sha256,
        stored_as=stored_as,
        settings=canonical.dumps(_settings(announcement, sheet)),
        title=announcement.title,
        number=announcement.number,
        batch=announcement.batch,
        issued_on=announcement.issued_on,
        created_at=at,
        created_by_id=by.id,
        created_by_name=by.name,
    )
    session.add(load)
    session.flush()  # The page that follows names it.
    tell(session, "load.received", load, by=by, at=at, sha256=sha256)
    return load


def check_announcement(announcement: Announcement, library: Library, today: date) -> None:
    """See that what is said of the list can be.

    Raises:
        FileUnfit: each fault names its field and remedy.
    """
    faults = []
    title = library.titles.get(announcement.title)
    if title is None:
        faults.append(Fault("title", "规则库中没有这个称号。"))
    elif announcement.kind not in allowed_kinds(library, announcement.title):
        faults.append(
            Fault("kind", f"“{title.name.zh}”没有“{announcement.kind.label}”这种登记，请改选。")
        )
    if not announcement.number.strip():
        faults.append(Fault("number", "请填写文号，例如 冀科高〔2022〕8号。"))
    if not announcement.batch.strip():
        faults.append(Fault("batch", "请填写批次，例如 2022年第一批。"))
    if announcement.issued_on > today:
        faults.append(Fault("issued_on", "公告日期不能晚于今天。"))
    since = announcement.since or announcement.issued_on
    if announcement.until is not None and announcement.until < since:
        faults.append(Fault("until", "有效期止早于有效期起，请核对。"))
    if faults:
        raise FileUnfit("名单信息有误，请逐项改正。", faults=tuple(faults))


def allowed_kinds(library: Library, title: str) -> list[EventKind]:
    """The kinds of events a list of this title may announce."""
    opening = {EventKind(kind) for kind in library.titles[title].events}
    return [kind for kind in EventKind if kind in opening or kind in CLOSING]


def announcement_of(load: Load) -> Announcement:
    """What was said of the list when it was received."""
    said = json.loads(load.settings)
    if load.title is None or load.issued_on is None:  # pragma: no cover  # a list has both
        raise NotReady("这次导入不是名单。")
    return Announcement(
        title=load.title,
        kind=EventKind(said["kind"]),
        number=load.number,
        batch=load.batch,
        name=said["name"],
        issued_on=load.issued_on,
        division=load.division,
        since=date.fromisoformat(said["since"]) if said["since"] else None,
        until=date.fromisoformat(said["until"]) if said["until"] else None,
    )


def name_column(load: Load) -> int:
    """The index of the column of names, or of codes where there is none."""
    chosen = from_document(json.loads(load.settings)["columns"])
    places = {field: place for place, field in chosen.items()}
    return places.get(ListField.NAME, places.get(ListField.CREDIT_CODE, 0))


def _settings(announcement: Announcement, sheet: int) -> dict[str, Any]:
    return {
        "kind": announcement.kind.value,
        "name": announcement.name,
        "since": announcement.since.isoformat() if announcement.since else None,
        "until": announcement.until.isoformat() if announcement.until else None,
        "sheet": sheet,
    }


def match_rows(
    session: Session,
    load: Load,
    grid: Grid,
    *,
    header: int,
    sheet: int = 0,
    columns: Mapping[int, ListField],
    library: Library,
    by: Actor,
    at: datetime,
) -> None:
    """Read the rows below the header and find their enterprises; nothing else is written.

    May be repeated with another header or other columns until the list is written. What was
    chosen is remembered for the next list with this header.

    Raises:
        NotReady: the list has been written, or given up.
        FileUnfit: no column is said to hold names or credit codes, or there is no row.
    """
    check_may_load(session, load.division, by)
    hold(session, load)
    if load.state not in _OPEN:
        raise NotReady(f"这次导入{load.state.label}，不能再改列的含义。")
    if not {ListField.NAME, ListField.CREDIT_CODE} & set(columns.values()):
        raise FileUnfit(
            "请指明哪一列是企业名称或统一社会信用代码。",
            faults=(Fault("columns", "至少要有一列是企业名称或统一社会信用代码。"),),
        )
    rows, candidates = match_grid(session, load, grid, header, columns)
    if not rows:
        raise FileUnfit("表头以下没有企业，请检查表头行选得是否正确。")
    session.execute(delete(ListRow).where(ListRow.load_id == load.id))
    session.add_all(rows)
    settings = json.loads(load.settings)
    settings |= {"header": header, "sheet": sheet, "columns": to_document(columns)}
    settings["candidates"] = candidates
    load.settings, load.state = canonical.dumps(settings), LoadState.CHECKED
    session.flush()
    _foretell(session, load, library)
    _remember(session, headings(grid, header), columns, at)
    tell(session, "load.checked", load, by=by, at=at, rows=len(rows))
    session.flush()  # A stale version must speak before the view answers.


def _foretell(session: Session, load: Load, library: Library) -> None:
    """Say beside each matched row what writing it would do."""
    plans = _plans(session, load, library)
    for row in _own_rows(session, load):
        if (plan := plans.get(row.line)) is not None:
            row.detail = "；".join(part for part in (row.detail, plan.says) if part)[:1000]


def _own_rows(session: Session, load: Load) -> list[ListRow]:
    own = select(ListRow).where(ListRow.load_id == load.id).order_by(ListRow.line)
    return list(session.scalars(own))


def _plans(session: Session, load: Load, library: Library) -> dict[int, Plan]:
    announcement = announcement_of(load)
    rows = [r for r in _own_rows(session, load) if r.match in MATCHED and r.enterprise_id]
    ids = sorted({row.enterprise_id for row in rows if row.enterprise_id is not None})
    known = queries.title_events(session, ids, announcement.title)
    return plan_rows(announcement, library.titles[announcement.title], rows, known)


def _remember(
    session: Session, texts: tuple[str, ...], columns: Mapping[int, ListField], at: datetime
) -> None:
    key = header_hash(texts)
    mapping = queries.find_mapping(session, key)
    document = canonical.dumps(to_document(columns))
    if mapping is None:
        session.add(ListMapping(header_hash=key, columns=document, used_at=at))
    else:
        mapping.columns, mapping.used_at = document, at


def remembered(session: Session, texts: tuple[str, ...]) -> dict[int, ListField] | None:
    """The columns chosen the last time for a list with this header."""
    mapping = queries.find_mapping(session, header_hash(texts))
    return None if mapping is None else from_document(json.loads(mapping.columns))


def decide_row(
    session: Session,
    load: Load,
    row: ListRow,
    *,
    enterprise: Enterprise | None,
    by: Actor,
    at: datetime,
) -> None:
    """Say by hand whom a row means; `enterprise` None leaves the row out.

    Raises:
        NotReady: the list is not in its check. RowsUndecided: another row means the enterprise.
    """
    check_may_load(session, load.division, by)
    hold(session, load)
    if load.state is not LoadState.CHECKED:
        raise NotReady(f"这次导入{load.state.label}，不能再改。")
    twin = next(
        (
            other
            for other in _own_rows(session, load)
            if enterprise is not None
            and other.enterprise_id == enterprise.id
            and other.line != row.line
        ),
        None,
    )
    if twin is not None:
        raise RowsUndecided(f"第 {twin.line} 行已对应这家企业，同一企业只导入一次。")
    row.match = RowMatch.SKIPPED if enterprise is None else RowMatch.CONFIRMED
    row.enterprise_id = None if enterprise is None else enterprise.id
    row.detail = "人工确认不导入" if enterprise is None else f"人工确认为“{enterprise.name}”"
    chosen = "" if enterprise is None else str(enterprise.id)
    tell(session, "list.row_decided", load, by=by, at=at, line=row.line, enterprise_id=chosen)
    session.flush()


def write_list(
    session: Session, load: Load, *, library: Library, by: Actor, at: datetime
) -> dict[str, int]:
    """Write the title events of every matched row, all or none, and ask for new evaluations.

    Raises:
        NotReady: the list is not in its check. RowsUndecided: a person has yet to choose.
        NotYours: an enterprise has left the divisions of `by` meanwhile.
    """
    check_may_load(session, load.division, by)
    hold(session, load)
    if load.state is not LoadState.CHECKED:
        raise NotReady(f"这次导入{load.state.label}，不能写入。请刷新页面。")
    if (waiting := queries.next_undecided(session, load)) is not None:
        raise RowsUndecided(f"第 {waiting.line} 行等还有待人工确认的企业，请先逐行确认。")
    announcement = announcement_of(load)
    document = enterprises.record_document(
        session, kind=DocumentKind.LIST, title=announcement.name, number=announcement.number,
        batch=announcement.batch, issued_on=announcement.issued_on, file_name=load.file_name,
        sha256=load.sha256, by=by, at=at,
    )  # fmt: skip
    plans = _plans(session, load, library)
    for plan in plans.values():
        for event_id in plan.replaces:
            reason = f"以{announcement.number}的登记为准"
            withdraw_event(session, event_id, reason=reason, by=by, at=at)
    events = [plan.event(document.id) for plan in plans.values() if not plan.is_known]
    result = record_events(session, events, by=by, at=at)
    tally = {
        "rows": len(_own_rows(session, load)),
        "matched": len(plans),
        "new": result.created,
        "corrected": result.corrected,
        "same": result.unchanged + len(plans) - len(events),
    }
    _close(session, load, tally, document.id, at)
    affected = sorted(str(event.enterprise_id) for event in events)
    if affected:
        jobs.enqueue(
            session, AFFECTED, key=str(load.id), payload={"enterprises": affected},
            division=load.division, by=by, at=at,
        )  # fmt: skip
    counted = canonical.dumps(tally)
    tell(session, "list.imported", load, by=by, at=at, number=load.number, counts=counted)
    session.flush()
    return tally


def _close(
    session: Session, load: Load, tally: Mapping[str, int], document_id: UUID, at: datetime
) -> None:
    load.tally = canonical.dumps(dict(tally))
    load.state, load.written_at, load.document_id = LoadState.WRITTEN, at, document_id
    session.flush()  # A stale version must speak before the view answers.


def find_by_code(session: Session, load: Load, text: str) -> Enterprise:
    """The enterprise of a credit code typed by hand, within the list's division.

    Raises:
        FileUnfit: the code is faulty, or names no enterprise there.
    """
    checked = check_code(text)
    found = queries.enterprise_by_code(session, checked.code, load.division)
    if found is None:
        detail = checked.fault or "本辖区企业库中没有这个信用代码，请核对或先登记该企业。"
        raise FileUnfit(detail, faults=(Fault("credit_code", detail),))
    return found
