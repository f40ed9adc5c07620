"""People of the demo's enterprises: claimed with a letter, confirmed by the county, authorised."""

from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Final
from uuid import UUID

from docx import Document
from sqlalchemy.orm import Session

from app.accounts.queries import find_account
from app.accounts.service import register_account
from app.enterprises.models import Enterprise
from app.foundation.actor import SYSTEM, Actor, EnterpriseRole
from app.foundation.errors import NotFound
from app.mandates import granting, queries, service
from seed.demo.firms import City, Firm
from seed.demo.places import CITY
from seed.demo.records import Ids

COUNTY: Final = "990101"  # whose reviewer confirms the demo's claims
CONFIRMS: Final = "xidong"
AGENT_UNTIL: Final = date(2027, 1, 1)
UNCLAIMED: Final = "⑤"  # the firm that `renling` may claim
GAZELLE: Final = "demo.gazelle"
APPLIED: Final = date(2026, 10, 9)
CASES: Final = 7  # firms with a case: the first is the story ⑩


@dataclass(frozen=True, slots=True)
class Person:
    """An account of an enterprise's side; without a firm it has still to claim one."""

    username: str
    name: str
    role: EnterpriseRole | None = None
    firm: str = ""  # the sign of a story; empty: see `claimed`


PEOPLE: Final = (
    Person("qiye", "何企管", EnterpriseRole.ADMIN, "①"),
    Person("tianbao", "许填报", EnterpriseRole.FILLER, "①"),
    Person("caiwu", "曹会计", EnterpriseRole.FINANCE, "①"),
    Person("faren", "孔法人", EnterpriseRole.LEGAL, "①"),
    Person("huanbao", "严环保", EnterpriseRole.ADMIN, "⑩"),
    Person("huanbao-caiwu", "华会计", EnterpriseRole.FINANCE, "⑩"),
    Person("huanbao-faren", "金法人", EnterpriseRole.LEGAL, "⑩"),
    Person("daili", "云溪科服代理", EnterpriseRole.AGENT),
    Person("renling", "魏认领"),
)


def case_firms(city: City) -> tuple[Firm, ...]:
    """The firms whose cases stand at one stage each: story ⑩ and others of 溪东区."""
    story = city.story("⑩")
    near = [f for f in city.awaiting if f.managing_division == COUNTY and f is not story]
    own = [f for f in city.firms if f.managing_division == COUNTY]
    weak = [f for f in own if f.kind == "near_high_tech"]
    strong = [f for f in own if f.kind == "leader" and not f.held(GAZELLE, APPLIED)]
    return (story, *near[:2], *(*strong, *weak)[: CASES - 3][::-1])


def open_all(
    session: Session, city: City, ids: Ids, folder: Path, word: str, *, at: datetime
) -> bool:
    """Create the people, their claims and mandates, once; whether they were not there yet."""
    if find_account(session, PEOPLE[0].username):
        return False
    for person in PEOPLE:
        _open(session, person.username, person.name, word, at=at)
    for person in PEOPLE:
        if person.firm:
            firm = session.get_one(Enterprise, ids[city.story(person.firm).credit_code])
            _authorise(session, firm, person, folder, at=at)
    agent = next(person for person in PEOPLE if person.role is EnterpriseRole.AGENT)
    for number, each in enumerate(case_firms(city)):
        firm = session.get_one(Enterprise, ids[each.credit_code])
        admin = Person("huanbao" if number == 0 else f"qiye{number}", "", EnterpriseRole.ADMIN)
        if number:
            _open(session, admin.username, f"经办{number}", word, at=at)
            _authorise(session, firm, admin, folder, at=at)
        _invite(session, firm, admin.username, agent, at=at)
    return True


def _open(session: Session, username: str, name: str, word: str, *, at: datetime) -> None:
    register_account(
        session, username=username, name=name, division=CITY, password=word, by=SYSTEM, at=at
    )


def _authorise(
    session: Session, firm: Enterprise, person: Person, folder: Path, *, at: datetime
) -> None:
    if person.role is EnterpriseRole.ADMIN:
        _claim(session, firm, person.username, folder, at=at)
    else:
        admin = {"①": "qiye", "⑩": "huanbao"}[person.firm]
        _invite(session, firm, admin, person, at=at)


def _claim(
    session: Session, firm: Enterprise, username: str, folder: Path, *, at: datetime
) -> None:
    by = acting(session, username, at)
    paper = service.Letter("授权书.docx", BytesIO(letter(firm.name, by.name, at.date())))
    made = service.claim(
        session, folder, code=firm.credit_code, letter=paper, home=CITY, by=by, at=at
    )
    county = acting(session, CONFIRMS, at)
    filed = queries.get_claim(session, made.id, visible_to=county)
    service.confirm(session, filed, version=made.version, by=county, at=at)


def _invite(
    session: Session, firm: Enterprise, admin: str, person: Person, *, at: datetime
) -> None:
    account = find_account(session, person.username)
    if account is None or person.role is None:  # pragma: no cover  # they were opened just now
        raise NotFound(f"演示帐号 {person.username} 不在库中。")
    granting.invite(
        session,
        firm,
        account,
        role=person.role,
        since=at.date(),
        until=AGENT_UNTIL if person.role is EnterpriseRole.AGENT else None,
        by=acting(session, admin, at),
        at=at,
    )


def acting(session: Session, username: str, at: datetime) -> Actor:
    """A demo account as it may act at `at`.

    Raises:
        NotFound: there is no such account.
    """
    account = find_account(session, username)
    found = queries.find_actor(session, account.id, at) if account else None
    if found is None:
        raise NotFound(f"演示帐号 {username} 不在库中。")
    return found


def firm_of(session: Session, ids: Ids, firm: Firm) -> Enterprise:
    """The registered enterprise of a generated firm."""
    key: UUID = ids[firm.credit_code]
    return session.get_one(Enterprise, key)


def letter(firm: str, person: str, on: date) -> bytes:
    """A 授权书 as a Word file; on a real one there is the firm's stamp."""
    paper = Document()
    paper.add_heading("授权书", level=1)
    paper.add_paragraph(
        f"兹授权{person}代表{firm}办理创新型企业梯度培育的数据填报和称号申报。"
        "（演示数据，企业与人员均为虚构。）"
    )
    paper.add_paragraph(f"{firm}（盖章处）")
    paper.add_paragraph(f"{on.year}年{on.month}月{on.day}日")
    out = BytesIO()
    paper.save(out)
    return out.getvalue()
