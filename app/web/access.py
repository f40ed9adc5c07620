"""Every door says who may enter: a mark on the view, looked at before the view runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from flask import Flask, current_app, g, request

from app.foundation.actor import Actor, Role
from app.foundation.errors import Forbidden, SignInRequired

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """The access rule of one endpoint.

    Public, or for whom one of the rest fits; with none of them, for any signed-in account.
    `enterprise`: who may act for some enterprise, for which one the room decides.
    `outside`: who holds no role of a bureau, with or without an enterprise.
    """

    public: bool = False
    roles: frozenset[Role] = frozenset()
    enterprise: bool = False
    outside: bool = False

    def admits(self, visitor: Actor | None) -> bool:
        """Whether `visitor` (None: not signed in) may enter."""
        if self.public or visitor is None:
            return self.public
        fits = visitor.holds(*self.roles)
        fits |= self.enterprise and bool(visitor.mandates)
        fits |= self.outside and not visitor.grants
        return fits or not (self.roles or self.enterprise or self.outside)


BUREAU: Final = frozenset(Role)
ADDRESS_LENGTH: Final = 40  # an IPv6 address with its zone fits


def public(view: View) -> View:
    """Anybody may enter, without signing in."""
    view.access = Access(public=True)  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Any account may enter."""
    view.access = Access()  # type: ignore[attr-defined]
    return view


def requires(*roles: Role, enterprise: bool = False) -> Callable[[View], View]:
    """Only accounts that hold at least one of `roles` may enter.

    With `enterprise` also those that may act for some enterprise; the view decides for which.
    """

    def mark(view: View) -> View:
        view.access = Access(roles=frozenset(roles), enterprise=enterprise)  # type: ignore[attr-defined]
        return view

    return mark


def outside(view: View) -> View:
    """Only accounts without a role of a bureau may enter: people of enterprises, also new ones."""
    view.access = Access(outside=True)  # type: ignore[attr-defined]
    return view


def bind(app: Flask, find_actor: Callable[[], Actor | None]) -> None:
    """Guard every endpoint of `app`; `find_actor` is the factory's hook to the accounts room."""
    app.extensions["find_actor"] = find_actor
    app.before_request(_guard)


def actor() -> Actor:
    """The account of this request.

    Raises:
        SignInRequired: nobody is signed in.
    """
    found = current_actor()
    if found is None:
        raise SignInRequired("请先登录，再打开这个页面。")
    return found


def current_actor() -> Actor | None:
    """The account of this request, or None. Looked up once a request."""
    if "actor" not in g:
        g.actor = None  # Should the look-up fail, the page that says so must not look again.
        g.actor = current_app.extensions["find_actor"]()
    return cast("Actor | None", g.actor)


def address() -> str:
    """The network address this request comes from."""
    return (request.remote_addr or "")[:ADDRESS_LENGTH]


def visitor() -> Actor:
    """Who this request comes from, signed in or not: for the audit trail."""
    return current_actor() or Actor(id=None, name="未登录", address=address())


def _guard() -> None:
    if request.endpoint is None or request.endpoint == "static":
        return
    access: Access | None = getattr(current_app.view_functions[request.endpoint], "access", None)
    if access is None:  # Deny by default: an unmarked door is a locked one.
        raise Forbidden("这个页面尚未开放。")
    if not access.public and not access.admits(actor()):
        raise Forbidden(_explain(access))


def _explain(access: Access) -> str:
    """Whom a door is for, and what to do."""
    if access.outside:
        return "这个页面供企业人员使用；局内工作帐号不能代表企业。"
    wanted = [role.label for role in Role if role in access.roles]
    if not access.enterprise:
        return f"这个页面供以下角色使用：{'、'.join(wanted)}。如需使用，请联系系统管理员授权。"
    if not wanted:
        return "这个页面供已获授权的企业人员使用。请先认领企业，或请企业管理员授权。"
    return f"这个页面供已获授权的企业人员和以下角色使用：{'、'.join(wanted)}。"
