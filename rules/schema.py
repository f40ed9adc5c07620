"""JSON Schemas of the YAML files of a pack: an editor completes and checks what is written.

The schemas say which words stand where; what they mean, and whether they fit together, is for
`python -m rules check`. Published as docs/schemas/*.json by `python -m rules schema`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rules import reading
from rules.indicators import Indicator
from rules.library import APPLICATION_TYPES
from rules.needs import REGISTERS
from rules.schema_words import (
    BASIC,
    DATE,
    FLAG,
    OPEN,
    STRING,
    WHOLE,
    Schema,
    language,
    many,
    mapping,
    one_of,
    ref,
    words,
)

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
LEVELS: Final = ("country", "province", "city", "county")
LINES: Final = ("science", "industry")


def document(title: str, body: Schema, **definitions: Schema) -> Schema:
    """A schema of one kind of file."""
    return {"$schema": DIALECT, "title": title, **body, "$defs": {**BASIC, **definitions}}


def schemas(indicators: Mapping[str, Indicator]) -> dict[str, Schema]:
    """File name (without .json) -> schema."""
    return {
        "pack": _pack(),
        "title": _title(indicators),
        "ladder": _ladder(),
        "schemes": _schemes(),
        "targets": _targets(),
        "calendar": _calendar(),
        "procedures": _procedures(),
        "cases": _cases(indicators),
        "indicators": _indicators(),
    }


def write(folder: Path, indicators: Mapping[str, Indicator]) -> list[Path]:
    """Write every schema into `folder`; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, schema in schemas(indicators).items():
        path = folder / f"{name}.json"
        path.write_text(text(schema), encoding="utf-8")
        written.append(path)
    return written


def text(schema: Schema) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _pack() -> Schema:
    paper = mapping(
        ["title"],
        number=STRING,
        title=STRING,
        issuer=STRING,
        issued=DATE,
        effective=DATE,
        evidence=words(reading.EVIDENCE[:-1]),
        url=STRING,
    )
    body = mapping(
        ["pack", "name", "division"],
        pack=STRING,
        name=ref("text"),
        division=STRING,
        extends=many(STRING),
        documents={"type": "object", "additionalProperties": paper},
    )
    return document("规则包 pack.yaml", body)


def _title(indicators: Mapping[str, Indicator]) -> Schema:
    authority = mapping(
        ["since", "level"],
        since=DATE,
        level=words(LEVELS),
        line=words(LINES),
        body=ref("text"),
        source=ref("source"),
        evidence=words(reading.EVIDENCE[:-1]),
    )
    rules = mapping(
        ["id", "since", "criteria"],
        id=STRING,
        since=DATE,
        until=DATE,
        application_types=many(words(APPLICATION_TYPES)),
        first_year=WHOLE,
        last_year=WHOLE,
        criteria=many(ref("criterion")),
        verdict=ref("criterion"),
    )
    body = mapping(
        ["title", "name", "kind"],
        title=STRING,
        name=ref("text"),
        short=ref("text"),
        kind=words(reading.KINDS),
        line=words(LINES),
        adopted=FLAG,
        roll=words(["yearly", "stock"]),
        validity=mapping(years=WHOLE, end=words(["last_day", "shared"])),
        authority=many(authority),
        events=many(STRING),
        rule_sets=many(rules),
    )
    return document("称号 titles/*.yaml", body, **language(indicators))


def _ladder() -> Schema:
    step = mapping(["title"], title=STRING, kind=words(reading.KINDS), rank=WHOLE, branch=FLAG)
    edge = mapping(["to"], from_=STRING, to=STRING, name=ref("text"))
    umbrella = mapping(["id", "name", "titles"], id=STRING, name=ref("text"), titles=many(STRING))
    body = mapping(
        ["steps"],
        name=ref("text"),
        slogan=ref("text"),
        sentence=ref("text"),
        programmes=many(STRING),
        source=ref("source"),
        steps=many(step),
        edges=many(edge),
        umbrellas=many(umbrella),
    )
    return document("梯次 ladder.yaml", body)


