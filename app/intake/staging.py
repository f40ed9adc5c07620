"""Takes a folder or an archive of data files into DATA_DIR, guarded, under its own hash.

What was loaded is kept as it came: the copy is what is checked, what is imported, and what an
auditor reads later. Nothing of an archive is trusted: neither names nor sizes.
"""

import hashlib
import os
import shutil
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

from app.intake.errors import FileUnfit

MANIFEST: Final = "manifest.yaml"
SHIPPED: Final = Path(__file__).parents[2] / "seed" / "manifests"
SUFFIXES: Final = frozenset({".csv", ".yaml"})
MEMBERS_ALLOWED: Final = 50
UNPACKED_BYTES: Final = 512 * 1024 * 1024
FILE_BYTES: Final = 256 * 1024 * 1024
RATIO_ALLOWED: Final = 100
RATIO_FREE_BYTES: Final = 1024 * 1024  # a tiny file may shrink as it likes
PIECE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Staged:
    """A set of files kept below DATA_DIR under the hash of names and contents."""

    sha256: str
    folder: Path
    stored_as: str  # relative to DATA_DIR


def shipped_manifest(division: str) -> str:
    """The text of the manifest shipped for a division's files; empty when there is none."""
    for path in sorted(SHIPPED.glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        if f'division: "{division}"' in text:
            return text
    return ""


def stage_folder(data_dir: Path, source: Path, manifest: str = "", *, fallback: str = "") -> Staged:
    """Keep a copy of the CSV files of `source`.

    `manifest` replaces the folder's own; `fallback` serves where it has none.

    Raises:
        FileUnfit: the folder is missing, holds no CSV file, or a file is too large.
    """
    if not source.is_dir():
        raise FileUnfit(f"没有“{source.name}”这个文件夹，请检查路径。")
    with _workshop(data_dir) as shop:
        for path in sorted(source.iterdir()):
            if path.is_file() and not path.is_symlink() and path.suffix.lower() in SUFFIXES:
                if path.stat().st_size > FILE_BYTES:
                    raise FileUnfit(f"“{path.name}”超过 {FILE_BYTES // 2**20} MB，请按年度拆分。")
                shutil.copyfile(path, shop / path.name)
        return _keep(data_dir, shop, manifest, fallback)


def stage_archive(
    data_dir: Path, stream: IO[bytes], name: str, manifest: str = "", *, fallback: str = ""
) -> Staged:
    """Unpack an uploaded .zip or .tar.gz and keep its CSV files; sub-folders are flattened.

    `manifest` and `fallback` are as for a folder.

    Raises:
        FileUnfit: it is no archive, unpacks to too much, or holds no CSV file.
    """
    with _workshop(data_dir) as shop:
        total = 0
        for member, content in _members(stream, name):
            written = _pour(content, shop / member, UNPACKED_BYTES - total)
            total += written
        return _keep(data_dir, shop, manifest, fallback)


def _members(stream: IO[bytes], name: str) -> Iterator[tuple[str, IO[bytes]]]:
    lowered = name.lower()
    try:
        if lowered.endswith(".zip"):
            yield from _zip_members(stream)
        elif lowered.endswith((".tar.gz", ".tgz")):
            yield from _tar_members(stream)
        else:
            raise FileUnfit("请上传 .zip 或 .tar.gz 压缩包，其中放各个 CSV 文件。")
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, NotImplementedError) as fault:
        raise FileUnfit("压缩包损坏或不是压缩包，请重新压缩后上传。") from fault
    except RuntimeError as fault:  # zipfile's word for an encrypted member
        raise FileUnfit("压缩包设有密码，请去掉密码后上传。") from fault


