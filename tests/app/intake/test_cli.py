"""The command that brings in a city."""

import pytest

from app.intake.cli import cli
from app.reference.models import Industry
from tests.factories.enterprises import credit_code
from tests.factories.intake import city_folder

A = credit_code(1)
FIRM = f"{A},甲公司,130502,C3517,2015-03-01,存续"
YEARS = f"{A},2020,100,90,5,50,10,2,1\n{A},2021,约百万,99,6,60,11,2,2"


@pytest.fixture
def command(app, session, places):
    session.add(Industry(code="C", name="制造业", level=1, parent_code=None, section="C"))
    session.flush()
    session.add(Industry(code="3517", name="设备制造", level=4, parent_code="C", section="C"))
    session.flush()
    runner = app.test_cli_runner()
    return lambda *arguments: runner.invoke(cli, ["import", *map(str, arguments)])


def test_a_folder_is_imported_with_a_table_of_what_came_of_it(command, tmp_path):
    folder = city_folder(tmp_path / "city", enterprises=FIRM, annual=YEARS)

    answer = command(folder)

    assert answer.exit_code == 0, answer.output
    assert "annual.csv：2 行" in answer.output
    assert "年度数据：新增 2" in answer.output
    assert "annual.csv sales_revenue_cny ×1（该值未采用）：这里应填数字" in answer.output


def test_a_second_import_says_that_nothing_changed(command, tmp_path):
    folder = city_folder(tmp_path / "city", enterprises=FIRM, annual=YEARS)
    command(folder)

    answer = command(folder)

    assert answer.exit_code == 0
    assert "内容完全相同，没有任何更改" in answer.output


def test_a_dry_run_can_be_followed_by_the_import(command, tmp_path):
    folder = city_folder(tmp_path / "city", enterprises=FIRM, annual=YEARS)

    tried = command(folder, "--dry-run")
    written = command(folder)

    assert "企业：新增 1" in tried.output
    assert "企业：新增 1" in written.output


def test_a_manifest_that_cannot_be_is_refused_with_its_places(command, tmp_path):
    folder = city_folder(tmp_path / "city", manifest="manifest: 1\nsuspects: perhaps\n")

    answer = command(folder)

    assert answer.exit_code == 1
    assert "/suspects" in answer.output


def test_a_folder_without_a_manifest_uses_the_one_shipped_for_the_place(command, tmp_path):
    folder = city_folder(tmp_path / "city")
    (folder / "manifest.yaml").unlink()

    answer = command(folder, "--dry-run")

    assert "数据清单：邢台市企业数据文件（2018–2022年）" in answer.output


def test_a_file_that_cannot_be_read_ends_with_its_reason(command, tmp_path):
    folder = city_folder(tmp_path / "city")
    (folder / "annual.csv").unlink()

    answer = command(folder)

    assert answer.exit_code == 1
    assert "缺少“annual.csv”" in answer.output
