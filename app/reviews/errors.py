"""What the reviews room declines."""

from app.foundation.errors import Conflict, Fault, Forbidden, Invalid


class IllegalTransition(Conflict):
    """The case is no longer in a state that allows the action. Nothing was changed.

    The usual cause is two people with the same case open. Reload the case: what was decided
    already, by whom and when, is shown there.
    """

    slug = "illegal-transition"
    title = "事项当前状态不允许此操作"


class AlreadyDecided(Conflict):
    """Somebody decided this stage of the case first. Your decision was not taken.

    Reload the case: the decision taken, its author and its time are in the history.
    """

    slug = "already-decided"
    title = "这一环节已有决定"


class StaleCase(Conflict):
    """The case has changed since you opened the page. Nothing was changed by this request.

    Reload the case and look at what is new before you decide.
    """

    slug = "stale-case"
    title = "事项已有变化"


class NotYourCase(Forbidden):
    """Your role, line or place does not include this stage of the case.

    A stage is decided by those who hold its role for the place that manages the enterprise.
    """

    slug = "not-your-case"
    title = "不由您办理"


class MakerNotChecker(Forbidden):
    """Who filed, helped to fill in, or decided another stage of a case does not decide it.

    Ask a colleague who holds the same role and had no part in the case.
    """

    slug = "maker-not-checker"
    title = "经手人不得审核"


class WindowClosed(Conflict):
    """No application window is open for this title now. Nothing was filed.

    The window's last day ends at 24:00 in Beijing time, by the clock of the server. The next
    window, where its notice is known, is named in the message.
    """

    slug = "window-closed"
    title = "不在申报期内"


class NothingFiled(Conflict):
    """The year the application is judged by has no filed figures.

    File the yearly profile of that year first; then apply.
    """

    slug = "nothing-filed"
    title = "依据年度尚未填报"


class AlreadyOpen(Conflict):
    """The enterprise already has an open application for this title and year.

    Open it under “我的申报”. A new one can be made once it has ended.
    """

    slug = "already-open"
    title = "已有在办的申报"


class NoProcedure(Invalid):
    """Applications for this title are not handled here, or not in this manner."""

    slug = "no-procedure"
    title = "本系统不受理这个称号"


class DecisionUnfit(Invalid):
    """The decision lacks something: a reason, the fields to correct, the meeting's record."""

    slug = "decision-unfit"
    title = "审核意见不完整"

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail, faults=(Fault(field, detail),))


class BatchUnfit(Conflict):
    """The recommendation batch cannot take this step as it stands."""

    slug = "batch-unfit"
    title = "推荐批次不能办理"
