"""The demo as files: the places, and a city in the layout that `flask enterprises import` reads."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from seed.demo.firms import City, Firm, YearFigures
from seed.demo.papers import GAZELLE, HIGH_TECH, LEADER, TECH_SME
from seed.demo.places import CITY, PLACES

STATUS_WORDS: Final = {
    "active": "存续",
    "suspended": "停产",
    "moved_out": "迁出",
    "revoked": "吊销",
    "deregistered": "注销",
}
INCIDENT_WORDS: Final = {
    "abnormal_list": "经营异常名录",
    "incident_environment": "严重环境违法",
}
TITLE_WORDS: Final = {
    TECH_SME: "科技型中小企业",
    HIGH_TECH: "高新技术企业",
    GAZELLE: "市级瞪羚企业",
    LEADER: "市级创新龙头企业",
}
COUNTS: Final = frozenset(
    {
        "transformation_count",
        "employees_tech_sme",
        "sci_tech_staff_tech_sme",
        "employees_avg_high_tech",
        "sci_tech_staff_avg_high_tech",
        "employees_year_end",
        "employees_insured",
        "rd_staff",
        "staff_college",
    }
)
YES_NO: Final = frozenset({"tax_collection_by_accounts", "rd_deduction_negative_industry"})
REGISTERS: Final = (
    "abnormal_list",
    "serious_dishonesty_list",
    "incident_safety",
    "incident_quality",
    "incident_environment",
    "incident_network_data",
    "research_misconduct",
    "tax_violation",
    "finance_penalty",
    "ip_right",
    "award",
    "rd_platform",
    "standard",
    "equity_round",
    TECH_SME,
    HIGH_TECH,
    GAZELLE,
    LEADER,
)
COMPLETE_SINCE: Final = date(2016, 1, 1)
KNOWN_ON: Final = date(2026, 1, 1)  # of names and status: what changed since is recorded apart
CHECKED_ON: Final = date(2026, 11, 20)
_FEN_PER_YUAN: Final = 100


def write_places(folder: Path) -> None:
    """The fictional province and city as `divisions.csv`, for `load_reference`."""
    rows = ((p.code, p.name, p.level, p.parent, "", "", "演示数据") for p in PLACES)
    _write(
        folder / "divisions.csv",
        ("code", "name", "level", "parent", "since", "until", "source"),
        rows,
    )


def write_city(city: City, folder: Path) -> None:
    """Firms, single-entity figures and incidents of `city`, with their manifest.

    Firms are written as they were first known: under their first name, and in business. What
    changed since is recorded by the loader as changes with their days.
    """
    _write(
        folder / "enterprises.csv",
        ("credit_code", "name", "registered_division", "managing_division", "industry",
         "registered_on", "status"),
        (
            (f.credit_code, f.first_name, f.registered_division, f.managing_division, f.industry,
             f.registered_on.isoformat(), STATUS_WORDS["active"])
            for f in city.firms
        ),
    )  # fmt: skip
    columns = _write_annual(
        folder,
        ((f, y) for f in city.firms for y in f.years if y not in f.consolidated_years),
    )
    _write(
        folder / "events.csv",
        ("credit_code", "kind", "since", "until"),
        (
            (f.credit_code, INCIDENT_WORDS[i.kind], i.since.isoformat(),
             i.until.isoformat() if i.until else "")
            for f in city.firms
            for i in f.incidents
        ),
    )  # fmt: skip
    _write_manifest(
        folder,
        _manifest("云溪市企业与年度数据", "single")
        | {
            "coverage": _coverage(),
            "files": {
                "enterprises": _enterprises_spec(),
                "annual": _annual_spec(columns),
                "events": _events_spec(),
            },
        },
    )


def write_group(city: City, folder: Path) -> None:
    """The years that were filed with a group's consolidated statements, as a file of their own."""
    columns = _write_annual(folder, ((f, y) for f in city.firms for y in f.consolidated_years))
    _write_manifest(
        folder,
        _manifest("云溪市合并报表企业年度数据", "consolidated")
        | {"files": {"annual": _annual_spec(columns)}},
    )


def write_titles_and_counts(city: City, folder: Path) -> None:
    """For measurements: titles and rights as plain files too, in place of the demo's records."""
    _write(
        folder / "certificates.csv",
        ("credit_code", "kind", "since", "until", "certificate"),
        (
            (f.credit_code, TITLE_WORDS[t.title], t.since.isoformat(),
             _printed_end(t.title, t.until), t.certificate)
            for f in city.firms
            for t in f.titles
        ),
    )  # fmt: skip
    _write(
        folder / "ip_counts.csv",
        ("credit_code", "class1", "class2"),
        ((f.credit_code, *_counts(f)) for f in city.firms),
    )
    manifest = yaml.safe_load((folder / "manifest.yaml").read_text(encoding="utf-8"))
    manifest["files"] |= {"certificates": _certificates_spec(), "ip_counts": _counts_spec()}
    # Counts without dates stand in for the register of rights, so that is not complete here.
    manifest["coverage"] = [c for c in manifest["coverage"] if c["register"] != "ip_right"]
    manifest["assumptions"] = [
        {"indicator": name, "value": value, "since": COMPLETE_SINCE, "reason": "测试数据未含声明"}
        for name, value in (("resident_enterprise", True), ("prohibited_product", False))
    ]
    _write_manifest(folder, manifest)


