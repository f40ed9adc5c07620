"""A city's files from the command line: `flask enterprises import`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click
from flask.cli import AppGroup

from app.foundation.actor import SYSTEM
from app.foundation.clock import now
from app.foundation.errors import Refusal
from app.intake import service
from app.intake.domain import IssueEffect
from app.intake.errors import AlreadyLoaded, ManifestUnfit
from app.intake.models import Load
from app.intake.parsing import read_manifest
from app.intake.staging import MANIFEST, shipped_manifest, stage_folder
from app.intake.work import NAMES
from app.web.deployment import settings
from app.web.foreground import run_now
from app.web.law import law
from app.web.transactions import aside, glance

FAULTS_SHOWN: Final = 20
_COLUMNS: Final = (("new", "新增"), ("corrected", "更正"), ("same", "相同"), ("kept", "已核实保留"))


cli = AppGroup("enterprises", help="The register of enterprises.")


@cli.command("import")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--manifest",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What the files leave unsaid (YAML). Else FOLDER/manifest.yaml, else the shipped "
    "manifest of this deployment's division.",
)
@click.option("--dry-run", is_flag=True, help="Check everything and say what would be written.")
@click.option("--again", is_flag=True, help="Import files that were imported before.")
def import_city(folder: Path, manifest: Path | None, dry_run: bool, again: bool) -> None:
    """Import a city's CSV files. Safe to interrupt and to repeat."""
    try:
        text = manifest.read_text(encoding="utf-8") if manifest else ""
        load = _receive(folder, text, again=again)
    except AlreadyLoaded as refusal:
        click.echo(refusal.detail)
        return
    except Refusal as refusal:
        raise click.ClickException(_in_full(refusal)) from refusal
    outcome = run_now(
        service.JOB,
        key=str(load.id),
        payload=service.payload(load, write=not dry_run),
        division=load.division,
    )
    with glance() as session:
        tally = json.loads(session.get_one(Load, load.id).tally)
    _print(tally, written=not dry_run)
    click.echo(outcome.message)


def _receive(folder: Path, text: str, *, again: bool) -> Load:
    library = law()
    fallback = shipped_manifest(settings().home_division)
    staged = stage_folder(Path(settings().data_dir), folder, text, fallback=fallback)
    kept = (staged.folder / MANIFEST).read_text(encoding="utf-8")
    manifest = read_manifest(kept, library.indicators, library.titles)
    click.echo(f"数据清单：{manifest.name}", err=True)
    with aside() as session:
        return service.receive_city(
            session,
            sha256=staged.sha256,
            stored_as=staged.stored_as,
            file_name=folder.resolve().name,
            manifest=manifest,
            again=again,
            by=SYSTEM,
            at=now(),
        )


def _in_full(refusal: Refusal) -> str:
    lines = [refusal.detail]
    if isinstance(refusal, ManifestUnfit):
        lines += [f"  {fault.pointer}: {fault.detail}" for fault in refusal.faults]
    return "\n".join(lines)


def _print(tally: Mapping[str, Any], *, written: bool) -> None:
    """What was read, what came of it, and the commonest faults with their remedies."""
    for file, count in tally["rows"].items():
        click.echo(f"{file}：{count:,} 行")
    counted = tally["written"] if written else tally["difference"]
    for name, counts in counted.items():
        said = [f"{word} {counts[key]:,}" for key, word in _COLUMNS if counts[key]]
        click.echo(f"{NAMES[name]}：{'，'.join(said) or '无'}")
    for effect in IssueEffect:
        if count := tally["issues"][effect.value]:
            click.echo(f"{effect.label}：{count:,} 处")
    for file, column, effect, detail, count in tally["faults"][:FAULTS_SHOWN]:
        click.echo(f"  {file} {column} ×{count:,}（{IssueEffect(effect).label}）：{detail}")
