"""What can be done here: judge one firm, order a batch, see a flag through to its end."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

import polars as pl
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.enterprises.models import Enterprise
from app.evaluation import facts, queries
from app.evaluation.clauses import Clause
from app.evaluation.domain import ApplicationType, FlagAct, FlagState
from app.evaluation.errors import BadOrder, ClauseChecked, FlagClosed, NoLaw, NotYourFlag
from app.evaluation.figures import ASSUMED, CONSOLIDATED, PROXY
from app.evaluation.judging import own_uses
from app.evaluation.models import ClauseCheck, Flag, FlagEvent
from app.evaluation.order import Order, application_type, rule_sets
from app.evaluation.permissions import OPEN, batch_divisions, may, may_batch, may_check
from app.foundation.actor import Actor
from app.foundation.clock import legal_day
from app.foundation.errors import Fault, Forbidden
from app.jobs import service as jobs
from app.jobs.models import Job
from app.reference.queries import covers
from rules.days import Moment
from rules.library import Library
from rules.needs import Figure
from rules.pack import Title
from rules.ruleset import RuleSet
from rules.verdict import Verdict

BATCH: Final = "evaluation.batch"


@dataclass(frozen=True, slots=True)
class Assessment:
    """One firm judged for one title, with the facts it rests on and their marks."""

    enterprise_id: UUID
    title: Title
    rule_set: RuleSet
    application_type: ApplicationType
    moment: Moment
    verdict: Verdict
    facts: dict[str, int | None]
    assumed: frozenset[str]  # need keys
    proxies: frozenset[str]
    group_years: tuple[int, ...]  # years whose figures are a group's, hence unknown
    document: str
    document_hash: str

    @property
    def is_preliminary(self) -> bool:
        """Whether the base year is not closed on the day (预评)."""
        return self.moment.base_year >= self.moment.on.year

    def used(self, marked: Collection[str]) -> list[str]:
        """Those of the marked facts that the decisive findings rest on, in the law's order."""
        own = own_uses(self.rule_set)
        keys = [key for finding in self.verdict.decisive for key in own[finding.id]]
        return [key for key in dict.fromkeys(keys) if key in marked]


def evaluate(
    session: Session,
    library: Library,
    enterprise_id: UUID,
    title: Title,
    *,
    moment: Moment,
    known_at: datetime,
    kind: ApplicationType | None = None,
    overlay: dict[str, int | None] | None = None,
    pinned: RuleSet | None = None,
) -> Assessment:
    """Judge one firm; nothing is written. `overlay` holds unsaved values by need key.

    `pinned` is the law a case was opened on: it is judged by that, whatever is in force now.

    Raises:
        NoLaw: no rule set applies to the title on that day and year.
    """
    chosen = kind or application_type(library, title, moment)
    in_force = chosen and library.rule_set(title.id, chosen.value, moment.on, moment.for_year)
    law = pinned or in_force
    if chosen is None or not law:
        raise NoLaw(
            f"{moment.on.isoformat()}、{moment.for_year}年度没有“{title.name}”的适用规则，"
            "请改选日期、年度或申报类型。"
        )
    built = facts.frame(
        session,
        library.indicators,
        law.needs,
        chosen=[enterprise_id],
        moment=moment,
        known_at=known_at,
        overlay={enterprise_id: overlay} if overlay else None,
    )
    return assessment(enterprise_id, title, law, chosen, moment, built)


def assessment(
    enterprise_id: UUID,
    title: Title,
    law: RuleSet,
    kind: ApplicationType,
    moment: Moment,
    built: pl.DataFrame,
) -> Assessment:
    """The judgement of the one row of `built`, which has every fact that `law` needs."""
    values = facts.of_row(built, law.needs)
    document, document_hash = facts.facts_document(built, law.needs)
    return Assessment(
        enterprise_id=enterprise_id,
        title=title,
        rule_set=law,
        application_type=kind,
        moment=moment,
        verdict=law.judge(values, moment),
        facts=values,
        assumed=_marked(built, ASSUMED, law),
        proxies=_marked(built, PROXY, law),
        group_years=_group_years(built, moment, law),
        document=document,
        document_hash=document_hash,
    )


def _marked(built: pl.DataFrame, mark: str, law: RuleSet) -> frozenset[str]:
    row = built.row(0, named=True)
    return frozenset(need.key for need in law.needs if row.get(need.key + mark))


