"""Vocabularies of figures and records."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.foundation import canonical
from app.foundation.errors import Fault
from app.foundation.labelled import Labelled
from rules.indicators import Indicator


class RevisionState(Labelled):
    """How far a year's figures have come."""

    DRAFT = "draft", "草稿"
    FILED = "filed", "已填报"
    VERIFIED = "verified", "已核实"


class FigureStage(Labelled):
    """Which closing of the books the figures come from."""

    FLASH = "flash", "快报"
    ANNUAL = "annual", "年度财务报表"
    AUDITED = "audited", "已审计"
    TAX_SETTLED = "tax_settled", "已汇算清缴"


class StatementScope(Labelled):
    """Whose figures they are. Group figures never decide."""

    SINGLE = "single", "单体"
    CONSOLIDATED = "consolidated", "合并"


class IncidentKind(Labelled):
    """Kinds of incidents and negative lists; the codes are indicator ids."""

    ABNORMAL_LIST = "abnormal_list", "经营异常名录"
    DISHONESTY_LIST = "serious_dishonesty_list", "严重违法失信名单"
    SAFETY = "incident_safety", "安全事故"
    QUALITY = "incident_quality", "质量事故"
    ENVIRONMENT = "incident_environment", "环境违法"
    NETWORK_DATA = "incident_network_data", "网络和数据安全事件"
    MISCONDUCT = "research_misconduct", "科研失信"
    TAX = "tax_violation", "偷漏税"
    FINANCE_PENALTY = "finance_penalty", "财政或监管处罚"


class IpKind(Labelled):
    """Kinds of intellectual property; which class a kind is, the law's packs say."""

    INVENTION = "invention", "发明专利"
    DEFENCE_INVENTION = "defence_invention", "国防专利"
    PLANT_VARIETY = "plant_variety", "植物新品种"
    CROP_VARIETY = "crop_variety", "国家级农作物品种"
    NEW_DRUG = "new_drug", "国家新药"
    TCM_PROTECTED = "tcm_protected", "国家一级中药保护品种"
    CIRCUIT_LAYOUT = "circuit_layout", "集成电路布图设计专有权"
    UTILITY_MODEL = "utility_model", "实用新型专利"
    DESIGN = "design", "外观设计专利"
    SOFTWARE = "software", "软件著作权"


class IpOrigin(Labelled):
    """How a right was obtained."""

    OWN = "own", "自主研发"
    ASSIGNED = "assigned", "受让"
    DONATED = "donated", "受赠"
    ACQUIRED = "acquired", "并购"


class Level(Labelled):
    """The level of government that gave a prize, a platform or a standard its rank."""

    NATIONAL = "national", "国家级"
    PROVINCIAL = "provincial", "省部级"
    MUNICIPAL = "municipal", "市级"
    BELOW = "below", "市级以下"


class StandardLevel(Labelled):
    """Where a standard is in force."""

    INTERNATIONAL = "international", "国际标准"
    NATIONAL = "national", "国家标准"
    INDUSTRY = "industry", "行业标准"


REGISTERS: Final = {
    **{kind.value: kind.label for kind in IncidentKind},
    "ip_right": "知识产权",
    "award": "科技奖励",
    "rd_platform": "研发平台",
    "standard": "标准制修订",
    "equity_round": "股权融资",
}

Scalar = int | bool | str


@dataclass(frozen=True, slots=True)
class Filing:
    """One year of one enterprise's figures, ready to be written."""

    enterprise_id: UUID
    year: int
    stage: FigureStage
    scope: StatementScope
    body: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Filed:
    """What a bulk filing came to, in revisions."""

    new_count: int = 0
    corrected_count: int = 0
    same_count: int = 0
    kept_count: int = 0  # verified by an officer; a file does not overrule that

    def __add__(self, other: "Filed") -> "Filed":
        return Filed(
            self.new_count + other.new_count,
            self.corrected_count + other.corrected_count,
            self.same_count + other.same_count,
            self.kept_count + other.kept_count,
        )


def filing(
    enterprise_id: UUID,
    year: int,
    figures: Mapping[str, Scalar],
    *,
    proxies: Mapping[str, str] | None = None,
    reasons: Mapping[str, str] | None = None,
    stage: FigureStage = FigureStage.ANNUAL,
    scope: StatementScope = StatementScope.SINGLE,
) -> Filing:
    """The filing of `figures` (integers in each indicator's quantum) as canonical JSON.

    `reasons` says why figures jumped against last year; the law does not read them.

    >>> from uuid import UUID
    >>> filing(UUID(int=0), 2021, {"sales_revenue": 100}).body
    '{"figures":{"sales_revenue":100},"proxies":{}}'
    """
    said = {"reasons": reasons} if reasons else {}
    body = canonical.dumps({"figures": figures, "proxies": proxies or {}, **said})
    return Filing(enterprise_id, year, stage, scope, body, canonical.sha256(body))


def figure_faults(library: Mapping[str, Indicator], figures: Mapping[str, Scalar]) -> list[Fault]:
    """What is wrong with `figures`: unknown names, values beyond an indicator's bounds."""
    faults = []
    for name, value in figures.items():
        indicator = library.get(name)
        if indicator is None or not indicator.is_yearly:
            faults.append(Fault(f"/{name}", f"指标目录中没有年度指标“{name}”，请核对名称。"))
        elif not isinstance(value, str) and not _within(indicator, int(value)):
            faults.append(
                Fault(
                    f"/{name}",
                    f"“{indicator.name}”的数值超出允许范围，请核对单位（元或万元）和正负号。",
                )
            )
    return faults


def _within(indicator: Indicator, value: int) -> bool:
    low, high = indicator.bounds
    return low <= value <= high
