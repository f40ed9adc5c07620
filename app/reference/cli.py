"""Commands of the reference room."""

from pathlib import Path
from typing import Final

import click
from flask import current_app
from flask.cli import AppGroup

from app.reference import service

BUILT_IN: Final = Path(__file__).parent.parent.parent / "seed" / "reference"

cli = AppGroup("reference", help="行政区划、行业、技术领域和工作日历。")


@cli.command("load")
@click.option(
    "--folder",
    "folders",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="本局自有的数据文件夹，可多次给出；内置数据总是先载入。",
)
def load(folders: tuple[Path, ...]) -> None:
    """Load the built-in reference data, then FOLDERS. Safe to repeat."""
    with current_app.extensions["sessions"].begin() as session:
        done = service.load_reference(session, [BUILT_IN, *folders])
    for part in done:
        click.echo(f"{part.table}: 新增 {part.added}，更新 {part.changed}，未变 {part.unchanged}")
