"""Commands that fill an empty registry: the demo city, and the list to import into it."""

from pathlib import Path
from typing import Final

import click
from flask import current_app
from flask.cli import AppGroup

from app.foundation.clock import now
from app.web.deployment import settings
from app.web.law import law
from seed.demo import announced, load, people, places
from seed.demo.city import generate

_WIDTH: Final = 12

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
    load.build(order)
    _show_accounts(order.data_dir)


@cli.command("demo-list")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def demo_list(out: Path) -> None:
    """Write the province's next list (60 names, .xlsx) to OUT, for the list import."""
    out.parent.mkdir(parents=True, exist_ok=True)
    count = announced.write(generate(), out)
    click.echo(f"{out}：{announced.TITLE}，{count} 个名字。")
    click.echo(
        f"导入时填写 文号 {announced.NUMBER}  批次 {announced.BATCH}  日期 {announced.ISSUED_ON}"
    )


def _show_accounts(data_dir: Path) -> None:
    names = {place.code: place.name for place in places.PLACES}
    click.echo("\n演示账号（口令相同）：")
    for person in people.PEOPLE:
        click.echo(f"  {person.username:<{_WIDTH}}{person.role.label}（{names[person.division]}）")
    click.echo(f"\n  口令  {people.passphrase(data_dir)}\n")
