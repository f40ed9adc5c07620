"""What the demo's enterprises have done: a draft half filled, a year filed, a case per stage."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.evaluation.domain import ApplicationType
from app.files.domain import Purpose
from app.files.service import store
from app.foundation.actor import EnterpriseRole
from app.profiles import confirming, drafting
from app.profiles.domain import FigureStage, Scalar
from app.profiles.models import ProfileDraft
from app.profiles.typed import Typed, of_values
from app.reviews import batches, filing, letters, queries, service
from app.reviews.domain import CaseAction
from app.reviews.models import ReviewCase
from app.reviews.service import Sent
from rules.library import Library
from seed.demo.applicants import COUNTY, GAZELLE, acting, case_firms, firm_of, letter
from seed.demo.firms import City, Firm
from seed.demo.places import CITY
from seed.demo.records import Ids

YEAR: Final = 2026
LAST: Final = date(2026, 10, 31)  # the demo's cases are there from this day on
SME: Final = "national.tech_sme"
_HALF: Final = ("sales_revenue", "operating_revenue", "employees_tech_sme", "employees_year_end",
                "rd_staff", "total_assets")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the history is written: the registry, the law, the folder of uploads."""

    session: Session
    library: Library
    folder: Path
    ids: Ids


def day(month: int, number: int, hour: int = 2) -> datetime:
    """An instant of 2026; hour 2 is ten o'clock in Shanghai."""
    return datetime(YEAR, month, number, hour, tzinfo=UTC)


def write(stage: Stage, city: City, *, at: datetime) -> bool:
    """Drafts, a filed year and the cases, once; whether they were not there yet."""
    if stage.session.scalar(select(ReviewCase.id).limit(1)):
        return False
    _half_filled(stage, city.story("①"), at)
    _filed(stage, city.story("⑩"), at)
    firms = case_firms(city)
    _upper(stage, firms[:3])
    _own(stage, firms[3:])
    return True


# --- A year's figures -----------------------------------------------------------------------------


def _typed(stage: Stage, firm: Firm) -> Typed:
    """The flash report of 2026: last year's step taken once more, so that every sum still holds."""
    last, before = firm.years[YEAR - 1], firm.years[YEAR - 2]
    indicators = {name: stage.library.indicators[name] for name in last}
    values: dict[str, Scalar] = {}
    for name, indicator in indicators.items():
        step = 2 * last[name] - before[name]
        money = indicator.unit == "CNY"  # the generator counts 分, and whole persons and pieces
        counted = step if money else int(step / indicator.quantum)
        values[name] = bool(last[name]) if indicator.unit == "bool" else counted
    return of_values(values, indicators, stage=FigureStage.FLASH)


def _half_filled(stage: Stage, firm: Firm, at: datetime) -> None:
    session, whole = stage.session, _typed(stage, firm)
    some = {name: whole.figures[name] for name in _HALF}
    drafting.save_draft(
        session,
        firm_of(session, stage.ids, firm),
        YEAR,
        Typed(figures=some, stage=FigureStage.FLASH),
        version=drafting.NEW,
        indicators=stage.library.indicators,
        by=acting(session, "tianbao", at),
        at=at,
    )


def _filed(stage: Stage, firm: Firm, at: datetime) -> None:
    session, indicators = stage.session, stage.library.indicators
    enterprise = firm_of(session, stage.ids, firm)
    draft: ProfileDraft = drafting.save_draft(
        session,
        enterprise,
        YEAR,
        _typed(stage, firm),
        version=drafting.NEW,
        indicators=indicators,
        by=acting(session, "huanbao", at),
        at=at,
    )
    signers = (("huanbao-caiwu", EnterpriseRole.FINANCE), ("huanbao-faren", EnterpriseRole.LEGAL))
    for username, role in signers:
        confirming.sign(
            session,
            enterprise,
            YEAR,
            role,
            version=draft.version,
            indicators=indicators,
            by=acting(session, username, at),
            at=at,
        )
    drafting.file(
        session,
        enterprise,
        YEAR,
        version=draft.version,
        indicators=indicators,
        by=acting(session, "huanbao", at),
        at=at,
    )


