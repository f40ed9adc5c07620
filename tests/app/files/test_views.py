"""Downloads are inert and only for those who may know of them."""

from pathlib import Path

from app.foundation.actor import Role
from tests.app.files.test_service import PDF, keep
from tests.factories.files import StoredFileFactory
from tests.factories.reference import XIANGDU, XINDU


def test_a_download_is_an_inert_attachment(session, app, client, sign_in):
    sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)
    file = keep(session, Path(app.extensions["settings"].data_dir).resolve() / "files")

    response = client.get(f"/files/{file.id}")

    assert response.data == PDF
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_another_countys_file_does_not_exist(session, client, sign_in, places):
    file = StoredFileFactory()
    sign_in(client, Role.COUNTY_REVIEWER, XINDU)

    assert client.get(f"/files/{file.id}").status_code == 404


def test_the_command_sweeps_orphans(app):
    outcome = app.test_cli_runner().invoke(args=["files", "sweep"])

    assert outcome.exit_code == 0
    assert "清理 0 个" in outcome.output
