"""Archives and folders: nothing of them is believed, what is kept is kept as it came."""

import io
import stat
import tarfile
import time
import zipfile

import pytest

from app.intake import staging
from app.intake.errors import FileUnfit
from app.intake.staging import stage_archive, stage_folder
from tests.factories.intake import city_folder

CSV = b"a,b\n1,2\n"
MANIFEST = b"manifest: 1\n"


def zipped(**members):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    output.seek(0)
    return output


def tarred(*members):
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w:gz") as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    output.seek(0)
    return output


def names(staged):
    return sorted(path.name for path in staged.folder.iterdir())


def test_a_folder_is_copied_under_its_hash_and_twice_is_once(tmp_path):
    source = city_folder(tmp_path / "source")

    one, two = (stage_folder(tmp_path / "data", source) for _ in range(2))

    assert one == two
    assert one.stored_as == f"intake/{one.sha256}"
    assert (one.folder / "annual.csv").read_bytes() == (source / "annual.csv").read_bytes()
    assert [path.name for path in (tmp_path / "data" / "intake").iterdir()] == [one.sha256]


def test_another_manifest_makes_another_set(tmp_path):
    source = city_folder(tmp_path / "source")

    own = stage_folder(tmp_path / "data", source)
    given = stage_folder(tmp_path / "data", source, "manifest: 1\nname: x\n")

    assert own.sha256 != given.sha256
    assert (given.folder / "manifest.yaml").read_text() == "manifest: 1\nname: x\n"


def test_the_fallback_serves_only_where_there_is_no_manifest(tmp_path):
    source = city_folder(tmp_path / "source")
    own = (source / "manifest.yaml").read_text()

    assert (
        stage_folder(tmp_path, source, fallback="x").folder / "manifest.yaml"
    ).read_text() == own
    (source / "manifest.yaml").unlink()
    assert (
        stage_folder(tmp_path, source, fallback="x").folder / "manifest.yaml"
    ).read_text() == "x"
    with pytest.raises(FileUnfit, match="没有数据清单"):
        stage_folder(tmp_path, source)


def test_an_archive_is_flattened_and_only_data_is_taken(tmp_path):
    archive = zipped(**{
        "city__annual.csv": CSV, "manifest.yaml": MANIFEST, "notes.docx": b"x",
        "__MACOSX__.annual.csv": b"x", "run.sh": b"x",
    })  # fmt: skip

    assert names(stage_archive(tmp_path, archive, "a.zip")) == ["annual.csv", "manifest.yaml"]


def test_a_tar_is_taken_as_well(tmp_path):
    archive = tarred(
        (tarfile.TarInfo("c/annual.csv"), CSV), (tarfile.TarInfo("manifest.yaml"), b"m")
    )

    assert names(stage_archive(tmp_path, archive, "a.tar.gz")) == ["annual.csv", "manifest.yaml"]


def test_no_member_escapes_the_folder(tmp_path):
    hostile = ["../../escape.csv", "/etc/absolute.csv", "..\\..\\windows.csv"]
    archive = zipped(**dict.fromkeys(hostile, CSV), **{"manifest.yaml": MANIFEST})

    staged = stage_archive(tmp_path / "data", archive, "a.zip")

    assert names(staged) == ["absolute.csv", "escape.csv", "manifest.yaml", "windows.csv"]
    outside = [p for p in tmp_path.rglob("*.csv") if staged.folder not in p.parents]
    assert outside == []


def test_links_are_left_in_the_archive(tmp_path):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("annual.csv", CSV)
        archive.writestr("manifest.yaml", MANIFEST)
    output.seek(0)
    symlink = tarfile.TarInfo("link.csv")
    symlink.type, symlink.linkname = tarfile.SYMTYPE, "/etc/passwd"
    tar = tarred((symlink, b""), (tarfile.TarInfo("annual.csv"), CSV), (tarfile.TarInfo("manifest.yaml"), b"m"))  # fmt: skip  # noqa: E501

    assert "link.csv" not in names(stage_archive(tmp_path, output, "a.zip"))
    assert "link.csv" not in names(stage_archive(tmp_path, tar, "a.tgz"))


def bomb():
    return zipped(**{"annual.csv": b"0" * (8 * 2**20), "manifest.yaml": MANIFEST})


def encrypted():
    archive = zipped(**{"annual.csv": CSV, "manifest.yaml": MANIFEST}).getvalue()
    flagged = bytearray(archive)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = flagged.find(signature)
        while at >= 0:
            flagged[at + offset] |= 1
            at = flagged.find(signature, at + 1)
    return io.BytesIO(bytes(flagged))


@pytest.mark.parametrize(
    ("archive", "name", "words"),
    [
        (bomb, "a.zip", "压缩率异常"),
        (encrypted, "a.zip", "设有密码"),
        (lambda: io.BytesIO(b"PK\x03\x04 nothing"), "a.zip", "损坏"),
        (lambda: io.BytesIO(b"\x1f\x8b nothing"), "a.tar.gz", "损坏"),
        (lambda: io.BytesIO(CSV), "a.rar", r"\.zip 或 \.tar\.gz"),
        (lambda: zipped(**{f"{n}.csv": CSV for n in range(60)}), "a.zip", "超过 50 个文件"),
        (lambda: zipped(**{"a__x.csv": CSV, "b__x.csv": CSV}), "a.zip", "两个“x.csv”"),
        (lambda: zipped(**{"notes.docx": b"x"}), "a.zip", "没有数据清单|没有找到 CSV"),
    ],
    ids=["bomb", "encrypted", "broken zip", "broken tar", "rar", "crowd", "same name", "no data"],
)
def test_a_hostile_archive_is_refused_quickly_and_nothing_stays(tmp_path, archive, name, words):
    started = time.perf_counter()

    with pytest.raises(FileUnfit, match=words):
        stage_archive(tmp_path, archive(), name)

    assert time.perf_counter() - started < 2
    assert list((tmp_path / "intake").glob("*")) == []


def test_a_tar_that_unpacks_to_too_much_is_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "UNPACKED_BYTES", 2**20)
    archive = tarred((tarfile.TarInfo("annual.csv"), b"0" * (2 * 2**20)))

    with pytest.raises(FileUnfit, match="解开后过大"):
        stage_archive(tmp_path, archive, "a.tar.gz")


def test_no_folder_is_refused(tmp_path):
    with pytest.raises(FileUnfit, match="没有“nowhere”"):
        stage_folder(tmp_path, tmp_path / "nowhere")
