"""The yearly form as its template needs it, generated from the catalogue of indicators."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.foundation.clock import legal_day
from app.profiles import drafts
from app.profiles.checking import Checked
from app.profiles.domain import Scalar
from app.profiles.typed import NO, YES, Typed, is_typed
from app.profiles.wording import section_name, shown, source_of, unit_name, who_says
from app.web.i18n import gettext as _
from app.web.i18n import said
from rules.indicators import Indicator

JUMPS: Final = frozenset({"CNY", "persons", "count"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field: what it asks, what is typed, what was said before, what is wrong with it."""

    id: str
    name: str
    kind: str  # money number date text pick
    unit: str
    text: str
    choices: tuple[tuple[str, str], ...]
    before: str  # last year's figure, or what the enterprise last stated
    definition: str
    source: str
    evidence: str
    statement: str
    faults: tuple[str, ...]
    may_jump: bool
    jumped: bool
    reason: str
    is_held: bool  # an open case holds it: read-only


@dataclass(frozen=True, slots=True)
class Told:
    """An indicator somebody else says: shown so that one knows where it comes from."""

    name: str
    who: str
    value: str
    definition: str
    source: str


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the form."""

    id: str
    name: str
    fields: tuple[Field, ...]
    told: tuple[Told, ...]

    @property
    def blank_count(self) -> int:
        """Fields without a text."""
        return sum(not field.text for field in self.fields)

    @property
    def fault_count(self) -> int:
        """Fields with a fault."""
        return sum(bool(field.faults) for field in self.fields)


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the fields: values said before and by others, and what is held."""

    last: Mapping[str, Scalar]
    stated: Mapping[str, Scalar]
    filed: Mapping[str, Scalar]
    editable: frozenset[str] | None

    @classmethod
    def of(cls, session: Session, enterprise_id: UUID, year: int, at: datetime) -> "Beside":
        """Read it for one year of an enterprise."""
        figures = {
            row.year: json.loads(row.body)["figures"]
            for row in drafts.current_revisions(session, enterprise_id, [year, year - 1])
        }
        known = drafts.statements_in_force(session, enterprise_id, legal_day(at))
        return cls(
            last=figures.get(year - 1, {}),
            stated={name: json.loads(row.value) for name, row in known.items()},
            filed=figures.get(year, {}),
            editable=drafts.editable(session, enterprise_id, year),
        )

    def holds(self, name: str) -> bool:
        """Whether an open case holds the field."""
        return self.editable is not None and name not in self.editable


def sections(
    checked: Checked, beside: Beside, indicators: Mapping[str, Indicator]
) -> list[Section]:
    """The form, section by section in the order of the catalogue."""
    order = list(dict.fromkeys(indicator.section for indicator in indicators.values()))
    found = []
    for section in order:
        mine = [indicator for indicator in indicators.values() if indicator.section == section]
        found.append(
            Section(
                id=section,
                name=section_name(section),
                fields=tuple(_field(i, checked, beside) for i in mine if is_typed(i)),
                told=tuple(_told(i, beside, checked.typed) for i in mine if not _is_head(i)),
            )
        )
    return found


def _is_head(indicator: Indicator) -> bool:
    """Typed in the form itself, or in its head."""
    return is_typed(indicator) or indicator.id in {"statement_scope", "figure_stage"}


def _field(indicator: Indicator, checked: Checked, beside: Beside) -> Field:
    name = indicator.id
    typed = checked.typed
    before = (beside.last if indicator.is_yearly else beside.stated).get(name)
    faults = [fault for fault in checked.faults if fault.pointer == f"/{name}"]
    asked = [fault for fault in checked.faults if fault.pointer == f"/reason-{name}"]
    return Field(
        id=name,
        name=said(indicator.name),
        kind=_kind(indicator),
        unit=unit_name(indicator.unit, typed.unit),
        text=_text(indicator, typed),
        choices=_choices(indicator),
        before=shown(indicator, before, typed.unit),
        definition=indicator.definition,
        source=source_of(indicator),
        evidence=str(indicator.source.get("evidence", "")),
        statement=indicator.statement,
        faults=tuple(fault.detail for fault in (*faults, *asked)),
        may_jump=indicator.unit in JUMPS and bool(before),
        jumped=any(jump.indicator == name for jump in checked.jumps),
        reason=typed.reasons.get(name, ""),
        is_held=beside.holds(name),
    )


def _kind(indicator: Indicator) -> str:
    if indicator.unit in {"bool", "choice"}:
        return "pick"
    return {"CNY": "money", "date": "date", "text": "text"}.get(indicator.unit, "number")


def _text(indicator: Indicator, typed: Typed) -> str:
    text = typed.figures.get(indicator.id, "")
    if indicator.unit == "bool":
        return "yes" if text.lower() in YES else "no" if text.lower() in NO else text
    return text


def _choices(indicator: Indicator) -> tuple[tuple[str, str], ...]:
    if indicator.unit == "bool":
        return (("yes", _("是")), ("no", _("否")))
    return tuple((key, said(name)) for key, name in indicator.choices.items())


def _told(indicator: Indicator, beside: Beside, typed: Typed) -> Told:
    value = beside.filed.get(indicator.id, beside.stated.get(indicator.id))
    return Told(
        name=said(indicator.name),
        who=who_says(indicator),
        value=shown(indicator, value, typed.unit),
        definition=indicator.definition,
        source=source_of(indicator),
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing two versions of a form say differently."""

    id: str  # of the form's field
    name: str
    mine: str
    theirs: str


def differences(
    mine: Typed, theirs: Typed, indicators: Mapping[str, Indicator]
) -> list[Difference]:
    """Where two versions differ, in the order of the form, head first."""
    one, two = flat(mine), flat(theirs)
    names = {"unit": _("金额单位"), "stage": _("数据阶段"), "scope": _("主体口径")}
    for name, indicator in indicators.items():
        names[name] = said(indicator.name)
        names[f"reason-{name}"] = _("%(name)s：变动原因", name=said(indicator.name))
    return [
        Difference(name, word, one.get(name, ""), two.get(name, ""))
        for name, word in names.items()
        if one.get(name, "") != two.get(name, "")
    ]


def flat(typed: Typed) -> dict[str, str]:
    """A form as a browser would send it."""
    reasons: dict[str, Any] = {f"reason-{name}": text for name, text in typed.reasons.items()}
    head = {"unit": typed.unit.value, "stage": typed.stage.value, "scope": typed.scope.value}
    return {**head, **typed.figures, **reasons}
