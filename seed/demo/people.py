"""The demo's accounts: one per role, one passphrase for all, invented on the machine it runs on."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from app.accounts import passwords, queries, service
from app.foundation.actor import SYSTEM, Line, Role
from seed.demo.places import CITY, ZONE

SINCE: Final = date(2024, 1, 1)
KEPT_IN: Final = "demo-passphrase.txt"


@dataclass(frozen=True, slots=True)
class Person:
    """One account of the demo."""

    username: str
    name: str
    role: Role
    division: str = CITY
    line: Line = Line.SCIENCE


PEOPLE: Final = (
    Person("xidong", "陈溪东", Role.COUNTY_REVIEWER, "990101"),
    Person("kaifaqu", "孙开元", Role.COUNTY_REVIEWER, ZONE),
    Person("fuhe", "林复核", Role.CITY_REVIEWER),
    Person("shending", "周审定", Role.CITY_APPROVER),
    Person("zhengce", "吴政策", Role.POLICY),
    Person("caizheng", "钱财政", Role.FINANCE, line=Line.FINANCE),
    Person("juzhang", "赵局长", Role.LEADER),
    Person("shenji", "郑审计", Role.AUDITOR),
    Person("guanli", "王管理", Role.ADMINISTRATOR),
)


def passphrase(folder: Path) -> str:
    """The passphrase of this installation's demo: read from `folder`, or invented and kept there.

    It is readable by the service's user only and is not part of the repository.
    """
    path = folder / KEPT_IN
    if path.exists():
        return path.read_text(encoding="utf-8").strip()
    word = f"Yunxi-{secrets.randbelow(10**6):06d}-{passwords.invent()[:4]}"
    folder.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(word + "\n", encoding="utf-8")
    return word


def open_accounts(session: Session, word: str, *, at: datetime) -> int:
    """Create the accounts that are not there yet, with their roles; how many were created."""
    created = 0
    for person in PEOPLE:
        if queries.find_account(session, person.username):
            continue
        account = service.create_account(
            session,
            username=person.username,
            name=person.name,
            division=person.division,
            password=word,
            temporary=False,
            by=SYSTEM,
            at=at,
        )
        service.grant_role(
            session,
            account,
            role=person.role,
            division=person.division,
            line=person.line,
            since=SINCE,
            by=SYSTEM,
            at=at,
        )
        created += 1
    return created
