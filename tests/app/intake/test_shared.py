"""The shared sample cities, read whole under the shipped manifest."""

import csv
import tarfile

import pytest

from app.intake.city import Surroundings
from app.intake.domain import IssueEffect
from app.intake.parsing import read_manifest
from app.intake.reading import read_city
from app.intake.staging import shipped_manifest
from tests.conftest import SHARED
from tests.factories.base import TODAY

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not (SHARED / "city").exists(), reason="the shared data is not here"),
]


@pytest.fixture(scope="module")
def read(library, tmp_path_factory):
    def unpack(name):
        folder = tmp_path_factory.mktemp("city")
        with tarfile.open(SHARED / "city" / f"{name}.tar.gz") as archive:
            archive.extractall(folder, filter="data")
        inner = next(path.parent for path in folder.rglob("annual.csv"))
        text = shipped_manifest("130500")
        manifest = read_manifest(text, library.indicators, library.titles)
        reference = SHARED / "reference"
        with (reference / "gbt2260_2023_areas.csv").open() as areas:
            divisions = {row["code"]: row["code"] for row in csv.DictReader(areas)}
        with (reference / "gbt4754_2017.csv").open() as codes:
            industries = {row["code"] for row in csv.DictReader(codes)}
        around = Surroundings(divisions, industries, {}, set(), library.indicators, TODAY)
        return read_city(inner, manifest, around)

    return unpack


def test_the_clean_city_goes_in_whole(read):
    city = read("sample_city")

    assert (len(city.firms), len(city.years), len(city.certificates)) == (18_000, 83_856, 30_382)
    assert city.issues.count(IssueEffect.ROW) == city.issues.count(IssueEffect.VALUE) == 0
    enrolled = {c.credit_code for c in city.certificates if c.roll_year == 2022}
    assert len(enrolled) == 8_000


def test_the_dirty_city_is_understood_or_held_back_never_guessed(read):
    city = read("sample_dirty_3000")

    assert (len(city.firms), len(city.years)) == (3_000, 14_058)
    assert city.issues.count(IssueEffect.ROW) == 0
    held = {
        column: sum(
            count
            for (_, found, effect, _), count in city.issues.counts.items()
            if found == column and effect is IssueEffect.VALUE
        )
        for column in ("sales_revenue_cny", "rd_expense_cny", "total_assets_cny")
    }
    # 73 sales typed in 万元 have digits below one 分; one more shows beside its next year.
    # Thousands separators and full-width digits are understood, not held.
    assert held == {"sales_revenue_cny": 74, "rd_expense_cny": 1, "total_assets_cny": 0}
