"""What the figures room declines."""

from app.foundation.errors import Conflict, Invalid, NotFound


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


class DraftStale(Conflict):
    """The draft has been saved elsewhere since you loaded it. What you typed is kept on the page.

    Compare the two versions and choose, field by field, which one goes on.
    """

    slug = "draft-stale"
    title = "草稿已在别处保存"


class ProfileLocked(Conflict):
    """An application that uses this year is being handled: its figures stay as they were filed.

    Only the fields sent back for correction can be changed until the case ends.
    """

    slug = "profile-locked"
    title = "该年度正在审核"


class NotSigned(Conflict):
    """The draft as it stands lacks a confirmation. A change makes earlier ones void.

    Ask 财务 first, then 法人, to confirm it on the sign-off page.
    """

    slug = "not-signed"
    title = "尚未完成确认"


class NothingToFile(NotFound):
    """There is no draft of this year. Begin one from the list of years."""

    slug = "no-draft"
    title = "没有草稿"
