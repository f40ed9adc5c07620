"""Refusals: what the house declines to do, said in words a person can act on.

A refusal knows nothing of HTTP; `app/web/problems.py` maps its kind to a status. Its class
docstring is the text of `/problems/<slug>`.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One faulty member of the input: where (JSON pointer or field name) and what to do."""

    pointer: str
    detail: str


class Refusal(Exception):
    """Base of all refusals. `detail` says what, why and what to do."""

    slug: ClassVar[str] = "refused"
    title: ClassVar[str] = "请求未被接受"

    def __init__(self, detail: str, *, faults: tuple[Fault, ...] = (), **facts: str | int) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = faults
        self.facts = facts


class NotFound(Refusal):
    """There is no such thing, or you may not know of it.

    Check the address, or ask the division that manages the enterprise.
    """

    slug = "not-found"
    title = "未找到"


class Forbidden(Refusal):
    """Your role does not include this action here.

    Roles are granted per division and line of business. Ask your system administrator.
    """

    slug = "forbidden"
    title = "没有权限"


class SignInRequired(Refusal):
    """You are not signed in, or your session has ended. What you saved is kept.

    Sign in again; you will be returned to the page you were on.
    """

    slug = "sign-in-required"
    title = "请先登录"


class Conflict(Refusal):
    """The thing has changed since you loaded it. Nothing was changed by this request.

    Reload the page and compare before you try again.
    """

    slug = "conflict"
    title = "内容已被他人更改"


class Invalid(Refusal):
    """The input cannot be accepted; each faulty field is named with its remedy."""

    slug = "invalid"
    title = "填写内容有误"


class TooMany(Refusal):
    """Too many attempts in a short time. Wait for the time stated, then try again."""

    slug = "too-many"
    title = "尝试次数过多"


class Unavailable(Refusal):
    """The service cannot do this now. Nothing was changed; try again shortly."""

    slug = "unavailable"
    title = "服务暂时不可用"
