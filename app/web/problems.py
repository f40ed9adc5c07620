"""Refusals on the wire: RFC 9457 for machines, the same content as a page for people."""

import inspect
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

import structlog
from flask import (
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app.foundation import errors
from app.web import transactions

STATUS: Final[dict[type[errors.Refusal], HTTPStatus]] = {
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.SignInRequired: HTTPStatus.UNAUTHORIZED,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
_HTTP_TITLES: Final = {
    400: ("bad-request", "请求格式不正确", "请返回上一页重试。页面打开过久时，请先刷新。"),
    404: ("not-found", "未找到", "没有这个页面，请检查地址。"),
    405: ("method-not-allowed", "不支持这种请求方式", "请从页面上的按钮或链接操作。"),
    413: ("too-large", "上传的内容过大", "请压缩或拆分文件后重新上传。"),
    415: ("unsupported-media-type", "不支持的内容类型", "请按接口说明提交。"),
}

log = structlog.get_logger()


def bind(app: Flask, on_refusal: Callable[[errors.Refusal], None] = lambda _: None) -> None:
    """Render every refusal, HTTP error and bug of `app`.

    `on_refusal` is the factory's hook to the audit trail; it is called after the request's own
    transaction was given up.
    """
    app.extensions["on_refusal"] = on_refusal
    app.register_error_handler(errors.Refusal, _refusal)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(Exception, _bug)
    app.jinja_env.globals["problem_slugs"] = catalogue


def status_of(refusal: type[errors.Refusal]) -> HTTPStatus:
    """The status of a refusal: that of the nearest kind among its bases."""
    return next(STATUS[kind] for kind in refusal.__mro__ if kind in STATUS)


def catalogue() -> dict[str, tuple[str, str]]:
    """Slug -> (title, explanation) of every refusal, for the pages /problems/<slug>."""
    found: dict[str, tuple[str, str]] = {}
    pending = list(STATUS)
    while pending:
        kind = pending.pop()
        found[kind.slug] = (kind.title, inspect.getdoc(kind) or "")
        pending.extend(kind.__subclasses__())
    return found


def wants_json() -> bool:
    """Whether the answer is for a machine: the API, or a client that prefers JSON."""
    return request.path.startswith("/api/") or (
        request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    )


def _answer(status: int, slug: str, title: str, detail: str, **more: Any) -> ResponseReturnValue:
    transactions.end()
    if wants_json():
        body = {
            "type": f"/problems/{slug}",
            "title": title,
            "status": status,
            "detail": detail,
            "instance": request.path,
            "request_id": g.get("request_id", ""),
            **more,
        }
        response: Response = jsonify(body)
        response.mimetype = "application/problem+json"
        return response, status
    page = render_template(
        "web/problem.html", status=status, title=title, detail=detail, slug=slug, **more
    )
    return page, status


def _refusal(refusal: errors.Refusal) -> ResponseReturnValue:
    status = status_of(type(refusal))
    transactions.end()
    _tell(refusal)
    if status == HTTPStatus.UNAUTHORIZED and not wants_json() and request.method == "GET":
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    faults = [{"pointer": f.pointer, "detail": f.detail} for f in refusal.faults]
    more = {"errors": faults} if faults else {}
    answer = _answer(int(status), refusal.slug, refusal.title, refusal.detail, **more)
    if wait := refusal.facts.get("retry_after"):
        return (*answer, {"Retry-After": str(wait)})  # type: ignore[misc]
    return answer


def _tell(refusal: errors.Refusal) -> None:
    """A refusal stands even when it cannot be recorded; the log then says so."""
    try:
        current_app.extensions["on_refusal"](refusal)
    except SQLAlchemyError as error:
        log.error("refusal.unrecorded", error=type(error).__name__, slug=refusal.slug)  # noqa: TRY400


def _http(error: HTTPException) -> ResponseReturnValue:
    code = error.code or int(HTTPStatus.INTERNAL_SERVER_ERROR)
    if code < 400:  # noqa: PLR2004 a redirect is no problem
        return error.get_response()
    slug, title, detail = _HTTP_TITLES.get(code, ("http", "请求未完成", "请返回上一页重试。"))
    return _answer(code, slug, title, detail)


def _stale(_: StaleDataError) -> ResponseReturnValue:
    return _refusal(
        errors.Conflict("在您打开页面之后，已有人保存了更改。请刷新页面，核对后再提交。")
    )


def _database(error: OperationalError) -> ResponseReturnValue:
    log.warning("database.unavailable", error=type(error.orig).__name__)
    return _refusal(errors.Unavailable("数据库正忙，您的更改没有保存。请稍候再试。", retry_after=5))


def _bug(error: Exception) -> ResponseReturnValue:
    log.error("request.failed", exc_info=error)
    detail = f"系统出现故障，已自动记录。请将编号 {g.get('request_id', '')} 告知系统管理员。"
    return _answer(500, "internal", "系统故障", detail)