# --- Cases ----------------------------------------------------------------------------------------


def _open(stage: Stage, firm: Firm, title: str, kind: ApplicationType, at: datetime) -> ReviewCase:
    session = stage.session
    by = acting(session, "daili", at)
    case = filing.open_case(
        session,
        stage.library,
        firm_of(session, stage.ids, firm),
        stage.library.titles[title],
        application_type=kind,
        for_year=YEAR,
        by=by,
        at=at,
    )
    paper = BytesIO(letter(firm.name, by.name, at.date()))
    letters.attach(session, stage.folder, case, paper, name="盖章申报书.docx", by=by, at=at)
    return case


def _decide(
    stage: Stage,
    case: ReviewCase,
    username: str,
    at: datetime,
    action: CaseAction = CaseAction.PASS,
    items: tuple[Sent, ...] = (),
) -> None:
    session = stage.session
    by = acting(session, username, at)
    found = queries.get_case(session, case.id, visible_to=by)
    reason = "材料齐全，数据与报表一致。" if action is CaseAction.PASS else "所列数据须核对后补正。"
    service.decide(
        session,
        stage.library,
        case.id,
        action=action,
        reason=reason,
        version=found.version,
        by=by,
        at=at,
        items=items,
    )


def _upper(stage: Stage, firms: tuple[Firm, ...]) -> None:
    """科小: one recommended and awaiting the province, one at the city, one awaits its batch."""
    recommended, at_city, passed = (
        _open(stage, firm, SME, ApplicationType.YEARLY, day(8, 10 + number))
        for number, firm in enumerate(firms)
    )
    _decide(stage, recommended, "xidong", day(8, 17))
    _forward(stage, "county", COUNTY, "溪东区第一批", "云溪东科函〔2026〕8号（虚构）", day(8, 18))
    _decide(stage, recommended, "fuhe", day(8, 25))
    _forward(stage, "city", CITY, "云溪市第一批", "云溪科函〔2026〕28号（虚构）", day(8, 28))
    _decide(stage, at_city, "xidong", day(9, 3))
    _forward(stage, "county", COUNTY, "溪东区第二批", "云溪东科函〔2026〕9号（虚构）", day(9, 4))
    _decide(stage, passed, "xidong", day(9, 10))


def _forward(
    stage: Stage, stage_id: str, division: str, name: str, number: str, at: datetime
) -> None:
    session = stage.session
    by = acting(session, "xidong" if stage_id == "county" else "fuhe", at)
    batch = batches.create(
        session,
        stage.library,
        title=SME,
        for_year=YEAR,
        stage_id=stage_id,
        division=division,
        name=name,
        by=by,
        at=at,
    )
    scan = store(
        session,
        stage.folder,
        BytesIO(letter(name, by.name, at.date())),
        name="推荐函.docx",
        purpose=Purpose.RECOMMENDATION,
        by=by,
        at=at,
        division=division,
    )
    batches.forward(
        session,
        stage.library,
        batch,
        number=number,
        letter_id=scan.id,
        version=batch.version,
        by=by,
        at=at,
    )


def _own(stage: Stage, firms: tuple[Firm, ...]) -> None:
    """瞪羚: one at each stage, and one sent back with a field named."""
    county, returned, city, approval = (
        _open(stage, firm, GAZELLE, ApplicationType.NEW, day(10, 9 + number))
        for number, firm in enumerate(firms)
    )
    del county  # It waits in the county's queue.
    field = Sent("rd_expense_high_tech", YEAR - 1, "与专项审计报告不一致，请核对归集口径。")
    _decide(stage, returned, "xidong", day(10, 14), CaseAction.RETURN, (field,))
    _decide(stage, city, "xidong", day(10, 15))
    _decide(stage, approval, "xidong", day(10, 15))
    _decide(stage, approval, "fuhe", day(10, 27))
