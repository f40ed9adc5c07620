"""The pages of long work."""

import pytest

from app.foundation.actor import Role
from app.jobs.domain import JobState
from app.jobs.runner import Kind
from tests.factories.jobs import JobFactory
from tests.factories.reference import CITY, XIANGDU, XINDU


@pytest.fixture
def kinds(app):
    made = {"test.count": Kind(lambda _: None, "数数", "jobs.index", "state")}
    given = app.extensions["workshop"].kinds
    given.update(made)
    yield
    for kind in made:
        del given[kind]


def test_the_list_shows_the_jobs_of_the_division_by_name(client, sign_in, places, kinds):
    sign_in(client, Role.POLICY)
    JobFactory(division=XIANGDU)

    page = client.get("/jobs").text

    assert "数数" in page
    assert "<td>襄都区</td>" in page


def test_ones_own_jobs_and_a_state_can_be_picked(client, session, sign_in):
    account = sign_in(client, Role.POLICY)
    mine = f"/jobs/{JobFactory(created_by_id=account.id).id}"
    done = f"/jobs/{JobFactory(done=True).id}"

    page = client.get("/jobs?mine=yes").text
    assert (mine in page, done in page) == (True, False)
    page = client.get("/jobs?state=done").text
    assert (mine in page, done in page) == (False, True)
    assert client.get("/jobs?state=nonsense").status_code == 404


def test_an_active_job_is_asked_for_again_with_and_without_script(client, session, sign_in):
    sign_in(client, Role.POLICY)
    job = JobFactory(running=True, done_count=2, total_count=5, message="第 2 步")

    page = client.get(f"/jobs/{job.id}").text

    assert f'data-progress="/jobs/{job.id}"' in page
    assert 'http-equiv="refresh"' in page
    assert "第 2 步" in page
    assert 'value="2" max="5"' in page


def test_an_ended_job_shows_its_counts_and_its_result(client, session, sign_in, kinds):
    sign_in(client, Role.POLICY)
    job = JobFactory(done=True, tally='{"job_id":"4711","state":"done","新增":7}')

    page = client.get(f"/jobs/{job.id}").text

    assert 'href="/jobs?state=done"' in page
    assert "新增" in page
    assert "job_id" not in page
    assert "data-progress" not in page


def test_a_job_of_another_county_does_not_exist(client, session, sign_in):
    sign_in(client, Role.COUNTY_REVIEWER, XINDU)
    job = JobFactory(division=XIANGDU)

    assert client.get(f"/jobs/{job.id}").status_code == 404


def test_who_asked_for_a_job_may_cancel_it(client, session, sign_in):
    account = sign_in(client, Role.POLICY)
    job = JobFactory(created_by_id=account.id)

    client.submit(f"/jobs/{job.id}")

    assert job.state is JobState.CANCELLED


def test_others_see_no_button_and_are_refused(client, session, sign_in):
    sign_in(client, Role.POLICY)
    job = JobFactory()
    page = client.get(f"/jobs/{job.id}").text
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]

    answer = client.post(f"/jobs/{job.id}/cancellation", data={"csrf_token": csrf})

    assert "取消任务" not in page
    assert answer.status_code == 403
    assert client.post(f"/jobs/{job.id}/cancellation").status_code == 422


def test_a_job_says_in_words_what_it_works_on(client, session, sign_in, places):
    sign_in(client, Role.POLICY)
    job = JobFactory(
        key=f"{CITY}/2026-06-15/2026",
        payload='{"enterprises":[1,2],"for_year":2026,"on":"2026-06-15"}',
    )

    for page in (client.get("/jobs").text, client.get(f"/jobs/{job.id}").text):
        assert "邢台市 · 2026年6月15日 · 2026年度 · 2 户企业" in page
        assert job.key not in page
