"""Uploads given back: always as an attachment, inert, and only to those who may know of them."""

from pathlib import Path
from uuid import UUID

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue

from app.files import queries, service
from app.web.access import actor, signed_in
from app.web.deployment import settings
from app.web.transactions import db

bp = Blueprint("files", __name__)


def folder() -> Path:
    """Where the bytes of uploads lie."""
    return Path(settings().data_dir).resolve() / "files"


@bp.get("/files/<uuid:file_id>")
@signed_in
def download(file_id: UUID) -> ResponseReturnValue:
    """One upload, under the name it came with."""
    file = queries.get_file(db(), file_id, visible_to=actor())
    path = service.content_of(folder(), file)
    response = send_file(
        path, mimetype=file.media_type, as_attachment=True, download_name=file.name, etag=False
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
