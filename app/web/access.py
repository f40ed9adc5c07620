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
    """The access rule of one endpoint. `roles` empty and not public: any signed-in account."""

    public: bool = False
    roles: frozenset[Role] = frozenset()


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


def requires(*roles: Role) -> Callable[[View], View]:
    """Only accounts that hold at least one of `roles` may enter."""

    def mark(view: View) -> View:
        view.access = Access(roles=frozenset(roles))  # type: ignore[attr-defined]
        return view

    return mark


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
    if access.public:
        return
    if access.roles and not actor().holds(*access.roles):
        wanted = "、".join(role.label for role in Role if role in access.roles)
        raise Forbidden(f"这个页面供以下角色使用：{wanted}。如需使用，请联系系统管理员授权。")
    actor()
