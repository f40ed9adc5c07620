"""Vocabularies of uploaded files, and what an upload may be."""

from typing import Final

from app.foundation.labelled import Labelled

LARGEST: Final = 20 * 1024 * 1024  # bytes
MEDIA_TYPES: Final = {  # extension -> the media type its content must have
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ALLOWED: Final = "PDF、PNG、JPG、DOCX、XLSX"
NAME_LENGTH: Final = 120


class Purpose(Labelled):
    """What a file is for."""

    AUTHORISATION = "authorisation", "授权书"
    APPLICATION = "application", "盖章申报书"
    EVIDENCE = "evidence", "佐证材料"
    RECOMMENDATION = "recommendation", "推荐函"
    MINUTES = "minutes", "会议纪要"


class ScanState(Labelled):
    """Whether the content was found harmless."""

    CLEAN = "clean", "已检查"
    QUARANTINED = "quarantined", "已隔离"


def plain_name(name: str) -> str:
    r"""The last part of an uploaded file's name, without control characters and overlong tails.

    >>> plain_name("C:\\扫描\\授权书.pdf")
    '授权书.pdf'
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(letter for letter in last if letter.isprintable()).strip()
    stem, dot, extension = shown.rpartition(".")
    if len(shown) > NAME_LENGTH and dot:
        shown = f"{stem[: NAME_LENGTH - len(extension) - 1]}.{extension}"
    return shown[:NAME_LENGTH] or "未命名"


def extension_of(name: str) -> str:
    """The extension in lower case; empty where there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""
