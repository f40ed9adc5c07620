"""The rooms a person may enter, as links: only doors that exist and that open to him."""

from dataclasses import dataclass
from typing import Final

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext

from app.foundation.actor import Actor
from app.web.access import Access, current_actor

# Endpoint and name, in the order of a day's work. A room that is not built has no link.
_ROOMS: Final = (
    ("home.index", lazy_gettext("首页")),
    ("enterprises.index", lazy_gettext("企业")),
    ("mandates.desk", lazy_gettext("认领核对")),
    ("reviews.queue", lazy_gettext("审核待办")),
    ("evaluation.flags", lazy_gettext("标记")),
    ("evaluation.pools", lazy_gettext("后备库")),
    ("evaluation.batches", lazy_gettext("批量评价")),
    ("intake.index", lazy_gettext("数据导入")),
    ("reports.index", lazy_gettext("定期报告")),
    ("targets.index", lazy_gettext("目标")),
    ("evaluation.rules", lazy_gettext("规则")),
    ("reference.index", lazy_gettext("基础数据")),
    ("jobs.index", lazy_gettext("后台任务")),
    ("accounts.index", lazy_gettext("帐号")),
    ("audit.index", lazy_gettext("审计")),
)
# The same for people of enterprises, in the order of their year.
_OWN: Final = (
    ("home.index", lazy_gettext("首页")),
    ("profiles.index", lazy_gettext("年度填报")),
    ("reviews.own", lazy_gettext("我的申报")),
    ("mandates.mine", lazy_gettext("我的企业")),
    ("mandates.claims", lazy_gettext("企业认领")),
    ("evaluation.rules", lazy_gettext("规则")),
)
# And for those who act for no enterprise yet.
_NEW: Final = (("home.index", lazy_gettext("首页")), ("mandates.claims", lazy_gettext("企业认领")))
# Pages that stand under another link than their room's first page.
_UNDER: Final = {
    "home.enterprise": "enterprises.index",
    "home.style": "",
    "home.own_enterprise": "home.index",
    "profiles.records": "profiles.index",
    "reviews.case": "reviews.queue",
    "reviews.meeting": "reviews.queue",
    "reviews.batches": "reviews.queue",
    "reviews.batch": "reviews.queue",
    "reviews.apply": "reviews.own",
    "reviews.application": "reviews.own",
    "reviews.show": "reviews.own",
    "reviews.paper": "reviews.own",
    "evaluation.verdict": "enterprises.index",
    "evaluation.flag": "evaluation.flags",
    "evaluation.pool": "evaluation.pools",
    "evaluation.batch": "evaluation.batches",
    "evaluation.rule": "evaluation.rules",
    "accounts.own": "",
    "notices.index": "",
    "mandates.withdraw": "mandates.claims",
    "mandates.show": "mandates.desk",
    "mandates.refuse": "mandates.desk",
    "mandates.members": "mandates.mine",
    "mandates.invite": "mandates.mine",
    "mandates.end": "mandates.mine",
    "accounts.password": "",
}
_ACCOUNT: Final = (
    ("notices.index", lazy_gettext("通知")),
    ("accounts.own", lazy_gettext("我的帐号")),
    ("accounts.password", lazy_gettext("修改密码")),
)
_FOOT: Final = (("home.style", lazy_gettext("界面样式")),)


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the navigation."""

    label: str
    url: str
    is_here: bool


def bind(app: Flask) -> None:
    """Give the templates of `app` the navigation."""
    app.jinja_env.globals.update(
        navigation=_rooms,
        account_links=lambda: _links(_ACCOUNT),
        footer_links=lambda: _links(_FOOT),
        has_endpoint=has_endpoint,
    )


def has_endpoint(endpoint: str) -> bool:
    """Whether `endpoint` is built in this application."""
    return endpoint in current_app.view_functions


def may_enter(endpoint: str, visitor: Actor | None) -> bool:
    """Whether the guard would let `visitor` (None: not signed in) through `endpoint`'s door."""
    view = current_app.view_functions.get(endpoint)
    access: Access | None = getattr(view, "access", None)
    return access is not None and access.admits(visitor)


def _rooms() -> list[Link]:
    """The links of the visitor's kind: the bureau's rooms, or those of people of enterprises."""
    visitor = current_actor()
    if visitor is None:
        return []
    if visitor.grants:
        return _links(_ROOMS)
    return _links(_OWN if visitor.mandates else _NEW)


def _links(wanted: tuple[tuple[str, object], ...]) -> list[Link]:
    visitor = current_actor()
    if visitor is None:
        return []
    return [
        Link(str(name), url_for(endpoint), _is_here(endpoint))
        for endpoint, name in wanted
        if may_enter(endpoint, visitor)
    ]


def _is_here(endpoint: str) -> bool:
    """Whether the page belongs under the link to `endpoint`: itself, or a page of its room."""
    here = request.endpoint or ""
    room = here.partition(".")[0]
    return endpoint in {here, _UNDER.get(here, f"{room}.index")}
