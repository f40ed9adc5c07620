"""Write the CSV files of this folder anew from the published tables: see README.md for sources.

    python -m seed.reference.make SOURCE_FOLDER

SOURCE_FOLDER holds gbt2260_2023_{provinces,cities,areas}.csv, gbt4754_2017.csv and
hitech_fields_2016.json. The result is sorted and has Unix line ends, so that a new edition of a
source shows as a readable difference.
"""

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
NBS: Final = "国家统计局统计用区划代码（2023-06-30）"
PLACEHOLDERS: Final = frozenset(
    {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
)  # rows of the code table that are no place and have no bureau
WITHOUT_COUNTIES: Final = (
    ("710000", "台湾省"),
    ("810000", "香港特别行政区"),
    ("820000", "澳门特别行政区"),
)
ZONES: Final = range(71, 80)  # last two digits that the NBS gives to development zones

Row = tuple[str, ...]


def read(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of one CSV file of the source."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, header: Sequence[str], rows: Iterable[Row]) -> None:
    """One CSV file of this folder."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def divisions(folder: Path) -> list[Row]:
    """code, name, level, parent of every place, codes widened to six digits, parents first."""
    rows: list[Row] = [("0", "中国", "country", "")]
    rows += [
        (p["code"] + "0000", p["name"], "province", "0")
        for p in read(folder, "gbt2260_2023_provinces.csv")
    ]
    rows += [(code, name, "province", "0") for code, name in WITHOUT_COUNTIES]
    parents: dict[str, str] = {}
    for city in read(folder, "gbt2260_2023_cities.csv"):
        province = city["provinceCode"] + "0000"
        if city["name"] in PLACEHOLDERS:
            parents[city["code"]] = province
        else:
            parents[city["code"]] = code = city["code"] + "00"
            rows.append((code, city["name"], "city", province))
    for area in read(folder, "gbt2260_2023_areas.csv"):
        parent = parents[area["cityCode"]]
        if area["code"] != parent:  # 东莞, 中山, 儋州 repeat themselves as their own county
            rows.append((area["code"], area["name"], _level(area), parent))
    levels = ("country", "province", "city", "county", "zone")
    return sorted(rows, key=lambda row: (levels.index(row[2]), row[0]))


def _level(area: dict[str, str]) -> str:
    """A county that its province governs directly (济源 419001) acts as a city."""
    if int(area["code"][4:]) in ZONES:
        return "zone"
    return "city" if area["code"][2:4] == "90" else "county"


def placeholder_aliases(folder: Path) -> list[Row]:
    """The codes of rows that are no place (110100 市辖区) lead to the province they stand for."""
    cities = read(folder, "gbt2260_2023_cities.csv")
    return [
        (city["code"] + "00", city["provinceCode"] + "0000", "", "", NBS)
        for city in cities
        if city["name"] in PLACEHOLDERS
    ]


def fields(folder: Path) -> list[Row]:
    """code, name, level, parent of the technology fields."""
    rows: list[Row] = []

    def walk(nodes: list[dict[str, Any]], level: int, parent: str) -> None:
        for node in nodes:
            rows.append((node["code"], node["name"], str(level), parent))
            walk(node.get("children", []), level + 1, node["code"])

    walk(json.loads((folder / "hitech_fields_2016.json").read_text(encoding="utf-8")), 1, "")
    return rows


def industries(folder: Path) -> list[Row]:
    """code, name, level, parent, section of GB/T 4754-2017."""
    return [
        (row["code"], row["name"], row["level"], row["parent_code"], row["section"])
        for row in read(folder, "gbt4754_2017.csv")
    ]


def main(folder: Path) -> None:
    """Write all files. `aliases.csv` is kept by hand but for the placeholder codes."""
    write("divisions.csv", ("code", "name", "level", "parent"), divisions(folder))
    write("industries.csv", ("code", "name", "level", "parent", "section"), industries(folder))
    write("fields.csv", ("code", "name", "level", "parent"), fields(folder))
    header = ("alias", "code", "since", "until", "source")
    write("placeholders.csv", header, placeholder_aliases(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
