"""What evaluation adds to the sentence of the list of enterprises: a flag, a grade."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, select

from app.enterprises.hooks import Hook
from app.enterprises.queries import Filters
from app.evaluation.domain import FlagKind, FlagState, Grade
from app.evaluation.models import Evaluation, Flag
from app.web.i18n import label


def flagged(kind: str, _filters: Filters) -> Select[UUID]:
    """Enterprises with a flag of this kind that waits or is being worked on."""
    return select(Flag.enterprise_id).where(
        Flag.kind == FlagKind(kind), Flag.state.in_((FlagState.OPEN, FlagState.ASSIGNED))
    )


def graded(grade: str, filters: Filters) -> Select[UUID]:
    """Enterprises with this grade in an evaluation in force, of the title chosen or of any.

    The 申报年度 is the year chosen in the sentence, else that of its day.
    """
    found = select(Evaluation.enterprise_id).where(
        Evaluation.grade == Grade(grade),
        Evaluation.for_year == (filters.year or filters.on.year),
        Evaluation.superseded_at.is_(None),
    )
    return found.where(Evaluation.title == filters.title) if filters.title else found


HOOKS = (
    Hook(
        key="flag",
        before=lambda: _("，标记"),
        label=lambda: _("标记"),
        every=lambda: _("不限"),
        choices=lambda: [(kind.value, label(kind)) for kind in FlagKind],
        select=flagged,
    ),
    Hook(
        key="grade",
        before=lambda: _("，本年评价等级"),
        label=lambda: _("评价等级"),
        every=lambda: _("不限"),
        choices=lambda: [(grade.value, label(grade)) for grade in Grade],
        select=graded,
    ),
)
