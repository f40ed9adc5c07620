"""Uploads: what is kept is what was sent, and nothing that is not allowed."""

import io
import os
import time
import zipfile

import pytest

from app.files.domain import Purpose, plain_name
from app.files.errors import FileGone, FileRefused
from app.files.models import StoredFile
from app.files.queries import get_file, hashes, list_files
from app.files.service import GRACE_SECONDS, content_of, store, sweep
from app.foundation.actor import SYSTEM, Actor, Grant, Line, Role
from app.foundation.errors import NotFound
from tests.factories.accounts import AccountFactory
from tests.factories.base import NOON
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.reference import XIANGDU, XINDU

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def officer(division):
    return Actor(AccountFactory().id, "张", (Grant(Role.COUNTY_REVIEWER, division, Line.SCIENCE),))


def keep(session, folder, content=PDF, name="授权书.pdf", by=None, **more):
    return store(
        session, folder, io.BytesIO(content), name=name, purpose=Purpose.EVIDENCE,
        by=by or officer(XIANGDU), at=NOON, division=XIANGDU, **more,
    )  # fmt: skip


def test_an_upload_is_kept_under_its_hash_and_given_back_whole(session, places, tmp_path):
    file = keep(session, tmp_path)

    assert content_of(tmp_path, file).read_bytes() == PDF
    assert (file.name, file.media_type, file.size) == ("授权书.pdf", "application/pdf", len(PDF))
    assert set(hashes(session)) == {file.sha256}


def test_the_same_bytes_twice_are_two_rows_and_one_file(session, places, tmp_path):
    first, second = keep(session, tmp_path), keep(session, tmp_path)

    assert first.id != second.id
    assert [path.name for path in tmp_path.iterdir()] == [first.sha256]


def workbook():
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("a.txt", "x" * 100)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "空.pdf", "空的"),
        (b"MZ\x90\x00" + b"x" * 100, "病毒.exe", "只接受"),
        (b"MZ\x90\x00" + b"x" * 100, "病毒.pdf", "内容与扩展名不符"),
        (b"<svg onload='x'/>", "图.png", "内容与扩展名不符"),
        (workbook(), "压缩.docx", "内容与扩展名不符"),
        (PDF, "没有扩展名", "只接受"),
    ],
)
def test_what_is_not_allowed_is_refused_and_leaves_nothing(
    session, places, tmp_path, content, name, said
):
    with pytest.raises(FileRefused, match=said) as refused:
        keep(session, tmp_path, content, name)

    assert refused.value.faults[0].pointer == "file"
    assert session.query(StoredFile).count() == 0


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(
    session, places, tmp_path, monkeypatch
):
    monkeypatch.setattr("app.files.service.LARGEST", 10)

    with pytest.raises(FileRefused, match="20 MB"):
        keep(session, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nobody_uploads_anonymously(session, places, tmp_path):
    with pytest.raises(FileRefused, match="请登录"):
        keep(session, tmp_path, by=SYSTEM)


def test_altered_or_missing_bytes_are_noticed(session, places, tmp_path):
    file = keep(session, tmp_path)
    (tmp_path / file.sha256).write_bytes(PDF + b" ")

    with pytest.raises(FileGone):
        content_of(tmp_path, file)
    (tmp_path / file.sha256).unlink()
    with pytest.raises(FileGone):
        content_of(tmp_path, file)


def test_only_those_who_may_know_of_it_find_a_file(session, places, tmp_path):
    by, stranger = officer(XIANGDU), officer(XINDU)
    firm = EnterpriseFactory(managing_division=XIANGDU)
    own, firms = (
        keep(session, tmp_path, by=by),
        keep(session, tmp_path, by=by, enterprise_id=firm.id),
    )

    assert get_file(session, own.id, visible_to=officer(XIANGDU)) is own
    assert list_files(session, firm.id, visible_to=by) == [firms]
    assert list_files(session, firm.id, visible_to=stranger) == []
    for file in (own, firms):
        with pytest.raises(NotFound):
            get_file(session, file.id, visible_to=stranger)


def test_orphans_are_swept_after_a_day_and_never_what_a_row_speaks_of(session, places, tmp_path):
    file = keep(session, tmp_path)
    orphan, fresh = tmp_path / "orphan", tmp_path / "fresh"
    for path in (orphan, fresh):
        path.write_bytes(b"x")
    long_ago = time.time() - GRACE_SECONDS - 60
    for path in (orphan, tmp_path / file.sha256):
        os.utime(path, (long_ago, long_ago))

    assert sweep(tmp_path, set(hashes(session))) == 1
    assert {path.name for path in tmp_path.iterdir()} == {file.sha256, "fresh"}
    assert sweep(tmp_path / "none", set()) == 0


def test_names_lose_their_folders_control_characters_and_length():
    assert plain_name("../../etc/passwd") == "passwd"
    assert plain_name("a\x00\u202eb.pdf") == "ab.pdf"
    assert plain_name("长" * 300 + ".pdf").endswith("长.pdf")
    assert len(plain_name("长" * 300 + ".pdf")) == 120
    assert plain_name("") == "未命名"
