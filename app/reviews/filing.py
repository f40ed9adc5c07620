"""What a firm does with a case: apply, upload, correct, withdraw, write."""

import json
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.enterprises.models import Enterprise
from app.evaluation.domain import ApplicationType
from app.evaluation.models import RuleSetRecord
from app.evaluation.order import territories
from app.evaluation.service import Assessment, evaluate
from app.evaluation.writing import record_rule_sets
from app.foundation import canonical
from app.foundation.actor import Actor
from app.foundation.clock import legal_day
from app.profiles.domain import RevisionState
from app.profiles.models import ProfileRevision
from app.reviews import moving, queries
from app.reviews.domain import (
    START,
    CaseAction,
    closes_at,
    day_in_words,
    document_of,
    filing_windows,
    grants_here,
    next_standing,
    next_window,
    open_window,
    stages_of,
)
from app.reviews.errors import (
    AlreadyOpen,
    DecisionUnfit,
    NoProcedure,
    NothingFiled,
    NotYourCase,
    WindowClosed,
)
from app.reviews.models import RecommendationItem, ReviewCase
from app.reviews.permissions import APPLICANTS, refusal
from rules.days import Moment
from rules.library import Library
from rules.needs import Figure
from rules.pack import Procedure, Title, Window
from rules.ruleset import RuleSet

OWN_LEVELS: Final = frozenset({"city", "county"})


def open_case(
    session: Session,
    library: Library,
    enterprise: Enterprise,
    title: Title,
    *,
    application_type: ApplicationType,
    for_year: int,
    by: Actor,
    at: datetime,
) -> ReviewCase:
    """File an application. `at` is when the server received it; what it rests on is pinned.

    Raises:
        NotYourCase: `by` may not file for the firm.
        NoProcedure: nobody handles applications for the title here.
        WindowClosed: no window of the year is open for the firm's place.
        AlreadyOpen: the firm has an open case for the title and year.
        NothingFiled: the base year has no filed figures.
        NoLaw: no rule set applies.
    """
    if by.id is None or not by.acts_for(enterprise.id, *APPLICANTS):
        raise NotYourCase("申报由企业管理员、填报员或受托代理提交，请先取得这家企业的授权。")
    procedure = procedure_for(library, title, at)
    window = _window(session, library, enterprise, title, application_type, for_year, at)
    if queries.find_open(session, enterprise.id, title.id, for_year):
        raise AlreadyOpen(_already(title, for_year))
    moment = Moment.of(legal_day(at), for_year)
    _check_filed(session, enterprise.id, moment.base_year)
    found = evaluate(
        session, library, enterprise.id, title, moment=moment, known_at=at, kind=application_type
    )
    record_rule_sets(session, [found.rule_set], at=at)
    pinned = _pin(session, found, at)
    case = ReviewCase(
        enterprise_id=enterprise.id,
        enterprise=enterprise,
        managing_division=enterprise.managing_division,
        title=title.id,
        application_type=application_type,
        for_year=for_year,
        window=f"{window.batch} {window.number}".strip()[:200],
        procedure=f"{procedure.id}/{procedure.version}"[:40],
        steps=document_of(procedure),
        stage=START.stage,
        status=START.status,
        role=procedure.stages[0].role,
        due_on=moving.due_on(session, procedure.stages[0], START.status, legal_day(at)),
        pinned=canonical.dumps({"base_year": moment.base_year, "revisions": pinned}),
        facts=found.document,
        facts_hash=found.document_hash,
        fingerprint=found.rule_set.fingerprint,
        outcome=found.verdict.outcome,
        opened_at=at,
        opened_by_id=by.id,
    )
    _add(session, case, title)
    moving.lock_years(session, case, [int(year) for year in pinned], at=at)
    moving.tell(session, case, "opened", f"按“{case.window}”提交申报。", by=by, at=at)
    moving.tell_reviewers(session, library, case, at=at)
    return case


