"""What the figures room declines."""

from app.foundation.errors import Conflict, Invalid


class FiguresUnfit(Invalid):
    """Some of the figures cannot be taken: each is named with its remedy."""

    slug = "figures-unfit"
    title = "填报数据有误"


class RevisionVerified(Conflict):
    """The year's figures have been verified by an officer. A filing does not overrule that.

    Ask the officer who verified them, or have the verified value adjusted with a reason.
    """

    slug = "revision-verified"
    title = "该年度数据已核实"


class RecordSuperseded(Conflict):
    """The record has been corrected or withdrawn meanwhile. Reload and compare."""

    slug = "record-superseded"
    title = "该记录已被更正"
