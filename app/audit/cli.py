"""The audit trail from the command line: heads to keep elsewhere, and the walk along a chain."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from app.audit import queries
from app.audit.domain import Head
from app.web.transactions import glance

cli = AppGroup("audit", help="The audit trail.")


@cli.command("heads")
def heads() -> None:
    """Print the head of every chain as JSON lines. Keep them where this system cannot write."""
    with glance() as session:
        for head in queries.heads(session):
            click.echo(json.dumps({"chain": head.chain, "seq": head.seq, "hash": head.hash}))


@cli.command("verify")
@click.option("--chain", help="Code of the division; every chain if left out.")
@click.option(
    "--heads",
    "kept",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file written by `flask audit heads` before: shows a cut or rewritten tail.",
)
def verify(chain: str | None, kept: Path | None) -> None:
    """Recompute every hash of the chains; exit code 1 at the first that is broken."""
    anchors = _anchors(kept)
    broken = 0
    with glance() as session:
        chains = {head.chain for head in queries.heads(session)} | anchors.keys()
        for each in sorted(chains) if chain is None else [chain]:
            verdict = queries.verify_chain(session, each, anchors.get(each))
            if verdict.first_bad is None:
                click.echo(f"{each}\t完好\t{verdict.head.seq} 条\t{verdict.head.hash}")
            else:
                broken += 1
                click.echo(f"{each}\t第 {verdict.first_bad} 条有误：{verdict.reason}")
    if broken:
        raise click.ClickException(f"{broken} 条审计链不完整。请保全数据库和备份，并报告审计人员。")


def _anchors(kept: Path | None) -> dict[str, Head]:
    if kept is None:
        return {}
    try:
        found = [json.loads(line) for line in kept.read_text("utf-8").splitlines() if line.strip()]
        return {each["chain"]: Head(each["chain"], each["seq"], each["hash"]) for each in found}
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{kept} 不是 flask audit heads 写出的文件。") from error
