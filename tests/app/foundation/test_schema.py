"""A server refuses a database of another release."""

import pytest
from alembic import command
from alembic.config import Config

from app.foundation import schema
from app.foundation.database import open_engine
from tests.conftest import ROOT

HEAD = (ROOT / "migrations" / ".head").read_text().strip()


def test_a_migrated_database_is_taken(engine):
    schema.require(engine, HEAD)


def test_an_older_database_is_refused_with_both_revisions(own_engine):
    config = Config(toml_file=str(ROOT / "pyproject.toml"))
    with own_engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "-1")
        connection.commit()

    with pytest.raises(schema.SchemaNotCurrent, match=HEAD):
        schema.require(own_engine, HEAD)


def test_an_empty_database_is_refused(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")

    with pytest.raises(schema.SchemaNotCurrent, match="空"):
        schema.require(engine, HEAD)
    engine.dispose()
