"""A firm's figures over the years, from a few numbers that shape it. Integers only."""

from dataclasses import dataclass
from random import Random
from typing import Final

from seed.demo.firms import YearFigures

YEARS: Final = (2021, 2022, 2023, 2024, 2025)
WAN: Final = 1_000_000  # 分 in 万元
_TEN_THOUSAND: Final = 10_000  # basis points in one
_HEADS: Final = {  # of R&D by 195号, besides labour, which is the rest
    "rd_direct_input": 2_400,
    "rd_depreciation": 700,
    "rd_intangible": 200,
    "rd_design": 300,
    "rd_equipment_test": 200,
    "rd_other": 600,
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What shapes a firm: sales of the last year in 分, and shares in basis points (1/10,000)."""

    sales: int
    growth: int  # yearly growth of sales
    rd: int  # R&D expense over sales
    tech_staff: int  # science and technology staff over all staff
    high_tech: int  # income of high-tech products over total income
    sales_per_head: int  # 分
    debt: int = 4_500  # liabilities over assets
    margin: int = 700  # net profit over sales
    tech_rd_discount: int = 9_600  # R&D by 119号 over R&D by 195号
    audited_rd: int = 10_400  # R&D of the income statement over R&D by 195号
    transformations: int = 5  # results turned into products, a year


def share(amount: int, basis_points: int) -> int:
    """`basis_points` ten-thousandths of `amount`, rounded down."""
    return amount * basis_points // _TEN_THOUSAND


def history(random: Random, shape: Shape, founded: int) -> dict[int, YearFigures]:
    """Figures for each year from the founding year on, the last shaped exactly by `shape`."""
    figures: dict[int, YearFigures] = {}
    sales = shape.sales
    for year in reversed(YEARS):
        if year < founded:
            break
        figures[year] = year_figures(shape, sales)
        growth = shape.growth + random.randrange(-300, 301)
        sales = sales * _TEN_THOUSAND // (_TEN_THOUSAND + growth)
    return dict(sorted(figures.items()))


def year_figures(shape: Shape, sales: int) -> YearFigures:
    """The figures of one year with `sales`: every 口径 on its own, none copied blindly."""
    rd = share(sales, shape.rd)
    staff = max(2, sales // shape.sales_per_head)
    assets = share(sales, 11_500)
    income = share(sales, 10_080)  # some interest and other income beside the sales
    figures = {
        "sales_revenue": sales,
        "operating_revenue": sales,
        "main_revenue": share(sales, 9_650),
        "main_revenue_statistical": share(sales, 9_650),
        "total_income": income,
        "nontaxable_income": 0,
        "investment_income": share(sales, 15),
        "high_tech_product_revenue": share(income, shape.high_tech),
        "main_high_tech_product_revenue": share(share(income, shape.high_tech), 7_600),
        "leading_product_revenue": share(sales, 7_100),
        "cost_and_expense_total": share(sales, _TEN_THOUSAND - shape.margin - 120),
        "total_profit": share(sales, shape.margin + 120),
        "net_profit": share(sales, shape.margin),
        "tax_paid": share(sales, 380),
        "total_assets": assets,
        "total_liabilities": share(assets, shape.debt),
        "rd_expense_high_tech": rd,
        "rd_expense_domestic": share(rd, 9_800),
        "rd_expense_tech_sme": share(rd, shape.tech_rd_discount),
        "rd_expense_accounting": share(rd, shape.audited_rd),
        "rd_internal_statistical": share(rd, 9_300),
        "sci_activity_expense": share(rd, 10_500),
        "transformation_count": shape.transformations,
        "tax_collection_by_accounts": 1,
        "rd_deduction_negative_industry": 0,
    }
    figures["net_assets"] = figures["total_assets"] - figures["total_liabilities"]
    return figures | rd_heads(rd) | _staff(shape, staff)


def rd_heads(total: int) -> YearFigures:
    """The heads of expense that R&D by 195号 is made of; they add up to `total`."""
    heads = {name: share(total, part) for name, part in _HEADS.items()}
    return {"rd_labour": total - sum(heads.values()), **heads}


def _staff(shape: Shape, staff: int) -> YearFigures:
    tech = share(staff, shape.tech_staff)
    return {
        "employees_tech_sme": staff,
        "sci_tech_staff_tech_sme": tech,
        "employees_avg_high_tech": staff,
        "sci_tech_staff_avg_high_tech": tech,
        "employees_year_end": staff,
        "employees_insured": staff,
        "rd_staff": tech,
        "staff_college": min(staff, tech + staff // 5),
    }
