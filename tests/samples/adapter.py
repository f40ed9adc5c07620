"""Reads a sample through `mapping.yaml` into a document for `python -m rules evaluate`."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from typing import Any

DEFAULT_ON = "2026-06-15"
TEN_THOUSAND = 10_000


@dataclass
class Question:
    """One sample as the command line takes it, and what its verdict must be."""

    id: str
    title: str
    on: str
    base_year: int
    document: dict[str, Any]
    expected: list[tuple[str, Mapping[str, Any], Any]] = field(default_factory=list)
    row: Mapping[str, Any] = field(default_factory=dict)


def reach(mapping: Mapping[str, Any], dotted: str) -> Any:
    found: Any = mapping
    for part in dotted.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def from_case(
    case: Mapping[str, Any], rule: Mapping[str, Any], types: Mapping[str, Any]
) -> Question:
    """A case of format_examples.json."""
    inputs = case["inputs"]
    on = str(inputs.get(rule.get("on", ""), None) or case.get("as_of") or DEFAULT_ON)
    years = inputs.get(rule.get("years", ""), None)
    base_year = int(years[-1] if years else inputs.get(rule.get("base_year", ""), int(on[:4]) - 1))
    question = Question(case["id"], rule["title"], on, base_year, {"id": case["id"], "facts": {}})
    for part, said in rule.get("assume", {}).items():
        question.document.setdefault(part, {}).update(deepcopy(said))
    reader = _Reader(question, types, inputs, young=rule.get("young", False))
    for name, how in rule["inputs"].items():
        reader.take(how, reach(inputs, name))
    question.expected = list(_expectations(case["expected"], rule["expected"]))
    return question


def from_row(
    row: Mapping[str, str], table: Mapping[str, Any], title: str, items: Mapping[str, Any]
) -> Question:
    """A row of a table, for one of its titles; `items` are the criteria of that title."""
    name = next(iter(row.values()))
    question = Question(
        name, title, str(table["on"]), int(table["base_year"]), {"id": name, "facts": {}}, row=row
    )
    reader = _Reader(question, {}, row)
    for column, how in table["inputs"].items():
        reader.take(how, row[column])
    for column, how in table["expected"].items():
        (kind, wanted), *_ = how.items()
        mine = [item for item in _many(wanted) if item in items]
        if mine:
            question.expected.append((column, {**how, kind: mine}, row[column]))
    return question


def _expectations(
    expected: Mapping[str, Any], how: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any], Any]]:
    for name, rule in how.items():
        if reach(expected, name) is not None or name in expected:
            yield name, rule, reach(expected, name)


def unread(case: Mapping[str, Any], rule: Mapping[str, Any]) -> set[str]:
    """Input fields that the mapping does not speak of: nothing is ignored silently."""
    known = {name.split(".")[0] for name in (*rule["inputs"], *rule.get("unused", ()))}
    known |= {name.split(".")[0] for name in rule.get("requires", ())}
    known |= {str(rule.get(part)) for part in ("on", "base_year", "years")}
    known |= {str(how["total_of"]) for how in rule["inputs"].values() if "total_of" in how}
    return set(case["inputs"]) - known


def _many(raw: Any) -> list[Any]:
    return list(raw) if isinstance(raw, list) else [raw]


class _Reader:
    """Fills a question's document, field by field."""

    def __init__(
        self,
        question: Question,
        types: Mapping[str, Any],
        inputs: Mapping[str, Any],
        *,
        young: bool = False,
    ) -> None:
        self._question, self._types, self._inputs = question, types, inputs
        self._young = young
        self._document = question.document

    def take(self, how: Mapping[str, Any], value: Any) -> None:
        kind = next(iter(how))
        if "choices" in how:
            value = value["rank"] if isinstance(value, Mapping) else value
            value = how["choices"].get(value, value)
        getattr(self, f"_{kind}")(how, value)

    def _fact(self, how: Mapping[str, Any], value: Any) -> None:
        for name in _many(how["fact"]):
            if "total_of" in how:
                self._total(name, int(value), int(self._inputs[how["total_of"]]))
            elif "years" in how:
                self._by_year(name, [_amount(part, how) for part in value])
            elif "mean" in how:
                rates = [Fraction(str(part)) for part in value]
                self._document["facts"][name] = _decimal(sum(rates) / len(rates))
            elif "year" in how or "offset" in how:
                year = how.get("year", self._question.base_year + how.get("offset", 0))
                self._dated(name)[str(year)] = _amount(value, how)
            else:
                self._document["facts"][name] = _amount(value, how)

    def _by_year(self, name: str, values: list[Any]) -> None:
        last = self._question.base_year
        years = range(last - len(values) + 1, last + 1)
        self._document["facts"][name] = {str(y): v for y, v in zip(years, values, strict=True)}
        if self._young:
            self._document["facts"].setdefault("registered_on", f"{years[0]}-01-01")

    def _dated(self, name: str) -> dict[str, Any]:
        """The figure's values by year; one already there is of the base year."""
        facts = self._document["facts"]
        if not isinstance(facts.setdefault(name, {}), dict):
            facts[name] = {str(self._question.base_year): facts[name]}
        by_year: dict[str, Any] = facts[name]
        return by_year

    def _total(self, name: str, total: int, count: int) -> None:
        """All in the last year, none in the others: only their sum counts."""
        self._by_year(name, [0] * (count - 1) + [total])

    def _case(self, how: Mapping[str, Any], value: Any) -> None:
        if value is not None:
            self._document.setdefault("case", {})[how["case"]] = value

    def _records(self) -> dict[str, Any]:
        records: dict[str, Any] = self._document.setdefault("records", {})
        return records

    def _list(self, how: Mapping[str, Any], value: Any) -> None:
        for register in _many(how["list"]):
            self._records()[register] = [{"on": self._question.on}] if value else []

    def _held(self, how: Mapping[str, Any], value: Any) -> None:
        titles = self._document.setdefault("titles", [])
        ends = value.get("valid_to") if isinstance(value, Mapping) else None
        if value and (ends is None or str(ends) > self._question.on):
            titles.append(how["held"])

    def _amount(self, how: Mapping[str, Any], value: Any) -> None:
        fen = int(Decimal(str(value)) * TEN_THOUSAND * 100)
        row = {**how.get("with", {}), "on": self._question.on, "amount_fen": fen}
        self._records()[how["amount"]] = [row] if fen else []

    def _honours(self, how: Mapping[str, Any], value: Any) -> None:
        titles, rows = self._document.setdefault("titles", []), self._records()
        rows.setdefault("honour", [])
        for name in value:
            ours = how["honours"][name]
            if "." in ours:
                titles.append(ours)
            else:
                rows["honour"].append({"on": self._question.on, "kind": ours})

    def _record(self, how: Mapping[str, Any], value: Any) -> None:
        rows = self._records().setdefault(how["record"], [])
        if value:
            said = value if isinstance(value, Mapping) else {}
            row = {**how.get("with", {}), "on": self._day(said)}
            row |= {part: said[key] for part in ("rank", "level") for key in said if part in key}
            rows.append(row)

    def _day(self, said: Mapping[str, Any]) -> str:
        """The day a record speaks of; of a year alone its last day; else the day asked."""
        for key, value in said.items():
            if "date" in key or key == "on":
                return str(value)
        year = next((value for key, value in said.items() if "year" in key), None)
        return f"{year}-12-31" if year else self._question.on

    def _incidents(self, how: Mapping[str, Any], value: Any) -> None:
        for register in how["incidents"]:
            self._records().setdefault(register, [])
        for incident in value:
            said = incident if isinstance(incident, Mapping) else {"type": str(incident)}
            name = str(said["type"])
            register = next(r for word, r in self._types["registers"].items() if word in name)
            severity = next((s for s in self._types["severities"] if s in name), "")
            row = {"on": self._day(said), "severity": said.get("severity", severity)}
            self._records().setdefault(register, []).append(row)


