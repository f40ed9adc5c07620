"""The home of people of an enterprise: where the firm stands, what waits for them, until when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask import url_for

from app.enterprises.models import Enterprise
from app.foundation.actor import Actor, EnterpriseRole
from app.foundation.clock import legal_day
from app.home import firm
from app.home.standing import title_word
from app.notices.queries import list_notices
from app.profiles import drafts
from app.profiles.models import ProfileDraft
from app.profiles.permissions import SIGNS, may_fill
from app.reviews import queries as reviews
from app.reviews.domain import CaseStatus, is_open, next_window, opens_at, stages_of
from app.reviews.filing import windows_of
from app.reviews.models import ReviewCase
from app.reviews.permissions import APPLICANTS
from app.web.i18n import gettext as _
from app.web.i18n import label, said
from app.web.law import law
from app.web.navigation import has_endpoint, may_enter
from app.web.pages import instant
from app.web.transactions import db
from rules.pack import Title, Window

NOTICES: Final = 5  # the newest unread ones; all of them are one click away


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that waits: how urgent, what, a note on it, and where it is done."""

    tone: str  # of the badge: attention, manual, unknown, plain
    word: str
    text: str
    note: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """The window of a title that is open, or the next one that opens."""

    name: str
    window: Window
    is_open: bool
    days_left: int | None  # legal days after today, while it is open
    href: str = ""
    case: ReviewCase | None = None  # already filed under it


@dataclass(frozen=True, slots=True)
class Course:
    """An open case with the stages it walks through, and which one it stands at."""

    case: ReviewCase
    name: str
    stages: tuple[str, ...]
    href: str


def page(enterprise: Enterprise, visitor: Actor, at: datetime) -> dict[str, Any]:
    """Everything the template of the firm's own home needs."""
    own = reviews.list_own(db(), visible_to=visitor)
    cases = [case for case in own if case.enterprise_id == enterprise.id]
    going = [case for case in cases if case.ended_at is None]
    return {
        **firm.page(enterprise, visitor),
        "duties": [*_figures(enterprise, visitor, at), *_returned(going), *_signals(visitor)],
        "terms": _terms(enterprise, visitor, going, at),
        "courses": [_course(case) for case in going],
        "my_roles": [held.role for held in visitor.mandates if held.enterprise_id == enterprise.id],
        "others": len(visitor.enterprises) > 1,
        "doors": _doors(enterprise, visitor),
    }


def _to(endpoint: str, visitor: Actor, **values: Any) -> str:
    """The address of a page that is built and that opens to the visitor; else nothing."""
    if not has_endpoint(endpoint) or not may_enter(endpoint, visitor):
        return ""
    return url_for(endpoint, **values)


def _doors(enterprise: Enterprise, visitor: Actor) -> list[tuple[str, str]]:
    """The rooms of one firm, in the order of a year's work."""
    own = {"enterprise_id": enterprise.id}
    wanted = (
        (_("年度填报"), _to("profiles.index", visitor)),
        (_("申报"), _to("reviews.apply", visitor, **own)),
        (_("知识产权与资质台账"), _to("profiles.records", visitor, **own)),
        (_("成员与授权"), _to("mandates.members", visitor, **own)),
    )
    return [(name, href) for name, href in wanted if href]


def _figures(enterprise: Enterprise, visitor: Actor, at: datetime) -> Iterator[Duty]:
    """The year to be filed, and drafts with the confirmations they lack."""
    begun = drafts.list_drafts(db(), [enterprise.id])
    for draft in begun:
        yield _draft(enterprise, visitor, draft)
    last = legal_day(at).year - 1
    founded = enterprise.registered_on
    exists = founded is None or founded.year <= last
    if not exists or any(draft.year == last for draft in begun):
        return
    if may_fill(visitor, enterprise.id) and not drafts.current_revision(db(), enterprise.id, last):
        text = _("%(year)s 年度数据尚未填报", year=last)
        note = _("申报和评价都以已提交的年度数据为依据。")
        href = _to("profiles.index", visitor)
        yield Duty("attention", _("待填报"), text, note, href)


def _draft(enterprise: Enterprise, visitor: Actor, draft: ProfileDraft) -> Duty:
    known = drafts.signatures(db(), draft)
    missing = [role for role in SIGNS if role not in known]
    text = _("%(year)s 年度填报草稿", year=draft.year)
    saved = _("已保存 %(at)s", at=instant(draft.saved_at))
    review = _to("profiles.review", visitor, enterprise_id=enterprise.id, year=draft.year)
    if not missing:
        return Duty("attention", _("待提交"), text, _("财务和法人均已确认"), review)
    turn = missing[0]
    if visitor.acts_for(enterprise.id, turn):
        return Duty("attention", _("请您确认"), text, saved, review)
    edit = _to("profiles.edit", visitor, enterprise_id=enterprise.id, year=draft.year)
    waits = _("待%(role)s确认", role=label(turn))
    begun = EnterpriseRole.FINANCE in known
    return Duty("manual" if begun else "unknown", waits if begun else _("草稿"), text,
                f"{saved}；{waits}", review if begun else edit)  # fmt: skip


def _returned(going: Sequence[ReviewCase]) -> Iterator[Duty]:
    for case in going:
        if case.status is CaseStatus.RETURNED:
            course = _course(case)
            text = _("%(year)s 年度%(name)s申报退回补正", year=case.for_year, name=course.name)
            note = _("请按意见修改所列内容后重新提交。")
            yield Duty("attention", _("退回补正"), text, note, course.href)


def _signals(visitor: Actor) -> Iterator[Duty]:
    unread = [notice for notice in list_notices(db(), visible_to=visitor) if not notice.read_at]
    for notice in unread[:NOTICES]:
        when = instant(notice.created_at)
        yield Duty("plain", label(notice.kind), notice.text, when, url_for("notices.index"))


def _name(title: str) -> str:
    found = law().titles.get(title)
    return title_word(found) if found else title


def _course(case: ReviewCase) -> Course:
    stages = tuple(said(stage.name) for stage in stages_of(case.steps))
    href = url_for("reviews.show", case_id=case.id) if has_endpoint("reviews.show") else ""
    return Course(case, _name(case.title), stages, href)


def _terms(
    enterprise: Enterprise, visitor: Actor, going: Sequence[ReviewCase], at: datetime
) -> list[Term]:
    """Of each title one applies for here: the window that is open, else the next; soonest first."""
    found = [
        term
        for title in law().titles.values()
        if law().procedure_of(title.id)
        for term in _term(enterprise, title, at)
    ]
    filed = {(case.title, case.for_year): case for case in going}
    may = visitor.acts_for(enterprise.id, *APPLICANTS)
    apply = _to("reviews.apply", visitor, enterprise_id=enterprise.id) if may else ""
    found.sort(key=lambda term: (not term.is_open, opens_at(term.window), term.window.closes_on))
    return [
        replace(
            term,
            case=filed.get((term.window.title, term.window.year)),
            href=apply if term.is_open else "",
        )
        for term in found
    ]


def _term(enterprise: Enterprise, title: Title, at: datetime) -> Iterator[Term]:
    windows = windows_of(db(), law(), enterprise, title)
    now_open = [window for window in windows if is_open(window, at)]
    for window in now_open:
        left = (window.closes_on - legal_day(at)).days
        yield Term(title_word(title), window, is_open=True, days_left=left)
    following = next_window(windows, at)
    if not now_open and following is not None:
        yield Term(title_word(title), following, is_open=False, days_left=None)
