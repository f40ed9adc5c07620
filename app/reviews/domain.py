"""Vocabularies of cases, and the interpreter of procedures: pure, no stage is a Python enum."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from app.foundation import canonical
from app.foundation.clock import SHANGHAI
from app.foundation.labelled import Labelled
from app.reviews.errors import IllegalTransition
from rules.pack import Procedure, Stage, Window
from rules.text import Text


class CaseStatus(Labelled):
    """How a case stands, whatever its stage is called."""

    OPEN = "open", "办理中"
    RETURNED = "returned", "退回补正"
    PASSED = "passed", "通过待上报"
    RECOMMENDED = "recommended", "已推荐待公布"
    GRANTED = "granted", "已认定"
    REJECTED = "rejected", "不予通过"
    WITHDRAWN = "withdrawn", "已撤回"
    NOT_LISTED = "not_listed", "未列入公布名单"


class CaseAction(Labelled):
    """What can be done to a case; which stage allows what is data."""

    PASS = "pass", "通过"
    RETURN = "return", "退回补正"
    REJECT = "reject", "不予通过"
    RESUBMIT = "resubmit", "补正后重新提交"
    WITHDRAW = "withdraw", "撤回"
    FORWARD = "forward", "汇总上报"
    LIST = "list", "按公布名单认定"
    UNLIST = "unlist", "未列入名单办结"


class BatchState(Labelled):
    """Where a recommendation batch stands."""

    OPEN = "open", "整理中"
    FORWARDED = "forwarded", "已上报"
    CONCLUDED = "concluded", "结果已回填"


FINAL: Final = frozenset(
    {CaseStatus.GRANTED, CaseStatus.REJECTED, CaseStatus.WITHDRAWN, CaseStatus.NOT_LISTED}
)
# What a reviewer decides at a stage, if the stage's data allow it.
DECISIONS: Final = (CaseAction.PASS, CaseAction.RETURN, CaseAction.REJECT)
_WAITING: Final = frozenset({CaseStatus.OPEN, CaseStatus.RETURNED, CaseStatus.PASSED})
_LISTED: Final = {  # what an announced list makes of a recommended case
    (CaseStatus.RECOMMENDED, CaseAction.LIST): CaseStatus.GRANTED,
    (CaseStatus.RECOMMENDED, CaseAction.UNLIST): CaseStatus.NOT_LISTED,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case is: the stage's place in its procedure, and its status."""

    stage: int
    status: CaseStatus


START: Final = Standing(0, CaseStatus.OPEN)


def allowed(stages: Sequence[Stage], standing: Standing) -> tuple[CaseAction, ...]:
    """What can be done to a case that stands there, in the order of the vocabulary."""
    return tuple(action for action in CaseAction if _after(stages, standing, action) is not None)


def next_standing(stages: Sequence[Stage], standing: Standing, action: CaseAction) -> Standing:
    """Where `action` leads.

    Raises:
        IllegalTransition: a case that stands there does not allow it.
    """
    found = _after(stages, standing, action)
    if found is None:
        raise IllegalTransition(_no(stages, standing, action), status=standing.status.value)
    return found


def _no(stages: Sequence[Stage], standing: Standing, action: CaseAction) -> str:
    stage = stages[standing.stage]
    can = "、".join(each.label for each in allowed(stages, standing))
    rest = f"现在可以：{can}。" if can else "这件事项已经办结。"
    return (
        f"事项在“{stage.name}”环节，状态为“{standing.status.label}”，"
        f"不能“{action.label}”。{rest}请刷新页面查看最新办理情况。"
    )


def _after(stages: Sequence[Stage], standing: Standing, action: CaseAction) -> Standing | None:
    here, status = standing.stage, standing.status
    if action is CaseAction.WITHDRAW:
        return Standing(here, CaseStatus.WITHDRAWN) if status in _WAITING else None
    if action in DECISIONS:
        offered = action.value in stages[here].actions
        return _decided(stages, here, action) if status is CaseStatus.OPEN and offered else None
    if (status, action) == (CaseStatus.PASSED, CaseAction.FORWARD):
        return _onward(stages, here)
    if (status, action) == (CaseStatus.RETURNED, CaseAction.RESUBMIT):
        return START  # The file has changed: what was approved before is void.
    ends = _LISTED.get((status, action))
    return Standing(here, ends) if ends else None


