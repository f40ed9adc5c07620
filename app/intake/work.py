"""The job that checks a city's files and, once confirmed, writes them."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.foundation.clock import legal_day, now
from app.foundation.errors import Refusal
from app.intake import cities, service
from app.intake.certificates import Writing
from app.intake.domain import IssueEffect
from app.intake.models import Load
from app.intake.parsing import read_manifest
from app.intake.reading import read_city
from app.intake.staging import MANIFEST
from app.jobs.runner import Run
from app.profiles.domain import Filed

READING: Final = "正在读取和核对文件"
NAMES: Final = {
    "firms": "企业",
    "years": "年度数据",
    "certificates": "证书",
    "events": "名录与事故",
    "counts": "知识产权数量",
    "promises": "登记簿完整性与假定",
}


def import_city(run: Run) -> None:
    """Check the load of `run.payload`; with `write`, then write it chunk by chunk.

    Repeatable from the beginning: chunks written before an interruption are found equal.
    """
    load_id, write, at = UUID(run.payload["load"]), bool(run.payload["write"]), now()
    try:
        _import(run, load_id, write=write, at=at)
    except Refusal as refusal:
        with run.sessions.begin() as session:
            service.fail(session, load_id, refusal, by=run.by, at=at)
        raise


def _import(run: Run, load_id: UUID, *, write: bool, at: datetime) -> None:
    with run.sessions.begin() as session:
        load = session.get_one(Load, load_id)
        service.check_may_load(session, load.division, run.by)
        _stay(run, session, READING)
    writing, difference = _read(run, load, at)
    with run.sessions.begin() as session:
        service.keep_check(session, load_id, writing.city, difference)
        if not run.cursor:
            run.tally = {**_flat(difference), "load_id": str(load_id)}
        _stay(run, session, _found(writing, difference))
    if write:
        _write(run, load, writing, at)


def _stay(run: Run, session: Session, message: str) -> None:
    """Say what is being done; what an interrupted run had counted stays as it was."""
    run.checkpoint(session, cursor=run.cursor, done=run.done, tally=run.tally, message=message)


def _read(run: Run, load: Load, at: datetime) -> tuple[Writing, dict[str, Filed]]:
    folder = Path(run.settings.data_dir) / load.stored_as
    text = (folder / MANIFEST).read_text(encoding="utf-8")
    manifest = read_manifest(text, run.library.indicators, run.library.titles)
    with run.sessions.read() as session:
        around = cities.surroundings(
            session, manifest.division, run.library.indicators, legal_day(at)
        )
    city = read_city(folder, manifest, around)
    writing = Writing(manifest, city, None, run.by, at)
    with run.sessions.read() as session:
        return writing, cities.compare(session, writing)


def _write(run: Run, load: Load, writing: Writing, at: datetime) -> None:
    with run.sessions.begin() as session:
        document = service.open_document(session, load, writing.manifest, by=run.by, at=at)
        writing.document_id = document.id
    plan = cities.steps(writing)
    total, done = sum(size for _, size, _ in plan), 0
    written = _before(run.tally) if run.cursor else {}
    for name, size, step in plan:
        with run.sessions.begin() as session:
            written[name] = written.get(name, Filed()) + step(session, writing)
            done += size
            run.checkpoint(
                session,
                cursor=name,
                done=done,
                total=total,
                tally={**_flat(written), "load_id": str(load.id)},
                message=f"正在写入{NAMES[name]}",
            )
    with run.sessions.begin() as session:
        service.finish_city(
            session, load.id, written=written, document_id=document.id, by=run.by, at=at
        )
        run.checkpoint(
            session,
            cursor=run.cursor,
            done=total,
            total=total,
            tally=run.tally,
            message=_result(written),
        )


def _before(tally: Mapping[str, Any]) -> dict[str, Filed]:
    """What an interrupted run had written: now found equal, it is not counted a second time."""
    found = {}
    for name, word in NAMES.items():
        new, corrected = tally.get(f"{word}·新增", 0), tally.get(f"{word}·更正", 0)
        found[name] = Filed(new, corrected, -new - corrected)
    return found


def _flat(counted: Mapping[str, Filed]) -> dict[str, Any]:
    """The tally as the page of jobs shows it."""
    flat: dict[str, Any] = {}
    for name, filed in counted.items():
        flat[f"{NAMES[name]}·新增"] = filed.new_count
        flat[f"{NAMES[name]}·更正"] = filed.corrected_count
        flat[f"{NAMES[name]}·相同"] = filed.same_count
    return flat


def _found(writing: Writing, difference: Mapping[str, Filed]) -> str:
    issues = writing.city.issues
    rows = sum(writing.city.row_counts.values())
    left_out = issues.count(IssueEffect.ROW)
    held = issues.count(IssueEffect.VALUE)
    verdict = "" if _changes(difference) else "；与已有数据完全一致"
    return f"读取 {rows:,} 行，{left_out:,} 行有误，{held:,} 个数值未采用{verdict}"


def _result(written: Mapping[str, Filed]) -> str:
    new = sum(filed.new_count for filed in written.values())
    corrected = sum(filed.corrected_count for filed in written.values())
    if not new and not corrected:
        return "与已有数据完全一致，没有任何更改。"
    return f"新增 {new:,} 条，更正 {corrected:,} 条。"


def _changes(counted: Mapping[str, Filed]) -> bool:
    return any(filed.new_count or filed.corrected_count for filed in counted.values())
