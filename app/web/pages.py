"""What every page can use: formatting of numbers, days and instants, the present account."""

from datetime import date, datetime
from typing import Any

from flask import Flask

from app.foundation.clock import SHANGHAI
from app.foundation.money import format_wan, format_yuan
from app.web.access import current_actor


def bind(app: Flask) -> None:
    """Give the templates of `app` their filters and the account."""
    app.jinja_env.filters.update(day=day, instant=instant, yuan=format_yuan, wan=format_wan)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_common)


def day(value: date | None) -> str:
    """A legal day in Chinese: 2026年11月22日; a dash when there is none."""
    return f"{value.year}年{value.month}月{value.day}日" if value else "—"


def instant(value: datetime | None) -> str:
    """An instant in Shanghai, to the minute; a dash when there is none."""
    return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if value else "—"


def _common() -> dict[str, Any]:
    return {"actor": current_actor()}
