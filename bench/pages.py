"""What a page costs on the server, in a city of 18,000 firms. Run: `python -m bench.pages`.

Requests are made in the process, without a network: routing, access, queries, template. The
database is the one `bench.city` leaves; without it that runs first.
"""

import secrets
from datetime import timedelta
from functools import partial
from typing import Final

from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import passwords, service, sessions
from app.accounts.queries import find_account, find_actor
from app.accounts.views import COOKIE
from app.enterprises.models import Enterprise
from app.evaluation.models import Evaluation
from app.foundation.actor import SYSTEM, Line, Role
from app.foundation.clock import now, today
from app.reports.models import Edition
from bench import city
from bench.measure import heading, row, sample
from bench.world import WORK, World, make_world, open_app

REQUESTS: Final = 60
USERNAME: Final = "bench"
GOAL: Final = "goal of the house: 95th percentile at most 300 ms"


def addresses(app: Flask, world: World, session: Session) -> list[tuple[str, str]]:
    """What is measured: a name and an address each."""
    judged = select(Evaluation.enterprise_id).where(
        Evaluation.for_year == world.for_year, Evaluation.superseded_at.is_(None)
    )
    firm = session.scalars(
        select(Enterprise).where(Enterprise.id.in_(judged)).order_by(Enterprise.id).limit(1)
    ).one()
    edition = session.scalars(select(Edition.id).limit(1)).first()
    with app.test_request_context():
        found = [
            ("list of all firms", url_for("enterprises.index")),
            ("list, one title held", url_for("enterprises.index", title="national.high_tech")),
            ("list, search by name", url_for("enterprises.index", q=firm.name[2:4])),
            ("one firm's page", url_for("home.enterprise", enterprise_id=firm.id)),
            (
                "one verdict with its trace",
                url_for(
                    "evaluation.verdict", enterprise_id=firm.id, title="national.tech_sme",
                    on=world.on.isoformat(), for_year=world.for_year,
                ),
            ),
            ("flags to be dealt with", url_for("evaluation.flags")),
            ("front page", url_for("home.index")),
        ]  # fmt: skip
        if edition:
            found.append(("the report", url_for("reports.show", edition_id=edition)))
    return found


def sign_in(app: Flask, session: Session, division: str) -> FlaskClient:
    """A browser signed in as the city's reviewer."""
    account = find_account(session, USERNAME)
    word = f"Aa1-{secrets.token_hex(12)}"
    if account is None:
        account = service.create_account(
            session, username=USERNAME, name="测速", division=division, password=word,
            temporary=False, by=SYSTEM, at=now(),
        )  # fmt: skip
        service.grant_role(
            session, account, role=Role.CITY_REVIEWER, division=division, line=Line.SCIENCE,
            since=today() - timedelta(days=1), by=SYSTEM, at=now(),
        )  # fmt: skip
    account.password_hash = passwords.make_hash(word)
    by = find_actor(session, account.id, now())
    token = sessions.open_session(session, account, password=word, by=by or SYSTEM, at=now())
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    return client


def measure(world: World, app: Flask, requests: int = REQUESTS) -> None:
    """Print median and 95th percentile of each page."""
    with app.extensions["sessions"].begin() as session:
        client = sign_in(app, session, world.division)
        pages = addresses(app, world, session)
    heading(f"pages, {world.name} (median, 95th percentile, requests; {GOAL})")
    for name, address in pages:
        answer = client.get(address)
        if answer.status_code != 200:  # noqa: PLR2004 a page that is not shown is not measured
            print(f"{name:<44} {answer.status} {address}")
            continue
        row(name, sample(partial(client.get, address), requests))


def main() -> None:
    """Measure the pages on the city that `bench.city` built, building it when it is not there."""
    world = make_world()
    if not (WORK / "bench.db").exists():
        city.measure(world, open_app(world, WORK, fresh=True))
    measure(world, open_app(world, WORK, fresh=False))


if __name__ == "__main__":
    main()
