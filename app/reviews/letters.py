"""What is added to a case without moving it: the stamped application, and letters."""

from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.files.domain import Purpose
from app.files.models import StoredFile
from app.files.service import store
from app.foundation.actor import Actor
from app.foundation.clock import legal_day
from app.notices.domain import NoticeKind
from app.notices.service import notify
from app.reviews import moving, queries
from app.reviews.domain import CaseStatus, stages_of
from app.reviews.errors import DecisionUnfit, IllegalTransition, NotYourCase
from app.reviews.models import ReviewCase
from app.reviews.permissions import APPLICANTS, REVIEWERS
from rules.library import Library


def attach(
    session: Session,
    folder: Path,
    case: ReviewCase,
    content: IO[bytes],
    *,
    name: str,
    by: Actor,
    at: datetime,
) -> StoredFile:
    """Upload the stamped application; a later upload takes the place of an earlier one.

    Raises:
        NotYourCase: `by` may not file for the firm.
        IllegalTransition: reviewers have begun with it, or it has ended.
        FileRefused: the file is none of those taken.
    """
    if not by.acts_for(case.enterprise_id, *APPLICANTS):
        raise NotYourCase("盖章申报书由企业经办人上传。")
    if not may_attach(case):
        raise IllegalTransition(
            f"事项“{case.status.label}”，申报书已进入审核，不能再更换；退回补正时可以重新上传。"
        )
    file = store(
        session,
        folder,
        content,
        name=name,
        purpose=Purpose.APPLICATION,
        enterprise_id=case.enterprise_id,
        division=case.managing_division,
        by=by,
        at=at,
    )
    moving.move(
        session,
        case,
        queries.standing_of(case),
        by=by,
        at=at,
        due_on=case.due_on,
        application_file_id=file.id,
    )
    moving.tell(session, case, "attached", f"上传盖章申报书“{file.name}”。", by=by, at=at)
    return file


def may_attach(case: ReviewCase) -> bool:
    """Whether the stamped application can still be uploaded or replaced."""
    begun = case.stage > 0 or case.status is not CaseStatus.OPEN
    return not begun or case.status is CaseStatus.RETURNED


def say(
    session: Session, library: Library, case: ReviewCase, *, text: str, by: Actor, at: datetime
) -> None:
    """Write to the other side of a case. Both sides see the whole exchange.

    Raises:
        NotYourCase: `by` neither acts for the firm nor reviews for its place.
        DecisionUnfit: nothing was written.
    """
    if not text.strip():
        raise DecisionUnfit("text", "请填写来信内容。")
    is_firm = by.acts_for(case.enterprise_id)
    roles = queries.seat_of(session, library, case, by).roles
    if not is_firm and roles.isdisjoint(REVIEWERS):
        raise NotYourCase("来往信件由企业经办人和归口单位的审核岗位使用。")
    session.execute(
        select(ReviewCase.id).where(ReviewCase.id == case.id).with_for_update()
    )  # Two letters at one instant are numbered one after the other.
    moving.tell(session, case, "message", text, by=by, at=at)
    if not is_firm:
        said = f"{by.name}就{case.for_year}年度申报来信：{text}"
        moving.tell_firm(session, case, said, at=at, kind=NoticeKind.MESSAGE)
        return
    stage = stages_of(case.steps)[case.stage]
    line = library.titles[case.title].line
    notify(
        session,
        queries.reviewers(session, line, stage.role, case.managing_division, legal_day(at)),
        kind=NoticeKind.MESSAGE,
        text=f"{case.enterprise.name}来信：{text}"[: moving.SENTENCE],
        link=f"/desk/cases/{case.id}",
        at=at,
    )
