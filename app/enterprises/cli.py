"""Commands of the enterprises room; `import` is added by the intake room."""

from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup

from app.enterprises import holders, queries
from app.enterprises.queries import Filters
from app.foundation.actor import Actor, Grant, Line, Role
from app.foundation.clock import today
from app.foundation.paging import Window
from app.web.law import law
from app.web.transactions import glance

cli = AppGroup("enterprises", help="企业和称号台账。")

DAY = click.DateTime(formats=["%Y-%m-%d"])


def operator(division: str | None) -> Actor:
    """Who runs a command: sees one division, or the one this registry serves."""
    home = division or current_app.extensions["settings"].home_division
    return Actor(None, "命令行", (Grant(Role.LEADER, home, Line.SCIENCE),))


@cli.command("list")
@click.option("--division", metavar="CODE", help="只列该区划（归口）及其下级，如 130502。")
@click.option("--title", help="只列持有该称号的企业，如 national.high_tech。")
@click.option("--on", type=DAY, help="持有称号之日，默认今天。")
@click.option("--text", default="", help="名称、曾用名、拼音或信用代码的一部分。")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
def list_enterprises(
    division: str | None, title: str | None, on: datetime | None, text: str, limit: int
) -> None:
    """List enterprises in business: credit code, name, managing division, titles."""
    day = on.date() if on else today()
    filters = Filters(on=day, text=text, title=title or "")
    with glance() as session:
        page = queries.page(
            session, filters, visible_to=operator(division), window=Window(size=limit)
        )
        for row in page.rows:
            held = "、".join(_name(episode.title) for episode in row.titles)
            click.echo(
                f"{row.enterprise.credit_code}  {row.enterprise.name}  {row.managing}  {held}"
            )
        click.echo(f"共 {page.total} 户，列出 {len(page.rows)} 户。")


@cli.command("show")
@click.argument("code")
def show(code: str) -> None:
    """Show the enterprise with the credit code CODE: particulars, titles, former names."""
    with glance() as session:
        firm = queries.get_by_code(session, code, visible_to=operator(None))
        click.echo(f"{firm.credit_code}  {firm.name}")
        click.echo(f"注册地 {firm.registered.name}  归口 {firm.managing.name}")
        founded = firm.registered_on.isoformat() if firm.registered_on else "不详"
        click.echo(f"成立 {founded}  状态 {firm.operating_status.label}")
        for name in queries.former_names(session, firm.id):
            click.echo(f"曾用名 {name}")
        for episode in holders.titles_of(session, firm.id):
            until = episode.until.isoformat() if episode.until else "未定"
            span = f"[{episode.since.isoformat()}, {until})"
            paper = episode.opened_by.document
            source = f"  {paper.number or paper.title}" if paper else ""
            click.echo(f"{_name(episode.title)}  {span}  {episode.opened_by.kind.label}{source}")


def _name(title: str) -> str:
    known = law().titles.get(title)
    return known.short.zh if known else title
