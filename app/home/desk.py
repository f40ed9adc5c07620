"""The pages that everybody starts from: the front page and the style page."""

from datetime import date
from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.home import specimens
from app.home.forms import SpecimenForm
from app.web.access import current_actor, public, signed_in

bp = Blueprint("home", __name__)

_SAMPLE_DAY: Final = date(2026, 11, 22)
_SAMPLE_ROWS: Final = (
    ("邢台示例机械有限公司", "襄都区", 33_120_000_00, "met", "达标"),
    ("河北示例新材料科技股份有限公司", "信都区", 1_284_500_00, "unknown", "资料不足"),
    ("示例软件（邢台）有限公司", "经济开发区", 96_200_50, "unmet", "未达标"),
)


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """The front page: the desk for who is signed in, a greeting for who is not."""
    if current_actor() is None:
        return render_template("home/greeting.html")
    return render_template("home/index.html")


@bp.get("/style")
@signed_in
def style() -> ResponseReturnValue:
    """Every component in every state: 界面样式."""
    form = SpecimenForm.bind()
    form.name.errors = [_("请填写企业名称。")]
    form.staff.errors = [_("研发人员 120 人多于职工总数 100 人，请核对其中一项。")]
    form.staff.data, form.amount.data = "100", "1234.56"
    moments = [
        {
            "since": date(2026, 5, 8),
            "until": None,
            "title": "科技型中小企业",
            "tone": "met",
            "note": "2026 年度入库",
        },
        {
            "since": date(2023, 11, 14),
            "until": date(2026, 11, 14),
            "title": "高新技术企业",
            "tone": "attention",
            "note": "GR202313001234",
        },
        {
            "since": date(2020, 9, 27),
            "until": date(2023, 9, 27),
            "title": "高新技术企业",
            "tone": "plain",
        },
    ]
    return render_template(
        "home/style.html",
        pictures=specimens.pictures(),
        lines=specimens.LINES,
        rows=_SAMPLE_ROWS,
        places=[("130502", "襄都区"), ("130503", "信都区")],
        titles=[("national.high_tech", "高新技术企业")],
        county_rows=[("襄都区", "128"), ("信都区", "96"), ("经济开发区", "74")],
        moments=moments,
        as_of=_SAMPLE_DAY,
        form=form,
    )
