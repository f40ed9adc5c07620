"""Reads the rows of a list below its header and finds the enterprise each means."""

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.intake import queries
from app.intake.cells import Unreadable, plain, read_day
from app.intake.domain import ListField, RowMatch
from app.intake.matching import Answer, Asked, Directory
from app.intake.models import ListRow, Load
from app.intake.workbooks import Grid
from app.reference import queries as reference

_KEPT: Final = {ListField.NAME: 200, ListField.CREDIT_CODE: 40, ListField.CERTIFICATE: 200}


def match_grid(
    session: Session, load: Load, grid: Grid, header: int, columns: Mapping[int, ListField]
) -> tuple[list[ListRow], dict[str, list[str]]]:
    """The rows with their matches, and whom a person may choose from, by line."""
    directory = Directory.of(
        queries.known_enterprises(session, load.division),
        queries.former_names(session, load.division),
    )
    places = _Places(session, load.division)
    rows: list[ListRow] = []
    candidates: dict[str, list[str]] = {}
    taken: dict[UUID, int] = {}
    for index, cells in enumerate(grid.rows[header + 1 :], start=header + 2):
        said = {field: plain(cells[place]) for place, field in columns.items()}
        name, code = said.get(ListField.NAME, ""), said.get(ListField.CREDIT_CODE, "")
        if not name and not code:
            continue  # a blank line, a signature, a note under the table
        row = _row(load, index, said)
        answer = directory.find(places.asked(index, name, code, said.get(ListField.REGION, "")))
        _answer(row, answer, taken)
        if answer.candidates:
            candidates[str(index)] = [str(known.id) for known in answer.candidates]
        rows.append(row)
    return rows, candidates


def _row(load: Load, line: int, said: Mapping[ListField, str]) -> ListRow:
    text = {field: said.get(field, "")[:length] for field, length in _KEPT.items()}
    faults = []
    days: dict[ListField, date | None] = {ListField.SINCE: None, ListField.UNTIL: None}
    for field in days:
        try:
            days[field] = read_day(said.get(field, ""))
        except Unreadable:
            faults.append(f"{field.label}“{said[field]}”不是日期，未采用")
    return ListRow(
        load_id=load.id,
        line=line,
        name=text[ListField.NAME],
        credit_code=text[ListField.CREDIT_CODE],
        certificate=text[ListField.CERTIFICATE],
        since=days[ListField.SINCE],
        until=days[ListField.UNTIL],
        match=RowMatch.OUTSIDE,
        detail="；".join(faults),
    )


def _answer(row: ListRow, answer: Answer, taken: dict[UUID, int]) -> None:
    """Put an answer into a row; an enterprise listed twice is taken once."""
    row.match, row.enterprise_id = answer.match, answer.enterprise_id
    details = [row.detail, answer.detail]
    if answer.enterprise_id is not None:
        first = taken.setdefault(answer.enterprise_id, row.line)
        if first != row.line:
            row.match, row.enterprise_id = RowMatch.SKIPPED, None
            details = [f"与第 {first} 行是同一家企业，只导入一次"]
    row.detail = "；".join(detail for detail in details if detail)


class _Places:
    """Understands the place column: which of our divisions a text means, or a foreign one."""

    def __init__(self, session: Session, division: str) -> None:
        self.session = session
        self.here = reference.list_below(session, [division])
        self.found: dict[str, tuple[frozenset[str], bool]] = {"": (frozenset(), False)}

    def asked(self, line: int, name: str, code: str, region: str) -> Asked:
        """The row as the directory is asked for it."""
        if region not in self.found:
            self.found[region] = self._find(region)
        divisions, is_foreign = self.found[region]
        return Asked(line, name, code, region, divisions, is_foreign)

    def _find(self, region: str) -> tuple[frozenset[str], bool]:
        """Names are written short (襄都) and long (邢台市襄都区): the longest that fits decides."""
        fitting = [d for d in self.here if d.name in region or region in d.name]
        if not fitting:
            elsewhere = reference.find_division(self.session, region)
            return frozenset(), elsewhere is not None
        best = max(fitting, key=lambda d: (d.name in region, len(d.name)))
        below = reference.list_below(self.session, [best.code])
        return frozenset(place.code for place in below), False
