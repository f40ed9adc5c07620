"""The migrations give what the models say, on both databases."""

from alembic import command
from alembic.config import Config

from tests.conftest import ROOT


def test_the_migrations_and_the_models_agree(engine):
    config = Config(toml_file=str(ROOT / "pyproject.toml"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection

        command.check(config)
