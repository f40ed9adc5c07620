"""The batch as a job: page after page, each write in a short transaction of its own."""

from typing import Any, Final
from uuid import UUID

from app.evaluation import batch, reconciling, writing
from app.evaluation.order import Order, count, judged_days, rule_sets
from app.evaluation.service import BATCH, check_order, order_of
from app.evaluation.sources import Reading
from app.foundation.clock import now, today
from app.jobs.runner import Kind, Run
from rules.library import Library

FIRMS: Final = "评价户数"
WRITTEN: Final = "写入评价"


def work(run: Run) -> None:
    """Judge every enterprise of the order; resumes after the last page that was written whole.

    A page interrupted half way is judged again: what was written then no longer differs.
    """
    order = order_of(run.payload)
    check_order(run.library, order)
    with run.sessions.read() as session:
        total = count(session, order)
    while _page(run, order, total):
        pass


def _page(run: Run, order: Order, total: int) -> bool:
    """Judge one page and write what changed. False when there was none left."""
    at = now()
    with run.sessions.read() as session:
        page = batch.plan(session, run.library, order, known_at=at, after=run.cursor)
        if not page.last:
            return False
        reading = Reading(session, (), order.on, at, order.moment.base_year)
        changes = reconciling.compare(
            reading,
            order,
            run.cursor,
            UUID(hex=page.last),
            page.flags,
            subjects(run.library, list(page.judged)),
        )
    written = 0
    with run.sessions.begin() as session:
        writing.record_rule_sets(session, page.rule_sets, at=at)
    for portion in writing.portions(page, order, at=at):
        with run.sessions.begin() as session:
            written += writing.write(session, portion, at=at)
            _hold(run, session, total, f"写入评价结果 {written} 条")
    for act, rows in reconciling.portions(changes):
        with run.sessions.begin() as session:
            reconciling.write(session, act, rows, by=run.by, at=at)
            _hold(run, session, total, "更新标记")
    done = run.done + page.size
    counts = {FIRMS: page.count, WRITTEN: written, **changes.tally, **page.tally}
    tally = {**_add(run.tally, counts), "job_id": str(run.job_id)}
    with run.sessions.begin() as session:
        message = f"已评价 {tally[FIRMS]} 户，写入 {tally[WRITTEN]} 条变化"
        run.checkpoint(
            session, cursor=page.last, done=done, total=total, tally=tally, message=message
        )
    return True


def _hold(run: Run, session: Any, total: int, message: str) -> None:
    """Keep the lease, without moving on: the page is not whole yet."""
    run.checkpoint(session, cursor=run.cursor, done=run.done, total=total, message=message)


def subjects(library: Library, titles: list[str]) -> list[str]:
    """What the flags of these titles are about: the titles, and the schemes that reward them."""
    return [*titles, *(scheme.id for scheme in library.schemes if scheme.title in titles)]


def _add(tally: dict[str, Any], more: dict[str, int]) -> dict[str, Any]:
    return {name: int(tally.get(name, 0)) + count for name, count in more.items()} | {
        name: count for name, count in tally.items() if name not in more
    }


def affected(run: Run) -> None:
    """Judge anew those whom an import or a list concerns, for every year that has verdicts.

    The present year is judged as of today, a past one as of the day it was last judged.
    """
    firms = tuple(UUID(str(each)) for each in run.payload.get("enterprises", ()))
    some = firms if len(firms) <= AFFECTED_LIMIT else ()  # then the division is as quick
    with run.sessions.read() as session:
        days = judged_days(session, run.division)
    this = today()
    days.setdefault(this.year, this)
    for year, day in sorted(days.items()):
        order = Order(run.division, this if year >= this.year else day, year, (), some)
        if not rule_sets(run.library, order):
            continue
        with run.sessions.read() as session:
            total = count(session, order)
        run.cursor = ""  # each year starts at the first enterprise
        while _page(run, order, total):
            pass


AFFECTED: Final = "evaluation.affected"
AFFECTED_LIMIT: Final = 5_000
KINDS: Final = {
    BATCH: Kind(work, "批量评价", "evaluation.batch", "job_id"),
    AFFECTED: Kind(affected, "受影响企业重新评价"),
}