def _decimal(value: Fraction) -> str:
    return str(Decimal(value.numerator) / Decimal(value.denominator))


def _amount(value: Any, how: Mapping[str, Any]) -> Any:
    if value is None or how.get("unit") != "万元":
        return value
    return str(Decimal(str(value)) * TEN_THOUSAND)


def differences(
    question: Question, answer: Mapping[str, Any], bands: Mapping[str, Any]
) -> list[str]:
    """What of a verdict (JSON of the command line) differs from the sample's expectation."""
    findings = {finding["id"]: finding for finding in answer["findings"]}
    found = []
    for name, how, wanted in question.expected:
        for said, expected in _compared(question, answer, findings, how, wanted, bands):
            if said != expected:
                found.append(f"{question.id} {name}: expected {expected}, came out {said}")
    return found


def _compared(
    question: Question,
    answer: Mapping[str, Any],
    findings: Mapping[str, Any],
    how: Mapping[str, Any],
    wanted: Any,
    bands: Mapping[str, Any],
) -> Iterator[tuple[Any, Any]]:
    kind = next(iter(how))
    if kind == "total":
        yield answer["points"], [wanted, wanted]
    elif kind == "eligible":
        yield answer["outcome"], "met" if wanted else "unmet"
    elif kind == "none_unmet":
        unmet = any(findings[item]["outcome"] == "unmet" for item in how["none_unmet"])
        yield unmet, bool(wanted)
    elif kind == "failed":
        unmet = sorted(n for n, id_ in how["failed"].items() if findings[id_]["outcome"] == "unmet")
        yield unmet, sorted(wanted)
    elif kind == "direct":
        met = [route for route in how["direct"].values() if findings[route]["outcome"] == "met"]
        yield met, [] if wanted is None else [how["direct"].get(wanted, *met)]
    elif kind == "outcome" and len(_many(how["outcome"])) > 1:
        outcomes = {findings[item]["outcome"] for item in how["outcome"]}
        yield outcomes == {"met"}, _truth(wanted)
    else:
        for item in _many(how[kind]):
            yield from _one(question, findings[item], how, wanted, bands)


