"""What this room refuses."""

from app.foundation.errors import Conflict, Invalid


class IssuedMeanwhile(Conflict):
    """Somebody issued an edition of the same report a moment ago. Nothing was issued now.

    Open the list of editions, look at the new one, and issue again only if data has changed since.
    """

    slug = "edition-issued-meanwhile"
    title = "刚刚已有人出具"

    def __init__(self) -> None:
        super().__init__("刚刚已有人出具了这一期报告。请刷新报告列表，查看新出具的一期。")


class NotAPeriod(Invalid):
    """The days given do not make a report: the cut-off day lies after the day data is known."""

    slug = "not-a-period"
    title = "截止日或数据截至有误"