def _decided(stages: Sequence[Stage], here: int, action: CaseAction) -> Standing:
    if action is CaseAction.RETURN:
        return Standing(here, CaseStatus.RETURNED)
    if action is CaseAction.REJECT:
        return Standing(here, CaseStatus.REJECTED)
    if stages[here].kind == "forward":
        return Standing(here, CaseStatus.PASSED)  # It leaves with its batch.
    return _onward(stages, here)


def _onward(stages: Sequence[Stage], here: int) -> Standing:
    """The stage after a passed one; after the last the case ends, or waits for a list."""
    if here + 1 < len(stages):
        waits = stages[here + 1].kind == "result"
        return Standing(here + 1, CaseStatus.RECOMMENDED if waits else CaseStatus.OPEN)
    forwarded = stages[here].kind == "forward"
    return Standing(here, CaseStatus.RECOMMENDED if forwarded else CaseStatus.GRANTED)


def grants_here(stages: Sequence[Stage]) -> bool:
    """Whether the procedure ends with a decision of our own, not with a list of others."""
    return stages[-1].kind not in {"forward", "result"}


def document_of(procedure: Procedure) -> str:
    """The stages as a case keeps them, canonical JSON: a later version does not move it."""
    return canonical.dumps(
        [
            {
                "id": stage.id,
                "name": {"zh": stage.name.zh, "en": stage.name.en},
                "role": stage.role,
                "level": stage.level,
                "kind": stage.kind,
                "actions": list(stage.actions),
                "working_days": stage.working_days,
            }
            for stage in procedure.stages
        ]
    )


def stages_of(document: str) -> tuple[Stage, ...]:
    """The stages that `document_of` wrote down."""
    return tuple(
        Stage(
            id=raw["id"],
            name=Text.of(raw["name"]),
            role=raw["role"],
            level=raw["level"],
            kind=raw["kind"],
            actions=tuple(raw["actions"]),
            working_days=raw["working_days"],
        )
        for raw in json.loads(document)
    )


# --- Windows --------------------------------------------------------------------------------------

_LEVELS: Final = ("county", "city", "province", "country")  # whose deadline comes first


def opens_at(window: Window) -> datetime:
    """The first instant of a window; a notice without a first day opens with its year."""
    return _midnight(window.opens_on or date(window.year, 1, 1))


def closes_at(window: Window) -> datetime:
    """The first instant after a window: 24:00 in Shanghai of its last day.

    >>> closes_at(Window("t", 2026, Text(""), "", "city", None, date(2026, 10, 15), "0"))
    datetime.datetime(2026, 10, 15, 16, 0, tzinfo=datetime.timezone.utc)
    """
    return _midnight(window.closes_on + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=SHANGHAI).astimezone(UTC)


def is_open(window: Window, at: datetime) -> bool:
    """Whether an application received at the instant `at`, by the server's clock, is in time."""
    return opens_at(window) <= at < closes_at(window)


def filing_windows(
    windows: Iterable[Window],
    title: str,
    *,
    territories: Collection[str],
    application_type: str = "",
) -> list[Window]:
    """The windows in which firms of a place file for a title, by their last day.

    Of one batch only the lowest level counts: 县区 closes before 市 and 省 do.
    """
    first: dict[tuple[int, str, str], Window] = {}
    for window in windows:
        fits = not application_type or application_type in (
            window.application_types or (application_type,)
        )
        if window.title != title or window.territory not in territories or not fits:
            continue
        key = (window.year, window.batch.zh, window.number)
        known = first.get(key)
        if known is None or _LEVELS.index(window.level) < _LEVELS.index(known.level):
            first[key] = window
    return sorted(first.values(), key=lambda window: (window.closes_on, window.batch.zh))


def open_window(windows: Iterable[Window], for_year: int, at: datetime) -> Window | None:
    """The window of a year that is open at `at`; of several the one that closes first."""
    return next((w for w in windows if w.year == for_year and is_open(w, at)), None)


def next_window(windows: Iterable[Window], at: datetime) -> Window | None:
    """The first window that opens after `at`; None where no notice is known."""
    coming = [window for window in windows if opens_at(window) > at]
    return min(coming, key=opens_at, default=None)


def day_in_words(day: date) -> str:
    """A legal day as sentences name it.

    >>> day_in_words(date(2026, 11, 5))
    '2026年11月5日'
    """
    return f"{day.year}年{day.month}月{day.day}日"
