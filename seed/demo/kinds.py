"""The kinds of firms a city has, how many of each, and the numbers that make them so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Final

from seed.demo.figures import WAN, Shape
from seed.demo.firms import Firm, TitleRow
from seed.demo.papers import GAZELLE, HIGH_TECH, LEADER, TECH_SME, city_title, enrolled, recognised

Range = tuple[int, int]  # both ends included
_VALID_YEARS: Final = 3
_JOINED_OVER: Final = 5  # years over which firms came to know of the roll
_LAST_YEAR: Final = 2025  # the last year with decided certificates


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its number in a city of 300, its ranges, and the titles it holds."""

    name: str
    count: int
    sales: Range  # 万元 in 2025
    growth: Range  # basis points a year
    rd: Range
    tech_staff: Range
    high_tech: Range
    class_one: Range  # Ⅰ类 rights
    class_two: Range
    founded: Range = (2009, 2020)
    titles: Callable[[Random, int, int], Sequence[TitleRow]] = field(default=lambda *_: ())
    is_awaiting: bool = False
    is_plain: bool = False  # an ordinary trade
    missing: tuple[str, ...] = ()  # figures that were not filed
    statements: bool = True  # whether residency and products were declared
    status: str = "active"


def _rolls(random: Random, founded: int, serial: int, last: int) -> list[TitleRow]:
    first = min(max(2022, founded + 1) + random.randrange(_JOINED_OVER), last)
    return [
        enrolled(year, 1 + (random.randrange(3) == 0), serial) for year in range(first, last + 1)
    ]


def _sme(random: Random, founded: int, serial: int) -> list[TitleRow]:
    return _rolls(random, founded, serial, 2026)


def _sme_until_last_year(random: Random, founded: int, serial: int) -> list[TitleRow]:
    return _rolls(random, founded, serial, _LAST_YEAR)


def _high_tech(random: Random, founded: int, serial: int) -> list[TitleRow]:
    """First in 2020–2022 and renewed after three years, or first in 2023–2025."""
    first = max(2020 + random.randrange(6), min(founded + 2, _LAST_YEAR))
    rows = [recognised(first, "first", serial)]
    if first + _VALID_YEARS <= _LAST_YEAR:
        rows.append(recognised(first + _VALID_YEARS, "renewed", serial))
    return rows


def _high_tech_and_sme(random: Random, founded: int, serial: int) -> list[TitleRow]:
    return _high_tech(random, founded, serial) + _sme(random, founded, serial)


def _lapsed(random: Random, founded: int, serial: int) -> list[TitleRow]:
    first = 2021 + random.randrange(2)
    return [recognised(first, "first", serial), *_sme(random, founded, serial)]


def _gazelle(random: Random, founded: int, serial: int) -> list[TitleRow]:
    rows = _high_tech_and_sme(random, founded, serial)
    return [*rows, city_title(GAZELLE, 2024 + random.randrange(2))] if serial % 3 else rows


def _leader(random: Random, founded: int, serial: int) -> list[TitleRow]:
    rows = _high_tech(random, founded, serial)
    return [*rows, city_title(LEADER, 2024)] if serial % 2 else rows