def _one(
    question: Question,
    finding: Mapping[str, Any],
    how: Mapping[str, Any],
    wanted: Any,
    bands: Mapping[str, Any],
) -> Iterator[tuple[Any, Any]]:
    kind = next(iter(how))
    if any(Decimal(question.row[column]) < 0 for column in how.get("manual_below", ())):
        yield (finding["outcome"], finding["points"]), ("manual", [0, 10])
    elif kind == "points":
        low, high = wanted if isinstance(wanted, list) else (wanted, wanted)
        yield finding["points"], [int(low), int(high)]
    elif kind == "band":
        yield finding["points"], list(bands["growth"][wanted])
    elif kind == "value":
        yield (
            as_printed(_number(finding["value"]), str(wanted), how["digits"]),
            Decimal(str(wanted)),
        )
    elif kind == "required":
        yield _number(finding["required"]), Fraction(str(wanted))
    elif kind == "root":
        yield cube_root_growth(_number(finding["value"]), how["digits"]), Decimal(str(wanted))
    else:
        yield finding["outcome"], "met" if _truth(wanted) else "unmet"


def _truth(raw: Any) -> bool:
    return raw in {True, "True", "true"}


def _number(raw: Any) -> Fraction | None:
    return None if raw is None else Fraction(str(raw))


def as_printed(value: Fraction | None, printed: str, digits: int) -> Decimal | None:
    """The printed number where `value` agrees with it, else `value` as it would be printed.

    They agree within half a unit of the last printed digit; a number so large that a double
    (which made the samples) has no such digit, within half of the double's last binary digit.
    """
    if value is None:
        return None
    half = Fraction(1, 2 * 10**digits)
    noise = abs(Fraction(printed)) / 2**53
    if abs(value - Fraction(printed)) <= max(half, noise):
        return Decimal(printed)
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)


def cube_root_growth(power: Fraction | None, digits: int) -> Decimal | None:
    """g of (1 + g)³ as printed. None stays None."""
    if power is None:
        return None
    with localcontext() as context:
        context.prec = 60
        base = Decimal(power.numerator) / Decimal(power.denominator)
        growth = (base.ln() / 3).exp() - 1
        return growth.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
