"""The batch as a job: page after page, each write in a short transaction of its own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

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
        before = count(session, order, until=run.cursor) if run.cursor else 0
    _Batch(run, order, total, before).judge()


@dataclass(slots=True)
class _Batch:
    """One order on its way through a job."""

    run: Run
    order: Order
    total: int
    done: int  # enterprises of the pages before

    def judge(self) -> None:
        """Page after page."""
        while self._page():
            pass

    def _page(self) -> bool:
        """Judge one page and write what changed. False when there was none left."""
        run, order, at = self.run, self.order, now()
        with run.sessions.read() as session:
            page = batch.plan(session, run.library, order, known_at=at, after=run.cursor)
            if not page.last:
                return False
            changes = self._flags(session, page, at)
        with run.sessions.begin() as session:
            writing.record_rule_sets(session, page.rule_sets, at=at)
        written = self._verdicts(page, at)
        for act, rows in reconciling.portions(changes):
            with run.sessions.begin() as session:
                reconciling.write(session, act, rows, by=run.by, at=at)
                self._hold(session, page.size, "更新标记")
        self._turn(page, changes, written)
        return True

    def _flags(self, session: Session, page: batch.Plan, at: datetime) -> reconciling.Changes:
        order = self.order
        return reconciling.compare(
            Reading(session, (), order.on, at, order.moment.base_year),
            order,
            self.run.cursor,
            UUID(hex=page.last),
            page.flags,
            subjects(self.run.library, list(page.judged)),
        )

    def _verdicts(self, page: batch.Plan, at: datetime) -> int:
        written, wanted = 0, sum(part.height for part in page.changed)
        for portion in writing.portions(page, self.order, at=at):
            with self.run.sessions.begin() as session:
                written += writing.write(session, portion, at=at)
                share = page.size * written // max(wanted, 1)
                self._hold(session, share, f"写入评价结果 {written:,} / {wanted:,} 条")
        return written

    def _hold(self, session: Session, share: int, message: str) -> None:
        """Keep the lease and show how far it is; the cursor stays: the page is not whole."""
        run = self.run
        run.checkpoint(
            session,
            cursor=run.cursor,
            done=self.done + share,
            total=self.total,
            message=message,
        )

    def _turn(self, page: batch.Plan, changes: reconciling.Changes, written: int) -> None:
        """The page is whole: count it and move on."""
        run = self.run
        counts = {FIRMS: page.count, WRITTEN: written, **changes.tally, **page.tally}
        tally = {**_add(run.tally, counts), "job_id": str(run.job_id)}
        self.done += page.size
        with run.sessions.begin() as session:
            run.checkpoint(
                session,
                cursor=page.last,
                done=self.done,
                total=self.total,
                tally=tally,
                message=f"已评价 {tally[FIRMS]:,} 户，写入 {tally[WRITTEN]:,} 条变化",
            )


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
    orders = _orders(run, some)
    with run.sessions.read() as session:
        counts = [count(session, order) for order in orders]
    done = 0
    for order, size in zip(orders, counts, strict=True):
        run.cursor, run.tally = "", {**run.tally, FIRMS: 0}  # the same firms, year after year
        _Batch(run, order, sum(counts), done).judge()
        done += size
    years = "、".join(str(order.for_year) for order in orders)
    with run.sessions.begin() as session:
        run.checkpoint(
            session,
            cursor="",
            done=done,
            total=done,
            message=f"已重新评价 {run.tally.get(FIRMS, 0):,} 户（{years}年度），"
            f"写入 {run.tally.get(WRITTEN, 0):,} 条变化",
        )


def _orders(run: Run, firms: tuple[UUID, ...]) -> list[Order]:
    with run.sessions.read() as session:
        days = judged_days(session, run.division)
    this = today()
    days.setdefault(this.year, this)
    orders = [
        Order(run.division, this if year >= this.year else day, year, (), firms)
        for year, day in sorted(days.items())
    ]
    return [order for order in orders if rule_sets(run.library, order)]


AFFECTED: Final = "evaluation.affected"
AFFECTED_LIMIT: Final = 5_000
KINDS: Final = {
    BATCH: Kind(work, "批量评价", "evaluation.batch", "job_id"),
    AFFECTED: Kind(affected, "受影响企业重新评价"),
}
