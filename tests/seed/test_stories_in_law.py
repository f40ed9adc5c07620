"""The stories, judged by the national law: each firm shows what its name promises."""

from collections import Counter
from datetime import date

import pytest

from config import BUILT_IN_PACKS
from rules import facts
from rules.days import Moment
from rules.library import Library, load
from rules.verdict import Verdict
from seed.demo.city import generate
from seed.demo.documents import document
from seed.demo.firms import City, Firm
from seed.demo.papers import HIGH_TECH, TECH_SME

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def library() -> Library:
    return load((BUILT_IN_PACKS,), ("national",))


@pytest.fixture(scope="module")
def city() -> City:
    return generate()


def verdict(library: Library, firm: Firm, title: str) -> Verdict:
    moment = Moment.of(TODAY, 2026)
    rule_set = library.rule_set(title, "新申报", TODAY, 2026)
    assert rule_set is not None
    known = facts.read(rule_set.needs, library.indicators, document(firm, TODAY), moment)
    return rule_set.judge(known, moment)


def outcome_of(found: Verdict, criterion: str) -> str:
    return next(finding.outcome for finding in found.findings if finding.id == criterion)


@pytest.mark.parametrize(
    ("sign", "tech_sme", "high_tech"),
    [
        ("①", "met", "manual"),
        ("②", "met", "manual"),
        ("③", "met", "manual"),
        ("④", "met", "manual"),
        ("④b", "unmet", "unmet"),
        ("⑤", "met", "unmet"),
        ("⑥", "met", "manual"),
        ("⑦", "manual", "unmet"),
        ("⑧", "unknown", "unknown"),
        ("⑨", "met", "manual"),
        ("⑩", "met", "manual"),
        ("⑪", "met", "manual"),
        ("⑫", "met", "manual"),
    ],
)
def test_each_story_is_judged_as_its_name_says(
    library: Library, city: City, sign: str, tech_sme: str, high_tech: str
) -> None:
    firm = city.story(sign)
    found = [verdict(library, firm, title).outcome for title in (TECH_SME, HIGH_TECH)]
    assert found == [tech_sme, high_tech]


def test_one_fen_decides_both_titles(library: Library, city: City) -> None:
    exact, short = (verdict(library, city.story(sign), TECH_SME) for sign in ("④", "④b"))
    assert (exact.points, short.points) == ((6400, 6400), (5400, 5400))
    exact, short = (verdict(library, city.story(sign), HIGH_TECH) for sign in ("④", "④b"))
    assert [outcome_of(found, "GQ-5") for found in (exact, short)] == ["met", "unmet"]


def test_negative_net_assets_are_for_a_person_to_judge(library: Library, city: City) -> None:
    found = verdict(library, city.story("⑫"), HIGH_TECH)
    assert outcome_of(found, "GQ-growth-assets") == "manual"


def test_the_ordinary_firms_are_spread_over_the_outcomes(library: Library, city: City) -> None:
    for title in (TECH_SME, HIGH_TECH):
        counts = Counter(verdict(library, firm, title).outcome for firm in city.firms)
        assert min(counts[outcome] for outcome in ("met", "unmet")[title == HIGH_TECH :]) > 40, (
            counts
        )
        assert counts["unknown"] > 5, counts
