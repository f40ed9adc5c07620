"""What follows an imported list: recommended cases it names are closed, verdicts made anew."""

from typing import Final
from uuid import UUID

from app.evaluation import jobs as evaluation
from app.foundation.clock import now
from app.jobs.runner import Kind, Run
from app.reviews import results

CHUNK: Final = 500  # firms a statement names at once


def affected(run: Run) -> None:
    """Close what a list has decided, then judge anew those whom it concerns. Repeatable."""
    firms = [UUID(str(each)) for each in run.payload.get("enterprises", ())]
    for start in range(0, len(firms), CHUNK):
        with run.sessions.begin() as session:
            results.conclude_of(session, run.library, firms[start : start + CHUNK], at=now())
    evaluation.affected(run)


KINDS: Final = {evaluation.AFFECTED: Kind(affected, "受影响企业重新评价")}
