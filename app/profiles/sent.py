"""What a request to this room says: whose year, the form as it was sent, the version it saw."""

from typing import Final
from uuid import UUID

from flask import request
from flask_babel import gettext as _

from app.enterprises.models import Enterprise
from app.foundation.clock import today
from app.foundation.errors import Invalid, NotFound
from app.profiles import drafts
from app.profiles.typed import Typed
from app.web.access import actor
from app.web.forms import Form
from app.web.law import law
from app.web.transactions import db

FIRST_YEAR: Final = 2000


def own(enterprise_id: UUID, year: int) -> Enterprise:
    """The enterprise of the address, if the actor acts for it and the year can be filled.

    Raises:
        NotFound: it is not his, or the year lies before 2000 or in the future.
    """
    firm = drafts.own_enterprise(db(), enterprise_id, visible_to=actor())
    if not FIRST_YEAR <= year <= today().year:
        raise NotFound(_("没有这个年度的填报，请从年度列表进入。"))
    return firm


def guard_token() -> None:
    """Refuse a request without the form's token.

    Raises:
        Invalid: the token is missing or stale.
    """
    if not Form.bind().submitted():
        raise Invalid(_("页面打开过久，请返回上一页刷新后再试。"))


def form() -> Typed:
    """The form as it was sent."""
    return Typed.of_form(request.form, law().indicators)


def version() -> int:
    """The version of the draft the sender saw; one that is none fits nothing."""
    said = request.form.get("version", "")
    return int(said) if said.isdecimal() and len(said) < 12 else -1  # noqa: PLR2004 a version is no essay
