"""What can be done to the load of a city's files: received, checked, confirmed, written."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.enterprises import service as enterprises
from app.enterprises.domain import DocumentKind
from app.enterprises.models import SourceDocument
from app.foundation import canonical
from app.foundation.actor import Actor
from app.foundation.errors import Forbidden, Refusal
from app.foundation.identifiers import uuid7
from app.intake import queries
from app.intake.city import City
from app.intake.domain import IssueEffect, LoadKind, LoadState
from app.intake.errors import AlreadyLoaded, NotReady, NotYourDivision
from app.intake.manifest import Manifest
from app.intake.models import Load, LoadIssue
from app.intake.permissions import loading_divisions, may_load
from app.jobs import service as jobs
from app.jobs.models import Job
from app.profiles.domain import Filed
from app.reference import queries as reference

JOB: Final = "intake.city"
FAULTS_LISTED: Final = 100  # kinds of faults kept in the tally
_UNWRITTEN: Final = (LoadState.RECEIVED, LoadState.CHECKED, LoadState.FAILED)
_NOTE_LENGTH: Final = 1_000


def receive_city(
    session: Session,
    *,
    sha256: str,
    stored_as: str,
    file_name: str,
    manifest: Manifest,
    again: bool = False,
    by: Actor,
    at: datetime,
) -> Load:
    """Enter a staged set of files; a set that waits already is the same load.

    `again` takes in a set that was written before: rows that were left out then (a place not
    yet on file, say) may be fit now, and the others are found equal.

    Raises:
        AlreadyLoaded: exactly these files, under this manifest, have been written before.
        Forbidden, NotYourDivision: `by` may not bring in files for the manifest's division.
    """
    check_may_load(session, manifest.division, by)
    if not again and (written := queries.find_written(session, sha256)):
        raise AlreadyLoaded(
            f"这批文件已于 {written.created_at:%Y-%m-%d} 由{written.created_by_name}导入，"
            "内容完全相同，没有任何更改。",
            load_id=str(written.id),
        )
    waiting = session.scalar(
        select(Load).where(Load.sha256 == sha256, Load.state.in_(_UNWRITTEN)).limit(1)
    )
    if waiting is not None:
        return waiting
    load = Load(
        kind=LoadKind.CITY,
        state=LoadState.RECEIVED,
        division=manifest.division,
        file_name=file_name,
        sha256=sha256,
        stored_as=stored_as,
        settings="{}",
        created_at=at,
        created_by_id=by.id,
        created_by_name=by.name,
    )
    session.add(load)
    session.flush()  # The job about to be asked for names it.
    tell(session, "load.received", load, by=by, at=at, sha256=sha256)
    return load


def ask(session: Session, load: Load, *, write: bool, by: Actor, at: datetime) -> Job:
    """Ask for the check of a load, or, once it was checked, for writing it.

    Raises:
        NotReady: it is written, or to be written, already.
        AlreadyActive: the work is under way.
    """
    check_may_load(session, load.division, by)
    hold(session, load)
    # A queued load without an active job is one whose job was cancelled or broke off.
    allowed = {LoadState.CHECKED} if write else set(_UNWRITTEN)
    if load.state not in allowed | {LoadState.QUEUED}:
        raise NotReady(f"这次导入{load.state.label}，不能执行此操作。请刷新页面。")
    job = jobs.enqueue(
        session, JOB, key=str(load.id), payload=payload(load, write=write),
        division=load.division, by=by, at=at,
    )  # fmt: skip
    if not write and load.state is LoadState.QUEUED:
        load.state = LoadState.RECEIVED
    if write:
        load.state = LoadState.QUEUED
        tell(session, "load.confirmed", load, by=by, at=at)
    session.flush()  # A stale version must speak before the view answers.
    return job


def payload(load: Load, *, write: bool) -> dict[str, Any]:
    """The arguments of the job that checks, and if so asked writes, a load."""
    return {"load": str(load.id), "write": write}


def keep_check(
    session: Session, load_id: UUID, city: City, difference: Mapping[str, Filed]
) -> None:
    """Keep what a check found: the faults as rows, the counts as the load's tally."""
    load = session.get_one(Load, load_id)
    session.execute(delete(LoadIssue).where(LoadIssue.load_id == load_id))
    rows = [
        {
            "id": uuid7(),
            "load_id": load_id,
            "file": issue.file,
            "line": issue.line,
            "column": issue.column,
            "value": issue.value,
            "effect": issue.effect,
            "detail": issue.detail,
        }
        for issue in city.issues.kept
    ]
    if rows:
        table: Table = LoadIssue.__table__  # type: ignore[assignment] # a Table at run time
        session.execute(insert(table), rows)
    if load.state in {LoadState.RECEIVED, LoadState.FAILED}:
        load.state = LoadState.CHECKED
    load.tally = canonical.dumps(_tally(city, difference))
    session.flush()


