"""What changed between two laws, clause by clause: two days of a title, two titles, two packs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rules.text import Text

SIGNS: Final = {"added": "＋", "removed": "－", "changed": "～"}
_KINDS: Final = {
    "zh": {"added": "新增", "removed": "删除", "changed": "修改"},
    "en": {"added": "added", "removed": "removed", "changed": "changed"},
}
_WORDS: Final = {
    "at_least": ("不低于", "at least"),
    "more_than": ("高于", "more than"),
    "at_most": ("不高于", "at most"),
    "less_than": ("低于", "less than"),
    "up_to": ("不超过", "up to"),
    "below": ("低于", "below"),
    "is": ("为", "is"),
    "points": ("得分", "points"),
    "bands": ("分档", "bands"),
    "max": ("满分", "maximum"),
    "of": ("对象", "of"),
    "value": ("数据", "value"),
    "window": ("期间", "window"),
    "years": ("年数", "years"),
    "days": ("天数", "days"),
    "if_undefined": ("无法计算时", "where undefined"),
    "source": ("依据", "source"),
    "name": ("名称", "name"),
    "reading": ("读法", "reading"),
    "reason": ("人工判断的原因", "reason for a person"),
    "remedy": ("改进办法", "remedy"),
    "keep": ("保持条件", "kept while held"),
    "applies_when": ("适用条件", "applies when"),
    "compare": ("比较", "comparison"),
    "score": ("评分", "score"),
    "ratio": ("比例", "ratio"),
    "severity": ("级别", "severity"),
    "register": ("名册", "register"),
    "all": ("同时满足", "all of"),
    "any": ("满足其一", "any of"),
    "by": ("按选项", "by choice"),
}
_WHOLE: Final = frozenset({"bands", "by", "source"})  # told as one, not leaf by leaf


@dataclass(frozen=True, slots=True)
class Detail:
    """One parameter before and after; empty where there is none."""

    path: tuple[str, ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One clause that was added, removed or changed."""

    kind: str
    id: str
    name: Text
    details: tuple[Detail, ...]


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Change]:
    """The clauses in which two resolved trees differ, in the order of the law.

    Clauses are paired by their id, what is left by its name (two titles have ids of their own).
    """
    old, new = _clauses(before), _clauses(after)
    pairs = _pairs(old, new)
    found: list[Change] = []
    for key, clause in old.items():
        other = new.get(pairs.get(key, ""))
        if other is None:
            found.append(Change("removed", key, _name(clause), tuple(_told(clause, {}))))
        elif details := tuple(_told(_renamed(clause, pairs), other)):
            found.append(Change("changed", pairs[key], _name(other), details))
    fresh = [key for key in new if key not in pairs.values()]
    found += [Change("added", key, _name(new[key]), tuple(_told({}, new[key]))) for key in fresh]
    order = [*new, *old]
    return sorted(found, key=lambda change: order.index(change.id))


def _clauses(tree: Mapping[str, Any] | None) -> dict[str, Mapping[str, Any]]:
    """Every named clause by its id; a clause inside another stands for itself."""
    if tree is None:
        return {}
    named = {str(node["id"]): node for node in _named(tree["criteria"])}
    if "verdict" in tree:
        name = {"zh": "总判断", "en": "Verdict"}
        named["verdict"] = {"id": "verdict", "name": name, **tree["verdict"]}
    return named


def _named(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, Mapping):
        if "id" in node:
            yield node
        for value in node.values():
            yield from _named(value)
    elif isinstance(node, list):
        for value in node:
            yield from _named(value)


def _pairs(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    pairs = {key: key for key in old if key in new}
    by_name = {_name(clause).zh: key for key, clause in new.items() if key not in pairs}
    for key, clause in old.items():
        if key not in pairs and _name(clause).zh in by_name:
            pairs[key] = by_name.pop(_name(clause).zh)
    return pairs


def _renamed(node: Any, pairs: Mapping[str, str]) -> Any:
    """The clause with references to paired clauses under their new ids: that is no change."""
    if isinstance(node, Mapping):
        return {key: _renamed(value, pairs) for key, value in node.items()}
    if isinstance(node, list):
        return [_renamed(item, pairs) for item in node]
    return pairs.get(node, node) if isinstance(node, str) else node


def _name(clause: Mapping[str, Any]) -> Text:
    return Text.of(clause.get("name", clause["id"]))


def _told(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Detail]:
    old, new = dict(_leaves(before)), dict(_leaves(after))
    for path in dict.fromkeys((*old, *new)):
        if old.get(path) != new.get(path):
            yield Detail(path, old.get(path, ""), new.get(path, ""))


def _leaves(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """(path, text) of every parameter of one clause."""
    if isinstance(node, Mapping) and "zh" not in node:
        for key, value in node.items():
            if key in _WHOLE:
                yield (*path, key), _whole(key, value)
            elif path or key != "id":
                yield from _leaves(value, (*path, key))
    else:
        yield path, _text(node)


def _whole(key: str, value: Any) -> str:
    if key == "source" and isinstance(value, Mapping):
        number = value.get("number") or value.get("title") or value.get("document", "")
        mark = f"［{value['evidence']}］" if value.get("evidence") else ""
        return f"{number} {value.get('article', '')}{mark}".strip()
    if key == "bands" and isinstance(value, list):
        return "；".join(_text(band) for band in value)
    return _text(value)


def _text(value: Any) -> str:
    """A parameter as people write it; a clause inside another by its id."""
    if isinstance(value, Mapping):
        if "id" in value:
            return str(value["id"])
        if "zh" in value:
            return str(value["zh"])
        return "，".join(f"{_word(key, 'zh')} {_text(item)}" for key, item in value.items())
    if isinstance(value, list):
        return "、".join(_text(item) for item in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return "（未注明）" if value == "" else str(value)  # a record without a severity


def _word(key: str, language: str) -> str:
    return _WORDS.get(key, (key, key))[("zh", "en").index(language)]


def lines(found: Sequence[Change], language: str = "zh") -> list[str]:
    """The changes as people read them, a count last."""
    told: list[str] = []
    for change in found:
        kind = _KINDS[language][change.kind]
        told.append(f"{SIGNS[change.kind]} {kind} {change.id} {change.name.in_language(language)}")
        told += [f"    {_detail(change.kind, detail, language)}" for detail in _shown(change)]
    counts = {kind: sum(change.kind == kind for change in found) for kind in SIGNS}
    return [*told, _sum(counts, language)]


def _shown(change: Change) -> Iterator[Detail]:
    """Of a clause that came or went, all but its name, which stands in the line above."""
    for detail in change.details:
        if change.kind == "changed" or detail.path != ("name",):
            yield detail


def _detail(kind: str, detail: Detail, language: str) -> str:
    between, colon = ("·", "：") if language == "zh" else (" · ", ": ")
    where = between.join(_word(key, language) for key in detail.path)
    if kind != "changed":
        return f"{where}{colon}{detail.before or detail.after}"
    nothing = "（无）" if language == "zh" else "(none)"
    return f"{where}{colon}{detail.before or nothing} → {detail.after or nothing}"


def _sum(counts: Mapping[str, int], language: str) -> str:
    if not any(counts.values()):
        return "没有变化。" if language == "zh" else "No change."
    words = _KINDS[language]
    if language == "zh":
        return "、".join(f"{words[kind]} {n} 条" for kind, n in counts.items() if n) + "。"
    return ", ".join(f"{n} {words[kind]}" for kind, n in counts.items() if n) + "."
