"""Jobs."""

import factory

from app.jobs.domain import JobState
from app.jobs.models import Job
from tests.factories.base import NOON, Factory
from tests.factories.reference import CITY


class JobFactory(Factory):
    """A waiting job of the city."""

    class Meta:
        model = Job

    kind = "test.count"
    key = factory.Sequence(lambda n: f"{CITY}/{n}")
    payload = '{"upto":5}'
    division = CITY
    created_by_id = None
    created_by_name = "系统"
    created_at = NOON

    class Params:
        running = factory.Trait(state=JobState.RUNNING, fence=1, started_at=NOON, lease_until=NOON)
        done = factory.Trait(state=JobState.DONE, ended_at=NOON)