def _tally(city: City, difference: Mapping[str, Filed]) -> dict[str, Any]:
    faults = [
        [file, column, effect.value, detail, count]
        for (file, column, effect, detail), count in city.issues.counts.most_common(FAULTS_LISTED)
    ]
    return {
        "rows": city.row_counts,
        "difference": {name: counts(filed) for name, filed in difference.items()},
        "issues": {effect.value: city.issues.count(effect) for effect in IssueEffect},
        "faults": faults,
    }


def counts(filed: Filed) -> dict[str, int]:
    """A tally as JSON keeps it."""
    return {
        "new": filed.new_count,
        "corrected": filed.corrected_count,
        "same": filed.same_count,
        "kept": filed.kept_count,
    }


def open_document(
    session: Session, load: Load, manifest: Manifest, *, by: Actor, at: datetime
) -> SourceDocument:
    """The source that every row of the load will name."""
    return enterprises.record_document(
        session,
        kind=DocumentKind.CITY_FILE,
        title=manifest.name,
        issued_on=manifest.known_on,
        file_name=load.file_name,
        sha256=load.sha256,
        note="\n".join(manifest.notes)[:_NOTE_LENGTH],
        by=by,
        at=at,
    )


def finish_city(
    session: Session,
    load_id: UUID,
    *,
    written: Mapping[str, Filed],
    document_id: UUID,
    by: Actor,
    at: datetime,
) -> None:
    """Close a load that has been written, with what came of it."""
    load = session.get_one(Load, load_id)
    tally = json.loads(load.tally)
    tally["written"] = {name: counts(filed) for name, filed in written.items()}
    load.tally = canonical.dumps(tally)
    load.state, load.written_at, load.document_id = LoadState.WRITTEN, at, document_id
    new = sum(filed.new_count for filed in written.values())
    corrected = sum(filed.corrected_count for filed in written.values())
    tell(session, "city.imported", load, by=by, at=at, new=new, corrected=corrected)
    session.flush()


def fail(session: Session, load_id: UUID, refusal: Refusal, *, by: Actor, at: datetime) -> None:
    """Keep why a load could not be read; it can be checked again or discarded."""
    load = session.get_one(Load, load_id)
    load.state = LoadState.FAILED
    faults = [[fault.pointer, fault.detail] for fault in refusal.faults[:FAULTS_LISTED]]
    load.tally = canonical.dumps({"refused": refusal.detail, "refused_faults": faults})
    tell(session, "load.failed", load, by=by, at=at, result="refused")
    session.flush()


def discard(session: Session, load: Load, *, by: Actor, at: datetime) -> None:
    """Give up a load that was not written. Its file stays for the record.

    Raises:
        NotReady: it is written, or about to be.
    """
    check_may_load(session, load.division, by)
    hold(session, load)
    if load.state not in _UNWRITTEN:
        raise NotReady(f"这次导入{load.state.label}，不能放弃。")
    load.state = LoadState.DISCARDED
    tell(session, "load.discarded", load, by=by, at=at)
    session.flush()  # A stale version must speak before the view answers.


def hold(session: Session, load: Load) -> None:
    """Queue behind whoever is at this load, and see it as he left it (SQLite's writers queue)."""
    session.refresh(load, with_for_update=True)


def check_may_load(session: Session, division: str, by: Actor) -> None:
    """See that `by` may bring in files for `division`.

    Raises:
        Forbidden: his role does not include it. NotYourDivision: not there.
    """
    if not may_load(by):
        raise Forbidden("导入数据由市级复核、市级审定或政策人员办理。")
    if by.id is not None and not reference.covers(session, loading_divisions(by), division):
        raise NotYourDivision("您只能为本人权限所及的区划导入数据。")


def tell(
    session: Session,
    action: str,
    load: Load,
    *,
    by: Actor,
    at: datetime,
    result: str = "ok",
    **body: Any,
) -> None:
    """One audit event about a load."""
    audit.record(
        session,
        action,
        subject_kind="load",
        subject_id=load.id,
        division=load.division,
        by=by,
        at=at,
        result=result,
        body={"kind": load.kind.value, "file_name": load.file_name, **body},
    )
