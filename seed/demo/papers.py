"""The announcements of the demo and the title rows that come from them. All 文号 are invented."""

from datetime import date
from typing import Final

from seed.demo.firms import Paper, TitleRow

TECH_SME: Final = "national.tech_sme"
HIGH_TECH: Final = "national.high_tech"
GAZELLE: Final = "demo.gazelle"
LEADER: Final = "demo.leader"
_ROLL_DAYS: Final = {  # 年度 -> announcement days of the batches, in order
    2022: (date(2022, 7, 15), date(2022, 10, 20)),
    2023: (date(2023, 7, 14), date(2023, 10, 20)),
    2024: (date(2024, 7, 12), date(2024, 10, 18)),
    2025: (date(2025, 7, 18), date(2025, 10, 24)),
    2026: (date(2026, 8, 14), date(2026, 10, 16)),
}
_CERTIFICATE_DAYS: Final = {  # 认定年 -> day of the certificate
    2020: date(2020, 11, 28),
    2021: date(2021, 11, 30),
    2022: date(2022, 11, 25),
    2023: date(2023, 11, 28),
    2024: date(2024, 11, 30),
    2025: date(2025, 11, 25),
}


def enrolled(year: int, batch: int, serial: int) -> TitleRow:
    """Entry in the 科小 roll of `year`, valid to its last day; `batch` is 1 or 2."""
    day = _ROLL_DAYS[year][batch - 1]
    paper = Paper(
        number=f"云中科技公告〔{year}〕{10 + batch}号",
        batch=f"{year}年第{batch}批",
        title=f"云中省{year}年第{batch}批入库科技型中小企业名单",
        issued_on=day,
    )
    number = f"{year}9901000A{serial:06d}"
    return TitleRow(TECH_SME, "enrolled", day, day, date(year + 1, 1, 1), paper, year, number)


def recognised(year: int, kind: str, serial: int) -> TitleRow:
    """Recognition as 高新技术企业 in `year`: three years, the boundary day shared."""
    return certified(_CERTIFICATE_DAYS[year], kind, serial)


def certified(day: date, kind: str, serial: int, province: str = "云中") -> TitleRow:
    """A 高新技术企业 certificate of `day` for three years, from the office of `province`."""
    paper = Paper(
        number=f"{province}高企认〔{day.year}〕{day.month}号",
        batch=f"{day.year}年第一批",
        title=f"{province}省{day.year}年认定的高新技术企业名单",
        issued_on=day,
    )
    return TitleRow(
        HIGH_TECH,
        kind,
        day,
        day,
        day.replace(year=day.year + 3),
        paper,
        None,
        f"GR{day.year}99{serial:06d}",
    )


def city_title(title: str, year: int) -> TitleRow:
    """A title of the city's own (瞪羚, 龙头), decided in December of `year` for three years."""
    word = {GAZELLE: "瞪羚企业", LEADER: "创新龙头企业"}[title]
    day = date(year, 12, 20)
    paper = Paper(
        number=f"云溪科〔{year}〕{41 if title == GAZELLE else 42}号",
        batch=f"{year}年度",
        title=f"云溪市{year}年度{word}名单",
        issued_on=day,
    )
    return TitleRow(title, "first", day, day, date(year + 3, 12, 20), paper)
