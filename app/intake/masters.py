"""Reads the master file: one row, one enterprise. A faulty row is left out, the rest goes in."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from app.enterprises.domain import OperatingStatus, check_code
from app.intake.cells import Unreadable, plain, read_day, read_industry
from app.intake.city import City, Firm, Surroundings
from app.intake.domain import IssueEffect
from app.intake.ledgers import ELSEWHERE, TWICE
from app.intake.manifest import Manifest
from app.intake.sheets import Sheet


def read_firms(folder: Path, manifest: Manifest, around: Surroundings, city: City) -> None:
    """Read the master file into `city`."""
    if manifest.enterprises is None:
        return
    sheet = Sheet(folder, manifest.enterprises, city.issues)
    reader = _FirmReader(sheet, manifest, around)
    read = 0
    for line, cells in sheet.rows():
        read += 1
        firm = reader.firm(line, cells)
        if firm is None:
            continue
        first = city.firms.setdefault(firm.credit_code, firm)
        if first is not firm:
            sheet.fault(
                line,
                "",
                firm.credit_code,
                f"与第 {first.line} 行是同一家企业，请只留一行。",
                sort=TWICE,
            )
    city.row_counts[sheet.name] = read


class _FirmReader:
    """Turns rows of the master file into firms."""

    def __init__(self, sheet: Sheet, manifest: Manifest, around: Surroundings) -> None:
        self.sheet = sheet
        self.statuses = manifest.statuses
        self.around = around
        fields = ("credit_code", "name", "registered_division", "managing_division")
        more = ("industry_code", "registered_on", "operating_status")
        self.at = {name: sheet.place(name) for name in (*fields, *more)}

    def firm(self, line: int, cells: Sequence[str]) -> Firm | None:
        """The firm of a row; None when the row had to be left out."""
        code = self._code(line, cells)
        name = plain(self._cell(cells, "name"))
        status = self._status(line, cells)
        registered = self._division(line, cells, "registered_division")
        managing = (
            self._division(line, cells, "managing_division")
            if self.at["managing_division"] is not None
            else registered
        )
        if not name:
            self._fault(line, "name", "", "企业名称为空，请补上。")
        if not (code and name and status and registered and managing):
            return None
        return Firm(
            line=line,
            credit_code=code,
            name=name,
            registered_division=registered,
            managing_division=managing,
            industry_code=self._industry(line, cells),
            registered_on=self._founding(line, cells),
            operating_status=status,
        )

    def _code(self, line: int, cells: Sequence[str]) -> str | None:
        raw = self._cell(cells, "credit_code")
        checked = check_code(raw)
        if checked.fault:
            self._fault(line, "credit_code", raw, checked.fault)
            return None
        if checked.code in self.around.elsewhere:
            self._fault(line, "credit_code", raw, ELSEWHERE)
            return None
        return checked.code

    def _status(self, line: int, cells: Sequence[str]) -> OperatingStatus | None:
        if self.at["operating_status"] is None:
            return OperatingStatus.ACTIVE
        raw = plain(self._cell(cells, "operating_status"))
        if raw not in self.statuses:
            words = "、".join(self.statuses)
            self._fault(line, "operating_status", raw, f"登记状态不明，数据清单写有：{words}。")
        return self.statuses.get(raw)

    def _division(self, line: int, cells: Sequence[str], name: str) -> str | None:
        raw = plain(self._cell(cells, name)).removesuffix(".0")
        if (code := self.around.divisions.get(raw)) is not None:
            return code
        self._fault(line, name, raw, "不是本辖区的行政区划代码，请核对（例如 130502）。")
        return None

    def _industry(self, line: int, cells: Sequence[str]) -> str | None:
        raw = self._cell(cells, "industry_code")
        try:
            code = read_industry(raw)
        except Unreadable as fault:
            self._fault(line, "industry_code", raw, str(fault), IssueEffect.VALUE)
            return None
        if code is None or code in self.around.industries:
            return code
        detail = "GB/T 4754-2017 中没有这个行业代码，请核对。"
        self._fault(line, "industry_code", raw, detail, IssueEffect.VALUE)
        return None

    def _founding(self, line: int, cells: Sequence[str]) -> date | None:
        raw = self._cell(cells, "registered_on")
        try:
            day = read_day(raw)
        except Unreadable as fault:
            self._fault(line, "registered_on", raw, str(fault), IssueEffect.VALUE)
            return None
        if day is not None and day > self.around.today:
            detail = "成立日期晚于今天，请核对。"
            self._fault(line, "registered_on", raw, detail, IssueEffect.VALUE)
            return None
        return day

    def _cell(self, cells: Sequence[str], name: str) -> str:
        place = self.at[name]
        return cells[place] if place is not None else ""

    def _fault(
        self,
        line: int,
        name: str,
        value: str,
        detail: str,
        effect: IssueEffect = IssueEffect.ROW,
    ) -> None:
        header = self.sheet.table.header_of(name) or name
        self.sheet.fault(line, header, value, detail, effect)
