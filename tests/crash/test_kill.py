"""Kill the server mid-edit and mid-filing: what was acknowledged is there once, nothing is half.

CRASH_ROUNDS is the number of kills on each database: `make sure` asks for thirty in all.
"""

import os
import random
import re
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from sqlalchemy import Engine, delete, update
from sqlalchemy.orm import Session

from app.audit import queries as audit
from app.enterprises.models import Enterprise
from app.foundation.actor import Actor, ActsFor, EnterpriseRole
from app.foundation.clock import now
from app.profiles import confirming, drafting
from app.profiles.models import ProfileDraft
from app.profiles.typed import Typed
from tests.crash.history import (
    DONE,
    MARK,
    YEAR,
    History,
    faults_of_edits,
    faults_of_filings,
    state_of,
)
from tests.crash.server import Browser, Server, Unknown
from tests.factories.accounts import AccountFactory, SignInSessionFactory
from tests.factories.base import held
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.evaluation import LIBRARY
from tests.factories.mandates import member

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "4"))
FILERS = 3
EACH = 4  # filings one filer has before him in a round
FIGURES = {"sales_revenue": "3800", "total_assets": "4370", "employees_year_end": "76"}


@dataclass(frozen=True)
class Town:
    """A database with firms that are ready to file, and a server that will be killed."""

    engine: Engine
    server: Server
    by: Actor
    token: str
    edited: UUID
    ready: list[UUID]

    def browser(self) -> Browser:
        """Somebody who may fill, sign and file, with a form's token in hand."""
        found = Browser(self.server, self.token)
        _, text = found.get(f"/my/enterprises/{self.edited}/profiles/{YEAR}")
        found.csrf = token_of(text)
        return found


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, page[:500]
    return found.group(1)


@pytest.fixture
def town(own_engine: Engine, tmp_path) -> Iterator[Town]:
    token = secrets.token_urlsafe(32)
    with Session(own_engine, expire_on_commit=False) as session:
        held.session = session
        account = AccountFactory()
        SignInSessionFactory(token=token, account_id=account.id, created_at=now(), seen_at=now())
        firms = [EnterpriseFactory() for _ in range(1 + ROUNDS * FILERS * EACH)]
        for firm in firms:
            for role in (EnterpriseRole.FILLER, EnterpriseRole.FINANCE, EnterpriseRole.LEGAL):
                member(firm, role, account)
        by = Actor(
            account.id,
            account.name,
            mandates=tuple(
                ActsFor(f.id, r)
                for f in firms
                for r in (EnterpriseRole.FILLER, EnterpriseRole.FINANCE, EnterpriseRole.LEGAL)
            ),
        )
        session.commit()
        for firm in firms:
            ready(session, firm, by, signed=firm is not firms[0])
        session.commit()
        held.session = None
    server = Server(own_engine.url.render_as_string(hide_password=False), tmp_path)
    made = Town(own_engine, server, by, token, firms[0].id, [f.id for f in firms[1:]])
    yield made
    if server.process is not None:
        server.kill()


def ready(session: Session, firm: Enterprise, by: Actor, *, signed: bool) -> None:
    """A draft of the year, confirmed by 财务 and 法人 unless it is the one being typed."""
    own = replace(by, mandates=tuple(m for m in by.mandates if m.enterprise_id == firm.id))
    known = {"indicators": LIBRARY.indicators, "by": own, "at": now()}
    figures = FIGURES if signed else {MARK: "0"}
    draft = drafting.save_draft(
        session, firm, YEAR, Typed(figures=figures), version=drafting.NEW, **known
    )
    for role in (EnterpriseRole.FINANCE, EnterpriseRole.LEGAL) if signed else ():
        confirming.sign(session, firm, YEAR, role, version=draft.version, **known)


def type_on(browser: Browser, firm: UUID, said: History) -> None:
    """Save one figure after the other until nobody answers."""
    while True:
        said.sending = said.saved + 1
        data = {MARK: str(said.sending), "version": str(said.version)}
        try:
            status, text = browser.post(
                f"/my/enterprises/{firm}/profiles/{YEAR}", data, "application/json"
            )
        except Unknown:
            return
        if status != 200:
            said.refused.append(f"save: {status} {text[:300]}")
            return
        said.saved, said.sending = said.sending, None
        said.version = int(re.search(r'"version":\s*(\d+)', text).group(1))


