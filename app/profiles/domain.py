"""Vocabularies of figures and records."""

from app.foundation.labelled import Labelled


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
