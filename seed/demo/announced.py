"""The list the province announces in the ten-minute demonstration, as a workbook.

Sixty names as such lists come: a title over two merged rows, then number, name and district;
no credit codes. Fifty-five names are as registered, three are former names, two firms belong
to another city.
"""

from pathlib import Path
from typing import Final

import xlsxwriter

from seed.demo.firms import City
from seed.demo.places import COUNTIES

TITLE: Final = "云中省2026年第3批入库科技型中小企业名单"
NUMBER: Final = "云中科技公告〔2026〕13号"
BATCH: Final = "2026年第3批"
ISSUED_ON: Final = "2026-11-23"
ELSEWHERE: Final = (("江浦澄舟机械有限公司", "江浦市"), ("江浦岚钧新材料有限公司", "江浦市"))
HEADER: Final = ("序号", "企业名称", "所属地区")


def rows(city: City) -> list[tuple[str, str]]:
    """Name and district of each row, firms of other cities among them."""
    places = {place.code: place.name for place in COUNTIES}
    named = [
        (
            firm.first_name,
            places[firm.registered_division],
        )
        for firm in city.awaiting
    ]
    middle = len(named) // 2
    return [*named[:middle], ELSEWHERE[0], *named[middle:], ELSEWHERE[1]]


def write(city: City, path: Path) -> int:
    """Write the workbook to `path`; how many names it has."""
    listed = rows(city)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("名单")
        bold = book.add_format({"bold": True, "align": "center", "valign": "vcenter"})
        sheet.set_column(0, 0, 6)
        sheet.set_column(1, 1, 42)
        sheet.set_column(2, 2, 18)
        sheet.merge_range(0, 0, 0, 2, TITLE, bold)
        sheet.merge_range(1, 0, 1, 2, f"（{NUMBER}，{ISSUED_ON}）")
        sheet.write_row(2, 0, HEADER, bold)
        for number, (name, place) in enumerate(listed, start=1):
            sheet.write_row(number + 2, 0, (number, name, place))
    return len(listed)
