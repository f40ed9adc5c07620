"""Care of uploaded files."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.files import queries, service
from app.web.transactions import glance

cli = AppGroup("files", help="上传文件的清理。")


@cli.command("sweep")
def sweep() -> None:
    """Remove bytes that no row speaks of, a day after they came. Safe to repeat."""
    with glance() as session:
        known = set(queries.hashes(session))
    folder = Path(current_app.extensions["settings"].data_dir).resolve() / "files"
    click.echo(f"清理 {service.sweep(folder, known)} 个无主文件。")
