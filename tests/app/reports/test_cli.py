"""Reports from the command line."""

from datetime import date

import pytest
from sqlalchemy import select

from app.reports.models import Edition, EditionFile
from tests.factories.enterprises import EnterpriseFactory, hold

ISSUE = ("reports", "issue", "--division", "130500", "--kind", "yearly", "--on", "2022-12-31")


@pytest.fixture
def run(app):
    """Run a command as typed after `flask`."""
    return lambda *arguments: app.test_cli_runner().invoke(args=list(arguments))


def test_issue_list_and_export_give_the_kept_bytes(run, session, tmp_path):
    hold(EnterpriseFactory(), "national.high_tech", date(2021, 1, 1), date(2024, 1, 1))

    issued = run(*ISSUE)
    listed = run("reports", "list", "--division", "130500")
    edition = session.scalars(select(Edition)).one()
    exported = run("reports", "export", str(edition.id), str(tmp_path))

    assert issued.exit_code == 0, issued.output
    assert "已出具第 1 版" in issued.output
    assert str(edition.id) in listed.output
    assert exported.exit_code == 0
    for kept in session.scalars(select(EditionFile)):
        assert (tmp_path / kept.name).read_bytes() == kept.content


def test_a_second_issue_of_equal_data_says_so(run, places):
    run(*ISSUE)

    again = run(*ISSUE)

    assert again.exit_code == 0
    assert "数据没有变化，仍是第 1 版" in again.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--division", "999999"), "没有这个行政区划"),
        (("--on", "31.12.2022"), "不是日期"),
        (("--known-at", "tomorrow"), "不是时刻"),
        (("--known-at", "2099-01-01T00:00"), "数据截至不能晚于现在"),
    ],
)
def test_a_wrong_argument_is_named(run, places, arguments, said):
    outcome = run(*ISSUE, *arguments)

    assert outcome.exit_code != 0
    assert said in outcome.output


def test_an_edition_that_is_not_there_cannot_be_exported(run, places, tmp_path):
    outcome = run("reports", "export", "00000000-0000-0000-0000-000000000000", str(tmp_path))

    assert "没有这一期报告" in outcome.output
