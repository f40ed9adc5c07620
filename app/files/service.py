"""Keep and give back uploads. Bytes first, then the row: a crash leaves orphans only."""

import contextlib
import hashlib
import os
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import IO, Final
from uuid import UUID

import filetype
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.files.domain import (
    ALLOWED,
    LARGEST,
    MEDIA_TYPES,
    Purpose,
    ScanState,
    extension_of,
    plain_name,
)
from app.files.errors import FileGone, FileRefused
from app.files.models import StoredFile
from app.foundation.actor import Actor

BLOCK: Final = 64 * 1024
GRACE_SECONDS: Final = 24 * 3600  # an upload whose row is not committed yet is no orphan


def store(
    session: Session,
    folder: Path,
    content: IO[bytes],
    *,
    name: str,
    purpose: Purpose,
    by: Actor,
    at: datetime,
    division: str,
    enterprise_id: UUID | None = None,
    field: str = "file",
) -> StoredFile:
    """Keep one upload. `field` is where a fault of it is shown; `division` whose trail records it.

    Raises:
        FileRefused: it is empty, larger than 20 MB, or its content is none of the types allowed.
    """
    shown = plain_name(name)
    digest, size, kept = _keep(folder, content, field)
    media_type = _media_type(kept, shown, field)
    if by.id is None:
        raise FileRefused("请登录后再上传文件。", field)
    row = StoredFile(
        enterprise_id=enterprise_id,
        division=None if enterprise_id else division,
        purpose=purpose,
        name=shown,
        media_type=media_type,
        size=size,
        sha256=digest,
        scan=ScanState.CLEAN,
        uploaded_at=at,
        uploaded_by_id=by.id,
    )
    session.add(row)
    session.flush()  # generate the id
    audit.record(
        session,
        "file.stored",
        subject_kind="file",
        subject_id=str(row.id),
        division=division,
        by=by,
        at=at,
        body={"purpose": purpose.value, "sha256": digest, "size": size},
    )
    return row


def _keep(folder: Path, content: IO[bytes], field: str) -> tuple[str, int, Path]:
    """Write to a temporary file beside the target, sync, and rename to the content's hash."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix="incoming-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            digest, size = _copy(content, file, field)
        target = folder / digest
        Path(temporary).replace(target)
        _sync(folder)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise
    return digest, size, target


def _copy(content: IO[bytes], file: IO[bytes], field: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while block := content.read(BLOCK):
        size += len(block)
        if size > LARGEST:
            raise FileRefused("文件超过 20 MB，请压缩或拆分后重新上传。", field)
        digest.update(block)
        file.write(block)
    if size == 0:
        raise FileRefused("文件是空的，请重新选择。", field)
    file.flush()
    os.fsync(file.fileno())
    return digest.hexdigest(), size


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _media_type(kept: Path, name: str, field: str) -> str:
    """The type that both the extension and the content say.

    Raises:
        FileRefused: they do not agree, or the type is not allowed.
    """
    wanted = MEDIA_TYPES.get(extension_of(name))
    if wanted is None:
        raise FileRefused(f"只接受 {ALLOWED} 文件，“{name}”不是。", field)
    found = filetype.guess(str(kept))
    if found is None or found.mime != wanted:
        raise FileRefused(f"“{name}”的内容与扩展名不符，请用原软件另存后重新上传。", field)
    return wanted


def content_of(folder: Path, file: StoredFile) -> Path:
    """Where the bytes lie, after hashing them again.

    Raises:
        FileGone: they are missing or altered.
    """
    path = folder / file.sha256
    if not path.exists() or _hash(path) != file.sha256:
        raise FileGone("文件内容缺失或已被改动，请联系系统管理员从备份恢复。")
    return path


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sweep(folder: Path, known: set[str]) -> int:
    """Remove bytes that no row speaks of, a day after they came; the number removed."""
    removed = 0
    for path in folder.glob("*") if folder.exists() else ():
        old = time.time() - path.stat().st_mtime > GRACE_SECONDS
        if old and path.name not in known:
            path.unlink()
            removed += 1
    return removed
