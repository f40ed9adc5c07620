"""Refusals of the reference room."""

from app.foundation.errors import Invalid, Unavailable


class CalendarEnds(Unavailable):
    """The working-day calendar does not reach the day asked for. Nothing was changed.

    Each year's holidays are announced by the State Council in the last months of the year
    before. Load them: `flask reference load --folder <folder with calendar.csv>`.
    """

    slug = "calendar-ends"
    title = "工作日历尚未包含这一年"

    def __init__(self, year: int) -> None:
        super().__init__(
            f"工作日历中没有 {year} 年的节假日安排，无法推算工作日。"
            "请系统管理员载入国务院办公厅公布的该年度安排后再试。",
            year=year,
        )


class ReferenceFault(Invalid):
    """A file of reference data cannot be loaded; the row and the reason are named."""

    slug = "reference-fault"
    title = "基础数据文件有误"
