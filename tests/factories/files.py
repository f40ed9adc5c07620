"""Uploads and notices."""

from factory import LazyFunction

from app.files.domain import Purpose, ScanState
from app.files.models import StoredFile
from app.notices.domain import NoticeKind
from app.notices.models import Notice
from tests.factories.accounts import AccountFactory
from tests.factories.base import NOON, Factory


class StoredFileFactory(Factory):
    class Meta:
        model = StoredFile

    division = "130502"
    purpose = Purpose.EVIDENCE
    name = "授权书.pdf"
    media_type = "application/pdf"
    size = 9
    sha256 = "0" * 64
    scan = ScanState.CLEAN
    uploaded_at = NOON
    uploaded_by_id = LazyFunction(lambda: AccountFactory().id)


class NoticeFactory(Factory):
    class Meta:
        model = Notice

    kind = NoticeKind.CASE
    text = "请补正研发费用。"
    link = "/account"
    created_at = NOON
    account_id = LazyFunction(lambda: AccountFactory().id)
