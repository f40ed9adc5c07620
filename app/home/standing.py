"""From rows to steps: where one firm, or the firms of a place, stand on the ladder."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from app.enterprises.domain import GONE, OperatingStatus, printed_end
from app.enterprises.models import TitleEpisode
from app.evaluation.domain import ApplicationType, Outcome
from app.evaluation.flagging import last_batch
from app.evaluation.models import Evaluation
from app.home.queries import Standing
from app.web.i18n import gettext as _
from app.web.i18n import is_chinese, label, said
from app.web.pages import day
from app.web.svg_step import CountStep, Step, StepState
from rules.library import Library
from rules.outcomes import MET, NOT_APPLICABLE
from rules.pack import Ladder, Title
from rules.ruleset import RuleSet

SOON: Final = timedelta(days=365)  # a title that ends within a year is worth a warning


@dataclass(frozen=True, slots=True)
class Firm:
    """What is known of one firm, for its steps."""

    episodes: Sequence[TitleEpisode]  # all of them, in force by what is known now
    evaluations: Mapping[str, Evaluation]  # the one that speaks for each title
    on: date
    status: OperatingStatus = OperatingStatus.ACTIVE


def title_word(title: Title) -> str:
    """The short name of a title; in English the full one where the pack has no shorter."""
    short = said(title.short) or said(title.name)
    return short if is_chinese() or title.short.en else said(title.name)


def ladder_for(library: Library, division: str) -> Ladder | None:
    """The ladder of the place, else the first one loaded: a county stands on its city's."""
    return library.ladder_of(division) or next(iter(library.ladders.values()), None)


def speaking(evaluations: Iterable[Evaluation]) -> dict[str, Evaluation]:
    """The verdict that speaks for each title: the latest year's, 新申报 before the others."""
    order = list(ApplicationType)
    found: dict[str, Evaluation] = {}
    for evaluation in sorted(
        evaluations, key=lambda e: (-e.for_year, order.index(e.application_type))
    ):
        found.setdefault(evaluation.title, evaluation)
    return found


def firm_steps(
    library: Library, ladder: Ladder, firm: Firm, link: Callable[[str], str]
) -> list[Step]:
    """The steps of one firm; `link` gives the address of a title's trace."""
    steps = []
    for place in ladder.steps:
        title = library.titles[place.title]
        state, note, share = _stand(library, title, firm)
        steps.append(
            Step(
                id=title.id,
                name=title_word(title),
                state=state,
                rank=place.rank,
                note=note,
                is_branch=place.branch,
                met_share=share,
                rise=_rise(ladder, title.id),
                href=link(title.id),
            )
        )
    return steps


def place_steps(
    library: Library,
    ladder: Ladder,
    standings: Mapping[str, Standing],
    year: int,
    link: Callable[[str], str],
) -> list[CountStep]:
    """The steps of a place: how many, how many came, how many went."""
    steps = []
    for place in ladder.steps:
        title = library.titles[place.title]
        standing = standings.get(title.id)
        steps.append(
            CountStep(
                id=title.id,
                name=title_word(title),
                count=standing.count if standing else None,
                rank=place.rank,
                note=_count_note(title, standing, year),
                is_branch=place.branch,
                up=standing.up if standing else None,
                down=standing.down if standing else None,
                rise=_rise(ladder, title.id),
                href=link(title.id),
            )
        )
    return steps


def _count_note(title: Title, standing: Standing | None, year: int) -> str:
    if standing is None:
        return _("名单尚未导入") if title.adopted else _("参考筛选，非本地称号")
    if title.is_yearly:
        return _("%(year)s 年度入库，上年 %(last)s", year=year, last=standing.last_year)
    return _("有效户数")


def _rise(ladder: Ladder, title: str) -> str:
    """The name of the way up from the step below, where there is one."""
    named = [edge for edge in ladder.edges if edge.end == title and edge.start]
    return said(named[0].name) if named else ""


def _stand(library: Library, title: Title, firm: Firm) -> tuple[StepState, str, Fraction]:
    """State, note and share met of one firm and title."""
    mine = [episode for episode in firm.episodes if episode.title == title.id]
    running = [episode for episode in mine if _runs(episode, title, firm.on)]
    if running:
        return *_held(library, running[-1], firm.on), Fraction(1)
    past = [e for e in mine if e.since <= firm.on]
    if firm.status in GONE and not past:
        words = _("企业已%(status)s，不再评价", status=label(firm.status))
        return StepState.UNASSESSABLE, words, Fraction(0)
    state, note, share = _judged(library, firm.evaluations.get(title.id))
    if past and (firm.status in GONE or state is not StepState.REACHED):
        return StepState.LOST, _ended(library, past[-1], title, firm.on), share
    return state, note, share