def _printed_end(title: str, until: date) -> str:
    """The 科小 roll prints its last valid day, the others the day the next one starts."""
    return date(until.year - 1, 12, 31).isoformat() if title == TECH_SME else until.isoformat()


def _counts(firm: Firm) -> tuple[int, int]:
    first = sum(right.kind == "invention" for right in firm.rights)
    return first, len(firm.rights) - first


def _write_annual(folder: Path, firm_years: Iterable[tuple[Firm, int]]) -> tuple[str, ...]:
    pairs = list(firm_years)
    columns = tuple(sorted({name for firm, year in pairs for name in firm.years[year]}))
    _write(
        folder / "annual.csv",
        ("credit_code", "year", *columns),
        (
            (firm.credit_code, year, *(_cell(firm.years[year], name) for name in columns))
            for firm, year in pairs
        ),
    )
    return columns


def _cell(figures: YearFigures, indicator: str) -> str:
    """Money in 元 with two decimals, counts and yes/no as they are; empty when not filed."""
    value = figures.get(indicator)
    if value is None:
        return ""
    if indicator in COUNTS:
        return str(value)
    if indicator in YES_NO:
        return "是" if value else "否"
    whole, rest = divmod(abs(value), _FEN_PER_YUAN)
    return f"{'-' if value < 0 else ''}{whole}.{rest:02d}"


def _manifest(name: str, scope: str) -> dict[str, Any]:
    return {
        "manifest": 1,
        "name": name,
        "division": CITY,
        "known_on": KNOWN_ON,
        "figure_stage": "tax_settled",
        "statement_scope": scope,
        "suspects": "keep",
        "notes": ["演示数据，企业、文号、证书号均为虚构。"],
    }


def _coverage() -> list[dict[str, Any]]:
    return [
        {
            "register": register,
            "since": COMPLETE_SINCE,
            "checked_on": CHECKED_ON,
            "reason": "演示数据：登记簿自2016年起完整。",
        }
        for register in REGISTERS
    ]


def _enterprises_spec() -> dict[str, Any]:
    return {
        "path": "enterprises.csv",
        "columns": {
            "credit_code": "credit_code",
            "name": "name",
            "registered_division": "registered_division",
            "managing_division": "managing_division",
            "industry": "industry_code",
            "registered_on": "registered_on",
            "status": "operating_status",
        },
        "statuses": {word: code for code, word in STATUS_WORDS.items()},
    }


def _annual_spec(columns: Sequence[str]) -> dict[str, Any]:
    return {
        "path": "annual.csv",
        "columns": {"credit_code": "credit_code", "year": "year"},
        "figures": {name: name for name in columns},
    }


def _events_spec() -> dict[str, Any]:
    return {
        "path": "events.csv",
        "columns": {name: name for name in ("credit_code", "kind", "since", "until")},
        "kinds": {
            "经营异常名录": {"register": "abnormal_list"},
            "严重环境违法": {"register": "incident_environment", "severity": "严重"},
        },
    }


def _certificates_spec() -> dict[str, Any]:
    names = ("credit_code", "kind", "since", "until", "certificate")
    return {
        "path": "certificates.csv",
        "columns": {name: name for name in names},
        "history_from": COMPLETE_SINCE,
        "kinds": {
            "科技型中小企业": {
                "title": TECH_SME, "end": "last_day", "roll": "yearly", "event": "enrolled",
            },
            "高新技术企业": {"title": HIGH_TECH, "end": "shared"},
            "市级瞪羚企业": {"title": GAZELLE, "end": "shared"},
            "市级创新龙头企业": {"title": LEADER, "end": "shared"},
        },
    }  # fmt: skip


def _counts_spec() -> dict[str, Any]:
    return {
        "path": "ip_counts.csv",
        "columns": {"credit_code": "credit_code"},
        "figures": {
            "class1": ["ip_class1_tech_sme", "ip_class1_high_tech"],
            "class2": ["ip_class2_tech_sme"],
        },
        "since": COMPLETE_SINCE,
        "reason": "测试数据只有件数，没有日期。",
    }


def _write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    text = yaml.safe_dump(manifest, allow_unicode=True, sort_keys=False)
    (folder / "manifest.yaml").write_text(text, encoding="utf-8")


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