def procedure_for(library: Library, title: Title, at: datetime) -> Procedure:
    """The procedure of a title.

    Raises:
        NoProcedure: there is none, or it would grant here what others decide.
    """
    procedure = library.procedure_of(title.id)
    if procedure is None:
        raise NoProcedure(f"“{title.name}”不在本系统申报，请按主管部门通知的渠道办理。")
    authority = title.decided_by(legal_day(at))
    ours = authority is not None and authority.level in OWN_LEVELS
    if grants_here(procedure.stages) and not ours:
        raise NoProcedure(
            f"“{title.name}”由上级认定，但办理流程以本级审定结束，请联系政策岗位改正流程。"
        )
    return procedure


def windows_of(
    session: Session, library: Library, enterprise: Enterprise, title: Title, kind: str = ""
) -> list[Window]:
    """The filing windows of a title that reach the firm's place, by their last day."""
    reach = territories(session, enterprise.managing_division)
    return filing_windows(library.windows, title.id, territories=reach, application_type=kind)


def _window(
    session: Session,
    library: Library,
    enterprise: Enterprise,
    title: Title,
    kind: ApplicationType,
    for_year: int,
    at: datetime,
) -> Window:
    windows = windows_of(session, library, enterprise, title, kind.value)
    found = open_window(windows, for_year, at)
    if found is not None:
        return found
    past = [w for w in windows if w.year == for_year and closes_at(w) <= at]
    said = f"现在不在“{title.name}”{for_year}年度（{kind.label}）的申报期内。"
    if past:
        said += f"{past[-1].batch}已于{day_in_words(past[-1].closes_on)} 24:00 截止。"
    raise WindowClosed(said + coming(windows, at))


def coming(windows: list[Window], at: datetime) -> str:
    """The next window, in words."""
    following = next_window(windows, at)
    if following is None:
        return "下一次申报尚未见通知，请留意后续公告。"
    opens = day_in_words(following.opens_on) if following.opens_on else f"{following.year}年"
    return (
        f"下一次申报：{following.year}年度{following.batch}，{opens}起，"
        f"{day_in_words(following.closes_on)} 24:00 前。"
    )


def _already(title: Title, for_year: int) -> str:
    return f"这家企业的{for_year}年度“{title.name}”已有在办的申报，请在“我的申报”中查看。"


def _add(session: Session, case: ReviewCase, title: Title) -> None:
    """Write the case; the index on open cases speaks if another was faster."""
    try:
        with session.begin_nested():
            session.add(case)
            session.flush()
    except IntegrityError as error:
        if find := queries.find_open(session, case.enterprise_id, case.title, case.for_year):
            raise AlreadyOpen(_already(title, find.for_year)) from error
        raise


def _check_filed(session: Session, enterprise_id: UUID, year: int) -> None:
    if not _in_force(session, enterprise_id, [year]):
        raise NothingFiled(
            f"依据年度 {year} 年的数据尚未正式填报。"
            f"请先在“年度填报”中完成{year}年度填报，再提交申报。"
        )


def _in_force(session: Session, enterprise_id: UUID, years: list[int]) -> list[ProfileRevision]:
    found = select(ProfileRevision).where(
        ProfileRevision.enterprise_id == enterprise_id,
        ProfileRevision.year.in_(years),
        ProfileRevision.state != RevisionState.DRAFT,
        ProfileRevision.superseded_at.is_(None),
    )
    return list(session.scalars(found.order_by(ProfileRevision.year)))


def _pin(session: Session, found: Assessment, at: datetime) -> dict[str, dict[str, str | int]]:
    """The filed years the verdict rests on, by year; what was filed after `at` is not there."""
    base = found.moment.base_year
    asked = {base} | {base + n.year for n in found.rule_set.needs if isinstance(n, Figure)}
    rows = _in_force(session, found.enterprise_id, sorted(asked))
    return {
        str(row.year): {"id": str(row.id), "hash": row.body_hash, "number": row.number}
        for row in rows
        if row.recorded_at <= at
    }


# --- Afterwards -----------------------------------------------------------------------------------


