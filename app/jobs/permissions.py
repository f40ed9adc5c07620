"""Who may do what to a job."""

from app.foundation.actor import Actor, Role
from app.jobs.domain import ACTIVE
from app.jobs.models import Job


def may_cancel(by: Actor, job: Job) -> bool:
    """Whether `by` may cancel an active job: who asked for it, or who runs the system."""
    asked = by.id is not None and job.created_by_id == by.id
    return job.state in ACTIVE and (asked or by.holds(Role.ADMINISTRATOR))