_SMALL: Final = (600, 9_000)
KINDS: Final = (
    Kind("steady", 70, _SMALL, (300, 1_800), (520, 900), (2_000, 3_600), (6_000, 9_000),
         (0, 2), (3, 9), titles=_sme),
    Kind("waiting", 57, _SMALL, (200, 1_600), (500, 850), (2_000, 3_400), (5_500, 8_800),
         (0, 1), (4, 8), titles=_sme_until_last_year, is_awaiting=True),
    Kind("not_renewed", 14, _SMALL, (-900, 600), (180, 480), (800, 2_600), (3_000, 7_000),
         (0, 1), (1, 5), titles=_sme_until_last_year),
    Kind("never_asked", 26, _SMALL, (300, 2_000), (510, 900), (2_100, 3_400), (5_000, 8_500),
         (0, 1), (4, 9)),
    Kind("high_tech", 34, (1_200, 18_500), (400, 2_400), (530, 900), (1_500, 3_000),
         (6_300, 9_300), (1, 6), (6, 24), titles=_high_tech_and_sme),
    Kind("large_high_tech", 8, (26_000, 46_000), (300, 1_500), (340, 560), (1_300, 2_200),
         (6_400, 9_000), (4, 12), (15, 40), titles=_high_tech),
    Kind("not_in_roll", 7, (1_500, 16_000), (200, 1_800), (540, 820), (1_400, 2_800),
         (6_300, 9_000), (1, 4), (6, 15), titles=_high_tech),
    Kind("lapsed_high_tech", 5, (900, 6_000), (-1_200, 200), (280, 520), (900, 2_200),
         (4_500, 7_500), (0, 2), (5, 10), founded=(2008, 2017), titles=_lapsed),
    Kind("near_high_tech", 20, _SMALL, (500, 2_200), (420, 620), (1_000, 2_800), (5_200, 7_000),
         (0, 2), (4, 9), titles=_sme),
    Kind("gazelle", 12, (3_000, 17_000), (2_200, 4_800), (560, 980), (1_800, 3_200),
         (6_800, 9_300), (2, 8), (8, 24), founded=(2012, 2020), titles=_gazelle),
    Kind("leader", 4, (54_000, 160_000), (500, 1_600), (340, 620), (1_300, 2_100),
         (6_600, 9_000), (10, 40), (30, 90), founded=(2001, 2012), titles=_leader),
    Kind("plain", 14, (400, 12_000), (-800, 900), (0, 190), (0, 900), (0, 3_000),
         (0, 0), (0, 2), is_plain=True),
    Kind("thin", 10, _SMALL, (200, 1_500), (450, 800), (1_500, 3_200), (5_500, 8_500),
         (0, 1), (2, 8), statements=False,
         missing=("rd_expense_tech_sme", "sci_tech_staff_tech_sme", "high_tech_product_revenue")),
    Kind("closed", 4, _SMALL, (-2_000, 0), (300, 700), (1_000, 2_600), (4_000, 7_500),
         (0, 1), (2, 6), titles=_sme_until_last_year, status="deregistered"),
    Kind("moved_out", 2, (2_000, 9_000), (300, 1_500), (520, 800), (1_600, 2_800),
         (6_300, 8_800), (1, 3), (5, 12), titles=_high_tech, status="moved_out"),
)  # fmt: skip
POPULATION: Final = sum(kind.count for kind in KINDS)


def shape(random: Random, kind: Kind) -> Shape:
    """The numbers of one firm of `kind`."""

    def draw(bounds: Range) -> int:
        return random.randrange(bounds[0], bounds[1] + 1)

    low, high = kind.sales
    # Twice drawn, the smaller kept: a city has more small firms than large ones.
    sales = min(draw((low, high)), draw((low, high))) * WAN + random.randrange(WAN)
    return Shape(
        sales=sales,
        growth=draw(kind.growth),
        rd=draw(kind.rd),
        tech_staff=draw(kind.tech_staff),
        high_tech=draw(kind.high_tech),
        sales_per_head=draw((38, 75)) * WAN,
        debt=draw((2_500, 6_800)),
        margin=draw((-200, 1_500)) if kind.is_plain else draw((150, 1_600)),
        tech_rd_discount=draw((9_000, 9_900)),
        audited_rd=draw((10_000, 11_200)),
        transformations=draw((0, 2)) if kind.is_plain else draw((2, 7)),
    )


def founding_day(random: Random, kind: Kind) -> date:
    """A working-life-like founding day within the kind's years."""
    year = random.randrange(kind.founded[0], kind.founded[1] + 1)
    return date(year, 1 + random.randrange(12), 1 + random.randrange(28))


def holds_both(firm: Firm, on: date) -> bool:
    """Whether `firm` is 科小 and 高企 at once on the day: titles are held concurrently."""
    return firm.held(TECH_SME, on) and firm.held(HIGH_TECH, on)