def _group_years(built: pl.DataFrame, moment: Moment, law: RuleSet) -> tuple[int, ...]:
    row = built.row(0, named=True)
    years = sorted({need.year for need in law.needs if isinstance(need, Figure)})
    return tuple(moment.base_year + year for year in years if row.get(f"{CONSOLIDATED}{year}"))


def order_batch(
    session: Session, library: Library, order: Order, *, by: Actor, at: datetime
) -> Job:
    """Queue a batch.

    Raises:
        Forbidden: `by` may not order one for that division.
        BadOrder: the day, the year or a title does not fit.
    """
    if not may_batch(by) or (
        by.id is not None and not covers(session, batch_divisions(by), order.division)
    ):
        raise Forbidden("您不能对这个区划发起批量评价。请由市级复核、市级审定或政策岗位办理。")
    check_order(library, order)
    if order.on > legal_day(at):
        said = "评价日不能晚于今天：尚未发生的变动无从判断。"
        raise BadOrder(said, faults=(Fault("on", said),))
    job = jobs.enqueue(
        session,
        BATCH,
        key=batch_key(order),
        payload=payload_of(order),
        division=order.division,
        by=by,
        at=at,
    )
    audit.record(
        session,
        "batch.ordered",
        subject_kind="job",
        subject_id=str(job.id),
        division=order.division,
        by=by,
        at=at,
        body={"on": order.on.isoformat(), "for_year": order.for_year},
    )
    return job


def check_order(library: Library, order: Order) -> None:
    """Refuse an order that can give nothing.

    Raises:
        BadOrder: a title is unknown, no rule set applies, or the year lies too far ahead.
    """
    if order.for_year > order.on.year + 1:
        said = "申报年度最多比评价日晚一年（即预评），请改选。"
        raise BadOrder(said, faults=(Fault("for_year", said),))
    strange = [name for name in order.titles if name not in library.titles]
    if strange:
        raise BadOrder(
            f"规则包中没有称号 {'、'.join(strange)}。",
            faults=(Fault("titles", f"没有称号 {'、'.join(strange)}。"),),
        )
    if not rule_sets(library, order):
        raise BadOrder(
            "所选日期和申报年度没有任何适用规则。",
            faults=(Fault("for_year", "这个申报年度没有适用规则，请改选。"),),
        )


def batch_key(order: Order) -> str:
    """One active batch per division, day and year."""
    return f"{order.division}/{order.on.isoformat()}/{order.for_year}"


def payload_of(order: Order) -> dict[str, object]:
    """The order as a job keeps it."""
    return {
        "division": order.division,
        "on": order.on.isoformat(),
        "for_year": order.for_year,
        "titles": list(order.titles),
        "enterprises": [str(each) for each in order.enterprises],
    }


def order_of(payload: dict[str, object]) -> Order:
    """The order a job was given."""
    titles, firms = payload.get("titles") or [], payload.get("enterprises") or []
    assert isinstance(titles, list)  # noqa: S101 written by payload_of
    assert isinstance(firms, list)  # noqa: S101
    return Order(
        division=str(payload["division"]),
        on=date.fromisoformat(str(payload["on"])),
        for_year=int(str(payload["for_year"])),
        titles=tuple(str(name) for name in titles),
        enterprises=tuple(UUID(str(each)) for each in firms),
    )


def assign(
    session: Session,
    library: Library,
    flags: Sequence[Flag],
    *,
    assignee_id: UUID,
    note: str,
    by: Actor,
    at: datetime,
) -> None:
    """Give flags to one officer; all or none.

    Raises:
        NotYourFlag: `by` may not assign one of them, or the officer may not work on it.
        FlagClosed: one of them has ended.
    """
    for flag in flags:
        _allow(session, library, flag, FlagAct.ASSIGNED, by)
        if assignee_id not in dict(queries.officers(session, library, flag, on=at.date())):
            raise NotYourFlag("所选人员在这户企业的归口和业务线上没有审核岗位，请另选。")
        flag.assignee_id, flag.state = assignee_id, FlagState.ASSIGNED
        _tell(session, flag, FlagAct.ASSIGNED, note, by, at)
    session.flush()  # A stale version must speak before the view answers.


