"""A firm of the demo as a document of facts, in the form `python -m rules evaluate` reads."""

from datetime import date
from typing import Any

from seed.demo.files import COUNTS, REGISTERS, YES_NO
from seed.demo.firms import Firm


def document(firm: Firm, on: date) -> dict[str, Any]:
    """What a complete register would know of `firm` on a day, single-entity figures only."""
    stated: dict[str, Any] = {name: bool(value) for name, value in firm.statements.items()}
    stated["registered_on"] = firm.registered_on.isoformat()
    for year, figures in firm.years.items():
        if year not in firm.consolidated_years:
            for name, value in figures.items():
                stated.setdefault(name, {})[str(year)] = _as_written(name, value)
    held = [row.title for row in firm.titles if row.since <= on < row.until]
    return {"id": firm.credit_code, "facts": stated, "records": _records(firm), "titles": held}


def _records(firm: Firm) -> dict[str, list[dict[str, Any]]]:
    """Every register, complete: one that holds nothing of the firm is an empty list."""
    records: dict[str, list[dict[str, Any]]] = {name: [] for name in REGISTERS if "." not in name}
    for incident in firm.incidents:
        records[incident.kind].append(
            {"on": incident.since, "until": incident.until, "severity": incident.severity}
        )
    for right in firm.rights:
        records["ip_right"].append(
            {
                "kind": right.kind,
                "on": right.granted_on,
                "until": right.until,
                "origin": right.origin,
            }
        )
    records["rd_platform"] = [{"on": p.since, "level": p.level} for p in firm.platforms]
    return records


def _as_written(indicator: str, value: int) -> Any:
    """Money in 元 to the 分, counts and yes/no as they are."""
    if indicator in YES_NO:
        return bool(value)
    if indicator in COUNTS:
        return value
    return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}"
