"""Forms of the home room: only the specimen of the style page."""

from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from app.web.forms import Form, choice


class SpecimenForm(Form):
    """One field of every kind. Sent by GET, it shows its faults and changes nothing."""

    name = StringField("企业名称", [InputRequired("请填写企业名称。")])
    staff = StringField("职工总数", [InputRequired("请填写职工总数。")])
    amount = StringField("研究开发费用", [Optional()])
    kind = SelectField("申报类型", choices=[choice("new", "新申报"), choice("renewal", "重新认定")])
    opinion = RadioField(
        "审核意见", choices=[choice("agree", "同意"), choice("return", "退回补正")]
    )
    since = DateField("发证日期", [Optional()])
    reason = TextAreaField("理由", [Optional()])
    pledged = BooleanField("以上内容真实完整")
