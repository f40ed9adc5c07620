"""OpenFisca-core and zen-engine on the same laws, each as its own manual would have it."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import zen
from openfisca_core import (
    entities,
    parameters,
    periods,
    simulations,
    taxbenefitsystems,
    variables,
)

from bench.contest import hand
from bench.contest.firms import BASE, COUNTS, FLAGS, MONEY, POINTS, Columns

YEAR: Final = "2026"
ANSWERS: Final = ("outcome", "lo", "hi")
logging.disable(logging.WARNING)


def names(workload: str) -> tuple[str, ...]:
    """The columns of a workload."""
    extra = ("class1", "class2") if workload == "tech_sme" else POINTS
    return (*BASE[workload], *MONEY[workload], *extra, *COUNTS[workload], *FLAGS[workload])


# --- OpenFisca -------------------------------------------------------------------------------


def _scale(bands: Sequence[tuple[int, int, int]]) -> dict[str, Any]:
    day = "2016-01-01"
    edges = [(0.0, 0), *((p / q, points) for p, q, points in reversed(bands))]
    brackets = [
        {"threshold": {day: {"value": edge}}, "amount": {day: {"value": points}}}
        for edge, points in edges
    ]
    return {"brackets": brackets, "metadata": {"type": "single_amount"}}


PARAMETERS: Final = {
    "staff": _scale(hand.STAFF),
    "sales": _scale(hand.SALES),
    "cost": _scale(hand.COST),
    "growth": _scale(hand.GROWTH),
}


def _ratio(above: Any, below: Any) -> Any:
    return np.where(below > 0, above / np.where(below > 0, below, 1), -1.0)


def _none(firm: Any, year: Any, registers: Sequence[str]) -> Any:
    return np.logical_and.reduce([firm(name, year) == 0 for name in registers])


def _tech_sme() -> dict[str, Callable[..., Any]]:
    def staff_points(firm: Any, year: Any, law: Any) -> Any:
        return law(year).staff.calc(_ratio(firm("science", year), firm("staff", year)))

    def rd_points(firm: Any, year: Any, law: Any) -> Any:
        rd, here = firm("rd", year), law(year)
        return np.maximum(
            here.sales.calc(_ratio(rd, firm("sales", year))),
            here.cost.calc(_ratio(rd, firm("cost", year))),
        )

    def rights_points(firm: Any, year: Any) -> Any:
        second = np.minimum(firm("class2", year), 4) * 600
        return np.where(firm("class1", year) >= 1, 3000, second)

    def lo(firm: Any, year: Any) -> Any:
        return firm("staff_points", year) + firm("rd_points", year) + firm("rights_points", year)

    def size(firm: Any, year: Any) -> Any:
        money = (firm("sales", year) <= 2e8) * (firm("assets", year) <= 2e8)
        return (firm("staff", year) <= 500) * money

    def clean(firm: Any, year: Any) -> Any:
        return _none(firm, year, hand.LISTS)

    def direct(firm: Any, year: Any) -> Any:
        return firm("held", year) + np.logical_not(_none(firm, year, hand.DIRECT[1:]))

    def outcome(firm: Any, year: Any) -> Any:
        enough = (firm("lo", year) >= 6000) * (firm("staff_points", year) > 0)
        gates = firm("resident", year) * np.logical_not(firm("prohibited", year))
        both = firm("size", year) * firm("clean", year) * (enough + firm("direct", year))
        return 3 * gates * both

    def hi(firm: Any, year: Any) -> Any:
        return firm("lo", year)

    made = (staff_points, rd_points, rights_points, lo, hi, size, clean, direct, outcome)
    return {formula.__name__: formula for formula in made}


def _total(firm: Any, year: Any, kind: str) -> Any:
    return firm(kind + "0", year) + firm(kind + "1", year) + firm(kind + "2", year)


def _grown(firm: Any, year: Any, law: Any, kind: str) -> Any:
    y1, y2, y3 = (firm(kind + back, year) for back in "210")
    last = y3 / np.where(y2 > 0, y2, 1)
    both = (y2 / np.where(y1 > 0, y1, 1) + last) / 2
    rate = np.where(y1 == 0, last, both) - 1
    points = np.where(rate > 0, np.maximum(law(year).growth.calc(rate), 100), 0)
    return np.where((y1 < 0) + (y2 <= 0), 0, points)


def _top(firm: Any, year: Any, kind: str, points: Any) -> Any:
    negative = (firm(kind + "1", year) < 0) + (firm(kind + "2", year) < 0)
    return np.where(negative, 1000, points + np.where(points > 0, 100, 0))


def gate(firm: Any, year: Any) -> Any:
    """Whether every condition but the points holds."""
    s, r, d = (_total(firm, year, kind) for kind in "srd")
    least = np.where(firm("s0", year) <= 5e7, 0.05, np.where(firm("s0", year) <= 2e8, 0.04, 0.03))
    base = firm("income", year) - firm("untaxed", year)
    return np.logical_and.reduce(
        [
            hand.ON - firm("days", year) >= 365,
            firm("rights", year),
            firm("field", year),
            _ratio(firm("science", year), firm("staff", year)) >= 0.1,
            _ratio(r, s) >= least,
            _ratio(d, r) >= 0.6,
            _ratio(firm("product", year), base) >= 0.6,
            _none(firm, year, hand.INCIDENTS),
        ]
    )


def _high_tech() -> dict[str, Callable[..., Any]]:
    def asset_points(firm: Any, year: Any, law: Any) -> Any:
        return _grown(firm, year, law, "a")

    def sales_points(firm: Any, year: Any, law: Any) -> Any:
        return _grown(firm, year, law, "s")

    def given(firm: Any, year: Any) -> Any:
        return sum(firm(name, year) for name in POINTS)

    def lo(firm: Any, year: Any) -> Any:
        return firm("given", year) + firm("asset_points", year) + firm("sales_points", year)

    def hi(firm: Any, year: Any) -> Any:
        assets = _top(firm, year, "a", firm("asset_points", year))
        return firm("given", year) + assets + _top(firm, year, "s", firm("sales_points", year))

    def outcome(firm: Any, year: Any) -> Any:
        open_still = np.where(firm("lo", year) > 7000, 3, 2)
        return np.where(firm("gate", year) * (firm("hi", year) > 7000), open_still, 0)

    made = (gate, asset_points, sales_points, given, lo, hi, outcome)
    return {formula.__name__: formula for formula in made}


class OpenFisca:
    """A country package in memory: dated parameters, variables with vector formulas."""

    def __init__(self, workload: str) -> None:
        self.names = names(workload)
        money, flags = set(MONEY[workload]), set(FLAGS[workload])
        kinds = {n: float if n in money else bool if n in flags else int for n in self.names}
        firm = entities.build_entity(key="firm", plural="firms", label="企业", is_person=True)
        self.system = taxbenefitsystems.TaxBenefitSystem([firm])
        formulas = _tech_sme() if workload == "tech_sme" else _high_tech()
        for name, kind in (*kinds.items(), *((name, int) for name in formulas)):
            parts = {"value_type": kind, "entity": firm, "label": name,
                     "definition_period": periods.DateUnit.YEAR}  # fmt: skip
            if name in formulas:
                formulas[name].__name__ = "formula"
                parts["formula"] = formulas[name]
            self.system.add_variable(type(name, (variables.Variable,), parts))
        self.system.parameters = parameters.ParameterNode("", data=PARAMETERS)
        self._money = money

    def prepared(self, firms: Columns) -> Columns:
        """Amounts in 元 as OpenFisca's floats, persons as whole ones."""
        made = {}
        for name in self.names:
            column = firms[name]
            if name in self._money:
                made[name] = (column / 100).astype(np.float32)
            elif name in {"staff", "science"}:
                made[name] = (column // 600).astype(np.int32)
            else:
                made[name] = column if column.dtype == bool else column.astype(np.int32)
        return made

    def many(self, columns: Columns, *, trace: bool = False) -> list[Any]:
        """outcome, lo and hi of every firm."""
        count = len(columns["staff"])
        run = simulations.SimulationBuilder().build_default_simulation(self.system, count=count)
        run.trace = trace
        for name in self.names:
            run.set_input(name, YEAR, columns[name])
        answers = [run.calculate(name, YEAR) for name in ANSWERS]
        return [*answers, run.tracer.get_serialized_flat_trace()] if trace else answers


# --- zen -------------------------------------------------------------------------------------


def _ladder(value: str, bands: Sequence[tuple[int, int, int]]) -> str:
    return " : ".join(f"{value} >= {p / q} ? {points}" for p, q, points in bands) + " : 0"


def _zen_tech_sme() -> list[tuple[str, str]]:
    none = " and ".join(f"{name} == 0" for name in hand.LISTS)
    direct = " or ".join(f"{name} > 0" for name in hand.DIRECT[1:])
    return [
        ("staff_share", "staff > 0 ? science / staff : -1"),
        ("sales_share", "sales > 0 ? rd / sales : -1"),
        ("cost_share", "cost > 0 ? rd / cost : -1"),
        ("staff_points", _ladder("$.staff_share", hand.STAFF)),
        ("sales_points", _ladder("$.sales_share", hand.SALES)),
        ("cost_points", _ladder("$.cost_share", hand.COST)),
        ("rd_points", "max([$.sales_points, $.cost_points])"),
        ("rights_points", "class1 >= 1 ? 3000 : min([class2, 4]) * 600"),
        ("lo", "$.staff_points + $.rd_points + $.rights_points"),
        ("hi", "$.lo"),
        ("size", f"staff <= 300000 and sales <= {hand.LIMIT} and assets <= {hand.LIMIT}"),
        ("clean", none),
        ("direct", f"held or {direct}"),
        ("enough", "($.lo >= 6000 and $.staff_points > 0) or $.direct"),
        ("good", "resident and not prohibited and $.size and $.clean and $.enough"),
        ("outcome", "$.good ? 3 : 0"),
    ]


def _zen_growth(kind: str) -> list[tuple[str, str]]:
    y1, y2, y3 = kind + "2", kind + "1", kind + "0"
    rate = f"{y1} == 0 ? {y3} / {y2} - 1 : ({y2} / {y1} + {y3} / {y2}) / 2 - 1"
    points = _ladder(f"$.{kind}_rate", hand.GROWTH).removesuffix("0")
    negative = f"{y1} < 0 or {y2} < 0"
    return [
        (f"{kind}_rate", f"{negative} or {y2} == 0 ? 0 : ({rate})"),
        (f"{kind}_points", f"{points}($.{kind}_rate > 0 ? 100 : 0)"),
        (
            f"{kind}_top",
            f"{negative} ? 1000 : ($.{kind}_points > 0 ? $.{kind}_points + 100 : 0)",
        ),
    ]


def _zen_high_tech() -> list[tuple[str, str]]:
    none = " and ".join(f"{name} == 0" for name in hand.INCIDENTS)
    gates = " and ".join(
        (
            f"{hand.ON} - days >= 365",
            "rights and field and staff > 0 and science * 10 >= staff",
            "$.s > 0 and $.r * 100 >= $.percent * $.s and $.r > 0 and $.d * 10 >= 6 * $.r",
            "$.base > 0 and product * 10 >= 6 * $.base",
            none,
        )
    )
    return [
        *((kind, f"{kind}0 + {kind}1 + {kind}2") for kind in "srd"),
        ("percent", f"s0 <= {hand.SMALL} ? 5 : s0 <= {hand.LIMIT} ? 4 : 3"),
        ("base", "income - untaxed"),
        ("gate", gates),
        *_zen_growth("a"),
        *_zen_growth("s"),
        ("given", "expert_ip + expert_results + expert_management"),
        ("lo", "$.given + $.a_points + $.s_points"),
        ("hi", "$.given + $.a_top + $.s_top"),
        ("outcome", "not $.gate or $.hi <= 7000 ? 0 : ($.lo > 7000 ? 3 : 2)"),
    ]


class Zen:
    """A decision graph of one expression node, compiled once."""

    def __init__(self, workload: str) -> None:
        said = _zen_tech_sme() if workload == "tech_sme" else _zen_high_tech()
        expressions = [{"id": key, "key": key, "value": value} for key, value in said]
        content = {"passThrough": False, "inputField": None, "outputPath": None,
                   "executionMode": "single", "expressions": expressions}  # fmt: skip
        node = {"type": "expressionNode", "id": "x", "name": "x", "content": content}
        ends = [{"type": f"{end}Node", "id": end, "name": end, "content": {}}
                for end in ("input", "output")]  # fmt: skip
        edges = [{"id": "1", "sourceId": "input", "targetId": "x", "type": "edge"},
                 {"id": "2", "sourceId": "x", "targetId": "output", "type": "edge"}]  # fmt: skip
        graph = {"contentType": "application/vnd.gorules.decision",
                 "nodes": [ends[0], node, ends[1]], "edges": edges}  # fmt: skip
        self._engine = zen.ZenEngine({"loader": {"type": "static", "content": {"law": graph}}})

    def one(self, firm: Mapping[str, Any], *, trace: bool = False) -> Mapping[str, Any]:
        """The answer for one firm, with the engine's trace where asked for."""
        answer: Mapping[str, Any] = self._engine.evaluate("law", firm, {"trace": trace})
        return answer if trace else answer["result"]
