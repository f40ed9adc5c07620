"""Verdicts and flags as rows, for rooms that read them without judging."""

import json
from datetime import date

import factory

from app.evaluation.domain import ApplicationType, FlagKind, FlagState, Grade, Outcome
from app.evaluation.models import Evaluation, Flag, RuleSetRecord
from tests.factories.base import NOON, Factory, current_session

PRINT = "a" * 64


def rule_set():
    """The stored law that the verdicts below name."""
    session = current_session()
    if session.get(RuleSetRecord, PRINT) is None:
        tree = json.dumps({"id": "T", "title": "t", "criteria": []})
        session.add(
            RuleSetRecord(
                fingerprint=PRINT, title="national.tech_sme", application_type=ApplicationType.NEW,
                language="1", tree=tree, recorded_at=NOON,
            )
        )  # fmt: skip
        session.flush()
    return PRINT


class EvaluationFactory(Factory):
    """A verdict of 2022: reached, with everything proven."""

    class Meta:
        model = Evaluation

    title = "national.tech_sme"
    application_type = ApplicationType.NEW
    for_year = 2022
    base_year = 2021
    on_day = date(2022, 12, 31)
    fingerprint = factory.LazyFunction(rule_set)
    facts_hash = "b" * 64
    outcome = Outcome.MET
    grade = Grade.READY
    points_lo = None
    points_hi = None
    is_preliminary = False
    is_proxy = False
    assumed_count = 0
    findings = '{"decisive":[],"outcomes":""}'
    decisive_hash = "c" * 64
    recorded_at = NOON


class FlagFactory(Factory):
    """An open flag of 2022."""

    class Meta:
        model = Flag

    kind = FlagKind.SUBSIDY
    subject = "hebei.high_tech_award"
    for_year = 2022
    state = FlagState.OPEN
    grade = None
    detail = "{}"
    raised_at = NOON