def file_all(browser: Browser, firms: list[UUID], said: History) -> None:
    """File one firm after the other until nobody answers."""
    for firm in firms:
        try:
            status, text = browser.post(
                f"/my/enterprises/{firm}/profiles/{YEAR}/filing", {"version": "1", "pledge": "yes"}
            )
        except Unknown:
            said.unknown.add(firm)
            return
        if status != 302:
            said.refused.append(f"filing: {status} {text[:300]}")
            return
        said.filed.add(firm)


def run_until_killed(town: Town, firms: list[UUID], said: History, after: float) -> None:
    """One editor and some filers; when both were answered, and a while later, all dies at once."""
    before = said.saved, len(said.filed)
    work = [threading.Thread(target=type_on, args=(town.browser(), town.edited, said))]
    for number in range(FILERS):
        mine = firms[number * EACH : (number + 1) * EACH]
        work.append(threading.Thread(target=file_all, args=(town.browser(), mine, said)))
    for thread in work:
        thread.start()
    patience = time.monotonic() + 20
    while (said.saved <= before[0] or len(said.filed) <= before[1]) and time.monotonic() < patience:
        time.sleep(0.005)
    time.sleep(after)
    town.server.kill()
    for thread in work:
        thread.join()


@pytest.mark.timeout(570)  # fifteen starts of a server on a busy machine
def test_nothing_acknowledged_is_lost_and_nothing_is_half_filed(town: Town) -> None:
    said = History(version=1)
    dice = random.Random(20261124)  # noqa: S311 when to kill is no secret
    waits, faults = [], []
    for number in range(ROUNDS):
        waits.append(town.server.start())
        firms = town.ready[number * FILERS * EACH : (number + 1) * FILERS * EACH]
        run_until_killed(town, firms, said, dice.uniform(0.0, 0.25))
        faults += faults_of_edits(town.engine, town.edited, said)
        if said.sending is not None and not faults:  # carried out or not: go on from what is there
            settle(town.engine, town.edited, said)
    faults += faults_of_filings(town.engine, town.ready, said)

    assert said.refused == []
    assert faults == []
    assert said.saved >= ROUNDS, "the editor was at work in every round"
    assert len(said.filed) >= ROUNDS, "so were the filers"
    with Session(town.engine) as session:
        heads = audit.heads(session)
        assert all(audit.verify_chain(session, h.chain).first_bad is None for h in heads)
    print(  # noqa: T201  # measured, for whoever runs it with -s
        f"{ROUNDS} kills: {said.saved} saves, {len(said.filed)} filings acknowledged, "
        f"{len(said.unknown)} unanswered; back within {max(waits):.1f} s"
    )


def settle(engine: Engine, firm: UUID, said: History) -> None:
    with Session(engine) as session:
        draft = session.query(ProfileDraft).filter_by(enterprise_id=firm).one()
        if draft.version == said.version + 1:
            assert said.sending is not None
            said.saved, said.version = said.sending, draft.version
        said.sending = None


def test_a_half_filing_and_a_lost_save_would_be_noticed(town: Town) -> None:
    """The checker bites: what a server without transactions would leave is told apart."""
    said = History(version=1)
    whole, half = town.ready[:2]
    with Session(town.engine) as session:
        for firm in (whole, half):
            enterprise = session.get_one(Enterprise, firm)
            drafting.file(
                session, enterprise, YEAR, version=1, indicators=LIBRARY.indicators,
                by=town.by, at=now(),
            )  # fmt: skip
        session.commit()
    said.filed |= {whole, half}
    assert faults_of_filings(town.engine, [whole, half], said) == []
    assert state_of(town.engine, whole) == DONE

    with Session(town.engine) as session:  # as if the draft had been left behind by a crash
        left = session.query(ProfileDraft).filter_by(enterprise_id=town.ready[2]).one()
        session.execute(
            update(ProfileDraft).where(ProfileDraft.id == left.id).values(enterprise_id=half)
        )
        session.commit()
    assert faults_of_filings(town.engine, [half], said) != []

    said.saved, said.version = 7, 8  # acknowledged, as a client would say, and not there
    assert faults_of_edits(town.engine, town.edited, said) != []
    with Session(town.engine) as session:
        session.execute(delete(ProfileDraft).where(ProfileDraft.enterprise_id == town.edited))
        session.commit()
    assert faults_of_edits(town.engine, town.edited, said) == ["the draft is gone"]