def _zip_members(stream: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(stream) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        _refuse_crowd(len(infos))
        for info in infos:
            swollen = info.file_size > RATIO_FREE_BYTES
            if swollen and info.file_size > RATIO_ALLOWED * max(info.compress_size, 1):
                raise FileUnfit("压缩包内有压缩率异常的文件，已拒绝。请重新压缩后上传。")
            is_link = stat.S_ISLNK(info.external_attr >> 16)
            if (kept := _safe_name(info.filename)) and not is_link:
                with archive.open(info) as content:
                    yield kept, content


def _tar_members(stream: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(fileobj=stream, mode="r|gz") as archive:  # streamed: sizes are not believed
        for count, info in enumerate(archive, start=1):
            _refuse_crowd(count)
            content = archive.extractfile(info) if info.isreg() else None
            if content is not None and (kept := _safe_name(info.name)):
                with closing(content):
                    yield kept, content


def _refuse_crowd(count: int) -> None:
    if count > MEMBERS_ALLOWED:
        raise FileUnfit(f"压缩包内超过 {MEMBERS_ALLOWED} 个文件，请只放数据文件。")


def _safe_name(name: str) -> str | None:
    """The bare file name of a member we take; None for what we leave in the archive."""
    bare = PurePosixPath(name.replace("\\", "/")).name
    if bare.startswith(".") or "\x00" in bare or "__MACOSX" in name:
        return None
    return bare if PurePosixPath(bare).suffix.lower() in SUFFIXES else None


def _pour(content: IO[bytes], target: Path, allowance: int) -> int:
    if target.exists():
        raise FileUnfit(f"压缩包内有两个“{target.name}”，请只保留一个。")
    written = 0
    with target.open("wb") as sink:
        while piece := content.read(PIECE):
            written += len(piece)
            if written > min(allowance, FILE_BYTES):
                raise FileUnfit("压缩包解开后过大，已拒绝。请按年度拆分后上传。")
            sink.write(piece)
    return written


class _workshop:  # noqa: N801 it reads as a verb where it is used
    """A working folder on the same disk as the store, gone at the end unless it was kept."""

    def __init__(self, data_dir: Path) -> None:
        self.parent = data_dir / "intake"

    def __enter__(self) -> Path:
        self.parent.mkdir(parents=True, exist_ok=True)
        self.path = Path(tempfile.mkdtemp(prefix=".staging-", dir=self.parent))
        return self.path

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def _keep(data_dir: Path, shop: Path, manifest: str, fallback: str) -> Staged:
    """Move the workshop to its place; a set that is there already is not written again."""
    if chosen := manifest or ("" if (shop / MANIFEST).exists() else fallback):
        (shop / MANIFEST).write_text(chosen, encoding="utf-8")
    if not (shop / MANIFEST).exists():
        raise FileUnfit("没有数据清单，请在文件旁放 manifest.yaml（样例见 seed/manifests/）。")
    files = sorted(path for path in shop.iterdir() if path.is_file())
    if not any(path.suffix.lower() == ".csv" for path in files):
        raise FileUnfit("没有找到 CSV 文件。压缩包或文件夹里应直接放 enterprises.csv 等文件。")
    digest = digest_of(files)
    stored_as = f"intake/{digest}"
    target = data_dir / stored_as
    if not target.exists():
        for path in files:
            _sync(path)
        os.replace(shop, target)  # noqa: PTH105 atomic, and named for what it is
    return Staged(digest, target, stored_as)


def digest_of(files: Iterable[Path]) -> str:
    """One SHA-256 over names and contents, so that equal sets have equal hashes."""
    whole = hashlib.sha256()
    for path in files:
        with path.open("rb") as content:
            part = hashlib.file_digest(content, "sha256").hexdigest()
        whole.update(f"{path.name}\x00{part}\n".encode())
    return whole.hexdigest()


def keep_file(data_dir: Path, content: bytes, suffix: str) -> tuple[str, str]:
    """Keep one uploaded file under its hash; gives (sha256, path below DATA_DIR)."""
    digest = hashlib.sha256(content).hexdigest()
    stored_as = f"intake/{digest}{suffix}"
    target = data_dir / stored_as
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        handle, name = tempfile.mkstemp(prefix=".staging-", dir=target.parent)
        with os.fdopen(handle, "wb") as sink:
            sink.write(content)
            sink.flush()
            os.fsync(sink.fileno())
        Path(name).replace(target)
    return digest, stored_as


def _sync(path: Path) -> None:
    with path.open("rb") as written:
        os.fsync(written.fileno())