def _runs(episode: TitleEpisode, title: Title, on: date) -> bool:
    if title.is_yearly and episode.roll_year is not None:
        return episode.roll_year == on.year and episode.since <= on
    return episode.since <= on and (episode.until is None or on < episode.until)


def _held(library: Library, episode: TitleEpisode, on: date) -> tuple[StepState, str]:
    certificate = episode.opened_by.certificate
    if episode.roll_year is not None:
        words = _("%(year)s 年度入库", year=episode.roll_year)
        return StepState.HELD, f"{words} {certificate}".strip()
    if episode.until is None:
        return StepState.HELD, f"{certificate} {_('%(day)s 起', day=day(episode.since))}".strip()
    end = end_of(library, episode.title, episode.until)
    words = _("有效期至 %(day)s", day=day(end))
    if episode.until > on + SOON:
        return StepState.HELD, f"{certificate} {words}".strip()
    batch = last_batch(library.windows, episode.title, end.year)
    if batch is not None and on <= batch.closes_on:
        words += "，" + _("末批 %(day)s 24:00 前", day=day(batch.closes_on))
    return StepState.EXPIRING, words


def end_of(library: Library, title: str, until: date) -> date:
    """The end of an episode as its certificate prints it."""
    rule = library.titles[title].end if title in library.titles else "last_day"
    return printed_end(until, rule)


def _ended(library: Library, episode: TitleEpisode, title: Title, on: date) -> str:
    if episode.roll_year is not None:
        return _("%(last)s 年度曾入库，%(year)s 年度未入库", last=episode.roll_year, year=on.year)
    if episode.until is None:  # It has not begun to end: its roll is another year's.
        return _("%(name)s未延续", name=title_word(title))
    return _("%(day)s 期满或终止", day=day(end_of(library, title.id, episode.until)))


def _judged(library: Library, evaluation: Evaluation | None) -> tuple[StepState, str, Fraction]:
    """What the verdict says of a title that is not held."""
    if evaluation is None:
        return StepState.UNASSESSABLE, _("尚未评价"), Fraction(0)
    share, missing = _progress(library, evaluation)
    prefix = _("预评：") if evaluation.is_preliminary or evaluation.is_proxy else ""
    match evaluation.outcome:
        case Outcome.MET:
            return StepState.REACHED, prefix + _("公告名单中没有本企业"), Fraction(1)
        case Outcome.MANUAL:
            return StepState.NEAR, prefix + _("待人工核：%(name)s", name=missing), share
        case Outcome.UNMET:
            return StepState.NEAR, prefix + _("差：%(name)s", name=missing), share
        case Outcome.NOT_APPLICABLE:
            return StepState.UNASSESSABLE, _("不适用"), Fraction(0)
    return StepState.UNASSESSABLE, _("缺：%(name)s", name=missing), Fraction(0)


def _progress(library: Library, evaluation: Evaluation) -> tuple[Fraction, str]:
    """The share of the title's criteria met, and the name of what stands in the way."""
    findings = json.loads(evaluation.findings)
    codes = [int(code) for code in findings["outcomes"]]
    rule_set = _law_of(library, evaluation)
    names: dict[str, str] = {}
    if rule_set is not None:
        ids = [criterion.id for criterion in rule_set.criteria]
        names = {criterion.id: said(criterion.name) for criterion in rule_set.criteria}
        codes = [
            code for name, code in zip(ids, codes, strict=True) if name in rule_set.verdict_ids
        ]
    asked = [code for code in codes if code != NOT_APPLICABLE]
    share = Fraction(sum(code == MET for code in asked), len(asked)) if asked else Fraction(0)
    missing = [names.get(row[0], row[0]) for row in findings["decisive"]]
    if not missing:
        return share, _("详见判定依据")
    if len(missing) == 1:
        return share, missing[0]
    return share, _("%(name)s 等 %(n)s 项", name=missing[0], n=len(missing))


def _law_of(library: Library, evaluation: Evaluation) -> RuleSet | None:
    """The rule set the verdict was reached by, if it is the one in force for that day."""
    if evaluation.title not in library.titles:
        return None
    found = library.rule_set(
        evaluation.title,
        evaluation.application_type.value,
        evaluation.on_day,
        evaluation.for_year,
    )
    if found is None or found.fingerprint != evaluation.fingerprint:
        return None
    return found
