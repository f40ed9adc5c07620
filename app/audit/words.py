"""What the codes of the trail are called: actions, subjects, and the nouns they begin with.

A test holds that every action recorded anywhere in the product has its word here.
"""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _

NOUNS: Final[Mapping[str, Any]] = {  # an action begins with its noun
    "account": _("帐号"),
    "role": _("角色"),
    "access": _("访问"),
    "claim": _("企业认领"),
    "mandate": _("企业授权"),
    "enterprise": _("企业"),
    "enterprises": _("企业名单"),
    "title": _("称号"),
    "load": _("导入文件"),
    "city": _("全市数据"),
    "list": _("公告名单"),
    "case": _("申报事项"),
    "recommendation": _("推荐批次"),
    "batch": _("批量评价"),
    "file": _("文件"),
    "flag": _("标记"),
    "clause": _("规则条款"),
    "edition": _("报告"),
    "job": _("后台任务"),
    "profile": _("年度数据"),
    "record": _("台账"),
    "audit": _("审计记录"),
}
ACTIONS: Final[Mapping[str, Any]] = {
    "access.refused": _("访问被拒绝"),
    "account.registered": _("注册企业用户"),
    "account.created": _("新建帐号"),
    "account.disabled": _("停用帐号"),
    "account.enabled": _("启用帐号"),
    "account.password_changed": _("修改密码"),
    "account.password_reset": _("重置密码"),
    "account.sign_in_refused": _("登录未成功"),
    "account.signed_in": _("登录"),
    "account.signed_out": _("退出登录"),
    "account.signed_out_elsewhere": _("退出其他浏览器"),
    "claim.confirmed": _("确认认领"),
    "claim.filed": _("提交认领"),
    "claim.refused": _("认领不予通过"),
    "claim.withdrawn": _("撤回认领"),
    "mandate.granted": _("授权企业人员"),
    "mandate.ended": _("终止企业授权"),
    "audit.exported": _("导出审计记录"),
    "city.imported": _("导入全市数据"),
    "list.imported": _("导入公告名单"),
    "list.row_decided": _("人工匹配名单行"),
    "case.opened": _("提交申报"),
    "case.attached": _("上传盖章申报书"),
    "case.passed": _("审核通过"),
    "case.returned": _("退回补正"),
    "case.rejected": _("审核不予通过"),
    "case.resubmitted": _("补正后重新提交"),
    "case.withdrawn": _("撤回申报"),
    "case.forwarded": _("汇总上报"),
    "case.recommended": _("推荐上级"),
    "case.granted": _("认定"),
    "case.not_listed": _("未列入名单办结"),
    "case.message": _("来往信件"),
    "recommendation.created": _("整理推荐批次"),
    "recommendation.changed": _("调整推荐批次"),
    "recommendation.forwarded": _("上报推荐批次"),
    "load.received": _("收到导入文件"),
    "load.checked": _("试算导入文件"),
    "load.confirmed": _("确认导入"),
    "load.discarded": _("放弃导入"),
    "load.failed": _("导入未完成"),
    "batch.ordered": _("发起批量评价"),
    "clause.checked": _("核实规则条款"),
    "edition.issued": _("印发报告"),
    "enterprise.changed": _("变更企业信息"),
    "enterprise.registered": _("登记企业"),
    "enterprises.exported": _("导出企业名单"),
    "file.stored": _("上传文件"),
    "flag.raised": _("产生标记"),
    "flag.changed": _("更新标记"),
    "flag.cleared": _("标记自动消除"),
    "flag.assigned": _("分派标记"),
    "flag.noted": _("标记备注"),
    "flag.closed": _("办结标记"),
    "flag.reopened": _("重新打开标记"),
    "job.queued": _("提交后台任务"),
    "job.cancelled": _("取消后台任务"),
    "job.ended": _("后台任务结束"),
    "profile.started": _("开始年度填报"),
    "profile.reopened": _("开始更正年度数据"),
    "profile.discarded": _("删除填报草稿"),
    "profile.signed": _("确认年度数据"),
    "profile.filed": _("提交年度数据"),
    "record.added": _("登记台账记录"),
    "record.ended": _("终止台账记录"),
    "record.withdrawn": _("撤销台账记录"),
    "role.granted": _("授予角色"),
    "role.revoked": _("撤销角色"),
    "title.recorded": _("登记称号"),
    "title.withdrawn": _("更正称号登记"),
}
SUBJECTS: Final[Mapping[str, Any]] = {
    "account": _("帐号"),
    "claim": _("企业认领"),
    "case": _("申报事项"),
    "clause": _("规则条款"),
    "division": _("区划"),
    "edition": _("报告"),
    "endpoint": _("页面"),
    "file": _("文件"),
    "enterprise": _("企业"),
    "flag": _("标记"),
    "job": _("后台任务"),
    "list": _("名单"),
    "load": _("数据导入"),
    "recommendation": _("推荐批次"),
    "trail": _("审计记录"),
}


def action_word(action: str) -> str:
    """What an action is called; one of an older release keeps its code."""
    return str(ACTIONS.get(action, action))


def subject_word(kind: str) -> str:
    """What a kind of subject is called."""
    return str(SUBJECTS.get(kind, kind))
