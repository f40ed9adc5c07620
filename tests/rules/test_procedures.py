"""Procedures as data: every stage lets a case move on."""

import pytest

from rules.errors import PackError
from tests.rules.town import PACK, TITLE

PROCEDURE = {
    "id": "own",
    "version": 1,
    "name": "认定",
    "titles": ["town.good"],
    "stages": [
        {"id": "county", "name": "初审", "actions": ["pass", "return"], "working_days": 10},
        {"id": "end", "name": "公布", "kind": "result"},
    ],
}


def staged(*stages):
    """Files of a pack whose procedure has these stages."""
    procedure = {**PROCEDURE, "stages": list(stages)}
    return {
        "pack.yaml": PACK,
        "titles/good.yaml": TITLE,
        "procedures.yaml": {"procedures": [procedure]},
    }


def test_a_procedure_is_found_by_its_title(town):
    library = town(staged(*PROCEDURE["stages"]))()

    assert [stage.id for stage in library.procedure_of("town.good").stages] == ["county", "end"]
    assert library.procedure_of("town.bad") is None


@pytest.mark.parametrize(
    ("stages", "said"),
    [
        ((), "ids of their own"),
        ([{"id": "a", "name": "x", "kind": "dance", "actions": ["pass"]}], "unknown kind"),
        ([{"id": "a", "name": "x", "actions": ["sing"]}], "unknown kind “review” or action"),
        ([{"id": "a", "name": "x", "actions": ["return"]}], "could not leave"),
        ([{"id": "a", "name": "x", "kind": "result", "actions": ["pass"]}], "could not leave"),
        (
            [
                {"id": "a", "name": "x", "kind": "result"},
                {"id": "b", "name": "y", "actions": ["pass"]},
            ],
            "can only be the last",
        ),
    ],
)
def test_a_procedure_in_which_a_case_could_get_stuck_is_refused(town, stages, said):
    with pytest.raises(PackError, match=said):
        town(staged(*stages))()
