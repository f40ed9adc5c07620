"""What changed: clause by clause, before and after."""

from datetime import date

from rules import diff
from rules.text import Text
from tests.rules.town import PACK, TITLE


def clause(name, **said):
    return {"id": name, "name": {"zh": f"条款{name}", "en": f"clause {name}"}, **said}


def law(*criteria, **said):
    return {"criteria": list(criteria), **said}


def told(before, after, language="zh"):
    return diff.lines(diff.changes(before, after), language)


def test_a_changed_parameter_is_told_before_and_after():
    old = law(clause("a", compare={"value": "x", "at_least": "5%"}))
    new = law(clause("a", compare={"value": "x", "at_least": "6%"}))

    assert told(old, new) == ["～ 修改 a 条款a", "    比较·不低于：5% → 6%", "修改 1 条。"]
    assert told(old, new, "en") == [
        "～ changed a clause a",
        "    comparison · at least: 5% → 6%",
        "1 changed.",
    ]


def test_a_changed_source_is_told_in_one_piece():
    source = {"document": "d", "number": "〔2020〕1号", "article": "第一条", "evidence": "V"}
    old = law(clause("a", source=source))
    new = law(clause("a", source={**source, "number": "", "title": "办法", "evidence": ""}))

    assert told(old, new)[1] == "    依据：〔2020〕1号 第一条［V］ → 办法 第一条"


def test_added_and_removed_clauses_are_told_whole():
    old = law(clause("a", is_true="x"))
    new = law(clause("b", none={"register": "r", "severity": ["重大", ""]}, keep=False))

    assert told(old, new) == [
        "＋ 新增 b 条款b",
        "    none·名册：r",
        "    none·级别：重大、（未注明）",
        "    保持条件：否",
        "－ 删除 a 条款a",
        "    is_true：x",
        "新增 1 条、删除 1 条。",
    ]


def test_clauses_with_new_ids_are_paired_by_their_name():
    old = law({"id": "old", "name": "人数", "is_true": "x"}, clause("c", all=["old"]))
    new = law({"id": "new", "name": "人数", "is_true": "y"}, clause("c", all=["new"]))

    assert [(c.kind, c.id, c.name) for c in diff.changes(old, new)] == [
        ("changed", "new", Text("人数"))
    ]


def test_bands_are_told_as_a_whole():
    old = law(clause("s", score={"of": "x", "bands": [{"at_least": "5%", "points": 4}]}))
    new = law(clause("s", score={"of": "x", "bands": [{"at_least": "6%", "points": 4}]}))

    assert told(old, new)[1] == "    评分·分档：不低于 5%，得分 4 → 不低于 6%，得分 4"


def test_the_verdict_is_a_clause_of_its_own():
    old, new = law(clause("a"), verdict={"all": ["a"]}), law(clause("a"), verdict={"any": ["a"]})

    assert told(old, new) == [
        "～ 修改 verdict 总判断",
        "    同时满足：a → （无）",
        "    满足其一：（无） → a",
        "修改 1 条。",
    ]
    assert "(none)" in told(old, new, "en")[1]


def test_a_clause_inside_another_is_told_once():
    old = law(clause("a", all=[clause("b", is_true="x"), {"is_true": "y"}]))
    new = law(clause("a", all=[clause("b", is_true="z"), {"is_true": "y"}]))

    assert [c.id for c in diff.changes(old, new)] == ["b"]


def test_equal_laws_say_so():
    assert told(law(clause("a")), law(clause("a"))) == ["没有变化。"]
    assert told(None, None, "en") == ["No change."]


def test_a_dated_series_changes_between_two_days(town):
    library = town({"pack.yaml": PACK, "titles/good.yaml": TITLE})()
    old, new = (library.rule_set("town.good", "新申报", date(year, 6, 1)) for year in (2021, 2023))

    found = diff.changes(old._tree, new._tree)

    assert [(d.path, d.before, d.after) for change in found for d in change.details] == [
        (("compare", "at_least"), "100", "200")
    ]


def test_points_by_choice_are_told_as_a_whole():
    old = law(clause("s", score={"of": "level", "by": {"a": 5, "b": 3}}))
    new = law(clause("s", score={"of": "level", "by": {"a": 5, "b": 2}}))

    assert told(old, new)[1] == "    评分·按选项：a 5，b 3 → a 5，b 2"
