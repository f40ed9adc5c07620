"""What a stored verdict lacks, in words."""

from datetime import date

import pytest

from app.evaluation.flagwords import Lacks
from app.evaluation.models import RuleSetRecord
from app.foundation.canonical import dumps
from rules.library import load
from rules.outcomes import UNMET
from tests.factories.evaluation import ROOT

GROWTH = ["YXD-3b", UNMET, 3_600_000_000, 3_000_000_000, 216, None, None]
YOUNG_AND_LARGE = ["YXD-3d", UNMET, None, None, None, None, None]


@pytest.fixture(scope="module")
def gazelle():
    library = load([ROOT / "rules" / "packs"], ["demo"])
    return library.rule_set("demo.gazelle", "新申报", date(2026, 11, 24), 2026)


@pytest.mark.parametrize(
    ("decisive", "words"),
    [
        pytest.param([GROWTH, YOUNG_AND_LARGE], "复合增长率", id="not the first condition"),
        pytest.param([YOUNG_AND_LARGE], "成立不超过5年", id="not the first way"),
    ],
)
def test_of_ways_that_all_failed_the_first_that_lacks_something_is_told(
    app, gazelle, decisive, words
):
    record = RuleSetRecord(fingerprint=gazelle.fingerprint, tree=gazelle.tree)
    with app.test_request_context():
        said = Lacks({gazelle.fingerprint: record}).brief(
            gazelle.fingerprint, dumps({"decisive": decisive})
        )

    assert len(said) == 1
    assert words in said[0]
