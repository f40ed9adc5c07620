"""The demo's files hold the whole city and can be read by what reads a real one."""

import csv
from pathlib import Path

import openpyxl
import pytest

from seed.demo import announced, files
from seed.demo.city import generate
from seed.demo.firms import City


@pytest.fixture(scope="module")
def city() -> City:
    return generate()


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_single_year_is_in_the_file_and_the_group_years_are_in_their_own(
    city: City, tmp_path: Path
) -> None:
    group = tmp_path / "group"
    group.mkdir()
    files.write_city(city, tmp_path)
    files.write_group(city, group)
    single, consolidated = read(tmp_path / "annual.csv"), read(group / "annual.csv")
    assert len(single) + len(consolidated) == sum(len(firm.years) for firm in city.firms)
    assert {row["credit_code"] for row in consolidated} == {city.story("⑧").credit_code}
    assert len(read(tmp_path / "enterprises.csv")) == len(city.firms)


def test_money_is_written_to_the_fen(city: City, tmp_path: Path) -> None:
    files.write_city(city, tmp_path)
    rows = {(row["credit_code"], row["year"]): row for row in read(tmp_path / "annual.csv")}
    exact = rows[city.story("④").credit_code, "2025"]["rd_expense_high_tech"]
    short = rows[city.story("④b").credit_code, "2025"]["rd_expense_high_tech"]
    assert (exact, short) == ("1900000.00", "1899999.99")


def test_the_list_has_sixty_names_of_which_three_are_former_and_two_elsewhere(
    city: City, tmp_path: Path
) -> None:
    path = tmp_path / "名单.xlsx"
    assert announced.write(city, path) == 60
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    names = [row[1] for row in sheet.iter_rows(min_row=4, values_only=True)]
    present = {firm.name for firm in city.firms}
    former = {former.name for firm in city.firms for former in firm.former_names}
    assert [len(names), len(present & set(names)), len(former & set(names))] == [60, 55, 3]
