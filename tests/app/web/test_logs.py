"""Log lines: scalars only, one a request, no personal data."""

import json

import pytest
import structlog

from app.foundation.actor import Role
from app.web.logs import configure, scalars_only


@pytest.fixture
def lines(capsys):
    """What the service writes, at its usual level."""
    kept = structlog.get_config()
    configure("INFO")
    yield lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    structlog.configure(**kept)


@pytest.mark.parametrize("value", [[1], {"a": 1}, (1,), object()])
def test_a_container_in_a_line_is_a_mistake(value):
    with pytest.raises(TypeError, match="not a scalar"):
        scalars_only(None, "", {"event": "x", "thing": value})


def test_a_request_leaves_one_line_without_names(client, session, sign_in, lines):
    account = sign_in(client, Role.LEADER)

    answer = client.get("/account?q=机密")

    (line,) = [each for each in lines() if each["event"] == "request.served"]
    assert (line["endpoint"], line["status"], line["actor"]) == (
        "accounts.own",
        200,
        str(account.id),
    )
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert account.name not in json.dumps(line, ensure_ascii=False)
    assert "机密" not in json.dumps(line, ensure_ascii=False)
