"""Vocabularies of notices."""

from app.foundation.labelled import Labelled


class NoticeKind(Labelled):
    """What a notice is about."""

    CLAIM = "claim", "企业认领"
    SIGN_OFF = "sign_off", "填报确认"
    CASE = "case", "申报事项"
    WINDOW = "window", "申报期限"
    MESSAGE = "message", "来信"
