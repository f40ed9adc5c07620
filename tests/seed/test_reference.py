"""The committed files of reference data are what the script makes of the sources."""

import csv

import pytest

from seed.reference import make
from tests.conftest import SHARED

SOURCE = SHARED / "reference"
MADE = {
    "divisions.csv": make.divisions,
    "placeholders.csv": make.placeholder_aliases,
    "industries.csv": make.industries,
    "fields.csv": make.fields,
}


@pytest.mark.shared
@pytest.mark.skipif(not SOURCE.exists(), reason="the shared data folder is not here")
@pytest.mark.parametrize("name", MADE)
def test_a_file_is_what_the_script_makes(name):
    with (make.HERE / name).open(encoding="utf-8", newline="") as file:
        committed = [tuple(row) for row in csv.reader(file)][1:]

    assert committed == MADE[name](SOURCE)


def test_every_alias_leads_to_a_place_and_says_where_it_is_from():
    with (make.HERE / "divisions.csv").open(encoding="utf-8", newline="") as file:
        places = {row["code"] for row in csv.DictReader(file)}
    with (make.HERE / "aliases.csv").open(encoding="utf-8", newline="") as file:
        aliases = list(csv.DictReader(file))

    assert {row["code"] for row in aliases} <= places
    assert all(row["source"] for row in aliases)
    assert not {row["alias"] for row in aliases} & places
