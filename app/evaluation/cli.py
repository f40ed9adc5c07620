"""Commands of this room, for operators and schedulers."""

from datetime import datetime
from typing import Any

import click
from flask.cli import AppGroup

from app.evaluation.domain import Grade, Outcome
from app.evaluation.errors import BadOrder
from app.evaluation.jobs import FIRMS, WRITTEN
from app.evaluation.order import Order
from app.evaluation.service import BATCH, batch_key, check_order, payload_of
from app.foundation.clock import today
from app.reference.queries import find_division
from app.web.foreground import run_now
from app.web.law import law
from app.web.transactions import glance

cli = AppGroup("evaluation", help="评价：按规则包判断企业，更新标记与后备库。")
_DIVISION_DIGITS = 6


@cli.command("batch")
@click.option(
    "--division", required=True, metavar="CODE", help="区划代码，如 130500；市级可写 1305。"
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="评价日，默认今天。")
@click.option("--for-year", type=click.IntRange(2015, 2100), help="申报年度，默认评价日所在年。")
@click.option("--title", "titles", multiple=True, metavar="ID", help="只评这些称号，可重复。")
def batch(
    division: str, on: datetime | None, for_year: int | None, titles: tuple[str, ...]
) -> None:
    """Judge every enterprise of CODE. Safe to interrupt and to repeat; only changes are written."""
    day = on.date() if on else today()
    order = Order(_code(division), day, for_year or day.year, titles)
    try:
        check_order(law(), order)
    except BadOrder as refusal:
        raise click.ClickException(refusal.detail) from refusal
    outcome = run_now(
        BATCH, key=batch_key(order), payload=payload_of(order), division=order.division
    )
    click.echo(table(outcome.tally, order))


def _code(text: str) -> str:
    """The code of a place in the register; `1305` and `13` stand for `130500` and `130000`."""
    code = text.ljust(_DIVISION_DIGITS, "0") if text.isdigit() else text
    with glance() as session:
        place = find_division(session, code)
    if place is None:
        raise click.ClickException(f"区划表中没有 {text}。请先导入区划，或核对代码。")
    return place.code


def table(tally: dict[str, Any], order: Order) -> str:
    """What a batch found: a line per title, outcomes then grades."""
    names = law().titles
    kind = "预评" if order.is_preliminary else "评价"
    lines = [f"{order.on} {order.for_year}年度{kind}，共 {tally.get(FIRMS, 0):,} 户"]
    for name in sorted({key.split("/")[0] for key in tally if "/outcome/" in key}):
        outcomes = _counts(tally, name, "outcome", [o.value for o in Outcome], Outcome)
        grades = _counts(tally, name, "grade", [g.value for g in Grade], Grade)
        lines.append(f"{names[name].name}（{name}）：{outcomes}；{grades}")
    counts = (WRITTEN, "产生标记", "更新标记", "消除标记")
    lines.append("，".join(f"{name} {tally.get(name, 0):,}" for name in counts))
    return "\n".join(lines)


def _counts(tally: dict[str, Any], name: str, part: str, values: list[str], words: Any) -> str:
    labels = {member.value: member.label for member in words}
    found = [(labels[v], tally.get(f"{name}/{part}/{v}", 0)) for v in values]
    return "，".join(f"{label} {count:,}" for label, count in found if count)
