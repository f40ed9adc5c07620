"""Intellectual property of the demo's firms: numbers in the shape of real ones, none real."""

from datetime import date, timedelta
from random import Random
from typing import Final

from seed.demo.firms import Right

_LAST: Final = date(2026, 5, 31)
_INVENTION_YEARS: Final = 20
_MODEL_YEARS: Final = 10


def rights(
    random: Random,
    product: str,
    founded: date,
    serial: int,
    class_one: tuple[int, int],
    class_two: tuple[int, int],
) -> list[Right]:
    """Rights of Ⅰ类 and Ⅱ类, numbered from the firm's serial so that no two are alike."""
    first = random.randrange(class_one[0], class_one[1] + 1)
    second = random.randrange(class_two[0], class_two[1] + 1)
    made = [invention(product, _applied(random, founded), serial, i) for i in range(first)]
    for i in range(second):
        maker = software if "软件" in product or i % 3 == 0 else utility_model
        made.append(maker(product, _applied(random, founded), serial, i))
    return made


def invention(product: str, applied: date, serial: int, index: int) -> Right:
    """A patent for an invention, granted about two years after it was applied for."""
    return Right(
        "invention", f"ZL{applied.year}1{serial:05d}{index:02d}.{index % 10}",
        f"一种{product}及其制备方法（{index + 1}）", applied,
        min(applied + timedelta(days=700), _LAST), _years_on(applied, _INVENTION_YEARS),
    )  # fmt: skip


def utility_model(product: str, applied: date, serial: int, index: int) -> Right:
    """A utility model, granted about eight months after it was applied for."""
    return Right(
        "utility_model", f"ZL{applied.year}2{serial:05d}{index:02d}.{index % 10}",
        f"一种{product}用装置（{index + 1}）", applied,
        min(applied + timedelta(days=240), _LAST), _years_on(applied, _MODEL_YEARS),
    )  # fmt: skip


def software(product: str, applied: date, serial: int, index: int) -> Right:
    """A registered computer program, protected for fifty years."""
    return Right(
        "software", f"{applied.year}SR{serial:05d}{index:02d}",
        f"{product}管理系统 V{index + 1}.0", applied,
        min(applied + timedelta(days=60), _LAST), date(applied.year + 50, 12, 31),
    )  # fmt: skip


def _applied(random: Random, founded: date) -> date:
    earliest = max(founded, date(2014, 1, 1))
    span = (date(2024, 3, 1) - earliest).days
    return earliest + timedelta(days=random.randrange(max(span, 1)))


def _years_on(day: date, years: int) -> date:
    return date(day.year + years, day.month, min(day.day, 28))
