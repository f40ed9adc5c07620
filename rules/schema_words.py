"""The words of the rule language as JSON Schema: parameters, values, tests, scores."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from rules import reading, values
from rules.indicators import Indicator
from rules.needs import FILTERS, MEASURES, REGISTERS
from rules.outcomes import CAUSES, CODES
from rules.parameters import EDGES

Schema = dict[str, Any]
DATE: Final[Schema] = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
STRING: Final[Schema] = {"type": "string"}
WHOLE: Final[Schema] = {"type": "integer"}
FLAG: Final[Schema] = {"type": "boolean"}
OPEN: Final[Schema] = {"type": "object"}


def ref(name: str) -> Schema:
    """A definition of this document."""
    return {"$ref": f"#/$defs/{name}"}


def one_of(*choices: Schema) -> Schema:
    """Any of several forms."""
    return {"anyOf": list(choices)}


def words(known: Iterable[str]) -> Schema:
    """One word of a list."""
    return {"type": "string", "enum": list(known)}


def many(item: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": item}


def mapping(required: Iterable[str] = (), **parts: Schema) -> Schema:
    """An object with these parts and no others; a trailing `_` keeps off Python's own words."""
    named = {name.removesuffix("_"): schema for name, schema in parts.items()}
    made: Schema = {"type": "object", "properties": named, "additionalProperties": False}
    if needed := list(required):
        made["required"] = needed
    return made


TEXT: Final = one_of(STRING, mapping(["zh"], zh=STRING, en=STRING))
NUMBER: Final = one_of(WHOLE, {"type": "number"}, STRING)
SOURCE: Final = mapping(
    ["document"], document=STRING, article=STRING, evidence=words(reading.EVIDENCE[:-1])
)
WINDOW: Final = one_of(
    words(["in_force"]),
    mapping(["days"], days=WHOLE),
    mapping(["years"], years=WHOLE),
    mapping(["since_year"], since_year=WHOLE),
)
BASIC: Final = {"text": TEXT, "number": NUMBER, "source": SOURCE, "window": WINDOW}


def language(indicators: Mapping[str, Indicator]) -> dict[str, Schema]:
    """The rule language: parameters, values, tests, scores."""
    yes_no = words(name for name, entry in indicators.items() if entry.unit == "bool")
    return {
        "indicator": words(indicators),
        "parameter": one_of(ref("number"), _series(ref("parameter")), _by_size()),
        "value": _value(),
        "band": mapping(["points"], points=ref("points"), **dict.fromkeys(EDGES, ref("plain"))),
        "plain": one_of(ref("number"), _series(ref("plain"))),
        "points": one_of(ref("number"), many(ref("number"))),
        "undefined": _undefined(),
        "score": mapping(**_score_parts()),
        "test": one_of(STRING, ref("criterion")),
        "criterion": mapping(**_criterion_parts(yes_no), **_said()),
    }


def _series(item: Schema) -> Schema:
    """A parameter with its value from each day on."""
    days = {"type": "object", "patternProperties": {DATE["pattern"]: item}}
    return mapping(["from"], from_={**days, "additionalProperties": False})


def _by_size() -> Schema:
    band = mapping(["is"], up_to=ref("number"), below=ref("number"), is_=ref("number"))
    return mapping(["by", "bands"], by=ref("value"), bands=many(band))


def _value() -> Schema:
    records = mapping(
        ["register", "window"],
        register=words(sorted(REGISTERS)),
        window=ref("window"),
        **_filters(),
    )
    figure = ref("indicator")
    parts = {
        "figure": figure,
        "year": WHOLE,
        "sum": figure,
        "mean": figure,
        "years": WHOLE,
        "add": many(ref("value")),
        "subtract": many(ref("value")),
        "ratio": many(ref("value")),
        "mean_growth": figure,
        "cagr": figure,
        "periods": WHOLE,
        "greatest": many(ref("value")),
        "least": many(ref("value")),
        "age": figure,
        "unit": words(["days", "years"]),
        "to": words(["base_year_end"]),
        "records": records,
        "measure": words(sorted(MEASURES)),
        "stated": figure,
    }
    assert set(values.constructs()) <= set(parts)  # noqa: S101 a new construct needs its schema
    return one_of(figure, mapping(**parts))


def _filters() -> dict[str, Schema]:
    lists = {"level", "severity", "kinds", "origin"}
    made = {name: many(STRING) if name in lists else FLAG for name in sorted(FILTERS)}
    return {**made, "rank_at_most": WHOLE}


def _undefined() -> Schema:
    said = one_of(words([*CODES, "unusable"]), mapping(["points"], points=ref("points")))
    causes = dict.fromkeys((*CAUSES, "not_applicable"), said)
    return one_of(said, mapping(**causes))


def _said() -> dict[str, Schema]:
    """What people read of a criterion."""
    return {
        "id": STRING,
        "name": ref("text"),
        "source": ref("source"),
        "reading": ref("text"),
        "reason": ref("text"),
        "remedy": ref("text"),
        "keep": FLAG,
    }


def _score_parts() -> dict[str, Schema]:
    return {
        **_said(),
        "of": ref("value"),
        "by": {"type": "object", "additionalProperties": ref("points")},
        "bands": many(ref("band")),
        "max": ref("number"),
        "if_undefined": ref("undefined"),
        "per": ref("value"),
        "each": ref("plain"),
        "points": one_of(ref("points"), OPEN),
        "best_of": many(ref("score")),
        "sum_of": many(ref("score")),
        "given": ref("indicator"),
        "otherwise": ref("score"),
        "judged": many(ref("number")),
        "when": ref("test"),
    }


def _criterion_parts(yes_no: Schema) -> dict[str, Schema]:
    edges = dict.fromkeys(EDGES, ref("parameter"))
    counted = mapping(
        ["register", "window"],
        register=words(sorted(REGISTERS)),
        window=ref("window"),
        **_filters(),
    )
    held = one_of(many(STRING), mapping(["any"], any=many(STRING), years=WHOLE))
    choice = mapping(["of", "in"], of=ref("indicator"), in_=many(STRING))
    return {
        "is_true": yes_no,
        "is_false": yes_no,
        "case": yes_no,
        "compare": mapping(
            ["value"],
            value=ref("value"),
            each_of_years=WHOLE,
            if_undefined=ref("undefined"),
            **edges,
        ),
        "none": counted,
        "some": counted,
        "held": held,
        "one_of": choice,
        "points": mapping(["of"], of=many(STRING), **edges),
        "all": many(ref("test")),
        "any": many(ref("test")),
        "at_least_k": mapping(["k", "of"], k=WHOLE, of=many(ref("test"))),
        "not": ref("test"),
        "manual": ref("text"),
        "score": ref("score"),
        "applies_when": ref("test"),
        "if_undefined": ref("undefined"),
    }
