"""Settings: complete or not at all, and nothing secret in their text."""

import pytest
from flask import request

from app.factory import create_app
from config import Settings, SettingsError

GIVEN = {
    "DATABASE_URL": "postgresql+psycopg://terrace:password@db/terrace",
    "SECRET_KEY": "k" * 32,
    "HOME_DIVISION": "130500",
    "PACKS": "xingtai, reference",
}


def test_settings_come_from_the_environment_and_packs_keep_their_order():
    settings = Settings.from_env({**GIVEN, "LOG_LEVEL": "DEBUG", "OTHER": "x"})

    assert settings.pack_names == ("xingtai", "reference")
    assert settings.log_level == "DEBUG"


def test_every_fault_is_named_at_once():
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({"SECRET_KEY": "short", "SECURE_COOKIES": "1", "TRUSTED_PROXIES": "x"})

    for name in ("DATABASE_URL", "HOME_DIVISION", "PACKS", "SECRET_KEY", "SECURE", "TRUSTED"):
        assert name in str(refused.value)


def test_the_text_of_settings_holds_no_secret():
    text = repr(Settings.from_env(GIVEN))

    assert "password" not in text
    assert "k" * 32 not in text


@pytest.mark.parametrize(("hops", "address"), [("0", "127.0.0.1"), ("1", "10.9.8.7")])
def test_the_client_is_named_by_trusted_proxies_only(tmp_path, hops, address):
    given = GIVEN | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/x.db",
        "DATA_DIR": str(tmp_path),
        "LOG_LEVEL": "ERROR",
        "TRUSTED_PROXIES": hops,
    }
    app = create_app(Settings.from_env(given))
    seen = []
    app.before_request_funcs.setdefault(None, []).append(lambda: seen.append(request.remote_addr))

    app.test_client().get("/healthz", headers={"X-Forwarded-For": "10.9.8.7"})

    assert seen == [address]