def note(
    session: Session, library: Library, flag: Flag, *, text: str, by: Actor, at: datetime
) -> None:
    """Write a note to the history of a flag.

    Raises:
        NotYourFlag: `by` may not.
    """
    _allow(session, library, flag, FlagAct.NOTED, by)
    _tell(session, flag, FlagAct.NOTED, text, by, at)
    session.flush()  # The note must be there when the page is shown again.


def close(
    session: Session, library: Library, flag: Flag, *, reason: str, by: Actor, at: datetime
) -> None:
    """See a flag through: it stays closed whatever later batches find.

    Raises:
        NotYourFlag: `by` may not.
        FlagClosed: it has ended already.
    """
    _allow(session, library, flag, FlagAct.CLOSED, by)
    flag.state, flag.ended_at = FlagState.CLOSED, at
    _tell(session, flag, FlagAct.CLOSED, reason, by, at)
    session.flush()  # A stale version must speak before the view answers.


def reopen(
    session: Session, library: Library, flag: Flag, *, reason: str, by: Actor, at: datetime
) -> None:
    """Take up a flag again that was closed or cleared.

    Raises:
        NotYourFlag: `by` may not, or the flag is open.
    """
    _allow(session, library, flag, FlagAct.REOPENED, by)
    flag.state = FlagState.ASSIGNED if flag.assignee_id else FlagState.OPEN
    flag.ended_at = None
    _tell(session, flag, FlagAct.REOPENED, reason, by, at)
    session.flush()  # A stale version must speak before the view answers.


def check_clause(
    session: Session,
    clause: Clause,
    *,
    official_text: str,
    official_name: str,
    checked_on: date,
    by: Actor,
    at: datetime,
) -> ClauseCheck:
    """Sign that the pack has a clause as the official text has it (局核实).

    Raises:
        Forbidden: `by` is no policy officer.
        ClauseChecked: it has been checked as it stands.
    """
    if not may_check(by):
        raise Forbidden("局核实由政策岗位办理。")
    if clause.check is not None or _has_check(session, clause):
        raise ClauseChecked(f"“{clause.name}”已经核实，不必重复。")
    check = ClauseCheck(
        pack=clause.pack,
        clause=clause.id,
        clause_hash=clause.body_hash,
        official_text=official_text,
        official_name=official_name,
        checked_on=checked_on,
        checked_by_id=by.id,
        recorded_at=at,
    )
    session.add(check)
    audit.record(
        session,
        "clause.checked",
        subject_kind="clause",
        subject_id=clause.id[:_SUBJECT],
        division=min(grant.division for grant in by.grants),
        by=by,
        at=at,
        body={"pack": clause.pack, "hash": clause.body_hash, "document": official_name},
    )
    session.flush()  # A second signature of the same clause must speak before the view answers.
    return check


_SUBJECT: Final = 40  # characters of an audit event's subject


def _has_check(session: Session, clause: Clause) -> bool:
    same = select(ClauseCheck.id).where(
        ClauseCheck.pack == clause.pack,
        ClauseCheck.clause == clause.id,
        ClauseCheck.clause_hash == clause.body_hash,
    )
    return session.scalar(same.limit(1)) is not None


def _allow(session: Session, library: Library, flag: Flag, act: FlagAct, by: Actor) -> None:
    roles = queries.roles_at(session, library, flag, by)
    if may(act, flag.state, roles):
        return
    if act in {FlagAct.ASSIGNED, FlagAct.CLOSED} and flag.state not in OPEN:
        raise FlagClosed(
            f"这个标记{flag.state.label}，不能再“{act.label}”。请刷新页面查看办理记录。"
        )
    raise NotYourFlag(f"您不能对这个标记执行“{act.label}”，请由归口单位相应业务线的审核岗位办理。")


def _tell(session: Session, flag: Flag, act: FlagAct, text: str, by: Actor, at: datetime) -> None:
    session.add(
        FlagEvent(
            flag_id=flag.id,
            act=act,
            note=text,
            detail=flag.detail,
            at=at,
            by_id=by.id,
            by_name=by.name,
        )
    )
    division = session.scalar(
        select(Enterprise.managing_division).where(Enterprise.id == flag.enterprise_id)
    )
    audit.record(
        session,
        f"flag.{act.value}",
        subject_kind="flag",
        subject_id=str(flag.id),
        division=division or "",
        by=by,
        at=at,
        body={"note": text, "state": flag.state.value},
    )
