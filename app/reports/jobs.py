"""Issuing as a job: everything slow on a reading session, then one short write."""

from datetime import date, datetime
from typing import Final

from app.foundation.clock import now
from app.jobs.runner import Kind, Run
from app.reports import service
from app.reports.domain.vocabulary import EditionKind
from app.reports.models import Edition
from app.reports.papers.printing import PDF, render


def work(run: Run) -> None:
    """Make the edition that was ordered. Repeatable: equal data makes no second one."""
    at = now()
    order = run.payload
    with run.sessions.begin() as session:
        run.checkpoint(session, cursor="", done=0, message="正在汇总数据、生成文件")
    with run.sessions.read() as reading:
        made = service.prepare(
            reading,
            run.library,
            division=order["division"],
            kind=EditionKind(order["kind"]),
            on=date.fromisoformat(order["on"]),
            known_at=datetime.fromisoformat(order["known_at"]),
            by=run.by,
            at=at,
            render=render,
        )
    with run.sessions.begin() as session:
        if isinstance(made, Edition):
            edition, message = made, f"数据没有变化，仍是第 {made.number} 版。"
        else:
            edition = service.keep(session, made, by=run.by)
            message = f"已出具第 {edition.number} 版。"
            if PDF not in {paper.name for paper in made.papers}:
                message += "服务器缺少中文字体 fonts-noto-cjk，本版没有 PDF。"
        tally = {"edition_id": str(edition.id), "版次": edition.number}
        run.checkpoint(session, cursor="", done=1, total=1, tally=tally, message=message)


KINDS: Final = {service.ISSUE: Kind(work, "出具定期报告", "reports.show", "edition_id")}
