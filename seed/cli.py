"""Commands that fill an empty registry: the demo city, and the list to import into it."""

from pathlib import Path
from typing import Final

import click
from flask import current_app
from flask.cli import AppGroup

from app.foundation.clock import now
from app.foundation.errors import Refusal
from app.web.deployment import settings
from app.web.law import law
from seed.demo import announced, applicants, load, people, places
from seed.demo.city import generate

LIST: Final = "省公告名单.xlsx"  # beside the uploads of the demo
_WIDTH: Final = 15

cli = AppGroup("seed", help="演示数据：虚构的云溪市。")


@cli.command("demo")
def demo() -> None:
    """Build the demo city in an empty registry. Safe to repeat."""
    order = load.Demo(
        sessions=current_app.extensions["sessions"],
        library=law(),
        data_dir=Path(settings().data_dir),
        now=now(),
        say=lambda text: click.echo(f"  {text}"),
    )
    click.echo("演示城市云溪市（虚构）：")
    try:
        load.build(order)
    except Refusal as refusal:
        raise click.ClickException(refusal.detail) from refusal
    _show_accounts(order.data_dir)
    _write_list(order.data_dir / LIST)


@cli.command("demo-list")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def demo_list(out: Path) -> None:
    """Write the province's next list (60 names, .xlsx) to OUT, for the list import."""
    _write_list(out)


def _show_accounts(data_dir: Path) -> None:
    names = {place.code: place.name for place in places.PLACES}
    click.echo("\n演示账号（口令相同）：")
    for person in people.PEOPLE:
        click.echo(f"  {person.username:<{_WIDTH}}{person.role.label}（{names[person.division]}）")
    stories = {firm.kind: firm.name for firm in generate().firms}
    for one in applicants.PEOPLE:
        role = one.role.label if one.role else "尚未认领企业"
        firm = f"（{stories[one.firm]}）" if one.firm else ""
        click.echo(f"  {one.username:<{_WIDTH}}{role}{firm}")
    click.echo(f"\n  口令  {people.passphrase(data_dir)}\n")


def _write_list(out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    count = announced.write(generate(), out)
    click.echo(f"供导入的名单  {out}")
    click.echo(f"  {announced.TITLE}，{count} 个名字")
    click.echo(
        f"  文号 {announced.NUMBER}，批次 {announced.BATCH}，公告日期 {announced.ISSUED_ON}\n"
    )
