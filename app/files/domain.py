"""Vocabularies of uploaded files."""

from app.foundation.labelled import Labelled


class Purpose(Labelled):
    """What a file is for."""

    AUTHORISATION = "authorisation", "授权书"
    APPLICATION = "application", "盖章申报书"
    EVIDENCE = "evidence", "佐证材料"
    RECOMMENDATION = "recommendation", "推荐函"
    MINUTES = "minutes", "会议纪要"


class ScanState(Labelled):
    """Whether the content was found harmless."""

    CLEAN = "clean", "已检查"
    QUARANTINED = "quarantined", "已隔离"
