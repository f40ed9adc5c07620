"""Accounts from the command line: the first administrator, and a list."""

import click
from flask.cli import AppGroup

from app.accounts import queries, service
from app.foundation.actor import SYSTEM, Line, Role
from app.foundation.clock import now, today
from app.foundation.errors import Refusal
from app.web.deployment import settings
from app.web.transactions import aside, glance

cli = AppGroup("accounts", help="Accounts of the people who sign in.")


@cli.command("create-administrator")
@click.option(
    "--username", required=True, help="Lower-case letters and digits, e.g. a staff number."
)
@click.option("--name", required=True, help="The person's name, as pages show it.")
@click.option(
    "--division", metavar="CODE", help="Code of the place; this deployment's own if left out."
)
@click.password_option(help="Asked for when left out. It is never a default.")
def create_administrator(username: str, name: str, division: str | None, password: str) -> None:
    """Create an account that administers accounts, and nothing else."""
    place = division or settings().home_division
    try:
        with aside() as session:
            account = service.create_account(
                session,
                username=username,
                name=name,
                division=place,
                password=password,
                temporary=False,
                by=SYSTEM,
                at=now(),
            )
            service.grant_role(
                session,
                account,
                role=Role.ADMINISTRATOR,
                division=place,
                line=Line.SCIENCE,
                since=today(),
                by=SYSTEM,
                at=now(),
            )
    except Refusal as refusal:
        raise click.ClickException(refusal.detail) from refusal
    click.echo(f"系统管理员 {username}（{name}）已创建，管理 {place} 及其下的帐号。")


@cli.command("list")
def list_accounts() -> None:
    """Every account, its state and the roles in force today."""
    after: str | None = ""
    with glance() as session:
        while after is not None:
            page = queries.page(session, visible_to=SYSTEM, after=after)
            roles = queries.roles_by_account(session, page.rows, on=today())
            for account in page.rows:
                state = "启用" if account.is_enabled else "停用"
                held = "、".join(f"{place}{role.label}" for role, place in roles[account.id])
                click.echo(f"{account.username}\t{account.name}\t{state}\t{held or '无角色'}")
            after = page.after
