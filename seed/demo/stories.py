"""The twelve stories the demo is told by: one firm each (④ has a twin), named for what it shows."""

from datetime import date
from random import Random
from typing import Final

from seed.demo.codes import credit_code
from seed.demo.figures import WAN, YEARS, Shape, year_figures
from seed.demo.firms import Firm, FormerName, Paper, Right, TitleRow, YearFigures
from seed.demo.papers import HIGH_TECH, certified, enrolled, recognised
from seed.demo.places import ZONE
from seed.demo.rights import invention, software, utility_model

_SEED: Final = 12
_SALES: Final = (3_000, 3_200, 3_400, 3_600, 3_800)  # 万元, 2021 … 2025: steady growth
_APPLIED: Final = date(2021, 3, 16)
_DECLARED: Final = {"resident_enterprise": 1, "prohibited_product": 0}


def stories() -> tuple[Firm, ...]:
    """The firms of the stories, ① to ⑫, always the same."""
    random = Random(_SEED)  # noqa: S311 a demo city needs repeatability, not secrecy
    makers = (
        _not_in_roll, _last_year, _november, _exactly, _one_fen_short, _three_bases,
        _two_places, _april, _group, _moved_in, _renamed, _deregistered, _negative,
    )  # fmt: skip
    made = []
    for serial, maker in enumerate(makers, start=1):
        firm = maker(serial)
        firm.credit_code = credit_code(random, firm.registered_division)
        made.append(firm)
    return tuple(made)


def _shape(rd: int = 620, high_tech: int = 7_800, debt: int = 4_200) -> Shape:
    return Shape(
        sales=0, growth=0, rd=rd, tech_staff=2_200, high_tech=high_tech,
        sales_per_head=50 * WAN, debt=debt,
    )  # fmt: skip


def _years(shape: Shape, sales: tuple[int, ...] = _SALES) -> dict[int, YearFigures]:
    return {
        year: year_figures(shape, amount * WAN) for year, amount in zip(YEARS, sales, strict=True)
    }


def _firm(sign: str, name: str, serial: int, trade: tuple[str, str]) -> Firm:
    """A sound firm of 3,800 万元 that would pass 科小 and, but for the experts, 高企."""
    industry, product = trade
    return Firm(
        credit_code="",
        name=f"云溪{name}有限公司",
        registered_on=date(2014, 5, 12),
        registered_division="990101",
        managing_division="990101",
        industry=industry,
        kind=sign,
        years=_years(_shape()),
        statements=dict(_DECLARED),
        rights=_rights(product, serial),
    )


def _rights(product: str, serial: int) -> list[Right]:
    """One Ⅰ类 and five Ⅱ类 rights."""
    models = [utility_model(product, _APPLIED, serial, i) for i in range(4)]
    return [
        invention(product, _APPLIED, serial, 0),
        *models,
        software(product, _APPLIED, serial, 4),
    ]


def _without_class_one(firm: Firm) -> None:
    firm.rights = [right for right in firm.rights if right.kind != "invention"][:2]


def _not_in_roll(serial: int) -> Firm:
    firm = _firm("①", "应入未入装备", serial, ("C3569", "专用装备"))
    firm.titles = [recognised(2022, "first", serial), recognised(2025, "renewed", serial)]
    return firm


def _last_year(serial: int) -> Firm:
    firm = _firm("②", "去年在库材料", serial, ("C3985", "电子专用材料"))
    firm.registered_division = firm.managing_division = "990102"
    firm.titles = [enrolled(year, 1, serial) for year in (2023, 2024, 2025)]
    return firm


def _november(serial: int) -> Firm:
    firm = _firm("③", "十一月到期电气", serial, ("C3812", "电动机"))
    firm.titles = [
        recognised(2020, "first", serial),
        recognised(2023, "renewed", serial),  # to 2026-11-28
        *(enrolled(year, 1, serial) for year in (2024, 2025, 2026)),
    ]
    return firm


def _exactly(serial: int) -> Firm:
    """R&D of three years 540 万元 over sales of 10,800 万元: 5 % to the 分."""
    firm = _firm("④", "恰好百分之五仪器", serial, ("C4028", "电子测量仪器"))
    firm.registered_division = firm.managing_division = "990103"
    firm.years = _years(_shape(rd=500))
    for figures in firm.years.values():
        figures["rd_expense_tech_sme"] = figures["rd_expense_high_tech"]
    _without_class_one(firm)
    return firm