def _schemes() -> Schema:
    scheme = mapping(
        ["id", "name", "title", "events", "source"],
        id=STRING,
        name=ref("text"),
        title=STRING,
        events=many(STRING),
        amount=ref("number"),
        per=ref("text"),
        since=DATE,
        until=DATE,
        source=ref("source"),
        note=ref("text"),
    )
    return document("奖补 schemes.yaml", mapping(["schemes"], schemes=many(scheme)))


def _targets() -> Schema:
    target = mapping(
        ["id", "name", "kind", "comparator", "year"],
        id=STRING,
        name=ref("text"),
        titles=many(STRING),
        kind=words(["stock", "net", "new", "cum", "rate", "ratio", "coverage", "rank", "annual"]),
        comparator=words(["at_least", "more_than", "reach", "about", "range"]),
        value=ref("number"),
        upper=ref("number"),
        unit=STRING,
        year=WHOLE,
        baseline=ref("number"),
        baseline_year=WHOLE,
        territory=STRING,
        phrase=STRING,
        note=ref("text"),
        source=ref("source"),
    )
    return document("目标 targets.yaml", mapping(["targets"], targets=many(target)))


def _calendar() -> Schema:
    window = mapping(
        ["title", "year", "closes_on"],
        title=STRING,
        year=WHOLE,
        batch=ref("text"),
        number=STRING,
        level=words(LEVELS),
        opens_on=DATE,
        closes_on=DATE,
        territory=STRING,
        application_types=many(words(APPLICATION_TYPES)),
        note=ref("text"),
    )
    return document("申报窗口 calendar.yaml", mapping(["windows"], windows=many(window)))


def _procedures() -> Schema:
    stage = mapping(
        ["id", "name"],
        id=STRING,
        name=ref("text"),
        role=STRING,
        level=words(LEVELS),
        kind=words(sorted(reading.STAGE_KINDS)),
        actions=many(words(sorted(reading.STAGE_ACTIONS))),
        working_days=WHOLE,
    )
    procedure = mapping(
        ["id", "version", "name", "titles", "stages"],
        id=STRING,
        version=WHOLE,
        name=ref("text"),
        titles=many(STRING),
        stages=many(stage),
        source=ref("source"),
    )
    return document("程序 procedures.yaml", mapping(["procedures"], procedures=many(procedure)))


def _cases(indicators: Mapping[str, Indicator]) -> Schema:
    facts: Schema = {"type": "object", "propertyNames": {"enum": sorted({*indicators, *REGISTERS})}}
    registers = {"enum": sorted({*REGISTERS, "title"})}
    records: Schema = {"type": "object", "propertyNames": registers}
    parts = {
        "facts": facts,
        "records": records,
        "case": facts,
        "titles": one_of(many(STRING), OPEN),
    }
    case = mapping(
        ["name", "title", "on", "expect"],
        name=STRING,
        title=STRING,
        base=STRING,
        on=DATE,
        for_year=WHOLE,
        base_year=WHOLE,
        application_type=words(APPLICATION_TYPES),
        expect=OPEN,
        signed=STRING,
        **parts,
    )
    bases = {"type": "object", "additionalProperties": mapping(**parts)}
    return document("样例 cases/*.yaml", mapping(["cases"], bases=bases, cases=many(case)))


def _indicators() -> Schema:
    units = ["CNY", "persons", "count", "percent", "points", "bool", "date", "choice", "rank",
             "months", "years", "text", "code", "set", "record"]  # fmt: skip
    entry = mapping(
        ["name", "unit", "period"],
        name=ref("text"),
        unit=words(units),
        period=words(["FY", "FYE", "ASOF", "RND"]),
        who=words(["E", "B", "X", "R", "D"]),
        definition=STRING,
        section=STRING,
        statement=STRING,
        source=OPEN,
        quantum=ref("number"),
        maximum=ref("number"),
        minimum=ref("number"),
        signed=FLAG,
        choices={"type": "object", "additionalProperties": ref("text")},
        proxy_from=many(STRING),
        derive=OPEN,
        formula=OPEN,
    )
    body: Schema = {"type": "object", "additionalProperties": entry}
    return document("指标 indicators.yaml", body)
