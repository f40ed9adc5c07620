"""Reports from the command line: issue, list, export. For schedulers and operators."""

from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import defer

from app.foundation.actor import SYSTEM
from app.foundation.clock import SHANGHAI, now
from app.foundation.errors import Refusal
from app.reports import service
from app.reports.domain.period import Period
from app.reports.domain.vocabulary import EditionKind
from app.reports.models import Edition, EditionFile
from app.reports.papers.printing import PDF, render
from app.web.law import law
from app.web.transactions import aside, glance

cli = AppGroup("reports", help="The periodic eligibility report.")


def _day(_: click.Context, __: click.Parameter, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"“{text}”不是日期，请写成 2022-12-31。") from None


def _moment(_: click.Context, __: click.Parameter, text: str | None) -> datetime | None:
    """An instant; one without a zone is Shanghai's."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"“{text}”不是时刻，请写成 2023-01-05T18:00。") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=SHANGHAI)


@cli.command("issue")
@click.option("--division", required=True, metavar="CODE", help="行政区划代码，如 130500。")
@click.option("--kind", required=True, type=click.Choice([kind.value for kind in EditionKind]))
@click.option("--on", required=True, callback=_day, metavar="DATE", help="截止日。")
@click.option("--known-at", callback=_moment, metavar="TIME", help="数据截至；缺省为现在。")
def issue(division: str, kind: str, on: date, known_at: datetime | None) -> None:
    """Issue an edition. Safe to repeat: equal data makes no new edition."""
    at = now()
    try:
        with glance() as reading:
            made = service.prepare(
                reading,
                law(),
                division=division,
                kind=EditionKind(kind),
                on=on,
                known_at=known_at or at,
                by=SYSTEM,
                at=at,
                render=render,
            )
        if isinstance(made, Edition):
            click.echo(f"数据没有变化，仍是第 {made.number} 版：{made.id}")
            return
        with aside() as session:
            edition = service.keep(session, made, by=SYSTEM)
            click.echo(f"已出具第 {edition.number} 版：{edition.id}")
    except Refusal as refusal:
        raise click.ClickException(refusal.detail) from refusal
    if PDF not in {paper.name for paper in made.papers}:
        click.echo("没有 PDF：缺少中文字体，请安装 fonts-noto-cjk 后另行出具。", err=True)
    click.echo(made.content.headline)


@cli.command("list")
@click.option("--division", metavar="CODE", help="只列这个单位的。")
def list_editions(division: str | None) -> None:
    """Every edition, newest first: id, place, kind, period, number, 截止日, 数据截至."""
    chosen = select(Edition).options(defer(Edition.data), defer(Edition.changes))
    if division:
        chosen = chosen.where(Edition.division == division)
    with glance() as session:
        for edition in session.scalars(chosen.order_by(Edition.issued_at.desc())):
            period = Period(
                edition.kind, edition.period_since, edition.period_until, edition.on_day
            )
            known = edition.known_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
            click.echo(
                f"{edition.id}  {edition.division}  {edition.kind.label}  {period.name}  "
                f"第{edition.number}版  截止日 {edition.on_day}  数据截至 {known}"
            )


@cli.command("export")
@click.argument("edition_id", type=click.UUID)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(edition_id: object, folder: Path) -> None:
    """Write the files of an edition to FOLDER, byte for byte as issued."""
    with glance() as session:
        files = session.scalars(select(EditionFile).where(EditionFile.edition_id == edition_id))
        found = list(files)
    if not found:
        raise click.ClickException("没有这一期报告。")
    folder.mkdir(parents=True, exist_ok=True)
    for one in found:
        (folder / one.name).write_bytes(one.content)
        click.echo(f"{folder / one.name}  {len(one.content):,} 字节  {one.sha256}")