def _one_fen_short(serial: int) -> Firm:
    """The twin of ④, with one 分 less of R&D in the last year."""
    firm = _exactly(serial)
    firm.kind, firm.name = "④b", "云溪仅少一分仪器有限公司"
    for indicator in ("rd_expense_high_tech", "rd_expense_tech_sme", "rd_labour"):
        firm.years[2025][indicator] -= 1
    return firm


def _three_bases(serial: int) -> Firm:
    """119号 4.2 %, 195号 4.9 %, income statement 5.6 %: 科小 passes, 高企 does not."""
    firm = _firm("⑤", "三口径软件", serial, ("I6513", "应用软件"))
    firm.years = _years(_shape(rd=490))
    for figures in firm.years.values():
        sales = figures["sales_revenue"]
        figures["rd_expense_tech_sme"] = sales * 42 // 1_000
        figures["rd_expense_accounting"] = sales * 56 // 1_000
    firm.titles = [enrolled(year, 1, serial) for year in (2024, 2025, 2026)]
    return firm


def _two_places(serial: int) -> Firm:
    """Registered in 溪东区, looked after by the development zone."""
    firm = _firm("⑥", "两地机电", serial, ("C3812", "电动机"))
    firm.managing_division = ZONE
    firm.titles = [enrolled(year, 1, serial) for year in (2025, 2026)]
    return firm


def _april(serial: int) -> Firm:
    """Founded in April of this year: there is no last year."""
    firm = _firm("⑦", "四月成立生物", serial, ("M7320", "试验检测服务"))
    firm.registered_division = firm.managing_division = "990104"
    firm.registered_on = date(2026, 4, 8)
    firm.years = {}
    firm.rights = [software("试验检测服务", date(2026, 4, 20), serial, 0)]
    return firm


def _group(serial: int) -> Firm:
    """Its last two years were filed with the group's consolidated statements."""
    firm = _firm("⑧", "合并报表重工", serial, ("C3484", "传动零部件"))
    firm.consolidated_years = (2024, 2025)
    firm.titles = [recognised(2024, "first", serial)]
    return firm


def _moved_in(serial: int) -> Firm:
    """A 高企 moved here whole in March; its certificate of 2024 stays valid."""
    firm = _firm("⑨", "整体迁入光电", serial, ("C3985", "电子专用材料"))
    firm.registered_division = firm.managing_division = ZONE
    firm.moved_in_on = date(2026, 3, 20)
    old = certified(date(2024, 12, 3), "first", serial, province="江岭")
    day = date(2026, 6, 10)
    paper = Paper("云中高企办〔2026〕6号", "2026年迁入", "整体迁入高新技术企业资格确认公告", day)
    firm.titles = [
        TitleRow(HIGH_TECH, "moved_in", day, day, old.until, paper, None, old.certificate)
    ]
    return firm


def _renamed(serial: int) -> Firm:
    """Renamed in April; the province's list knows only the old name."""
    firm = _firm("⑩", "新名环保设备", serial, ("C3599", "环保专用设备"))
    firm.former_names = [FormerName("云溪旧名环保设备有限公司", date(2026, 4, 10))]
    firm.titles = [enrolled(year, 2, serial) for year in (2024, 2025)]
    firm.is_awaiting = True
    return firm


def _deregistered(serial: int) -> Firm:
    """Deregistered in May, though its figures of last year would pass."""
    firm = _firm("⑪", "已经注销科技", serial, ("I6550", "数据处理服务"))
    firm.registered_division = firm.managing_division = "990102"
    firm.status, firm.status_since = "deregistered", date(2026, 5, 20)
    firm.titles = [enrolled(year, 1, serial) for year in (2024, 2025)]
    return firm


def _negative(serial: int) -> Firm:
    """Liabilities exceed assets in the three years that growth is measured by."""
    firm = _firm("⑫", "净资产为负智能", serial, ("I6550", "数据处理服务"))
    firm.registered_division = firm.managing_division = "990104"
    firm.years = _years(_shape(debt=10_600))
    firm.titles = [enrolled(2026, 2, serial)]
    return firm
