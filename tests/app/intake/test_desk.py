"""The pages of files from outside, walked through as an officer does."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from sqlalchemy import func, select

from app.enterprises.models import TitleEvent
from app.foundation.actor import Role
from app.intake.domain import LoadState, RowMatch
from app.intake.models import ListRow, Load
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.intake import city_folder, workbook
from tests.factories.reference import CITY, OTHER_CITY, XIANGDU, XINDU

SAID = {
    "name": "关于公布高新技术企业名单的通知", "title": "national.high_tech", "kind": "first",
    "number": "冀高认〔2026〕3号", "batch": "第一批", "issued_on": "2026-06-01", "division": CITY,
}  # fmt: skip


@pytest.fixture
def officer(client, sign_in, places):
    sign_in(client, Role.CITY_REVIEWER)
    return client


def upload(client, content, name="名单.xlsx", **changes):
    data = {**SAID, **changes, "file": (io.BytesIO(content), name)}
    return client.submit("/intake/lists/new", data, action="")


def the_load(session):
    return session.scalars(select(Load)).one()


def test_a_list_is_brought_in_step_by_step(officer, session):
    firm = EnterpriseFactory()
    book = workbook([["序号", "企业名称"], [1, firm.name], [2, "外地企业"]], title="2026年名单")

    columns = upload(officer, book).headers["Location"]
    page = officer.get(columns)
    assert "企业名称" in page.text
    assert "<strong>企业名称</strong>" in page.text  # the third row was proposed as the header
    shown = officer.submit(columns, {"column-1": "name"}, action="").headers["Location"]
    assert firm.name in officer.get(shown).text
    assert session.scalar(select(func.count()).select_from(TitleEvent)) == 0
    written = officer.submit(shown, action="/write")

    assert written.status_code == 302
    assert "新登记 1 户" in officer.get(shown).text
    assert session.scalars(select(TitleEvent)).one().enterprise_id == firm.id
    assert the_load(session).state is LoadState.WRITTEN
    assert SAID["number"] in officer.get("/intake").text


def test_the_file_comes_back_with_a_comment_on_the_doubtful_cell(officer, session):
    firm = EnterpriseFactory(name="=cmd|' /C calc'!A0")
    EnterpriseFactory(name=firm.name)
    columns = upload(officer, workbook([["企业名称"], ["＝cmd|' /C calc'!A0"], ["外地"]])).headers[
        "Location"
    ]
    shown = officer.submit(columns, {"column-0": "name"}, action="").headers["Location"]

    answer = officer.get(f"{shown}/faults.xlsx")

    assert answer.headers["Content-Disposition"].startswith("attachment")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert "请确认是哪一家" in sheet["A2"].comment.text
    assert sheet["B3"].value == "不在本地企业库"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_doubtful_rows_are_confirmed_one_after_the_other(officer, session):
    twins = [EnterpriseFactory(name="邢台双子有限公司") for _ in range(2)]
    other = EnterpriseFactory()
    names = [["企业名称"], ["邢台双子有限公司"], ["写错的名称"]]
    columns = upload(officer, workbook(names)).headers["Location"]
    shown = officer.submit(columns, {"column-0": "name"}, action="").headers["Location"]

    assert "开始确认" in officer.get(shown).text
    assert officer.post(f"{shown}/write").status_code in {400, 422}
    done = officer.submit(f"{shown}/rows/2", {"choice": str(twins[1].id)}, action="")
    assert done.headers["Location"] == shown
    wrong = officer.submit(f"{shown}/rows/3", {"choice": "by_code", "credit_code": "9"}, action="")
    assert wrong.status_code == 422
    assert "18 位" in wrong.text
    by_code = {"choice": "by_code", "credit_code": other.credit_code}
    officer.submit(f"{shown}/rows/3", by_code, action="")
    officer.submit(shown, action="/write")

    events = session.scalars(select(TitleEvent)).all()
    assert {event.enterprise_id for event in events} == {twins[1].id, other.id}


def test_another_header_row_can_be_asked_for(officer, session):
    columns = upload(officer, workbook([["甲", "乙"], ["企业名称", "x"], ["丙公司", "y"]])).headers[
        "Location"
    ]

    page = officer.get(f"{columns}?header=1")

    assert "<strong>甲</strong>" in page.text
    assert officer.get(f"{columns}?header=99999").status_code == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"number": ""}, "请填写此项"),
        ({"issued_on": "2099-01-01"}, "不能晚于今天"),
        ({"until": "2020-01-01"}, "有效期止早于有效期起"),
        ({"kind": "enrolled"}, "请改选"),
    ],
)
def test_a_wrong_word_about_the_list_is_named_beside_its_field(officer, session, changes, words):
    answer = upload(officer, workbook([["企业名称"], ["甲"]]), **changes)

    assert answer.status_code == 422
    assert words in answer.text
    assert session.scalar(select(func.count()).select_from(Load)) == 0


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"not a workbook", "a.xlsx", "内容却不是"),
        (b"x", "a.exe", "请上传 .xlsx 或 .csv"),
        (b"", "a.csv", "文件是空的"),
    ],
)
def test_a_hostile_upload_is_refused_and_nothing_is_kept(
    officer, session, data_dir, content, name, words
):
    before = set(data_dir.rglob("*"))

    answer = upload(officer, content, name)

    assert answer.status_code == 422
    assert words in answer.text
    assert 'id="file-error"' in answer.text
    assert set(data_dir.rglob("*")) == before


def test_a_list_given_up_writes_nothing(officer, session):
    firm = EnterpriseFactory()
    columns = upload(officer, workbook([["企业名称"], [firm.name]])).headers["Location"]
    shown = officer.submit(columns, {"column-0": "name"}, action="").headers["Location"]

    officer.submit(shown, action="/discard")

    assert the_load(session).state is LoadState.DISCARDED
    assert session.scalar(select(func.count()).select_from(TitleEvent)) == 0


def test_a_county_reads_what_concerns_it_and_changes_nothing(client, sign_in, session):
    own = EnterpriseFactory(registered_division=XIANGDU)
    other = EnterpriseFactory(registered_division=XINDU)
    sign_in(client, Role.CITY_REVIEWER)
    rows = workbook([["企业名称"], [own.name], [other.name], ["外地企业"]])
    columns = upload(client, rows).headers["Location"]
    shown = client.submit(columns, {"column-0": "name"}, action="").headers["Location"]
    client.submit(shown, action="/write")

    sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)
    page = client.get(shown)

    assert own.name in page.text
    assert other.name not in page.text
    assert "外地企业" not in page.text
    assert "导入名单" not in client.get("/intake").text
    for path in (f"{shown}/columns", f"{shown}/rows/2", "/intake/lists/new", "/intake/cities/new"):
        assert client.get(path).status_code == 403
    assert client.get(f"{shown}/faults.xlsx").status_code == 404


def test_another_city_does_not_know_of_the_list(client, sign_in, session, places):
    sign_in(client, Role.CITY_REVIEWER)
    columns = upload(client, workbook([["企业名称"], ["甲公司"]])).headers["Location"]
    shown = client.submit(columns, {"column-0": "name"}, action="").headers["Location"]

    sign_in(client, Role.CITY_REVIEWER, OTHER_CITY)

    for path in (shown, columns, f"{shown}/rows/2", f"{shown}/faults.xlsx"):
        assert client.get(path).status_code == 404
    assert "第一批" not in client.get("/intake").text


def test_a_citys_archive_is_checked_confirmed_and_written(officer, session, app, tmp_path):
    firm_row = "91130502MA0000012X"
    archive = io.BytesIO()
    folder = city_folder(
        tmp_path / "city", enterprises=f"{firm_row},甲公司,130502,,2015-03-01,存续"
    )
    with zipfile.ZipFile(archive, "w") as packed:
        for path in folder.iterdir():
            packed.write(path, path.name)
    archive.seek(0)

    shown = officer.submit("/intake/cities/new", {"archive": (archive, "city.zip")}).headers[
        "Location"
    ]
    assert "排队中" in officer.get(shown).text
    app.extensions["workshop"].work_once()
    page = officer.get(shown)

    assert "试算结果" in page.text
    assert "统一社会信用代码" in page.text  # the one row is faulty, and says why
    faults = openpyxl.load_workbook(io.BytesIO(officer.get(f"{shown}/faults.xlsx").data)).active
    assert faults["B2"].value == 2
    officer.submit(shown, action="/write")
    app.extensions["workshop"].work_once()
    assert "写入结果" in officer.get(shown).text
    assert the_load(session).state is LoadState.WRITTEN


def test_a_folder_in_the_incoming_place_can_be_chosen(officer, session, app, data_dir):
    city_folder(data_dir / "incoming" / "邢台2022")

    page = officer.get("/intake/cities/new")
    assert "邢台2022" in page.text
    answer = officer.submit("/intake/cities/new", {"folder": "邢台2022"})

    assert answer.status_code == 302
    again = officer.submit("/intake/cities/new", {"folder": "../../etc"})
    assert again.status_code == 422


def test_no_file_and_no_folder_is_a_question_not_a_fault(officer, session):
    answer = officer.submit("/intake/cities/new", {})

    assert answer.status_code == 422
    assert "请上传压缩包，或选择服务器上的文件夹" in answer.text


def test_a_long_list_is_shown_in_pages(officer, session, monkeypatch):
    monkeypatch.setattr("app.intake.queries.ROWS_SHOWN", 2)
    names = "\n".join(["企业名称", *(f"外地企业{n}" for n in range(5))])
    columns = upload(officer, names.encode(), "名单.csv").headers["Location"]
    shown = officer.submit(columns, {"column-0": "name"}, action="").headers["Location"]

    first, second = officer.get(shown), officer.get(f"{shown}?after=3")

    assert "外地企业1" in first.text
    assert "外地企业2" not in first.text
    assert "?after=3" in first.text
    assert "外地企业2" in second.text
    assert officer.get(f"{shown}?after=x").status_code == 200


def test_rows_are_kept_as_matched(officer, session):
    firm = EnterpriseFactory(registered_on=date(2015, 1, 1))
    columns = upload(officer, f"企业名称\n{firm.name}\n".encode("gb18030"), "名单.csv").headers[
        "Location"
    ]
    officer.submit(columns, {"column-0": "name"}, action="")

    (row,) = session.scalars(select(ListRow)).all()
    assert (row.match, row.enterprise_id, row.line) == (RowMatch.BY_NAME, firm.id, 2)


def test_the_checked_file_can_be_corrected_and_brought_in_again(officer, session):
    firm, other = EnterpriseFactory(), EnterpriseFactory()
    book = workbook([["序号", "企业名称"], [1, firm.name], [2, "写错的名称"]], title="名单")
    columns = upload(officer, book).headers["Location"]
    shown = officer.submit(columns, {"column-1": "name"}, action="").headers["Location"]
    checked = openpyxl.load_workbook(io.BytesIO(officer.get(f"{shown}/faults.xlsx").data))
    officer.submit(shown, action="/discard")

    checked.active["B4"] = other.name
    corrected = io.BytesIO()
    checked.save(corrected)
    columns = upload(officer, corrected.getvalue()).headers["Location"]
    again = officer.submit(columns, action="").headers["Location"]

    matches = session.scalars(
        select(ListRow.match).join(Load, Load.id == ListRow.load_id)
        .where(Load.state == LoadState.CHECKED).order_by(ListRow.line)
    ).all()  # fmt: skip
    assert matches == [RowMatch.BY_CODE, RowMatch.BY_NAME]
    assert officer.get(again).status_code == 200
