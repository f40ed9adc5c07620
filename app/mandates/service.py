"""Claims of enterprises: filed, withdrawn, decided. Each function is one action, audited."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.audit import service as audit
from app.enterprises.domain import check_code
from app.files import service as files
from app.files.domain import Purpose
from app.foundation.actor import Actor, EnterpriseRole
from app.foundation.clock import legal_day
from app.foundation.errors import Fault, Forbidden, Invalid
from app.mandates import queries
from app.mandates.domain import DECIDERS, ClaimState
from app.mandates.errors import (
    AlreadyMember,
    ClaimDecided,
    ClaimPending,
    ClaimUnmatched,
    NotYoursToDecide,
)
from app.mandates.granting import check_person, given_reason, grant, members_page, tell
from app.mandates.models import Claim, Mandate
from app.mandates.permissions import deciding_divisions, may_authorise, may_decide
from app.mandates.queries import Filed
from app.reference.queries import covers


@dataclass(frozen=True, slots=True)
class Letter:
    """The stamped 授权书 as it comes from the browser."""

    name: str
    content: IO[bytes]


def claim(
    session: Session,
    folder: Path,
    *,
    code: str,
    letter: Letter,
    home: str,
    by: Actor,
    at: datetime,
) -> Claim:
    """Say that one acts for the firm with a credit code; its county checks the letter.

    The answer is the same whether the firm exists, is claimed by others, or neither. `home` is
    the division whose city looks after claims of codes that the register does not hold.

    Raises:
        Invalid: the code is no credit code.
        ClaimPending: one's own claim of this code waits.
        AlreadyMember: one is the firm's 企业管理员.
        StaffRepresentsNobody: the account holds a role of a bureau.
        FileRefused: the letter cannot be accepted.
    """
    account_id, checked = _claimant(session, code, by=by, at=at)
    firm = queries.find_claimed(session, checked)
    if firm is not None and may_authorise(by, firm.id):
        raise AlreadyMember("您已是这个企业的企业管理员，无需再次认领。")
    division = firm.managing_division if firm else home
    stored = files.store(
        session,
        folder,
        letter.content,
        name=letter.name,
        purpose=Purpose.AUTHORISATION,
        by=by,
        at=at,
        division=division,
        field="letter",
    )
    made = Claim(
        account_id=account_id,
        credit_code=checked,
        division=division,
        letter_id=stored.id,
        claimed_at=at,
    )
    session.add(made)
    try:
        session.flush()
    except IntegrityError as twin:  # Filed in another tab since we looked; nothing is written.
        raise ClaimPending("您刚刚已认领这个代码，正在等待核对。") from twin
    _record_claim(session, "claim.filed", made, by=by, at=at)
    waiting = accounts.holders(session, *DECIDERS, division=division, on=legal_day(at))
    tell(
        session,
        [account for account, _ in waiting],
        f"{by.name}认领企业 {made.credit_code}，请核对授权书。",
        f"/desk/claims/{made.id}",
        at=at,
    )
    return made


def _claimant(session: Session, code: str, *, by: Actor, at: datetime) -> tuple[UUID, str]:
    """Who claims, and the code without blanks; refused before any file is kept."""
    checked = check_code(code)
    if checked.fault:
        raise Invalid(checked.fault, faults=(Fault("code", checked.fault),))
    account_id = check_person(session, by.id, at)
    if queries.find_pending(session, account_id, checked.code):
        raise ClaimPending("您已认领这个代码，正在等待核对；如需更换授权书，请先撤回。")
    return account_id, checked.code


def withdraw(session: Session, made: Claim, *, by: Actor, at: datetime) -> None:
    """Take one's own claim back while it waits.

    Raises:
        ClaimDecided: it is decided or withdrawn.
    """
    if made.account_id != by.id:
        raise Forbidden("只能撤回自己的认领。")
    _must_wait(made, made.version)
    _decide(session, made, ClaimState.WITHDRAWN, reason="", by=by, at=at)
    _record_claim(session, "claim.withdrawn", made, by=by, at=at)


def confirm(session: Session, filed: Filed, *, version: int, by: Actor, at: datetime) -> Mandate:
    """Let the claimant act for the firm as its 企业管理员, from today.

    Raises:
        NotYoursToDecide: `by` filed it, acts for the firm, or does not check claims there.
        ClaimUnmatched: the register holds no firm with the code.
        ClaimDecided: it is decided, withdrawn or not at `version` any more.
        StaffRepresentsNobody: the claimant was meanwhile given a role of a bureau.
    """
    made, firm = filed.claim, filed.enterprise
    _must_decide(session, filed, by)
    if firm is None:
        raise ClaimUnmatched("企业库中没有这个信用代码，请先登记企业，或退回认领并说明原因。")
    check_person(session, made.account_id, at)
    before = queries.people_of(session, firm.id, EnterpriseRole.ADMIN, on=legal_day(at))
    _must_wait(made, version)
    made.enterprise_id = firm.id
    _decide(session, made, ClaimState.CONFIRMED, reason="", by=by, at=at)
    _record_claim(session, "claim.confirmed", made, by=by, at=at)
    given = grant(
        session,
        firm,
        Mandate(
            account_id=made.account_id,
            enterprise_id=firm.id,
            role=EnterpriseRole.ADMIN,
            since=legal_day(at),
            claim_id=made.id,
        ),
        by=by,
        at=at,
    )
    told = f"您对“{firm.name}”的认领已确认，您是该企业的企业管理员。"
    tell(session, [made.account_id], told, "/my", at=at)
    others = [account for account in before if account != made.account_id]
    news = f"{filed.claimant.name}经核对成为“{firm.name}”的企业管理员。"
    tell(session, others, news, members_page(firm.id), at=at)
    return given


def refuse(
    session: Session, filed: Filed, *, version: int, reason: str, by: Actor, at: datetime
) -> None:
    """Turn a claim down; the claimant is told the reason.

    Raises:
        NotYoursToDecide: `by` filed it, acts for the firm, or does not check claims there.
        Invalid: no reason is given.
        ClaimDecided: it is decided, withdrawn or not at `version` any more.
    """
    _must_decide(session, filed, by)
    why = given_reason(reason)
    made = filed.claim
    _must_wait(made, version)
    _decide(session, made, ClaimState.REFUSED, reason=why, by=by, at=at)
    _record_claim(session, "claim.refused", made, by=by, at=at)
    told = f"您对信用代码 {made.credit_code} 的认领未通过：{why}"
    tell(session, [made.account_id], told, "/claims", at=at)


def _must_decide(session: Session, filed: Filed, by: Actor) -> None:
    firm = filed.enterprise
    division = firm.managing_division if firm else filed.claim.division
    if not may_decide(by, filed.claim.account_id, firm.id if firm else None):
        raise NotYoursToDecide("认领人和该企业的人员不能核对这项认领，请由另一位工作人员办理。")
    if not covers(session, deciding_divisions(by), division):
        raise NotYoursToDecide("认领由企业归口地的初审或复核人员核对。")


def _must_wait(made: Claim, version: int) -> None:
    if made.state is not ClaimState.PENDING:
        raise ClaimDecided(f"这项认领{made.state.label}，未作更改。请刷新页面查看。")
    if made.version != version:
        raise ClaimDecided("在您打开页面之后这项认领有了变化，未作更改。请刷新后再核对。")


def _decide(
    session: Session, made: Claim, state: ClaimState, *, reason: str, by: Actor, at: datetime
) -> None:
    """Leave PENDING, once: the row's version lets one of two at the same instant through."""
    made.state, made.reason = state, reason
    made.decided_at, made.decided_by_id = at, by.id
    session.flush()  # A stale version must speak before anything is granted.


def _record_claim(session: Session, action: str, made: Claim, *, by: Actor, at: datetime) -> None:
    audit.record(
        session,
        action,
        subject_kind="claim",
        subject_id=made.id,
        division=made.division,
        by=by,
        at=at,
        body={"credit_code": made.credit_code, "account": str(made.account_id)},
    )
