"""Reads a manifest's text and checks it against the indicators and titles in force. Pure."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, TypeVar

import yaml

from app.enterprises.domain import EventKind, OperatingStatus
from app.foundation.errors import Fault
from app.intake.cells import NUMERIC
from app.intake.errors import ManifestUnfit
from app.intake.manifest import (
    Assumed,
    CertificateKind,
    Covered,
    EventRegister,
    Feed,
    FigureColumn,
    Manifest,
    Table,
)
from app.profiles.domain import REGISTERS, FigureStage, IncidentKind, StatementScope
from rules.indicators import Indicator

VERSION: Final = 1
FIRM_FIELDS: Final = frozenset(
    {
        "credit_code",
        "name",
        "registered_division",
        "managing_division",
        "industry_code",
        "registered_on",
        "operating_status",
    }
)
CERTIFICATE_FIELDS: Final = frozenset({"credit_code", "kind", "since", "until", "certificate"})
EVENT_FIELDS: Final = frozenset({"credit_code", "kind", "since", "until"})
UNITS: Final = {"元": 1, "万元": 10**4, "亿元": 10**8}
Value = TypeVar("Value")


def read_manifest(
    text: str, indicators: Mapping[str, Indicator], titles: Mapping[str, Any]
) -> Manifest:
    """The manifest in `text`, checked against the indicators and titles in force.

    Raises:
        ManifestUnfit: it is no YAML, or says something that cannot be; all faults are named.
    """
    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as fault:
        raise ManifestUnfit(f"manifest.yaml 不是有效的 YAML：{fault}。") from None
    if not isinstance(raw, dict) or raw.get("manifest") != VERSION:
        raise ManifestUnfit(f"manifest.yaml 应以“manifest: {VERSION}”开头。")
    reader = _Reader(indicators, titles)
    manifest = reader.manifest(raw)
    if reader.faults:
        raise ManifestUnfit(
            "数据清单（manifest.yaml）有误，请逐项改正。", faults=tuple(reader.faults)
        )
    return manifest


class _Reader:
    """Reads the parts, collecting faults rather than stopping at the first."""

    def __init__(self, indicators: Mapping[str, Indicator], titles: Mapping[str, Any]) -> None:
        self.indicators = indicators
        self.titles = titles
        self.faults: list[Fault] = []

    def manifest(self, raw: Mapping[str, Any]) -> Manifest:
        files = self._mapping("/files", raw.get("files"))
        return Manifest(
            name=str(raw.get("name", "")),
            division=str(self._need("/division", raw, "division") or ""),
            known_on=self._day("/known_on", self._need("", raw, "known_on")) or date.min,
            stage=self._word("/figure_stage", FigureStage, raw.get("figure_stage")),
            scope=self._word("/statement_scope", StatementScope, raw.get("statement_scope")),
            hold_suspects=self._suspects(raw.get("suspects", "hold")),
            coverage=tuple(self._coverage(raw.get("coverage") or ())),
            assumptions=tuple(self._assumptions(raw.get("assumptions") or ())),
            notes=tuple(str(note) for note in raw.get("notes") or ()),
            **self._firms(files.get("enterprises")),
            **self._years(files.get("annual")),
            **self._certificates(files.get("certificates")),
            **self._events(files.get("events")),
            **self._counts(files.get("ip_counts")),
        )

    def _firms(self, raw: Any) -> dict[str, Any]:
        if raw is None:
            return {}
        words = self._mapping("/files/enterprises/statuses", raw.get("statuses"))
        table = self._table("enterprises", raw, FIRM_FIELDS, {"credit_code", "name"})
        return {
            "enterprises": table,
            "statuses": {
                str(word): self._word("/files/enterprises/statuses", OperatingStatus, code)
                for word, code in words.items()
            },
        }

    def _years(self, raw: Any) -> dict[str, Any]:
        if raw is None:
            return {}
        table = self._table(
            "annual", raw, frozenset({"credit_code", "year"}), {"credit_code", "year"}
        )
        headers = {column.header for column in table.figures}
        groups = tuple(tuple(str(h) for h in group) for group in raw.get("comparable") or ())
        pairs = tuple((str(a), str(b)) for a, b in raw.get("at_most") or ())
        for header in {h for group in (*groups, *pairs) for h in group} - headers:
            self._fault("/files/annual", f"比较用的列“{header}”没有列在 figures 里。")
        return {"annual": table, "comparable": groups, "at_most": pairs}

    def _certificates(self, raw: Any) -> dict[str, Any]:
        if raw is None:
            return {}
        place = "/files/certificates"
        kinds = self._mapping(f"{place}/kinds", raw.get("kinds"))
        return {
            "certificates": self._table(
                "certificates", raw, CERTIFICATE_FIELDS, {"credit_code", "kind", "since"}
            ),
            "certificate_kinds": {
                str(word): self._certificate(f"{place}/kinds/{word}", spec)
                for word, spec in kinds.items()
            },
            "history_from": self._day(f"{place}/history_from", raw.get("history_from")),
        }

    def _certificate(self, place: str, spec: Any) -> CertificateKind:
        spec = self._mapping(place, spec)
        title = str(self._need(place, spec, "title") or "")
        if title not in self.titles:
            self._fault(place, f"规则库中没有称号“{title}”。")
        end = str(spec.get("end", ""))
        if end not in {"last_day", "shared"}:
            self._fault(
                place, "end 应为 last_day（截止日当天仍有效）或 shared（与下一证书同日衔接）。"
            )
        event = spec.get("event", "by_history")
        return CertificateKind(
            title=title,
            end=end,
            yearly=spec.get("roll") == "yearly",
            event=None if event == "by_history" else self._word(place, EventKind, event),
            note=str(spec.get("note", "")),
        )

    def _events(self, raw: Any) -> dict[str, Any]:
        if raw is None:
            return {}
        place = "/files/events/kinds"
        kinds = self._mapping(place, raw.get("kinds"))
        return {
            "events": self._table("events", raw, EVENT_FIELDS, {"credit_code", "kind", "since"}),
            "event_kinds": {
                str(word): EventRegister(
                    self._word(f"{place}/{word}", IncidentKind, spec.get("register")),
                    str(spec.get("severity", "")),
                )
                for word, spec in kinds.items()
            },
        }

    def _counts(self, raw: Any) -> dict[str, Any]:
        if raw is None:
            return {}
        place = "/files/ip_counts"
        since = self._day(f"{place}/since", raw.get("since"))
        if since is None or not raw.get("reason"):
            self._fault(place, "没有日期的数量应写明 since（从哪天起采用）和 reason（理由）。")
        return {
            "counts": self._table("ip_counts", raw, frozenset({"credit_code"}), {"credit_code"}),
            "counts_since": since,
            "counts_reason": str(raw.get("reason", "")),
        }

    def _table(
        self, name: str, raw: Mapping[str, Any], fields: frozenset[str], needed: set[str]
    ) -> Table:
        place = f"/files/{name}"
        columns = {str(k): str(v) for k, v in self._mapping(place, raw.get("columns")).items()}
        for unknown in sorted(set(columns.values()) - fields):
            self._fault(
                f"{place}/columns", f"没有“{unknown}”这个字段。可用：{'、'.join(sorted(fields))}。"
            )
        for missing in sorted(needed - set(columns.values())):
            self._fault(f"{place}/columns", f"没有说明哪一列是“{missing}”。")
        figures = self._mapping(f"{place}/figures", raw.get("figures"))
        return Table(
            path=str(self._need(place, raw, "path") or ""),
            columns=columns,
            delimiter=str(raw.get("delimiter", ",")),
            encoding=str(raw.get("encoding", "auto")),
            figures=tuple(
                self._figure(f"{place}/figures/{header}", str(header), spec)
                for header, spec in figures.items()
            ),
            ignored=frozenset(str(header) for header in raw.get("ignored") or ()),
        )

    def _figure(self, place: str, header: str, spec: Any) -> FigureColumn:
        if not isinstance(spec, Mapping) or "feeds" not in spec:
            spec = {"feeds": spec}
        feeds = spec["feeds"] if isinstance(spec["feeds"], list) else [spec["feeds"]]
        unit = str(spec.get("unit", "元"))
        if unit not in UNITS:
            self._fault(place, f"单位“{unit}”不明。可用：{'、'.join(UNITS)}。")
        return FigureColumn(header, tuple(self._feed(place, f) for f in feeds), UNITS.get(unit, 1))

    def _feed(self, place: str, raw: Any) -> Feed:
        feed = (
            Feed(str(raw.get("indicator")), bool(raw.get("proxy", False)))
            if isinstance(raw, Mapping)
            else Feed(str(raw))
        )
        if feed.indicator not in self.indicators:
            self._fault(place, f"指标目录中没有“{feed.indicator}”。")
        elif self.indicators[feed.indicator].unit not in NUMERIC:
            self._fault(place, f"“{feed.indicator}”不是数值或是否，不能从数据文件的列导入。")
        return feed

    def _coverage(self, raw: Any) -> list[Covered]:
        found = []
        for number, spec in enumerate(raw):
            place = f"/coverage/{number}"
            register = str(self._need(place, spec, "register") or "")
            if register not in REGISTERS and register not in self.titles:
                self._fault(place, f"没有“{register}”这个登记簿或称号。")
            found.append(
                Covered(
                    register,
                    self._day(place, self._need(place, spec, "since")) or date.min,
                    self._day(place, spec.get("until")),
                    self._day(place, spec.get("checked_on")),
                    bool(spec.get("assumed", False)),
                    str(self._need(place, spec, "reason") or ""),
                )
            )
        return found

    def _assumptions(self, raw: Any) -> list[Assumed]:
        found = []
        for number, spec in enumerate(raw):
            place = f"/assumptions/{number}"
            indicator = str(self._need(place, spec, "indicator") or "")
            value = self._need(place, spec, "value")
            if indicator not in self.indicators:
                self._fault(place, f"指标目录中没有“{indicator}”。")
            elif not isinstance(value, bool | int):
                self._fault(place, "假定的 value 应为 true、false 或整数（以指标的最小单位计）。")
            found.append(
                Assumed(
                    indicator,
                    value if isinstance(value, bool | int) else 0,
                    self._day(place, self._need(place, spec, "since")) or date.min,
                    self._day(place, spec.get("until")),
                    str(self._need(place, spec, "reason") or ""),
                )
            )
        return found

    def _suspects(self, word: Any) -> bool:
        if word not in {"hold", "keep"}:
            self._fault("/suspects", "suspects 应为 hold（存疑数值不采用）或 keep（采用并提示）。")
        return bool(word == "hold")

    def _word(self, place: str, vocabulary: Callable[[Any], Value], code: Any) -> Value:
        try:
            return vocabulary(code)
        except ValueError:
            members = list(vocabulary)  # type: ignore[call-overload] # a StrEnum class
            self._fault(place, f"“{code}”不明。可用：{'、'.join(members)}。")
            return members[0]  # type: ignore[no-any-return]

    def _day(self, place: str, raw: Any) -> date | None:
        if raw is None or isinstance(raw, date):
            return raw
        self._fault(place, f"“{raw}”不是日期，请写成 2022-12-31。")
        return None

    def _need(self, place: str, raw: Mapping[str, Any], key: str) -> Any:
        if raw.get(key) is None:
            self._fault(place, f"缺少“{key}”。")
        return raw.get(key)

    def _mapping(self, place: str, raw: Any) -> Mapping[str, Any]:
        if raw is None or isinstance(raw, Mapping):
            return raw or {}
        self._fault(place, "此处应为“名称: 内容”的对照。")
        return {}

    def _fault(self, pointer: str, detail: str) -> None:
        self.faults.append(Fault(pointer, detail))