def resubmit(
    session: Session,
    library: Library,
    case_id: UUID,
    *,
    note: str,
    version: int,
    by: Actor,
    at: datetime,
) -> ReviewCase:
    """Hand the corrected file in again: new revisions are pinned, earlier approvals are void.

    The law stays the one the case was opened on, and so does the day.

    Raises:
        IllegalTransition, StaleCase, NotYourCase, NothingFiled: nothing was changed.
    """
    case = take(session, library, case_id, CaseAction.RESUBMIT, version=version, by=by)
    there = next_standing(stages_of(case.steps), queries.standing_of(case), CaseAction.RESUBMIT)
    moment = Moment.of(legal_day(case.opened_at), case.for_year)
    _check_filed(session, case.enterprise_id, moment.base_year)
    found = evaluate(
        session,
        library,
        case.enterprise_id,
        library.titles[case.title],
        moment=moment,
        known_at=at,
        kind=case.application_type,
        pinned=pinned_law(session, case),
    )
    pinned = _pin(session, found, at)
    kept = canonical.dumps(
        {
            "base_year": moment.base_year,
            "revisions": pinned,
            "before": _before(case),
        }
    )
    moving.move(
        session,
        case,
        there,
        by=by,
        at=at,
        round=case.round + 1,
        pinned=kept,
        facts=found.document,
        facts_hash=found.document_hash,
        outcome=found.verdict.outcome,
    )
    moving.unlock_fields(session, case, {})
    moving.lock_years(session, case, [int(year) for year in pinned], at=at)
    said = note or "已按退回意见补正。"
    moving.tell(session, case, "resubmitted", said, by=by, at=at)
    moving.tell_reviewers(session, library, case, at=at)
    return case


def _before(case: ReviewCase) -> object:
    return json.loads(case.pinned)["revisions"]


def pinned_law(session: Session, case: ReviewCase) -> RuleSet:
    """The law the case was opened on, from the tree kept behind its fingerprint."""
    record = session.get_one(RuleSetRecord, case.fingerprint)
    return RuleSet(json.loads(record.tree))


def take(
    session: Session,
    library: Library,
    case_id: UUID,
    action: CaseAction,
    *,
    version: int,
    by: Actor,
) -> ReviewCase:
    """The case, if `by` may take `action` on it and has seen it as it stands.

    Raises:
        NotFound, AlreadyDecided, StaleCase, IllegalTransition: it does not stand so.
        NotYourCase, MakerNotChecker: he may not.
    """
    case = queries.get_case(session, case_id, visible_to=by)
    if case.version != version:
        raise moving.why(session, case, by, version=version)
    stages, standing = stages_of(case.steps), queries.standing_of(case)
    no = refusal(action, stages, standing, queries.seat_of(session, library, case, by))
    if no is not None:
        raise no
    next_standing(stages, standing, action)
    return case


def withdraw(
    session: Session,
    library: Library,
    case_id: UUID,
    *,
    reason: str,
    version: int,
    by: Actor,
    at: datetime,
) -> ReviewCase:
    """Take an application back. The firm may file again while the window is open.

    Raises:
        IllegalTransition, StaleCase, NotYourCase: nothing was changed.
        DecisionUnfit: there is no reason.
    """
    if not reason.strip():
        raise DecisionUnfit("reason", "请填写撤回的原因。")
    case = take(session, library, case_id, CaseAction.WITHDRAW, version=version, by=by)
    there = next_standing(stages_of(case.steps), queries.standing_of(case), CaseAction.WITHDRAW)
    moving.move(session, case, there, by=by, at=at)
    items = select(RecommendationItem).where(
        RecommendationItem.case_id == case.id,
        RecommendationItem.stage == case.stage,
        RecommendationItem.round == case.round,
    )
    for item in session.scalars(items):  # A batch that is still being put together loses it.
        session.delete(item)
    moving.release_years(session, case, at=at)
    moving.tell(session, case, "withdrawn", reason, by=by, at=at)
    return case
