"""Structured logs: JSON lines on standard output, scalars only, one canonical line a request."""

import logging
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request

from app.foundation.identifiers import uuid7

log = structlog.get_logger()


def configure(level: str) -> None:
    """Send JSON lines to standard output. A list, a dict or a model in a line is a mistake."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            scalars_only,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.WriteLoggerFactory(),
    )


def scalars_only(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Refuse containers: they are how personal data slips into logs."""
    for key, value in line.items():
        if value is not None and not isinstance(value, str | int | float | bool):
            raise TypeError(f"log field {key} is a {type(value).__name__}, not a scalar")
    return line


def bind(app: Flask) -> None:
    """Give each request an id and a line."""

    @app.before_request
    def start() -> None:
        g.request_id = str(uuid7())
        g.started = time.perf_counter()

    @app.after_request
    def line(response: Response) -> Response:
        if request.endpoint not in {"static", "bootstrap.static"}:
            actor = g.get("actor")
            log.info(
                "request.served",
                method=request.method,
                endpoint=request.endpoint or "",
                status=response.status_code,
                ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
                actor=str(actor.id) if actor else "",
                request_id=g.get("request_id", ""),
            )
        response.headers["X-Request-Id"] = g.get("request_id", "")
        return response
