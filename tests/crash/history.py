"""What clients were told, and what the database must hold after the server was killed."""

import json
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditEvent
from app.profiles.models import ProfileDraft, ProfileRevision

YEAR = 2025
MARK = "sales_revenue"  # the field the editor counts up in


@dataclass
class History:
    """Of one editor: the last save that was answered, and the one under way. Of filings: how."""

    saved: int = 0
    version: int = 0
    sending: int | None = None  # sent and not answered: it may be there
    filed: set[UUID] = field(default_factory=set)  # answered
    unknown: set[UUID] = field(default_factory=set)  # sent and not answered
    refused: list[str] = field(default_factory=list)  # answered with anything else: never expected


def faults_of_edits(engine: Engine, firm: UUID, said: History) -> list[str]:
    """What is wrong with the draft: lost saves, saves that were never sent."""
    with Session(engine) as session:
        draft = session.scalar(select(ProfileDraft).where(ProfileDraft.enterprise_id == firm))
    if draft is None:
        return ["the draft is gone"]
    found = int(json.loads(draft.raw)["figures"][MARK])
    wanted = {(said.saved, said.version)}
    if said.sending is not None:
        wanted.add((said.sending, said.version + 1))
    if (found, draft.version) in wanted:
        return []
    return [f"draft says {found} in version {draft.version}, clients know {sorted(wanted)}"]


def state_of(engine: Engine, firm: UUID) -> tuple[int, int, int]:
    """How many revisions, drafts and audit events of the filing there are."""
    with Session(engine) as session:
        numbers = (
            select(func.count()).where(
                ProfileRevision.enterprise_id == firm, ProfileRevision.year == YEAR
            ),
            select(func.count()).where(
                ProfileDraft.enterprise_id == firm, ProfileDraft.year == YEAR
            ),
            select(func.count()).where(
                AuditEvent.action == "profile.filed", AuditEvent.subject_id == str(firm)
            ),
        )
        revisions, drafts, events = (session.scalar(number) or 0 for number in numbers)
    return revisions, drafts, events


DONE, UNTOUCHED = (1, 0, 1), (0, 1, 0)


def faults_of_filings(engine: Engine, firms: list[UUID], said: History) -> list[str]:
    """What is wrong with the filings: acknowledged and missing, half done, done unasked."""
    found = []
    for firm in firms:
        state = state_of(engine, firm)
        allowed = {DONE} if firm in said.filed else {UNTOUCHED}
        if firm in said.unknown:
            allowed = {DONE, UNTOUCHED}
        if state not in allowed:
            found.append(f"{firm}: revisions, drafts, events = {state}, allowed {allowed}")
    return found
