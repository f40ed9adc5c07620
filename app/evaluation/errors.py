"""Refusals of this room."""

from app.foundation.errors import Conflict, Forbidden, Invalid, NotFound


class NoLaw(NotFound):
    """No rule set of the packs in force applies to this title, day and 申报年度.

    Choose another day or year, or ask the policy office which pack should hold the rules.
    """

    slug = "no-law"
    title = "没有适用的规则"


class FlagClosed(Conflict):
    """The flag is closed or was cleared. Nothing was changed.

    Reload the page to see who closed it and why; a closed flag can be reopened with a reason.
    """

    slug = "flag-closed"
    title = "标记已结束"


class NotYourFlag(Forbidden):
    """Your role does not include this action on flags of this title and division."""

    slug = "not-your-flag"
    title = "不能办理这个标记"


class BadOrder(Invalid):
    """The batch cannot be run as ordered; the faulty field is named with its remedy."""

    slug = "bad-order"
    title = "批量评价的范围有误"


class ClauseChecked(Conflict):
    """The clause has been checked against the official text already. Nothing was changed."""

    slug = "clause-checked"
    title = "条款已核实"
